import type { Outcome } from '../../connector/types.ts';

/** What became of a command. */
export type Delivery =
  | { readonly kind: 'accepted' }
  /** The cluster no longer knows the job: it was completed, cancelled, or settled elsewhere after its timeout. */
  | { readonly kind: 'gone' }
  /** The job was activated with a lease, and again since then: the cluster takes results from its new worker only. */
  | { readonly kind: 'superseded' }
  /** The cluster already has the message. */
  | { readonly kind: 'duplicate' }
  /** The cluster refused the command, and would refuse it again; `error` says why. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** The job's deadline passed before the cluster answered, or before the command was sent, so it offers the job again. */
  | { readonly kind: 'expired'; readonly error: unknown }
  /** The runtime stopped before the cluster answered. */
  | { readonly kind: 'abandoned' };

/** Limits of one delivery. */
export interface DeliveryLimits {
  /** What the command is about, for events: the job's key or the subscription's id. */
  readonly subject: string;
  /** Time on the clock from which on the command is not sent. A function if the time can still change. */
  readonly deadline?: number | (() => number);
  /** Ends the attempts to send. */
  readonly signal?: AbortSignal;
}

/** What a handler returns for a job whose command is already sent, or is sent by another part of the runtime. */
export interface Settled {
  readonly kind: 'settled';
  readonly outcome: Outcome;
  readonly delivery: Delivery;
}
