import type * as v from 'valibot';
import type { InboundTemplateSettings } from '../template-settings.ts';
import type { Activation, Logger, LoopInput, MaybePromise, Schema } from '../types.ts';
import type { WebhookAnswer } from './answer-types.ts';
import type { WebhookBody, WebhookRequest } from './types.ts';

/** The page that the address of a callback shows in a browser. The call is made by one of its buttons. */
export interface CallbackPage {
  readonly title: string;
  readonly text?: string;
  /** @default one button, "Continue", without values */
  readonly buttons?: readonly {
    readonly label: string;
    /** The fields of the form that the button sends: the body of the call. */
    readonly values?: Readonly<Record<string, string>>;
  }[];
}

/** The first argument of a callback's `run`. */
export interface CallbackRequest<Body = unknown, Input = unknown> extends Omit<WebhookRequest<Body>, 'deliveryId'> {
  /** What the process passed, validated and converted by `input`. */
  readonly input: Input;
}

/** The second argument of a callback's `run`. */
export interface CallbackContext {
  /** The activation that the address belongs to, without what it does not contain. */
  readonly activation: Pick<Activation, 'id' | 'connector' | 'messageName' | 'correlationKey' | 'tenantId'>;
  readonly logger: Logger;
  /** Aborts at the timeout, and when the runtime can wait no longer. A caller that is gone changes nothing. */
  readonly signal: AbortSignal;
}

/** The variables of a callback's message. */
export type CallbackVariables<O extends Schema | undefined> = O extends Schema
  ? v.InferInput<O>
  : Readonly<Record<string, unknown>>;

/** How a connector receives its call. */
export interface CallbackSettings<
  I extends Schema | undefined = undefined,
  O extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
> {
  /** The process variable for the address. @default 'callback_url' */
  readonly variable?: string;
  /** The valibot schema of the body. The caller gets an error if its body does not fit. */
  readonly body?: B;
  /** Seconds within which a call is answered. @default 8 */
  readonly timeout?: number;
  /** Largest body in bytes. @default 1048576 */
  readonly maxBody?: number;
  /**
   * The page for a browser, or a function that makes it from what the process passed. Opening the page changes nothing.
   * @default a page with the connector's description and a button
   */
  readonly page?: CallbackPage | ((input: LoopInput<I>) => CallbackPage);
  /** The answer to the first call, made from the variables of the message before it is published. @default `{ "status": "received" }`, or a page */
  readonly answer?: WebhookAnswer | ((variables: Readonly<Record<string, unknown>>) => WebhookAnswer);
  /**
   * Turns a call into the variables of the message. Throw `inputError(…)` to refuse a call: its sender gets the text and may
   * call again.
   * @default the body, which must be an object
   */
  readonly run?: (
    request: CallbackRequest<WebhookBody<B>, LoopInput<I>>,
    context: CallbackContext,
  ) => MaybePromise<CallbackVariables<O>>;
}

/** A connector that waits for one call from outside, at an address of its own. */
export interface CallbackConnector<
  Name extends string = string,
  I extends Schema | undefined = Schema | undefined,
  O extends Schema | undefined = Schema | undefined,
  B extends Schema | undefined = Schema | undefined,
> {
  readonly kind: 'inbound';
  readonly name: Name;
  readonly description?: string;
  /** Seconds for which the cluster keeps the message and recognises a second call. */
  readonly messageTimeToLive: number;
  /** Seconds for which an address is valid. */
  readonly expires: number;
  readonly input?: I;
  readonly output?: O;
  readonly template?: InboundTemplateSettings;
  readonly webhook: CallbackSettings<I, O, B>;
}

/** Any connector that waits for a call. */
// biome-ignore lint/suspicious/noExplicitAny: a list contains connectors with unrelated inputs, so only `any` fits all of them
export type AnyCallbackConnector = CallbackConnector<string, any, any, any>;

/** Tells whether an inbound connector waits for a call, rather than having a `loop`. */
export const isCallbackConnector = (value: object): value is AnyCallbackConnector =>
  'webhook' in value && value.webhook !== undefined;

/** The process variable for the address of a callback. */
export const addressVariable = ({ webhook }: AnyCallbackConnector): string => webhook.variable ?? 'callback_url';
