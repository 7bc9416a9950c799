/** The embedded engine: runs BPMN files in this process and speaks Zeebe's gRPC protocol on loopback. */
export { createTestClock } from './clock.ts';
export { createEngine } from './engine.ts';
export type {
  Deployment,
  ElementState,
  EngineEvent,
  IncidentType,
  InstanceState,
  JobState,
  Json,
  Key,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  MachineSnapshot,
  ProcessMetadata,
  Variables,
} from './machine/types.ts';
export type { Engine, EngineOptions, ResourceInput, TestClock } from './types.ts';
