import type * as v from 'valibot';
import { fault } from '../common/fault.ts';
import { type CallbackDefinition, withCallbackDefaults } from './definitions/define-callback.ts';
import { checkConnector, checkDefinition } from './rules/connector.ts';
import { asList } from './rules/rule-engine.ts';
import type { InboundTemplateSettings, OutboundTemplateSettings } from './template-settings.ts';
import type {
  InboundConnector,
  InboundContext,
  InboundMiddleware,
  KeepLiterals,
  LoopInput,
  LoopResult,
  LoopState,
  MaybePromise,
  OperationInputs,
  OperationOutput,
  OperationOutputs,
  OperationsConnector,
  OutboundConnector,
  OutboundContext,
  OutboundMiddleware,
  RetryBackoff,
  RunResult,
  Schema,
} from './types.ts';
import type { CallbackConnector } from './webhooks/callback-types.ts';
import { isCallbackConnector } from './webhooks/callback-types.ts';

export { checkConnector } from './rules/connector.ts';

/** The definition that {@link defineOutbound} takes. */
export interface OutboundDefinition<Type extends string, I extends Schema, O extends Schema | undefined> {
  /** Set in the copy of a finished connector; not needed in a new definition. */
  readonly kind?: 'outbound';
  /** The name for people, in the Modeler, in logs and in errors. */
  readonly name: string;
  /** The job type of the service tasks that use the connector. Must not start with `_`. */
  readonly type: Type;
  /** A sentence for people; the element template shows it. */
  readonly description?: string;
  /** Seconds that one call of `run` may take. After that its signal aborts and the job fails. @default 10 */
  readonly timeout?: number;
  /**
   * Seconds for which the cluster reserves a job for a runtime at a time, from 5 on. While a longer `run` is at work, the runtime
   * renews the job; if the runtime is killed, another one gets the job after this time. In an outage of the cluster that lasts
   * longer, the job is lost and executed again.
   * @default 300, or the timeout and 10 seconds if that is shorter
   */
  readonly lease?: number;
  /**
   * Takes the jobs with lease tokens of Camunda 8.10: the cluster refuses every command of a runtime whose job it has given to
   * another one, so that a late result can never replace a newer one.
   *
   * From the first such job on, the cluster gives this job only to workers that take tokens. All runtimes with this job type
   * must therefore set the option, and change it together.
   * @default false
   */
  readonly leaseToken?: boolean;
  /**
   * Maximum number of jobs of this connector that a runtime works on at the same time. A higher limit suits slow services; a lower
   * one saves memory, shuts down faster and leaves more jobs to other runtimes. @default 32
   */
  readonly maxJobs?: number;
  /** The valibot schema of an object: the job variables. Only the variables that it names are fetched. */
  readonly input: I;
  /** The valibot schema of the result. The compiler and the runtime check what `run` returns against it. */
  readonly output?: O;
  /**
   * The variable for the result of a task that does not name one; `false` drops the result. Without it, each field of an
   * object becomes a variable.
   */
  readonly resultVariable?: string | false;
  /**
   * The pause before the next attempt, unless the error or the task header `retryBackoff` sets one.
   * @default no pause
   */
  readonly retryBackoff?: RetryBackoff;
  /** Middleware around `run`. The first function is the outermost; the middleware of the runtime is outside all of them. */
  readonly use?: readonly OutboundMiddleware<v.InferOutput<I>, RunResult<O>>[];
  /** Settings of the element template that the schemas do not contain: id, version, icon, sections and so on. */
  readonly template?: OutboundTemplateSettings;
  /**
   * Does the work of one job.
   *
   * @param input the variables, validated and converted by `input`
   * @param context the job, an abort signal and a logger
   * @returns the result, or an error made by `bpmnError` or `jobError`
   */
  readonly run: (input: v.InferOutput<I>, context: OutboundContext) => MaybePromise<RunResult<O> | KeepLiterals<O>>;
}

type OperationRun<I extends Schema, O extends Schema | undefined> = (
  input: v.InferOutput<I>,
  context: OutboundContext,
) => MaybePromise<RunResult<O> | KeepLiterals<O>>;

interface OperationTexts {
  /** The name for people, e.g. in the Modeler's list of operations. @default the id in words */
  readonly name?: string;
  /** A sentence for people. */
  readonly description?: string;
}

/**
 * The definition of a connector with several operations. Each operation has, under its id, the schemas and the function
 * that other connectors have at the top level.
 *
 * The type has two halves because the compiler infers the inputs and the outputs separately.
 */
export interface OperationsDefinition<
  Type extends string,
  Is extends OperationInputs,
  Os extends OperationOutputs,
  I extends Schema = Schema,
  O extends Schema | undefined = undefined,
> extends Omit<OutboundDefinition<Type, Schema, undefined>, 'input' | 'output' | 'run' | 'use'> {
  readonly input?: undefined;
  readonly output?: undefined;
  readonly run?: undefined;
  /**
   * Middleware around the `run` of every operation; the first function is the outermost. (The type is that of a connector
   * with a single `run`, because the compiler would not infer the parameters of a function that could have either type.)
   */
  readonly use?: readonly OutboundMiddleware<v.InferOutput<I>, RunResult<O>>[];
  /** The operations by their ids. The task header `operation` contains the id of the one to execute. */
  readonly operations: {
    readonly [Id in keyof Is]: OperationTexts & {
      /** The valibot schema of an object: the job variables. The variables of all operations are fetched. */
      readonly input: Is[Id];
      readonly output?: Schema;
      /** Does the work of one job. */
      readonly run: OperationRun<Is[Id], OperationOutput<Os, Id>>;
    };
  } & {
    readonly [Id in keyof Os]: OperationTexts & {
      readonly input: Schema;
      /** The valibot schema of the operation's result. */
      readonly output?: Os[Id];
      readonly run: unknown;
    };
  };
}

/** The definition that {@link defineInbound} takes. */
export interface InboundDefinition<
  Name extends string,
  I extends Schema | undefined,
  O extends Schema | undefined,
  S extends Schema | undefined = undefined,
> {
  /** Set in the copy of a finished connector; not needed in a new definition. */
  readonly kind?: 'inbound';
  /** The name that a process uses to activate the connector, and the default name of its message. */
  readonly name: Name;
  /** A sentence for people; the element templates show it. */
  readonly description?: string;
  /** Seconds between the end of one call to `loop` and the start of the next. @default 1 */
  readonly cycle?: number;
  /**
   * Seconds that the cluster keeps a message until a process waits for it. Choose it long enough for the work that the
   * process does before its message event. With 0 the message only reaches a process that is already waiting.
   * @default 3600
   */
  readonly messageTimeToLive?: number;
  /**
   * Seconds after which a subscription without a message ends. A process can set its own limit with the variable
   * `expires_after` of the activation. @default no limit
   */
  readonly expires?: number;
  /**
   * Consecutive failures of `loop` after which a durable subscription becomes an incident for an operator to resolve. The
   * pauses between the calls grow up to a minute. Subscriptions in memory continue forever. @default 60
   */
  readonly maxFailures?: number;
  /** The valibot schema of an object: what the process passes with its activation. */
  readonly input?: I;
  /** The valibot schema of an object: the variables of the message. */
  readonly output?: O;
  /** Settings of the element templates that the schemas do not contain: id, version, icon, sections and so on. */
  readonly template?: InboundTemplateSettings;
  /** The valibot schema of an object: the state that `loop` keeps between its calls with `pending(state)`. */
  readonly state?: S;
  /** Middleware around `loop`; the first function is the outermost. */
  readonly use?: readonly InboundMiddleware<LoopInput<I>, LoopResult<O, S>>[];
  /**
   * Checks once whether the message is ready. After the failure of a runtime, a call may be repeated with the same state,
   * so its effects must be safe to repeat.
   *
   * @param input what the process passed, validated and converted by `input`
   * @param context the activation, the state, an abort signal and a logger
   * @returns the variables of the message; `undefined`, `null` or `pending(state)` while there is no message
   */
  readonly loop: (
    input: LoopInput<I>,
    context: InboundContext<LoopState<S>>,
  ) => MaybePromise<LoopResult<O, S> | KeepLiterals<O>>;
}

const defaultTimeout = 10;
const defaultMaxJobs = 32;
const defaultCycle = 1;
const defaultTimeToLive = 3600;
const defaultMaxFailures = 60;

const nameOf = (definition: unknown): string => {
  const { name, type } = (definition ?? {}) as { name?: unknown; type?: unknown };
  if (typeof type === 'string') return `{ type: ${JSON.stringify(type)} }`;
  return typeof name === 'string' ? `{ name: ${JSON.stringify(name)} }` : '';
};

const refuseFaults = (maker: string, definition: unknown, problems: readonly string[]): void => {
  if (problems.length === 0) return;
  throw fault(
    'definition',
    {
      what: `This connector cannot work:\n${asList(problems)}`,
      where: `${maker}(${nameOf(definition)})`,
      fix: 'correct what is named above.',
    },
    { problems },
  );
};

/** Drops undefined properties: a definition with `undefined` means the same as one without the property. */
const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;

const freezeOperations = <T extends object>(operations: T): T =>
  Object.freeze(
    Object.fromEntries(Object.entries(operations).map(([id, one]) => [id, Object.freeze(withoutUndefined(one))])),
  ) as T;

/**
 * Defines an outbound connector: a schema and a function that together execute a service task.
 *
 * The connector is a frozen plain object, so a copy such as `{ ...connector, type: 'log:v2' }` is a connector too, and
 * `connector.run` can be called in a unit test.
 *
 * A connector can have several `operations`, each with its own schemas and function. The task header `operation` selects
 * the one to execute.
 *
 * @param definition `name`, `type`, `input` (the valibot schema of an object) and `run`, or `operations` in place of
 *   `input` and `run`. Everything else is optional: `output` (the schema of the result), `timeout` (seconds, default 10),
 *   `lease` (seconds, default 300), `maxJobs` (default 32), `resultVariable`, `retryBackoff`, `use`, `template`, `description`; see
 *   {@link OutboundDefinition} and {@link OperationsDefinition}
 * @returns the connector, with its defaults filled in
 * @throws one fault of kind `definition` that lists every problem, with its path and, for a misspelt name, a suggestion
 * @example
 * const log = defineOutbound({
 *   name: 'LogConnector',
 *   type: 'log',
 *   input: v.object({ message: v.string() }),
 *   output: v.object({ status: v.string() }),
 *   run: ({ message }, { logger }) => {
 *     logger.info(message);
 *     return { status: 'ok' };
 *   },
 * });
 * @example
 * const shelf = defineOutbound({
 *   name: 'Shelf',
 *   type: 'shelf',
 *   operations: {
 *     lend: { input: v.object({ isbn: v.string() }), run: ({ isbn }) => lend(isbn) },
 *     search: { input: v.object({ words: v.string() }), run: ({ words }) => search(words) },
 *   },
 * });
 */
export const defineOutbound = <
  const Type extends string,
  I extends Schema = Schema,
  O extends Schema | undefined = undefined,
  Is extends OperationInputs = Record<never, never>,
  Os extends OperationOutputs = Record<never, never>,
>(
  definition:
    | (OutboundDefinition<Type, I, O> & { readonly operations?: undefined })
    | OperationsDefinition<Type, Is, Os, I, O>,
): [keyof Is] extends [never] ? OutboundConnector<Type, I, O> : OperationsConnector<Type, Is, Os> => {
  refuseFaults('defineOutbound', definition, checkDefinition('outbound', definition));
  const { operations } = definition;
  const connector = Object.freeze({
    timeout: defaultTimeout,
    maxJobs: defaultMaxJobs,
    ...withoutUndefined(definition),
    ...(operations === undefined ? {} : { operations: freezeOperations(operations) }),
    kind: 'outbound' as const,
  });
  // KeepLiterals is never once the schemas are known, so `run` returns what the connector's type says.
  return connector as never;
};

type AnySchema = Schema | undefined;

/** Stands for a definition without `webhook`, so that the compiler can tell the two forms apart. */
interface WithLoop {
  readonly hasLoop: true;
}

type AnyCallbackDefinition = CallbackDefinition<string, AnySchema, AnySchema, AnySchema>;
type InboundForms = AnyCallbackDefinition | InboundDefinition<string, AnySchema, AnySchema, AnySchema>;

const isCallbackDefinition = (definition: InboundForms): definition is AnyCallbackDefinition =>
  isCallbackConnector(definition);

/**
 * Defines an inbound connector: a function that is called repeatedly until the message that a process waits for is ready. With
 * `webhook` in place of `loop`, the connector waits for one call from outside, at an address of its own.
 *
 * A process activates the connector with the built-in task `_activate_inbound_connector` and waits in a message event.
 * The connector is a frozen plain object.
 *
 * @param definition `name` and `loop`. Everything else is optional: `input`, `output` and `state` (valibot schemas of
 *   objects), `cycle` (seconds between calls, default 1), `messageTimeToLive` (seconds, default 3600), `expires`
 *   (seconds), `maxFailures` (default 60), `use`, `template`, `description`; see {@link InboundDefinition}. The
 *   activation uses the variables `name`, `correlation_key`, `message_name` and `expires_after` itself, so no field of
 *   `input` can have one of these names. With `webhook`, see {@link CallbackDefinition}: the activation sets a process variable
 *   (`callback_url` by default) to the address, and a POST to it becomes the message
 * @returns the connector, with its defaults filled in
 * @throws one fault of kind `definition` that lists every problem, with its path and, for a misspelt name, a suggestion
 * @example
 * const parcel = defineInbound({
 *   name: 'parcel_arrived',
 *   cycle: 30,
 *   input: v.object({ parcel: v.string() }),
 *   output: v.object({ signedBy: v.string() }),
 *   loop: async ({ parcel }, { signal }) => {
 *     const response = await fetch(`https://parcels.example.org/${parcel}`, { signal });
 *     const { signedBy } = await response.json();
 *     return signedBy ? { signedBy } : undefined;
 *   },
 * });
 * @example
 * const paid = defineInbound({
 *   name: 'order_paid',
 *   expires: 3600,
 *   output: v.object({ paid: v.boolean() }),
 *   webhook: { body: v.object({ status: v.string() }), run: ({ body }) => ({ paid: body.status === 'paid' }) },
 * });
 */
export const defineInbound = <
  const Name extends string,
  I extends AnySchema = undefined,
  O extends AnySchema = undefined,
  S extends AnySchema = undefined,
  B extends AnySchema = undefined,
  W extends object = WithLoop,
  E = WithLoop,
>(
  definition: (
    | (InboundDefinition<Name, I, O, S> & { readonly webhook?: undefined })
    | (CallbackDefinition<Name, I, O, B> & { readonly loop?: undefined })
  ) & { readonly webhook?: { readonly [Setting in keyof W]: unknown } | E },
): [W | E] extends [WithLoop] ? InboundConnector<Name, I, O, S> : CallbackConnector<Name, I, O, B> => {
  refuseFaults('defineInbound', definition, checkDefinition('inbound', definition));
  const given = withoutUndefined<InboundForms>(definition as never);
  if (!isCallbackDefinition(given)) {
    return Object.freeze({
      cycle: defaultCycle,
      messageTimeToLive: defaultTimeToLive,
      maxFailures: defaultMaxFailures,
      ...given,
      kind: 'inbound' as const,
      // KeepLiterals is never once the schemas are known, so `loop` returns what the connector's type says.
    }) as never;
  }
  const callback = withCallbackDefaults(given);
  refuseFaults('defineInbound', definition, checkConnector(callback));
  return Object.freeze(callback) as never;
};
