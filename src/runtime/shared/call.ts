/** What a call of a webhook or callback led to. */
export type CallResult =
  /** The cluster has the messages. */
  | 'published'
  /** The cluster already had all of them. */
  | 'duplicate'
  /** A waiting instance took the message, or a start event. */
  | 'correlated'
  /** As published or correlated, but the process has not answered in time. */
  | 'late'
  /** No instance waited. */
  | 'unmatched'
  /** Nothing was to be published, or a page was shown. */
  | 'answered'
  /** A handshake of the caller's registration, e.g. a challenge. */
  | 'handshake'
  /** The authentication failed, or the address of a callback is not valid. */
  | 'refused'
  /** The request cannot be read or does not fit. */
  | 'invalid'
  /** It could not be handled in time. Its sender should repeat it. */
  | 'unavailable'
  /** An error on our side. */
  | 'failed';

/** A message that the cluster has because of a call. */
export interface PublishedMessage {
  readonly messageName: string;
  readonly correlationKey: string;
  /** Empty: the cluster does not recognise a repetition. */
  readonly messageId: string;
  /** The cluster already had it. */
  readonly duplicate: boolean;
}

/** A call that has ended. */
export interface EndedCall {
  /** The name of the webhook or callback. */
  readonly connector: string;
  readonly method: string;
  /** The path of the webhook. For a callback, without the part that is secret. */
  readonly route: string;
  readonly result: CallResult;
  /** The status of the answer. Absent: the connection was closed before the answer was written. */
  readonly status?: number;
  /** Bytes of the body; absent if it was not received. */
  readonly bodySize?: number;
  /** Milliseconds from the head of the request to the end of the answer. */
  readonly took: number;
  readonly messages: readonly PublishedMessage[];
  /** Why it was refused or failed. */
  readonly error?: unknown;
}
