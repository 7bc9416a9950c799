import type { EngineEvent, MachineSnapshot } from '../../engine/machine/types.ts';
import type { Skip } from '../state/types.ts';

/** Something that has happened, with the time of processes in milliseconds since the epoch. */
export interface RecordedEvent {
  readonly at: number;
  readonly event: EngineEvent;
}

/**
 * What a failed process test leaves behind, in a file of JSON: everything that has happened, and the state at the end. Integers
 * beyond 2^53 are written as they are.
 */
export interface TestRecording {
  readonly format: 'camunda-connectors/recording';
  /** Changes when a reader of this version could not read the file any more. */
  readonly version: 1;
  /** Why the test has failed. */
  readonly failure: string;
  /** The time of processes at the start and at the end of the test, in milliseconds since the epoch. */
  readonly began: number;
  readonly ended: number;
  readonly skips: readonly Skip[];
  readonly events: readonly RecordedEvent[];
  /** What all instances were doing at the end, as text. */
  readonly description: string;
  /** The state at the end with all files, for `createEngine({ snapshot })`. */
  readonly snapshot: MachineSnapshot;
}
