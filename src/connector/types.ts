import type * as v from 'valibot';
import type { DocumentResult, Documents } from './document.ts';
import type { BpmnError, InputError, JobError } from './errors.ts';
import type { JobKind, ListenerEvent, UserTaskProperties } from './job-kinds.ts';
import type { JobResult, JobResultReturn } from './job-results.ts';
import type { Pending } from './pending.ts';
import type { InboundTemplateSettings, OutboundTemplateSettings } from './template-settings.ts';

/** Any valibot schema, synchronous or asynchronous. */
export type Schema = v.GenericSchema | v.GenericSchemaAsync;

/** JSON text, as the cluster sends and receives it. */
export type JsonText = string;

/** A value or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** The logger of connectors and of the runtime. Compatible with consola, console, pino and winston. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

/** A job. Keys are decimal strings, because they are 64-bit integers. */
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
  /** Attempts left, including the current one. */
  readonly retries: number;
  /** When the cluster gives the job to another worker, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The tenant of the process instance; `<default>` on a cluster without tenants. */
  readonly tenantId: string;
  /** What kind of work the job stands for; `BPMN_ELEMENT` on a cluster before 8.8. */
  readonly kind: JobKind;
  /** The event that a listener's job reports; absent for jobs of other kinds. */
  readonly listenerEvent?: ListenerEvent | undefined;
  /** The user task of a task listener's job; absent for jobs of other kinds. */
  readonly userTask?: UserTaskProperties | undefined;
  /** The tags of the process instance; empty on a cluster before 8.8. */
  readonly tags: readonly string[];
}

/** The second argument of `run`. */
export interface OutboundContext {
  readonly job: Job;
  /**
   * Aborts at the connector's timeout, when the runtime stops, and when the job no longer belongs to this runtime. Pass it to
   * `fetch` and similar functions.
   */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /**
   * Gives `run` more time: it may take at least this many milliseconds from now on, whatever the connector's timeout is. A
   * shorter time than is left changes nothing. Note the unit: `timeout` and `lease` are in seconds, this is in milliseconds. A
   * call that asks for less than a second and changes nothing logs a warning, and the error of the timeout mentions it.
   *
   * Resolves when the cluster reserves the job for that time. Call it while there is time left. Rejects if the cluster refuses,
   * or if the runtime no longer has the job; after a refusal, `run` has the time that it had.
   *
   * @param milliseconds above 0, and at most 2,147,483,647 (24 days). Anything else is rejected with a `definition` fault
   *
   * @example
   * for (const page of pages) {
   *   await extend(30_000);
   *   await print(page, { signal });
   * }
   */
  readonly extend: (milliseconds: number) => Promise<void>;
  /** Creates, opens and deletes documents, under the signal of the job. */
  readonly documents: Documents;
}

/** The request of a process for an inbound connector. */
export interface Activation {
  /** The same for every repetition of the request. It is also the id of the message. */
  readonly id: string;
  /** The name of the inbound connector. */
  readonly connector: string;
  readonly messageName: string;
  readonly correlationKey: string;
  /** The other variables of the task, before validation. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly processInstanceKey: string;
  readonly bpmnProcessId: string;
  readonly elementId: string;
  /** Maximum number of seconds to wait for the message. Absent: the limit of the connector. */
  readonly expiresAfter?: number;
  /** The variable for the whole message. Without this and `resultExpression`, each field of the message becomes a variable. */
  readonly resultVariable?: string;
  /** The FEEL expression that maps the message to variables. */
  readonly resultExpression?: string;
  /** Absent: the default tenant. */
  readonly tenantId?: string;
}

/** The second argument of `loop`. */
export interface InboundContext<State = unknown> {
  readonly activation: Activation;
  /** The state that the last call returned with `pending(state)`, on any runtime. Absent before that. */
  readonly state?: State | undefined;
  /** Aborts when the runtime stops, and when another runtime takes the subscription over. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/**
 * Continues to the next middleware, and finally to the connector's function. Without arguments, the input and the context
 * stay the same. A middleware may call it several times, or not at all.
 */
export type Next<Input, Result, Context> = (input?: Input, context?: Context) => Promise<Result>;

/** A function around a connector's function. It may read or change input, context and result, return a result itself, or throw. */
export type Middleware<Input, Result, Context> = (
  input: Input,
  context: Context,
  next: Next<Input, Result, Context>,
) => MaybePromise<Result>;

/**
 * Middleware around `run`. Without type arguments it fits every connector, and its input and result are `any`.
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
// biome-ignore lint/suspicious/noExplicitAny: every connector must accept a middleware for all connectors, so only `any` fits
export type OutboundMiddleware<Input = any, Result = any> = Middleware<Input, Result, OutboundContext>;

/** Middleware around `loop`; see {@link OutboundMiddleware}. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type InboundMiddleware<Input = any, Result = any> = Middleware<Input, Result, InboundContext>;

/** What `run` may return: a value that the output schema accepts, or an error. */
export type RunResult<O extends Schema | undefined> =
  | (O extends Schema ? v.InferInput<O> : unknown)
  | BpmnError
  | DocumentResult
  | InputError
  | JobError
  | JobResultReturn;

/** Growing pauses between attempts. All times are in seconds. */
export interface GrowingBackoff {
  /** The pause after the first attempt. */
  readonly initial: number;
  /** Each pause is this many times as long as the one before. @default 2 */
  readonly factor?: number;
  /** The longest pause, before jitter. @default 300 */
  readonly max?: number;
  /**
   * How far a pause varies at random, as a share of it from 0 to 1, so that jobs that failed together are not all retried
   * at the same time. @default 0.1
   */
  readonly jitter?: number;
  /**
   * The number of attempts that the model gives to the tasks. The cluster reports only how many attempts are left, so the
   * number of an attempt is calculated from this one. @default 3
   */
  readonly attempts?: number;
}

/**
 * The pause before the next attempt: seconds, growing pauses, or a function that returns seconds. Its arguments are the
 * number of the failed attempt (1 is the first of the usual 3) and the attempts left, including the failed one.
 */
export type RetryBackoff = number | GrowingBackoff | ((attempt: number, retries: number) => number);

/** A connector that executes a service task: it turns job variables into a result. */
export interface OutboundConnector<
  Type extends string = string,
  I extends Schema = Schema,
  O extends Schema | undefined = Schema | undefined,
> {
  readonly kind: 'outbound';
  readonly name: string;
  readonly type: Type;
  readonly description?: string;
  /** Seconds that one call of `run` may take. */
  readonly timeout: number;
  /** Seconds for which the cluster reserves a job at a time. Absent: 300, or the timeout and 10 seconds if that is shorter. */
  readonly lease?: number;
  /** Takes the jobs with lease tokens. Needs Camunda 8.10. */
  readonly leaseToken?: boolean;
  /** Maximum number of jobs of this connector that a runtime works on at the same time. */
  readonly maxJobs: number;
  readonly input: I;
  readonly output?: O;
  /** The variable for the result of a task that does not name one; `false` drops the result. */
  readonly resultVariable?: string | false;
  /** The pause before the next attempt, unless the error or the task header `retryBackoff` sets one. Absent: no pause. */
  readonly retryBackoff?: RetryBackoff;
  /** Middleware around `run`. The first function is the outermost; the middleware of the runtime is outside all of them. */
  readonly use?: readonly OutboundMiddleware<v.InferOutput<I>, RunResult<O>>[];
  /** Settings of the element template that the schemas do not contain. */
  readonly template?: OutboundTemplateSettings;
  readonly run: (input: v.InferOutput<I>, context: OutboundContext) => MaybePromise<RunResult<O>>;
}

/** One of several operations of a connector. The task header `operation` selects it. */
export interface Operation<I extends Schema = Schema, O extends Schema | undefined = Schema | undefined> {
  /** The name for people. Absent: the id. */
  readonly name?: string;
  readonly description?: string;
  readonly input: I;
  readonly output?: O;
  readonly run: (input: v.InferOutput<I>, context: OutboundContext) => MaybePromise<RunResult<O>>;
}

/** The input schemas by the ids of the operations. */
export type OperationInputs = Readonly<Record<string, Schema>>;
/** The output schemas by the ids of the operations. The compiler infers `unknown` for an operation without one. */
export type OperationOutputs = Readonly<Record<string, unknown>>;

/** The output schema of an operation, or `undefined`. */
export type OperationOutput<Os, Id> = Id extends keyof Os
  ? Schema extends Os[Id]
    ? undefined
    : Os[Id] extends Schema
      ? Os[Id]
      : undefined
  : undefined;

/** An outbound connector with several operations, each with its own schemas and function. */
export interface OperationsConnector<
  Type extends string = string,
  Is extends OperationInputs = OperationInputs,
  Os extends OperationOutputs = OperationOutputs,
> extends Omit<OutboundConnector<Type>, 'input' | 'output' | 'run' | 'use'> {
  /** Middleware around the `run` of every operation. The first function is the outermost. */
  readonly use?: readonly OutboundMiddleware[];
  readonly operations: { readonly [Id in keyof Is]: Operation<Is[Id], OperationOutput<Os, Id>> };
}

/** The first argument of `loop`: the output type of the input schema, or an empty object without a schema. */
export type LoopInput<I extends Schema | undefined> = I extends Schema ? v.InferOutput<I> : Record<string, never>;

/** The type of `context.state` in `loop`: the output type of the state schema, or `unknown` without a schema. */
export type LoopState<S extends Schema | undefined> = S extends Schema ? v.InferOutput<S> : unknown;

/** What `loop` may return: the variables of the message, `pending(state)`, or null or undefined while there is no message. */
export type LoopResult<O extends Schema | undefined, S extends Schema | undefined = undefined> =
  | (O extends Schema ? v.InferInput<O> : object)
  | Pending<S extends Schema ? v.InferInput<S> : unknown>
  | null
  | undefined;

/** A connector that waits for an outside event and publishes it to the process as a message. */
export interface InboundConnector<
  Name extends string = string,
  I extends Schema | undefined = Schema | undefined,
  O extends Schema | undefined = Schema | undefined,
  S extends Schema | undefined = undefined,
> {
  readonly kind: 'inbound';
  readonly name: Name;
  readonly description?: string;
  /** Seconds between the end of one call to `loop` and the start of the next. */
  readonly cycle: number;
  /** Seconds that the cluster keeps a message until a process waits for it. */
  readonly messageTimeToLive: number;
  /** Seconds after which a subscription without a message ends. Absent: never. */
  readonly expires?: number;
  /** Consecutive failures after which a durable subscription becomes an incident. */
  readonly maxFailures: number;
  readonly input?: I;
  readonly output?: O;
  /** Settings of the element templates that the schemas do not contain. */
  readonly template?: InboundTemplateSettings;
  /** The schema of the state in `pending(state)`. */
  readonly state?: S;
  /** Middleware around `loop`. The first function is the outermost. */
  readonly use?: readonly InboundMiddleware<LoopInput<I>, LoopResult<O, S>>[];
  readonly loop: (input: LoopInput<I>, context: InboundContext<LoopState<S>>) => MaybePromise<LoopResult<O, S>>;
}

/** Any outbound connector with a single `run`. */
// biome-ignore lint/suspicious/noExplicitAny: a list contains connectors with unrelated inputs, so only `any` fits all of them
export type AnyOutboundConnector = OutboundConnector<string, any, any>;
/** Any outbound connector with operations. */
export interface AnyOperationsConnector extends Omit<OperationsConnector, 'operations'> {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly operations: Readonly<Record<string, Operation<any, any>>>;
}
/** Any outbound connector. */
export type AnyOutbound = AnyOutboundConnector | AnyOperationsConnector;
/** Any inbound connector. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyInboundConnector = InboundConnector<string, any, any, any>;

/** The result of executing a job, as data, before anything is sent to the cluster. */
export type Outcome =
  | {
      readonly kind: 'complete';
      readonly variables: Readonly<Record<string, unknown>>;
      /** The decision of a job of an ad-hoc sub-process or of a user task listener. */
      readonly result?: JobResult;
    }
  | {
      readonly kind: 'fail';
      readonly message: string;
      /** Attempts left after this one; 0 raises an incident. */
      readonly retries: number;
      /** Milliseconds until the next attempt. */
      readonly backoff: number;
      readonly variables?: Readonly<Record<string, unknown>>;
      /** The error behind the failure, for the log. Never sent to the cluster. */
      readonly cause?: unknown;
    }
  | {
      readonly kind: 'bpmnError';
      readonly code: string;
      readonly message: string;
      readonly variables?: Readonly<Record<string, unknown>>;
    };

type Literal = '' | 0 | true | false | 0n | null | readonly Literal[] | { readonly [name: string]: Literal };

/**
 * `never`, once the output schema is known. As part of a return type it makes the compiler keep literals at any depth
 * (`{ status: 'ok' }` instead of `{ status: string }`) while it infers the type of the schema: until then, the compiler takes
 * both branches of the condition for possible. Without it, authors would have to write `as const` wherever the output
 * schema contains literals. When results are checked it is gone, so that errors speak of the result alone.
 */
export type KeepLiterals<O> = [O] extends [Schema | undefined] ? never : { readonly [name: string]: Literal };
