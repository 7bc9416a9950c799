import type { EngineEvent } from '../../../engine/machine/types.ts';
import type { TestCase } from '../types.ts';

/** What one command, or the passing of time, has caused. */
export interface RecordedStep {
  /** The time of processes, in milliseconds since the epoch. */
  readonly at: number;
  readonly events: readonly EngineEvent[];
}

/** A test case that does what was done by hand, and expects what came of it. */
export interface RecordedCase {
  readonly testCase: TestCase;
  /** What was done, but has no instruction. */
  readonly notes: readonly string[];
}
