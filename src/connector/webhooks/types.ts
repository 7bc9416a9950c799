import type * as v from 'valibot';
import type { InboundTemplateSettings } from '../template-settings.ts';
import type { Logger, MaybePromise, Schema } from '../types.ts';
import type { WebhookAnswer } from './answer-types.ts';
import type { WebhookAuth } from './auth-types.ts';
import type { WaitSettings } from './wait-types.ts';

/** The HTTP methods that a webhook may have. */
export type WebhookMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The schemas of the variables of messages, by the names of the messages. */
export type MessageSchemas = Readonly<Record<string, Schema>>;

/** What the body becomes: the output type of the schema, or `unknown` without one. */
export type WebhookBody<B extends Schema | undefined> = B extends Schema ? v.InferOutput<B> : unknown;

/** A request whose authentication has been checked, as plain data. */
export interface WebhookRequest<Body = unknown> {
  readonly method: string;
  /** The path of the webhook. */
  readonly path: string;
  /** The parameters of the query, decoded. A parameter that occurs several times has a list of values. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** The headers; their names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, parsed by its content type and then by the schema `body`. */
  readonly body: Body;
  /** The bytes of the body as they were received. */
  readonly rawBody: Uint8Array;
  /** The id that the caller gives to the event and repeats with it. Absent if the kind of authentication knows none. */
  readonly deliveryId?: string;
  /** The claims of the token, with `auth: { type: 'jwt' }`. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The second argument of a webhook's `run`. */
export interface WebhookContext {
  readonly logger: Logger;
  /** Aborts at the webhook's timeout, and when the runtime can wait no longer. A caller that is gone changes nothing. */
  readonly signal: AbortSignal;
}

interface MessageTarget {
  /**
   * The correlation key of the waiting instances. With an empty text, the message only starts instances through message start
   * events; with a key, it starts at most one active instance for this key.
   */
  readonly correlationKey: string | number | bigint;
  /** @default the tenant of the connection */
  readonly tenantId?: string;
}

interface MessageOptions extends MessageTarget {
  /**
   * Recognises a repetition: the cluster refuses a message with the name, key and id of one that it still keeps.
   * @default the request's `deliveryId`
   */
  readonly messageId?: string;
  /** Seconds for which the cluster keeps the message and recognises repetitions. @default the webhook's `messageTimeToLive` */
  readonly timeToLive?: number;
}

type Variables = Readonly<Record<string, unknown>>;

type Named<Ms extends MessageSchemas | undefined, Options> = Ms extends MessageSchemas
  ? {
      [Name in keyof Ms & string]: Options & {
        readonly messageName: Name;
        readonly variables: v.InferInput<Ms[Name]>;
      };
    }[keyof Ms & string]
  : Options & { readonly messageName: string; readonly variables?: Variables };

/** A message to publish. */
export type WebhookMessage<Ms extends MessageSchemas | undefined = undefined> = Named<Ms, MessageOptions>;

/** A message to correlate at once. */
export type WebhookCorrelation<Ms extends MessageSchemas | undefined = undefined> = Named<Ms, MessageTarget>;

/** What shall happen because of a request, as data. */
export type WebhookResult<Ms extends MessageSchemas | undefined = undefined> =
  | {
      /** Messages to publish, in this order. The caller is answered when the cluster has all of them. */
      readonly publish: WebhookMessage<Ms> | readonly WebhookMessage<Ms>[];
      /** @default status 200 without a body */
      readonly answer?: WebhookAnswer;
      /** Whether the caller waits for the answer of the process instead. Needs `waits` in the definition. @default false */
      readonly wait?: boolean;
    }
  | {
      /** A message for an instance that waits now, or that a message start event starts. Needs `correlates: true`. */
      readonly correlate: WebhookCorrelation<Ms>;
      /** @default status 200 with the key of the process instance: `{ "processInstanceKey": "…" }` */
      readonly answer?: WebhookAnswer;
      /** Whether the caller waits for the answer of the process instead. Needs `waits` in the definition. @default false */
      readonly wait?: boolean;
      /** The answer if no instance waits. @default status 404 */
      readonly unmatched?: WebhookAnswer;
    }
  | {
      /** Only an answer. */
      readonly answer: WebhookAnswer;
    }
  | null
  | undefined;

/** A fixed HTTP endpoint that publishes messages. */
export interface WebhookConnector<
  Name extends string = string,
  B extends Schema | undefined = Schema | undefined,
  Ms extends MessageSchemas | undefined = MessageSchemas | undefined,
  A extends Schema | undefined = Schema | undefined,
> {
  readonly kind: 'webhook';
  readonly name: Name;
  readonly description?: string;
  readonly path: string;
  readonly method: WebhookMethod;
  readonly auth: WebhookAuth;
  readonly body?: B;
  readonly messages?: Ms;
  /** Seconds for which the cluster keeps a message and recognises its repetitions. */
  readonly messageTimeToLive: number;
  /** Seconds within which a request is answered. */
  readonly timeout: number;
  /** Largest body in bytes. */
  readonly maxBody: number;
  /** Whether `run` may return `correlate`. */
  readonly correlates: boolean;
  /** How the answer comes from the process. Absent: `run` may not return `wait`. */
  readonly waits?: WaitSettings<A>;
  readonly template?: InboundTemplateSettings;
  readonly run: (request: WebhookRequest<WebhookBody<B>>, context: WebhookContext) => MaybePromise<WebhookResult<Ms>>;
}

/** Any webhook. */
// biome-ignore lint/suspicious/noExplicitAny: a list contains webhooks with unrelated bodies, so only `any` fits all of them
export type AnyWebhook = WebhookConnector<string, any, any, any>;
