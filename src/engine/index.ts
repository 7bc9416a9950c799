/** The embedded engine: it runs BPMN files in this process and serves Zeebe's gRPC protocol on 127.0.0.1. */
export { isInternalProcess } from '../connector/activation-names.ts';
export type { DecisionType } from './decisions/types.ts';
export type { ResourceInput } from './deployment/read-files.ts';
export type { SnapshotInput } from './deployment/reload-snapshot.ts';
export { createEngine } from './engine.ts';
export { createTestClock, type TestClock } from './host/test-clock.ts';
export type {
  ConditionalEvaluation,
  CreatedInstance,
  CreateOptions,
  DecisionMetadata,
  DecisionRequirementsMetadata,
  Deployment,
  DueItem,
  ElementActivation,
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
  LostMessage,
  MachineDecisionEvaluation,
  MachineDecisionInstance,
  MachineDecisionValue,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineJoin,
  MachineMessage,
  MachineProcess,
  MachineResource,
  MachineSignal,
  MachineSnapshot,
  MachineSubscription,
  MachineTimer,
  MachineUserTask,
  MachineVariable,
  MigrationPlan,
  Modification,
  ModificationVariables,
  MoveInstruction,
  ProcessElement,
  ProcessFlow,
  ProcessMetadata,
  ProcessStart,
  ResourceMetadata,
  SnapshotPart,
  UserTaskChanges,
  UserTaskState,
  Variables,
} from './machine/types.ts';
export type { ClusterVersion } from './model/cluster-version.ts';
export type { EngineOptions } from './options.ts';
export type { Engine, EngineDocuments } from './types.ts';
export { describeWait } from './waits/describe.ts';
export { explainWaits } from './waits/explain.ts';
export type {
  Difference,
  JobTypeNearMiss,
  KnownWorker,
  MessageNearMiss,
  Wait,
  WaitFacts,
} from './waits/types.ts';
