import type * as v from 'valibot';
import { fault } from '../common/fault.ts';
import { checkDefinition } from './rules/connector.ts';
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

export { checkConnector } from './rules/connector.ts';

/** What {@link defineOutbound} takes. */
export interface OutboundDefinition<Type extends string, I extends Schema, O extends Schema | undefined> {
  /** Marks the copy of a finished connector; not needed in a new one. */
  readonly kind?: 'outbound';
  /** For people: the modeler, log lines, error texts. */
  readonly name: string;
  /** The job type that service tasks name. Must not start with `_`. */
  readonly type: Type;
  readonly description?: string;
  /** Seconds that `run` may take; then its signal aborts and the job fails. @default 10 */
  readonly timeout?: number;
  /**
   * Most jobs of this connector in hand at once. Higher hides slow services; lower keeps memory flat, drains
   * faster and leaves more to other runtimes. @default 32
   */
  readonly maxJobs?: number;
  /** valibot schema of an object: the job variables. Only the variables that it names are fetched. */
  readonly input: I;
  /** valibot schema of the result; `run`'s return is checked against it, by the compiler and at run time. */
  readonly output?: O;
  /** Variable that takes the result where the task names none; `false` drops it. Absent: an object's fields are merged. */
  readonly resultVariable?: string | false;
  /** Pause before another attempt where neither the error nor the task's header `retryBackoff` says. Absent: none. */
  readonly retryBackoff?: RetryBackoff;
  /** Functions around `run`; the first is the outermost, and all are within those of the runtime. */
  readonly use?: readonly OutboundMiddleware<v.InferOutput<I>, RunResult<O>>[];
  /** What its element template says beside the schemas: id, version, icon, sections, … */
  readonly template?: OutboundTemplateSettings;
  /** The work itself. */
  readonly run: (input: v.InferOutput<I>, context: OutboundContext) => MaybePromise<RunResult<O> | KeepLiterals>;
}

type OperationRun<I extends Schema, O extends Schema | undefined> = (
  input: v.InferOutput<I>,
  context: OutboundContext,
) => MaybePromise<RunResult<O> | KeepLiterals>;

interface OperationTexts {
  /** For people, e.g. in the modeler's list of operations. Default: the id. */
  readonly name?: string;
  readonly description?: string;
}

/**
 * What {@link defineOutbound} takes of a connector with several operations: for each, by its id, what a connector with
 * one has at its top. The compiler infers inputs and outputs apart, hence the two halves.
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
   * Functions around the `run` of every operation; the first is the outermost. (Of the very type that a connector with
   * one `run` has: the compiler gives no types to the parameters of a function that could be of either.)
   */
  readonly use?: readonly OutboundMiddleware<v.InferOutput<I>, RunResult<O>>[];
  readonly operations: {
    readonly [Id in keyof Is]: OperationTexts & {
      /** valibot schema of an object: the job variables. The variables of all operations are fetched. */
      readonly input: Is[Id];
      readonly output?: Schema;
      /** The work itself. */
      readonly run: OperationRun<Is[Id], OperationOutput<Os, Id>>;
    };
  } & {
    readonly [Id in keyof Os]: OperationTexts & {
      readonly input: Schema;
      /** valibot schema of the result of this operation. */
      readonly output?: Os[Id];
      readonly run: unknown;
    };
  };
}

/** What {@link defineInbound} takes. */
export interface InboundDefinition<
  Name extends string,
  I extends Schema | undefined,
  O extends Schema | undefined,
  S extends Schema | undefined = undefined,
> {
  /** Marks the copy of a finished connector; not needed in a new one. */
  readonly kind?: 'inbound';
  /** What a process asks for, and the message's name where the process gives none. */
  readonly name: Name;
  readonly description?: string;
  /** Seconds between the end of one `loop` call and the start of the next. @default 1 */
  readonly cycle?: number;
  /**
   * Seconds that the cluster keeps a message which nothing awaits yet. Long enough for a process that still has work
   * to do before its message event; 0 reaches only those that wait already. @default 3600
   */
  readonly messageTimeToLive?: number;
  /**
   * Seconds after which a subscription ends without a message, because nobody can want it any more. A process may set
   * its own by the variable `expires_after` of its activation. Absent: it waits for ever.
   */
  readonly expires?: number;
  /**
   * Failures of `loop` in a row after which the subscription becomes an incident that an operator resolves. The pauses
   * between them grow to a minute. Subscriptions in memory go on for ever. @default 60
   */
  readonly maxFailures?: number;
  /** valibot schema of an object: what the process sends along with its request. */
  readonly input?: I;
  /** valibot schema of an object: the message's variables. */
  readonly output?: O;
  /** What its element templates say beside the schemas: id, version, icon, sections, … */
  readonly template?: InboundTemplateSettings;
  /** valibot schema of an object: what `loop` remembers from one call to the next, by `pending(state)`. */
  readonly state?: S;
  /** Functions around `loop`; the first is the outermost. */
  readonly use?: readonly InboundMiddleware<LoopInput<I>, LoopResult<O, S>>[];
  /**
   * Looks once: `undefined`, `null` or `pending(state)` while nothing is there, the message's variables when it is. A
   * call may come again with the same state, after a runtime has died, so what it does has to bear repetition.
   */
  readonly loop: (
    input: LoopInput<I>,
    context: InboundContext<LoopState<S>>,
  ) => MaybePromise<LoopResult<O, S> | KeepLiterals>;
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
      what: ['This connector cannot work:', ...problems.map((problem) => `- ${problem}`)].join('\n'),
      where: `${maker}(${nameOf(definition)})`,
      fix: 'correct what is named above.',
    },
    { problems },
  );
};

/** Leaves out what is undefined, so that a copy with `undefined` in it means the same as one without. */
const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;

const freezeOperations = <T extends object>(operations: T): T =>
  Object.freeze(
    Object.fromEntries(Object.entries(operations).map(([id, one]) => [id, Object.freeze(withoutUndefined(one))])),
  ) as T;

/**
 * Describes an outbound connector: a schema and a function that executes a service task. The result is a frozen plain
 * object; `{ ...connector, type: 'log:v2' }` is another connector. Throws one fault of kind `definition` that names
 * everything wrong.
 *
 * A connector may be made of several `operations`, each with its own schemas and function; the task's header `operation`
 * names the one to execute.
 *
 * @param definition `name`, `type`, `input` (a valibot schema of an object) and `run`, or `operations`; `timeout` in
 *   seconds and the rest are optional, see {@link OutboundDefinition} and {@link OperationsDefinition}
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
  // Nothing is of the type KeepLiterals, so `run` returns what the connector's type says.
  return connector as never;
};

/**
 * Describes an inbound connector: a function that is called again and again until the thing that a process waits for
 * is there. The result is a frozen plain object. Throws one fault of kind `definition` that names everything wrong.
 *
 * @param definition `name` and `loop`; `cycle`, `messageTimeToLive` and `expires` in seconds, schemas and the rest are
 *   optional, see {@link InboundDefinition}. No field of `input` may be called `name`, `correlation_key`,
 *   `message_name` or `expires_after`, which the activation keeps to itself.
 * @example
 * const randomNumber = defineInbound({
 *   name: 'random_inbound',
 *   cycle: 5,
 *   output: v.object({ random_number: v.number() }),
 *   loop: () => ({ random_number: 4 }),
 * });
 */
export const defineInbound = <
  const Name extends string,
  I extends Schema | undefined = undefined,
  O extends Schema | undefined = undefined,
  S extends Schema | undefined = undefined,
>(
  definition: InboundDefinition<Name, I, O, S>,
): InboundConnector<Name, I, O, S> => {
  refuseFaults('defineInbound', definition, checkDefinition('inbound', definition));
  return Object.freeze({
    cycle: defaultCycle,
    messageTimeToLive: defaultTimeToLive,
    maxFailures: defaultMaxFailures,
    ...withoutUndefined(definition),
    // Nothing is of the type KeepLiterals, so `loop` returns what the connector's type says.
    loop: definition.loop as InboundConnector<Name, I, O, S>['loop'],
    kind: 'inbound' as const,
  });
};
