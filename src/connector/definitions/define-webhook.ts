import { fault } from '../../common/fault.ts';
import { checkDefinition } from '../rules/connector.ts';
import { asList } from '../rules/rule-engine.ts';
import type { InboundTemplateSettings } from '../template-settings.ts';
import type { MaybePromise, Schema } from '../types.ts';
import type { WebhookAuth } from '../webhooks/auth-types.ts';
import type {
  MessageSchemas,
  WebhookBody,
  WebhookConnector,
  WebhookContext,
  WebhookMethod,
  WebhookRequest,
  WebhookResult,
} from '../webhooks/types.ts';
import type { WaitSettings } from '../webhooks/wait-types.ts';

/** The definition that {@link defineWebhook} takes. */
export interface WebhookDefinition<
  Name extends string,
  B extends Schema | undefined,
  Ms extends MessageSchemas | undefined,
  A extends Schema | undefined = undefined,
> {
  /** Set in the copy of a finished webhook; not needed in a new definition. */
  readonly kind?: 'webhook';
  /** The name for people, in logs, metrics and errors. */
  readonly name: Name;
  /** A sentence for people; the element templates show it. */
  readonly description?: string;
  /** The path of the endpoint, e.g. `/hooks/payments`. It is compared exactly, and a different spelling is answered with 404. */
  readonly path: string;
  /** @default 'POST' */
  readonly method?: WebhookMethod;
  /** How a request proves where it comes from. `'none'`: anyone can call. */
  readonly auth: WebhookAuth;
  /** The valibot schema of the parsed body. A request whose body does not fit is answered with 422. */
  readonly body?: B;
  /**
   * The messages that `run` may publish: their names, each with the valibot schema of its variables. With it, the compiler and
   * the runtime check the messages, and there are element templates for them.
   */
  readonly messages?: Ms;
  /**
   * Seconds for which the cluster keeps a message until a process waits for it, and recognises a repetition by its id. With 0 it
   * does neither. @default 3600
   */
  readonly messageTimeToLive?: number;
  /**
   * Seconds within which a request is answered. While the cluster does not answer, the runtime tries again for this time, and then
   * answers 503. Choose it shorter than the caller's own limit.
   * @default 8; 2.5 for Slack and Zoom, 4 for Shopify
   */
  readonly timeout?: number;
  /** Largest body in bytes; a larger one is answered with 413. @default 1048576 */
  readonly maxBody?: number;
  /** Whether `run` may return `correlate`, which needs the REST API of the cluster. @default false */
  readonly correlates?: boolean;
  /**
   * How the answer to a call comes from the process. With it, `run` may return `wait: true`: the runtime holds the call until a task
   * with the job type `waits.type` has made the answer, for at most `timeout`.
   */
  readonly waits?: WaitSettings<A>;
  /** Settings of the element templates: id, version, icon and so on. */
  readonly template?: InboundTemplateSettings;
  /**
   * Decides what a request causes. It should depend on the request only: when a request is repeated, the same id and key make the
   * repetition harmless.
   *
   * @param request the request, after its authentication was checked and its body was parsed
   * @param context an abort signal and a logger
   * @returns `{ publish }`, `{ correlate }`, `{ answer }`, or nothing to ignore the request with status 200. An error of
   *   `inputError` is answered with 422 and its text, any other error with 500
   */
  readonly run: (
    request: WebhookRequest<WebhookBody<B>>,
    context: WebhookContext,
  ) => MaybePromise<WebhookResult<Ms> | KeepMessageLiterals<Ms>>;
}

type Literal = '' | 0 | true | false | 0n | null | readonly Literal[] | { readonly [name: string]: Literal };

/** As `KeepLiterals` of connectors: makes the compiler keep literals while it infers the schemas of the messages. */
type KeepMessageLiterals<Ms> = [Ms] extends [MessageSchemas | undefined] ? never : { readonly [name: string]: Literal };

const defaultTimeToLive = 3600;
const defaultMaxBody = 1_048_576;

/** Seconds. Most callers give up after 10 seconds. */
const defaultTimeout = 8;

/** Seconds, for callers that give up sooner. */
const timeouts: Readonly<Record<string, number>> = { slack: 2.5, zoom: 2.5, shopify: 4 };

const timeoutFor = (auth: WebhookAuth): number =>
  (typeof auth === 'object' && Object.hasOwn(timeouts, auth.type) ? timeouts[auth.type] : undefined) ?? defaultTimeout;

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;

/**
 * Defines a webhook: a fixed HTTP endpoint and a function that turns a request into messages.
 *
 * The webhook is a frozen plain object, so `webhook.run` can be called in a unit test. A runtime with webhooks starts an HTTP
 * server, which answers a request when the cluster has the messages.
 *
 * @param definition `name`, `path`, `auth` and `run`. Everything else is optional: `method` (default `POST`), `body` (the schema
 *   of the body), `messages` (schemas of variables by the names of messages), `messageTimeToLive` (seconds, default 3600),
 *   `timeout` (seconds, default 8), `maxBody` (bytes, default 1 MiB), `correlates`, `waits`, `template`, `description`; see
 *   {@link WebhookDefinition}
 * @returns the webhook, with its defaults filled in
 * @throws one fault of kind `definition` that lists every problem, with its path and, for a misspelt name, a suggestion
 * @example
 * const payments = defineWebhook({
 *   name: 'payments',
 *   path: '/hooks/payments',
 *   auth: { type: 'stripe', secret: '{{secrets.STRIPE}}' },
 *   body: v.object({ type: v.string(), data: v.object({ orderId: v.string(), amount: v.number() }) }),
 *   run: ({ body: { type, data } }) =>
 *     type === 'payment.succeeded'
 *       ? { publish: { messageName: 'payment-received', correlationKey: data.orderId, variables: { amount: data.amount } } }
 *       : undefined,
 * });
 */
export const defineWebhook = <
  const Name extends string,
  B extends Schema | undefined = undefined,
  Ms extends MessageSchemas | undefined = undefined,
  A extends Schema | undefined = undefined,
>(
  definition: WebhookDefinition<Name, B, Ms, A>,
): WebhookConnector<Name, B, Ms, A> => {
  const problems = checkDefinition('webhook', definition);
  if (problems.length > 0) {
    const { name } = (definition ?? {}) as { readonly name?: unknown };
    throw fault(
      'definition',
      {
        what: `This webhook cannot work:\n${asList(problems)}`,
        where: `defineWebhook(${typeof name === 'string' ? `{ name: ${JSON.stringify(name)} }` : ''})`,
        fix: 'correct what is named above.',
      },
      { problems },
    );
  }
  return Object.freeze({
    method: 'POST' as const,
    messageTimeToLive: defaultTimeToLive,
    timeout: timeoutFor(definition.auth),
    maxBody: defaultMaxBody,
    correlates: false,
    ...withoutUndefined(definition),
    // KeepMessageLiterals is never once the schemas are known, so `run` returns what the webhook's type says.
    run: definition.run as WebhookConnector<Name, B, Ms, A>['run'],
    kind: 'webhook' as const,
  });
};
