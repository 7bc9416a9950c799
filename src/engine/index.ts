/** The embedded engine: it runs BPMN files in this process and serves Zeebe's gRPC protocol on 127.0.0.1. */
export type { DecisionType } from './decisions/types.ts';
export type { ResourceInput } from './deployment/read-files.ts';
export { createEngine } from './engine.ts';
export { createTestClock, type TestClock } from './host/test-clock.ts';
export type {
  ConditionalEvaluation,
  CreatedInstance,
  CreateOptions,
  DecisionMetadata,
  DecisionRequirementsMetadata,
  Deployment,
  ElementState,
  EngineEvent,
  FormMetadata,
  IncidentType,
  InstanceState,
  JobKind,
  JobState,
  JobUserTask,
  Json,
  Key,
  ListenerEvent,
  MachineDecisionEvaluation,
  MachineDecisionInstance,
  MachineDecisionValue,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  MachineSignal,
  MachineSnapshot,
  MachineUserTask,
  Modification,
  ModificationVariables,
  MoveInstruction,
  ProcessMetadata,
  UserTaskChanges,
  UserTaskState,
  Variables,
} from './machine/types.ts';
export type { Engine, EngineOptions } from './types.ts';
