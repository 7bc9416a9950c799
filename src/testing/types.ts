/// <reference lib="esnext.disposable" preserve="true" />

import type { AnyOutbound, Logger, OutboundMiddleware } from '../connector/types.ts';
import type { AnyCallbackConnector } from '../connector/webhooks/callback-types.ts';
import type { AnyWebhook } from '../connector/webhooks/types.ts';
import type { ResourceInput } from '../engine/deployment/read-files.ts';
import type { TestClock } from '../engine/host/test-clock.ts';
import type { CreateOptions, Key, MachineIncident, MachineUserTask, Variables } from '../engine/machine/types.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { Engine } from '../engine/types.ts';
import type { AnyInbound } from '../runtime/options.ts';
import type { SecretProvider } from '../runtime/secrets/provider.ts';
import type { Runtime } from '../runtime/shared/runtime-interface.ts';
import type { CallAnswer, CallBody, CallbackCall, CallRequest, WebhookCall } from './calls/types.ts';
import type { JobMock, JobOutcome } from './outcomes.ts';
import type {
  ExpectedDecision,
  ExpectedEnd,
  ExpectedIncident,
  ExpectedVariables,
  UserTaskSelector,
} from './state/checks.ts';
import type { Counts } from './state/counts.ts';
import type { ElementSelector } from './state/elements.ts';
import type { CheckResult, ProcessState, Skip } from './state/types.ts';

/** What replaces parts of the processes in a test. */
export interface ProcessMocks {
  /**
   * What happens to jobs, by their type. The variables complete the job as they are, whatever the headers of the task say;
   * `mockOutbound` mocks a connector with its schemas and headers. A mock precedes a connector of the same type.
   *
   * @example
   * mocks: { jobs: { charge: bpmnError('DECLINED'), review: ({ variables }) => ({ ok: variables.total < 100 }) } }
   */
  readonly jobs?: Readonly<Record<string, JobMock>>;
  /**
   * What called processes do, by their ids: as the only task of each. They are deployed after the files, as a new version.
   *
   * @example
   * mocks: { processes: { ship: { tracking: 'A-7' } } }
   */
  readonly processes?: Readonly<Record<string, JobMock>>;
  /**
   * The outputs of decisions, by their ids: always the same JSON value. They are deployed after the files, as a new version.
   *
   * @example
   * mocks: { decisions: { discount: 0.1 } }
   */
  readonly decisions?: Readonly<Record<string, unknown>>;
}

/** Options of `createProcessTest`. */
export interface ProcessTestOptions {
  /** Files to deploy, or folders of them, as for `engine.deploy`; in each tenant, if the engine has tenants. Default: none. */
  readonly resources?: ResourceInput | readonly ResourceInput[];
  /** The connectors, real ones or mocks of `mockOutbound` and `mockInbound`, also webhooks and callbacks. Default: none. */
  readonly connectors?: {
    readonly outbound?: readonly AnyOutbound[];
    readonly inbound?: readonly AnyInbound[];
  };
  readonly mocks?: ProcessMocks;
  /** The values for references such as `{{secrets.API_KEY}}`, by name, or a provider. Default: none. */
  readonly secrets?: Readonly<Record<string, string>> | SecretProvider;
  /** Middleware around `run` of every outbound connector, as in `createRuntime`. Default: none. */
  readonly use?: readonly OutboundMiddleware[];
  /** Receives the lines of runtime and connectors. Default: they are dropped. */
  readonly logger?: Logger;
  /**
   * Whether time is skipped while the test awaits something that is to happen. `upTo`: an ISO 8601 duration of days, hours,
   * minutes and seconds that one wait does not exceed. Default: up to `P366D`.
   */
  readonly skip?: boolean | { readonly upTo: string };
  /** The time at the start: milliseconds since the epoch, a date, or ISO 8601 text. Default: the same in every run. */
  readonly now?: number | string | Date;
  /** Seconds of real time after which an await fails if something hangs, such as a connector. Default: 5. */
  readonly timeLimit?: number;
  /** Options of the engine: `seed`, `version`, `tenants`, `clusterVariables` and so on. Default: `{ seed: 1 }`. */
  readonly engine?: Omit<EngineOptions, 'clock' | 'snapshot'>;
}

/** How a job ended. */
export type CallOutcome =
  | { readonly kind: 'complete'; readonly variables: Variables }
  | { readonly kind: 'fail'; readonly message: string; readonly retries: number }
  | { readonly kind: 'bpmnError'; readonly code: string; readonly variables: Variables }
  /** The job was cancelled, or has timed out. */
  | { readonly kind: 'ended' };

/** A job that a worker has received. */
export interface JobCall {
  readonly jobKey: Key;
  readonly processInstanceKey: Key;
  readonly elementId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The variables that the worker received. */
  readonly variables: Variables;
  /** Absent while the worker has the job. */
  readonly outcome?: CallOutcome;
}

/** A message to publish. */
export interface MessageInput {
  readonly name: string;
  /** Default: none. */
  readonly correlationKey?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly messageId?: string;
  /** Milliseconds for which the message is buffered until something waits for it. Default: an hour, as in Camunda's clients. */
  readonly timeToLive?: number;
  readonly tenantId?: string;
}

/** Which job is meant. Each given field must fit. */
export interface JobSelector {
  readonly type?: string;
  readonly at?: ElementSelector;
}

/** A job that no worker has. */
export interface TestJob {
  readonly key: Key;
  readonly type: string;
  readonly elementId: string;
  readonly retries: number;
  /** Ends the job, as a mock with this outcome would. Resolves when nothing is under way any more. */
  end(outcome: JobOutcome): Promise<void>;
}

/** A user task. Its functions resolve when they have taken effect and nothing is under way any more. */
export interface TestUserTask {
  /** The user task when it was found. */
  readonly task: MachineUserTask;
  complete(variables?: Readonly<Record<string, unknown>>): Promise<void>;
  assign(assignee: string): Promise<void>;
}

/**
 * Checks of a process instance. Each resolves as soon as what is expected is the case, and rejects with an `AssertionError`
 * as soon as it cannot be the case any more; the error says what the instance is doing instead.
 *
 * Checks of what is to happen skip time: `completed`, `terminated`, `passed`, `incident`, `received` and `decided`. Checks of
 * what is do not: they wait until nothing is under way, and look.
 */
export interface ProcessHandle {
  readonly key: Key;
  readonly bpmnProcessId: string;
  /**
   * The instance has completed.
   *
   * @param expected end events that were reached, and variables at the end
   * @example
   * await order.completed({ at: 'EndDeclined', variables: { paid: false } });
   */
  completed(expected?: ExpectedEnd): Promise<void>;
  /** The instance was terminated. */
  terminated(): Promise<void>;
  /** These elements have completed, in this order; others may have completed before, between and after them. */
  passed(...elements: readonly ElementSelector[]): Promise<void>;
  /** None of these elements was entered so far. */
  notPassed(...elements: readonly ElementSelector[]): Promise<void>;
  /** The instance waits at each of these elements; it may wait at others as well. */
  waitsAt(...elements: readonly ElementSelector[]): Promise<void>;
  /** The instance waits for a message, with any correlation key or with this one. */
  waitsForMessage(name: string, correlationKey?: string): Promise<void>;
  /** The instance has received a message, with any correlation key or with this one. */
  received(name: string, correlationKey?: string): Promise<void>;
  /**
   * These variables exist and have these whole values; others may exist.
   *
   * @param options with `at`, the own variables of an active element. Default: those of the process instance
   */
  variables(expected: ExpectedVariables, options?: { readonly at?: ElementSelector }): Promise<void>;
  /**
   * The instance, or one that it has called, has an incident, which is returned. `at` is an element of this instance: where the
   * incident is, or the call activity that has led to it.
   */
  incident(expected?: ExpectedIncident): Promise<MachineIncident>;
  /** Neither the instance nor one that it has called has an incident. */
  noIncident(): Promise<void>;
  /** A business rule task of the instance has evaluated a decision; the last evaluation counts. */
  decided(decisionId: string, expected?: ExpectedDecision): Promise<void>;
  /** Finds a job that no worker has, the oldest first, so that the test can end it. */
  job(selector?: JobSelector): Promise<TestJob>;
  /** Finds an open user task, the oldest first: the string is the id of its element. */
  userTask(selector?: string | UserTaskSelector): Promise<TestUserTask>;
  /**
   * Calls the callback that the instance has activated, at its latest address, as the world outside would. Resolves with the answer
   * when nothing is under way any more.
   *
   * @param callback the connector, which is found by its name
   * @param request the body, whose type is that of `webhook.body`, and more; see {@link CallbackCall}
   * @example
   * const { status } = await order.call(paymentMade, { body: { status: 'paid' } });
   */
  call<Callback extends AnyCallbackConnector>(
    callback: Callback,
    request?: CallbackCall<CallBody<Callback>>,
  ): Promise<CallAnswer>;
  /** Cancels the instance. */
  cancel(): Promise<void>;
  /** What is known of the instance now, for checks of your own. */
  state(): ProcessState;
  /** The ids of the elements that were entered so far, in order. */
  path(): readonly string[];
  /** What the instance is doing, as text. */
  describe(): string;
  /**
   * Waits for a check of your own.
   *
   * @param check looks at the state of the instance
   * @param rules `skip`: time is skipped until the check passes. Default: it looks when nothing is under way any more
   * @returns the last result, whether it passes or not
   */
  check(check: (state: ProcessState) => CheckResult, rules?: { readonly skip?: boolean }): Promise<CheckResult>;
}

/** An engine with a runtime and a clock, for one test. */
export interface ProcessTest {
  readonly engine: Engine;
  /** Absent without connectors. */
  readonly runtime?: Runtime;
  /** The clock of the engine. `elapse` and `at` move it and wait for what follows. */
  readonly clock: TestClock;
  /** The time that was skipped so far. */
  readonly skips: readonly Skip[];
  /** Deploys more files, as `engine.deploy` does. */
  readonly deploy: Engine['deploy'];
  /**
   * Starts an instance of the latest version of a process.
   *
   * @example
   * const order = await processes.start('order', { id: 7 });
   */
  start(
    bpmnProcessId: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: CreateOptions & { readonly version?: number; readonly tenantId?: string },
  ): Promise<ProcessHandle>;
  /** The latest instance of a process that something else has started: a message, a timer, a signal or a call activity. */
  started(bpmnProcessId: string): Promise<ProcessHandle>;
  /** The instance with this key. */
  instance(processInstanceKey: Key): ProcessHandle;
  /** All instances of a process so far, oldest first. */
  instances(bpmnProcessId: string): readonly ProcessHandle[];
  /** Publishes a message, and resolves when nothing is under way any more. */
  publish(message: MessageInput): Promise<void>;
  /**
   * Calls a webhook as its sender would: over HTTP, and signed with its secret. Resolves with the answer when nothing is under way any
   * more.
   *
   * @param webhook the webhook, which is found by its name
   * @param request the body, whose type is that of the schema `body`, headers and more; see {@link WebhookCall}
   * @throws a fault of kind `definition` if the test has no such webhook, or if only its sender can sign
   * @example
   * const { status } = await processes.call(github, { headers: { 'x-github-event': 'push' }, body: { ref: 'refs/heads/main' } });
   */
  call<Webhook extends AnyWebhook>(webhook: Webhook, request?: WebhookCall<CallBody<Webhook>>): Promise<CallAnswer>;
  /**
   * Calls an address of the test's server: that of a callback, as a mock of a connector has received it, or a path.
   *
   * @example
   * const [request] = provider.calls;
   * await processes.call(request.input.callbackUrl, { body: { status: 'paid' } });
   */
  call(address: string, request?: CallRequest): Promise<CallAnswer>;
  /** Adds the mock of a type of jobs, or replaces it. Jobs that wait are answered as well. */
  mock(type: string, outcome: JobMock): void;
  /** The jobs of a type that workers have received, oldest first. */
  calls(type: string): readonly JobCall[];
  /**
   * Lets time pass, and waits on the way for everything that follows.
   *
   * @param duration milliseconds, or an ISO 8601 duration of days, hours, minutes and seconds such as `P1DT12H`
   */
  elapse(duration: number | string): Promise<void>;
  /** As `elapse`, up to a time: milliseconds since the epoch, a date, or ISO 8601 text. */
  at(time: number | string | Date): Promise<void>;
  /** Waits until nothing is under way any more: no job with a connector or a mock, no call to `loop`. */
  settle(): Promise<void>;
  /** How often the elements, flows and rules of everything deployed were used so far. */
  counts(): Counts;
  /** What all instances are doing, as text. */
  describe(): string;
  /** Stops runtime and engine. Repeated calls share one promise. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
