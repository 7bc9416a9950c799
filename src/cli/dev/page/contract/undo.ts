/** The actions to whose beginnings the page can go back. */
import type { Key } from '../../../../engine/machine/types.ts';

/** An action that can be undone by going back. */
export interface UndoStep {
  readonly id: number;
  readonly title: string;
  /** Process time and real time, in milliseconds since the epoch. */
  readonly at: number;
  readonly takenAt: number;
  /** The instance that it has started. */
  readonly started?: {
    readonly instance: Key;
    /** What tells it apart from the others that were started by the same action: its business id, and variables. May be empty. */
    readonly differs: string;
  };
  /** How many jobs were completed since. */
  readonly completedCount: number;
  /** The latest of these jobs, whose effects outside remain. */
  readonly completed: readonly {
    readonly key: Key;
    readonly type: string;
    readonly elementId: string;
    readonly process: string;
    readonly instance: Key;
  }[];
}
