import type * as v from 'valibot';
import type { BpmnError, JobError } from './errors.ts';
import type { Pending } from './pending.ts';
import type { InboundTemplateSettings, OutboundTemplateSettings } from './template-settings.ts';

/** Any valibot schema, synchronous or asynchronous. */
export type Schema = v.GenericSchema | v.GenericSchemaAsync;

/** JSON text as it comes over the wire. */
export type JsonText = string;

/** A value or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Where connectors and the runtime write their lines. consola, console, pino and winston loggers fit. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

/** A job as a connector sees it. Keys are decimal strings, because they are 64-bit integers. */
export interface Job {
  readonly key: string;
  readonly type: string;
  readonly processInstanceKey: string;
  readonly bpmnProcessId: string;
  readonly processDefinitionVersion: number;
  readonly processDefinitionKey: string;
  readonly elementId: string;
  readonly elementInstanceKey: string;
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly worker: string;
  /** Attempts left, the current one included. */
  readonly retries: number;
  /** When the cluster takes the job away, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly tenantId: string;
}

/** What `run` gets beside its input. */
export interface OutboundContext {
  readonly job: Job;
  /** Aborts when the timeout passes and when the runtime stops. Hand it to `fetch` and friends. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** One request of a process for an inbound connector. */
export interface Activation {
  /** Stable over every repetition of the same request; also the message id. */
  readonly id: string;
  /** Name of the inbound connector. */
  readonly connector: string;
  readonly messageName: string;
  readonly correlationKey: string;
  /** The task's other variables, before validation. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly processInstanceKey: string;
  readonly bpmnProcessId: string;
  readonly elementId: string;
  /** Seconds that it waits for its message at most; absent: as long as the connector says. */
  readonly expiresAfter?: number;
  /** Name of the variable that takes the whole message; absent: each entry of the message becomes a variable. */
  readonly resultVariable?: string;
  /** Absent: the default tenant. */
  readonly tenantId?: string;
}

/** What `loop` gets beside its input. */
export interface InboundContext<State = unknown> {
  readonly activation: Activation;
  /** What the last call left by `pending(state)`, on whichever runtime; absent until then. */
  readonly state?: State | undefined;
  /** Aborts when the runtime stops, and when it does not hold the subscription any more. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * The rest of the way to the connector's own function. Without arguments it goes on with the same input and context;
 * it may be called more than once, or not at all.
 */
export type Next<Input, Result, Context> = (input?: Input, context?: Context) => Promise<Result>;

/** A function around a connector's own: it may look at or change input, context and result, answer itself, or throw. */
export type Middleware<Input, Result, Context> = (
  input: Input,
  context: Context,
  next: Next<Input, Result, Context>,
) => MaybePromise<Result>;

/**
 * A function around `run`. Without type arguments it fits every connector and knows nothing of input and result.
 *
 * @example
 * const timing: OutboundMiddleware = async (_input, { logger }, next) => {
 *   const start = performance.now();
 *   try {
 *     return await next();
 *   } finally {
 *     logger.debug(`took ${performance.now() - start} ms`);
 *   }
 * };
 */
// biome-ignore lint/suspicious/noExplicitAny: one that serves all connectors has to be accepted by each, so only `any` fits
export type OutboundMiddleware<Input = any, Result = any> = Middleware<Input, Result, OutboundContext>;

/** A function around `loop`; see {@link OutboundMiddleware}. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type InboundMiddleware<Input = any, Result = any> = Middleware<Input, Result, InboundContext>;

/** What `run` may return: the output schema's input type, or an error as a value. */
export type RunResult<O extends Schema | undefined> =
  | (O extends Schema ? v.InferInput<O> : unknown)
  | BpmnError
  | JobError;

/** Pauses between attempts that grow from one to the next. Times in seconds. */
export interface GrowingBackoff {
  /** After the first attempt. */
  readonly initial: number;
  /** How much longer each pause is than the one before. @default 2 */
  readonly factor?: number;
  /** No pause is longer, but for the jitter. @default 300 */
  readonly max?: number;
  /**
   * Part of a pause by which it may be longer or shorter, at random, so that jobs which failed together do not come
   * back together. @default 0.1
   */
  readonly jitter?: number;
  /**
   * Attempts that the tasks give, as the number of an attempt is counted from those that are left. @default 3
   */
  readonly attempts?: number;
}

/**
 * Pause before another attempt: seconds; growing ones; or a function of the number of the failed attempt (1 is the first
 * of the usual 3) and of the attempts left, that one included, which gives seconds.
 */
export type RetryBackoff = number | GrowingBackoff | ((attempt: number, retries: number) => number);

/** A connector that executes a service task: job variables in, result out. */
export interface OutboundConnector<
  Type extends string = string,
  I extends Schema = Schema,
  O extends Schema | undefined = Schema | undefined,
> {
  readonly kind: 'outbound';
  readonly name: string;
  readonly type: Type;
  readonly description?: string;
  /** Seconds that `run` may take. */
  readonly timeout: number;
  /** Most jobs of this connector in hand at once. */
  readonly maxJobs: number;
  readonly input: I;
  readonly output?: O;
  /** Variable that takes the result where the task names none; `false` drops it. */
  readonly resultVariable?: string | false;
  /** Pause before another attempt where neither the error nor the task's header `retryBackoff` says. Absent: none. */
  readonly retryBackoff?: RetryBackoff;
  /** Functions around `run`; the first is the outermost, and all are within those of the runtime. */
  readonly use?: readonly OutboundMiddleware<v.InferOutput<I>, RunResult<O>>[];
  /** What its element template says beside its schemas. */
  readonly template?: OutboundTemplateSettings;
  readonly run: (input: v.InferOutput<I>, context: OutboundContext) => MaybePromise<RunResult<O>>;
}

/** One of several things that a connector can do; the task's header `operation` names it. */
export interface Operation<I extends Schema = Schema, O extends Schema | undefined = Schema | undefined> {
  /** For people; the id stands in where it is absent. */
  readonly name?: string;
  readonly description?: string;
  readonly input: I;
  readonly output?: O;
  readonly run: (input: v.InferOutput<I>, context: OutboundContext) => MaybePromise<RunResult<O>>;
}

/** Schemas by the operations' ids. */
export type OperationInputs = Readonly<Record<string, Schema>>;
/** As {@link OperationInputs}, for results. Of an operation without an output schema the compiler infers `unknown`. */
export type OperationOutputs = Readonly<Record<string, unknown>>;

/** The output schema of an operation, or `undefined`. */
export type OperationOutput<Os, Id> = Id extends keyof Os
  ? Schema extends Os[Id]
    ? undefined
    : Os[Id] extends Schema
      ? Os[Id]
      : undefined
  : undefined;

/** An outbound connector that is made of several operations, each with its own schema and function. */
export interface OperationsConnector<
  Type extends string = string,
  Is extends OperationInputs = OperationInputs,
  Os extends OperationOutputs = OperationOutputs,
> extends Omit<OutboundConnector<Type>, 'input' | 'output' | 'run' | 'use'> {
  /** Functions around the `run` of every operation; the first is the outermost. */
  readonly use?: readonly OutboundMiddleware[];
  readonly operations: { readonly [Id in keyof Is]: Operation<Is[Id], OperationOutput<Os, Id>> };
}

/** What `loop` gets: the input schema's output, or an empty object where there is no schema. */
export type LoopInput<I extends Schema | undefined> = I extends Schema ? v.InferOutput<I> : Record<string, never>;

/** What `loop` finds as `context.state`: the state schema's output, or anything where there is no schema. */
export type LoopState<S extends Schema | undefined> = S extends Schema ? v.InferOutput<S> : unknown;

/** What `loop` may return: nothing yet, nothing yet but a state to remember, or the message's variables. */
export type LoopResult<O extends Schema | undefined, S extends Schema | undefined = undefined> =
  | (O extends Schema ? v.InferInput<O> : object)
  | Pending<S extends Schema ? v.InferInput<S> : unknown>
  | null
  | undefined;

/** A connector that waits for something outside and publishes it to the process as a message. */
export interface InboundConnector<
  Name extends string = string,
  I extends Schema | undefined = Schema | undefined,
  O extends Schema | undefined = Schema | undefined,
  S extends Schema | undefined = undefined,
> {
  readonly kind: 'inbound';
  readonly name: Name;
  readonly description?: string;
  /** Seconds between the end of one `loop` call and the start of the next. */
  readonly cycle: number;
  /** Seconds that the cluster keeps a message which nothing awaits yet. */
  readonly messageTimeToLive: number;
  /** Seconds after which a subscription without a message ends; absent: never. */
  readonly expires?: number;
  /** Failures in a row after which a subscription that the cluster holds becomes an incident. */
  readonly maxFailures: number;
  readonly input?: I;
  readonly output?: O;
  /** What its element templates say beside its schemas. */
  readonly template?: InboundTemplateSettings;
  /** What `pending(state)` takes. */
  readonly state?: S;
  /** Functions around `loop`; the first is the outermost. */
  readonly use?: readonly InboundMiddleware<LoopInput<I>, LoopResult<O, S>>[];
  readonly loop: (input: LoopInput<I>, context: InboundContext<LoopState<S>>) => MaybePromise<LoopResult<O, S>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list holds connectors of unrelated inputs; `run` takes its own input, so only `any` fits all
export type AnyOutboundConnector = OutboundConnector<string, any, any>;
/** As {@link AnyOutboundConnector}, of those that are made of operations. */
export interface AnyOperationsConnector extends Omit<OperationsConnector, 'operations'> {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly operations: Readonly<Record<string, Operation<any, any>>>;
}
/** An outbound connector of either form. */
export type AnyOutbound = AnyOutboundConnector | AnyOperationsConnector;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyInboundConnector = InboundConnector<string, any, any, any>;

/** What executing a job yields, as data, before anything is sent. */
export type Outcome =
  | { readonly kind: 'complete'; readonly variables: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'fail';
      readonly message: string;
      /** Attempts left after this one; 0 raises an incident. */
      readonly retries: number;
      /** Milliseconds until the next attempt. */
      readonly backoff: number;
      readonly variables?: Readonly<Record<string, unknown>>;
      /** The error behind it, for the log; never sent. */
      readonly cause?: unknown;
    }
  | {
      readonly kind: 'bpmnError';
      readonly code: string;
      readonly message: string;
      readonly variables?: Readonly<Record<string, unknown>>;
    };

declare const nobody: unique symbol;

type Literal = '' | 0 | true | false | 0n | null | readonly Literal[] | { readonly [name: string]: Literal };

/**
 * A type that no value has. As a further member of what a function may return it tells the compiler to keep literals
 * (`{ status: 'ok' }`, not `{ status: string }`) while the schema's own type is not inferred yet, at any depth; without
 * it an author would have to write `as const` wherever the output schema names literals.
 */
export interface KeepLiterals {
  readonly [name: string]: Literal;
  readonly [nobody]: never;
}
