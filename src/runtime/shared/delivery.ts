import type { Outcome } from '../../connector/types.ts';

/** What became of a command. */
export type Delivery =
  | { readonly kind: 'accepted' }
  /** The cluster does not know the job (any more): done, cancelled or timed out and settled elsewhere. */
  | { readonly kind: 'gone' }
  /** The message is already there. */
  | { readonly kind: 'duplicate' }
  /** The cluster refused the command for good; `error` says why. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** No answer until the job's deadline: the cluster hands the job out again. */
  | { readonly kind: 'expired'; readonly error: unknown }
  /** The runtime stopped before an answer came. */
  | { readonly kind: 'abandoned' };

/** Limits of one delivery. */
export interface DeliveryLimits {
  /** What the command is about, for events: the job's key or the subscription's id. */
  readonly subject: string;
  /** Time on the clock after which the command is not sent again. */
  readonly deadline?: number;
  /** Ends the attempts to send. */
  readonly signal?: AbortSignal;
}

/** The end of a job whose command was sent already, or is sent by another part of the runtime. */
export interface Settled {
  readonly kind: 'settled';
  readonly outcome: Outcome;
  readonly delivery: Delivery;
}
