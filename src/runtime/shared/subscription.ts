import type { Activation } from '../../connector/types.ts';

/** An activation that has not delivered its message yet. */
export interface Subscription {
  readonly activation: Activation;
  /** `waiting`: its loop has nothing yet. `publishing`: the message is on its way to the cluster. */
  readonly state: 'waiting' | 'publishing';
  /** Failures in a row. */
  readonly failures: number;
}

/** What happens to the job by which a process activated a connector. */
export type Acceptance =
  /** The runtime completes it now. */
  | 'complete'
  /** The scheduler has it completed as soon as the subscription is safe. */
  | 'later';
