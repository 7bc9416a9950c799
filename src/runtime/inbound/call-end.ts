import type { CallResult, PublishedMessage } from '../shared/call.ts';
import type { HttpAnswer } from './http-answer.ts';

/** The answer to a call, and what is known about the call. */
export interface CallEnd {
  /** The connector of a callback; absent for webhooks, and if the address is not valid. */
  readonly connector?: string;
  readonly answer: HttpAnswer;
  readonly result: CallResult;
  /** Why, for the log. Contains no secret. */
  readonly error?: unknown;
  /** The messages that the cluster has. */
  readonly messages?: readonly PublishedMessage[];
}

/** Who waits for the answer to a call. */
export interface Caller {
  /** Calls back when the caller has closed its connection, at once if it has already. Returns a function that takes that back. */
  onGone(listener: () => void): () => void;
}
