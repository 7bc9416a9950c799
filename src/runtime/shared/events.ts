import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { ActivatedJob, Command } from '../../connection/port.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import type { Activation, Outcome } from '../../connector/types.ts';
import type { EndedCall } from './call.ts';
import type { Delivery } from './delivery.ts';
import type { RuntimeState } from './status.ts';
import type { Subscription } from './subscription.ts';

/** The events of a runtime, by name. The runtime never waits for a listener, and a listener that throws affects nothing else. */
export interface RuntimeEvents {
  /**
   * The state changed. `error` is present for `failed` only, `address` as soon as the cluster's address is known, and
   * `tenantIds` or `tenantFilter` if the runtime requests the jobs of tenants.
   */
  'runtime:state': {
    readonly state: RuntimeState;
    readonly previous: RuntimeState;
    readonly address?: string;
    readonly tenantIds?: readonly string[];
    readonly tenantFilter?: 'ASSIGNED';
    readonly error?: unknown;
  };
  /** A signal asked the process to stop. `forced` is true from the second signal on. */
  'runtime:signal': { readonly signal: 'SIGINT' | 'SIGTERM'; readonly forced: boolean };
  /**
   * The process did not run for this number of milliseconds, 10,000 or more: it was stopped, its machine slept, or something
   * blocked its event loop. Jobs and subscriptions whose time was over meanwhile are left to other runtimes.
   */
  'runtime:suspended': { readonly for: number };
  /** While starting: attempt number `attempt` got no answer. Repeated until the cluster answers or `stop` is called. */
  'connection:waiting': { readonly address: string; readonly attempt: number; readonly error: unknown };
  /** The cluster stopped answering. Exactly one `connection:restored` follows when it answers again. */
  'connection:lost': { readonly address: string; readonly error: unknown };
  /** The cluster answers again, after `downFor` milliseconds. */
  'connection:restored': { readonly address: string; readonly downFor: number };
  /** A request for jobs failed, but not by an outage: the cluster refused it or is too busy. */
  'poll:failed': {
    readonly type: string;
    readonly error: unknown;
    readonly attempt: number;
    /** Milliseconds until the next request. */
    readonly pause: number;
  };
  /**
   * The cluster refuses a tenant that it accepted before, so its jobs are not requested any more; those of the other tenants are.
   * The runtime asks again with growing pauses, and `tenant:restored` follows when the cluster accepts the tenant.
   */
  'tenant:refused': { readonly tenantId: string; readonly error: unknown };
  /** The cluster accepts the tenant again, after `refusedFor` milliseconds. Its jobs are requested within a few seconds. */
  'tenant:restored': { readonly tenantId: string; readonly refusedFor: number };
  /** The cluster pushes jobs of this type from now on. Emitted when the gateway confirms the stream, or with its first job. */
  'stream:opened': { readonly type: string };
  /**
   * The cluster no longer pushes jobs of this type; they are polled until a stream is open again. `lost`: the stream was
   * closed or refused, and `error` says why. `busy`: its jobs waited too long for a slot. `stale`: jobs that it should have
   * brought came by polling, the cluster did not answer, or the tenants have changed.
   */
  'stream:ended': { readonly type: string; readonly reason: 'lost' | 'busy' | 'stale'; readonly error?: unknown };
  /** A job starts. Exactly one `job:settled` follows, also while draining. */
  'job:started': { readonly connector: string; readonly job: ActivatedJob };
  /** A job has ended: its outcome, and what became of the command that reported it. */
  'job:settled': {
    readonly connector: string;
    readonly job: ActivatedJob;
    readonly outcome: Outcome;
    readonly delivery: Delivery;
    /** Milliseconds from the start until the command was sent. */
    readonly handled: number;
    /** Milliseconds from the start until the cluster answered. */
    readonly took: number;
  };
  /**
   * The job is settled, but `run` continues although its signal has fired. It keeps its slot until it ends, so that no more
   * than `maxJobs` run at once. Follows the job's `job:settled`.
   */
  'job:overran': { readonly connector: string; readonly job: ActivatedJob };
  /**
   * A job that arrived too late to start was returned to the cluster with all its retries. If its `delivery` is `expired`, its
   * time was over already, and the cluster offers it again without being asked.
   */
  'job:returned': { readonly connector: string; readonly job: ActivatedJob; readonly delivery: Delivery };
  /** A command got no answer and is sent again after `pause` milliseconds. `subject`: a job's key or a subscription's id. */
  'command:repeated': {
    readonly subject: string;
    readonly command: Command['kind'];
    readonly attempt: number;
    readonly error: unknown;
    readonly pause: number;
  };
  /**
   * This runtime runs a subscription from now on: a process has just activated the connector, or the runtime that ran the
   * subscription before has stopped or died. Exactly one of `subscription:delivered`, `subscription:expired`,
   * `subscription:halted`, `subscription:released` and `subscriptions:ended` follows.
   */
  'subscription:opened': { readonly subscription: Subscription };
  /**
   * A call to `loop` has ended after `took` milliseconds. `subscription:failed` follows a failed call, unless the runtime
   * is stopping.
   */
  'loop:ended': {
    readonly subscription: Subscription;
    readonly result: 'pending' | 'message' | 'failed';
    readonly took: number;
  };
  /** A call to `loop` or the publishing of its message failed, `attempt` times in a row. The next attempt follows the pause. */
  'subscription:failed': {
    readonly subscription: Subscription;
    readonly error: unknown;
    readonly attempt: number;
    readonly pause: number;
  };
  /** The cluster has the message. `duplicate`: it already had it from an earlier delivery of the same activation. */
  'message:published': {
    readonly activation: Activation;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly duplicate: boolean;
  };
  /** The subscription has delivered its message and ended. Follows its `message:published`. */
  'subscription:delivered': { readonly subscription: Subscription };
  /** The subscription has expired without a message. */
  'subscription:expired': { readonly subscription: Subscription };
  /**
   * The subscription failed too often, or in a way that another attempt would not fix. `incident`: the cluster shows an
   * incident, and a runtime continues the subscription when it is resolved; a subscription in memory has none.
   */
  'subscription:halted': {
    readonly subscription: Subscription;
    readonly error: unknown;
    readonly incident: boolean;
  };
  /**
   * This runtime no longer runs the subscription; the cluster keeps it. `stopping`: returned because the runtime stops.
   * `offered`: returned so that runtimes that started later get their share. `lost`: its lease was not renewed in time, or
   * the subscription no longer exists.
   */
  'subscription:released': {
    readonly subscription: Subscription;
    readonly reason: 'stopping' | 'offered' | 'lost';
  };
  /**
   * The cluster accepted a state of this subscription, but its answer came when the lease was over. Another runtime may have
   * stored a newer state meanwhile, which this one has replaced. Happens only if the process was suspended while it stored.
   */
  'subscription:overran': { readonly subscription: Subscription };
  /** While starting: the cluster does not let this runtime store subscriptions there, so they are kept in memory. */
  'subscriptions:volatile': { readonly error: unknown };
  /** These subscriptions end with this process and without a message. Emitted at most once, while stopping. */
  'subscriptions:ended': { readonly subscriptions: readonly Subscription[] };
  /**
   * The server for webhooks and callbacks listens. Until the runtime is running, it answers 503. `publicUrl` is the address at
   * which the world outside reaches it, without a slash at the end.
   */
  'server:listening': { readonly url: string; readonly publicUrl: string };
  /** A call of a webhook or callback has ended: it was answered, or its connection was closed. */
  'call:ended': EndedCall;
}

/** Calls all listeners of an event. */
export type Emit = <Name extends keyof RuntimeEvents>(name: Name, event: RuntimeEvents[Name]) => void;

/**
 * Adds a listener to one event. Throws a fault of kind `definition` for an unknown name or an invalid listener.
 *
 * @returns a function that removes the listener
 *
 * @example
 * const stopListening = runtime.on('job:settled', ({ job, took }) => console.log(job.key, took));
 */
export type Listen = <Name extends keyof RuntimeEvents>(
  name: Name,
  listener: (event: RuntimeEvents[Name]) => void,
) => () => void;

/** The names of all events; the compiler checks that none is missing. */
export const eventNames: readonly string[] = Object.keys({
  'runtime:state': true,
  'runtime:signal': true,
  'runtime:suspended': true,
  'connection:waiting': true,
  'connection:lost': true,
  'connection:restored': true,
  'poll:failed': true,
  'tenant:refused': true,
  'tenant:restored': true,
  'stream:opened': true,
  'stream:ended': true,
  'job:started': true,
  'job:settled': true,
  'job:overran': true,
  'job:returned': true,
  'command:repeated': true,
  'subscription:opened': true,
  'loop:ended': true,
  'subscription:failed': true,
  'message:published': true,
  'subscription:delivered': true,
  'subscription:expired': true,
  'subscription:halted': true,
  'subscription:released': true,
  'subscription:overran': true,
  'subscriptions:volatile': true,
  'subscriptions:ended': true,
  'server:listening': true,
  'call:ended': true,
} satisfies Record<keyof RuntimeEvents, true>);

/** A listener to a misspelt event would wait forever. */
const checkListener = (name: unknown, listener: unknown): void => {
  const problems: string[] = [];
  if (typeof name !== 'string' || !eventNames.includes(name)) {
    const guess = typeof name === 'string' ? nearest(name, eventNames) : undefined;
    const what = `${JSON.stringify(name) ?? typeof name} is not an event of a runtime.`;
    problems.push(didYouMean(what, guess && JSON.stringify(guess), `The events are ${eventNames.join(', ')}`));
  }
  if (typeof listener !== 'function') problems.push('listener: expected a function (event) => …');
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `The listener cannot be added:\n${asList(problems)}`,
    where: 'runtime.on(name, listener)',
    fix: 'correct what is listed above.',
  });
};

type AnyListener = (event: never) => unknown;

/** Creates the two ends of a runtime's events. */
export const createEvents = (): { readonly emit: Emit; readonly on: Listen } => {
  // Lists are replaced, never changed: listeners that are added or removed during an event do not affect this event, so
  // that no listener can make it endless.
  const listeners = new Map<keyof RuntimeEvents, readonly AnyListener[]>();
  const emit: Emit = (name, event) => {
    for (const listener of listeners.get(name) ?? []) {
      try {
        const answer = listener(event as never);
        // The unhandled rejection of an async listener would end the process.
        if (answer instanceof Promise) answer.catch(() => {});
      } catch {
        // An error in a listener must not affect the job that the event is about.
      }
    }
  };
  const on: Listen = (name, listener) => {
    checkListener(name, listener);
    // A new function, so that one listener can be added twice and each registration is removed separately.
    const registered: AnyListener = (event) => listener(event);
    listeners.set(name, [...(listeners.get(name) ?? []), registered]);
    return () => {
      listeners.set(
        name,
        (listeners.get(name) ?? []).filter((other) => other !== registered),
      );
    };
  };
  return { emit, on };
};
