/** Helpers for unit tests, which call a connector's function directly, and for tests of whole processes on the embedded engine. */
export type { CallAnswer, CallBody, CallbackCall, CallRequest, WebhookCall } from './calls/types.ts';
export { testCases } from './cases/test-cases.ts';
export type { TestCasesOptions } from './cases/types.ts';
export { type AddCleanUp, type CleanUp, cleanUpAfter } from './clean-up.ts';
export {
  type CallOf,
  type LoopCallOf,
  type LoopMock,
  type LoopMockOf,
  type MockCall,
  type MockOf,
  mockInbound,
  mockOutbound,
  type OperationCall,
  type RunMock,
  type WithCalls,
} from './connector-mocks.ts';
export { type InboundContextParts, inboundContext, type OutboundContextParts, outboundContext } from './contexts.ts';
export { explore, walk } from './explore.ts';
export type { Exploration, Walk, WalkOptions } from './explore-types.ts';
export { type MatcherResult, matchers, type ProcessMatchers } from './matchers.ts';
export { type MemoryDocuments, memoryDocuments } from './memory-documents.ts';
export { type JobMock, type JobOutcome, type Sequence, sequence } from './outcomes.ts';
export { createProcessTest } from './process-test.ts';
export type { RecordedEvent, TestRecording } from './recording/types.ts';
export { type RecordedEntry, type RecordingLogger, recordingLogger } from './recording-logger.ts';
export {
  type RegisterTest,
  runScenario,
  type Scenario,
  type ScenarioEnd,
  type ScenarioOptions,
  type ScenarioStart,
  scenarios,
} from './scenarios.ts';
export type {
  ExpectedDecision,
  ExpectedEnd,
  ExpectedIncident,
  ExpectedVariables,
  UserTaskSelector,
} from './state/checks.ts';
export type { Counts, DecisionCounts, ElementCount, ProcessCounts } from './state/counts.ts';
export type { ElementSelector } from './state/elements.ts';
export type {
  CheckResult,
  ElementRecord,
  History,
  LocalVariables,
  ProcessState,
  ReceivedMessage,
  Skip,
} from './state/types.ts';
export { createTrace } from './trace/trace.ts';
export type { Trace, TraceEntry, TraceLevel, TraceOptions } from './trace/types.ts';
export type {
  CallOutcome,
  JobCall,
  JobSelector,
  MessageInput,
  ProcessHandle,
  ProcessMocks,
  ProcessTest,
  ProcessTestOptions,
  TestJob,
  TestUserTask,
} from './types.ts';
