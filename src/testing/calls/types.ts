import type * as v from 'valibot';
import type { Schema } from '../../connector/types.ts';
import type { CallbackConnector } from '../../connector/webhooks/callback-types.ts';
import type { WebhookConnector } from '../../connector/webhooks/types.ts';
import type { CallResult } from '../../runtime/shared/call.ts';

type Input<B> = B extends Schema ? v.InferInput<B> : unknown;

/** The body of a call: what the schema `body` of the webhook or callback accepts. Without such a schema: anything. */
export type CallBody<Connector> =
  // biome-ignore lint/suspicious/noExplicitAny: the other schemas do not matter here
  Connector extends WebhookConnector<string, infer B, any>
    ? Input<B>
    : // biome-ignore lint/suspicious/noExplicitAny: as above
      Connector extends CallbackConnector<string, any, any, infer B>
      ? Input<B>
      : unknown;

/** A call from outside, to any address of the server of a test. */
export interface CallRequest<Body = unknown> {
  /** Default: that of the webhook; `POST` for an address. */
  readonly method?: string;
  /**
   * The body as a value. It is sent as JSON; as a form if the content type in `headers` is `application/x-www-form-urlencoded`,
   * which is the default for Twilio; as it is if the content type is that of text. Default: no body.
   */
  readonly body?: Body;
  /** The body as it is, in place of `body`: also one that the schema does not accept, or that is not JSON. */
  readonly rawBody?: string | Uint8Array;
  /** Further headers. They replace those that would be sent otherwise, also a signature. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The parameters of the query. */
  readonly query?: Readonly<Record<string, string>>;
}

/** A call of a webhook. */
export interface WebhookCall<Body = unknown> extends CallRequest<Body> {
  /**
   * The id of the event, in the header of the sender: the same id is a repetition. Senders with the id in the body, such as Stripe,
   * have no such header. Default: a new one for each call, for senders that always send one; otherwise none.
   */
  readonly deliveryId?: string;
  /** Whether the call proves who sent it, as the `auth` of the webhook wants it. Default `true`. */
  readonly sign?: boolean;
}

/** A call of the callback that an instance has activated. */
export interface CallbackCall<Body = unknown> extends CallRequest<Body> {
  /** Which address is meant, if the instance has activated the callback several times. Default: the latest. */
  readonly correlationKey?: string;
}

/** The answer to a call, and what the runtime knows about it. */
export interface CallAnswer {
  readonly status: number;
  /** The names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON as a value, anything else as text. */
  readonly body: unknown;
  /** What the call led to, as in the event `call:ended`. Absent if no webhook or callback got it. */
  readonly result?: CallResult;
  /** Why it was refused or failed. Real callers do not learn that. */
  readonly reason?: string;
}
