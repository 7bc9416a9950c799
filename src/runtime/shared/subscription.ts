import type { Command } from '../../connection/port.ts';
import type { Activation, JsonText } from '../../connector/types.ts';

/** An activation that has not delivered its message yet. */
export interface Subscription {
  readonly activation: Activation;
  /** `waiting`: its loop has nothing yet. `publishing`: the message is on its way to the cluster. */
  readonly state: 'waiting' | 'publishing';
  /** Failures in a row. */
  readonly failures: number;
  /**
   * In `status().subscriptions`: when the next call to `loop`, or the next attempt to publish the message, begins, in
   * milliseconds on the runtime's clock. Absent while one is under way.
   */
  readonly due?: number;
}

/** What happens to the job of an activation. */
export type Acceptance =
  /** The runtime completes it now. */
  | 'complete'
  /** The scheduler completes it as soon as the subscription is safe. */
  | 'later';

/** What one call of an inbound connector's `loop` yields. */
export type LoopOutcome =
  /** Nothing is there yet. `state`, where the loop gave one, is for its next call. */
  | { readonly kind: 'pending'; readonly state?: JsonText }
  /** The message is ready; the command publishes it. */
  | {
      readonly kind: 'message';
      readonly command: Extract<Command, { readonly kind: 'publishMessage' }>;
      readonly variables: Readonly<Record<string, unknown>>;
    }
  /** `isFinal`: the message is there, but no cluster can store it, so the subscription ends. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly isFinal?: boolean };
