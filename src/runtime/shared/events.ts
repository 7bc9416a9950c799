import { fault } from '../../common/fault.ts';
import { nearest } from '../../common/nearest.ts';
import type { ActivatedJob, Command } from '../../connection/port.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import type { Activation, Outcome } from '../../connector/types.ts';
import type { Delivery } from './delivery.ts';
import type { RuntimeState } from './status.ts';
import type { Subscription } from './subscription.ts';

/** What a runtime tells, by event name. Nothing in here waits for a listener, and a listener that throws hurts nobody. */
export interface RuntimeEvents {
  /** The state changed. `error` comes with `failed` only, `address` as soon as the cluster's is known. */
  'runtime:state': {
    readonly state: RuntimeState;
    readonly previous: RuntimeState;
    readonly address?: string;
    readonly error?: unknown;
  };
  /** A signal asked the process to stop; `forced` from the second one on. */
  'runtime:signal': { readonly signal: 'SIGINT' | 'SIGTERM'; readonly forced: boolean };
  /** While starting: the cluster did not answer, for the `attempt`th time. Comes again until it does or `stop` is called. */
  'connection:waiting': { readonly address: string; readonly attempt: number; readonly error: unknown };
  /** The cluster stopped answering. Exactly one `connection:restored` follows when it answers again. */
  'connection:lost': { readonly address: string; readonly error: unknown };
  /** The cluster answers again, after so many milliseconds. */
  'connection:restored': { readonly address: string; readonly downFor: number };
  /** A request for jobs failed for a reason that is no outage: refused, or the cluster is too busy. */
  'poll:failed': {
    readonly type: string;
    readonly error: unknown;
    readonly attempt: number;
    /** Milliseconds until the next request. */
    readonly pause: number;
  };
  /** The cluster pushes jobs of this type from now on. Told once the gateway has said so, or with the first job. */
  'stream:opened': { readonly type: string };
  /**
   * The cluster pushes no more jobs of this type; they are asked for until a stream is open again. `lost`: it was cut, or
   * refused, for the reason in `error`. `busy`: what it brought had to wait too long for a place. `stale`: jobs came by
   * other ways that it should have brought, or the cluster did not answer.
   */
  'stream:ended': { readonly type: string; readonly reason: 'lost' | 'busy' | 'stale'; readonly error?: unknown };
  /** A job is in hand and starts now. Exactly one `job:settled` follows, also while draining. */
  'job:started': { readonly connector: string; readonly job: ActivatedJob };
  /** What the job yielded and what became of its command. */
  'job:settled': {
    readonly connector: string;
    readonly job: ActivatedJob;
    readonly outcome: Outcome;
    readonly delivery: Delivery;
    /** Milliseconds from start to the sending of the command. */
    readonly handled: number;
    /** Milliseconds from start to the cluster's answer. */
    readonly took: number;
  };
  /**
   * The job is settled, but `run` goes on although its signal has fired. It keeps its place until it ends, so that no
   * more than `maxJobs` run at once. Follows its `job:settled`.
   */
  'job:overran': { readonly connector: string; readonly job: ActivatedJob };
  /** A job that arrived too late to be started was given back with the retries that it had. */
  'job:returned': { readonly connector: string; readonly job: ActivatedJob; readonly delivery: Delivery };
  /** A command is sent again after `pause` milliseconds. `subject` is the job's key or the subscription's id. */
  'command:repeated': {
    readonly subject: string;
    readonly command: Command['kind'];
    readonly attempt: number;
    readonly error: unknown;
    readonly pause: number;
  };
  /**
   * This runtime holds a subscription, and its loop starts: because a process has just asked for it, or because the
   * runtime that held it before has stopped or died. Exactly one of `subscription:delivered`, `subscription:expired`,
   * `subscription:halted`, `subscription:released` and `subscriptions:ended` follows.
   */
  'subscription:opened': { readonly subscription: Subscription };
  /**
   * A call of `loop` has ended, after `took` milliseconds. A failed one is followed by `subscription:failed`, unless the
   * runtime stops.
   */
  'loop:ended': {
    readonly subscription: Subscription;
    readonly result: 'pending' | 'message' | 'failed';
    readonly took: number;
  };
  /** A call of `loop`, or publishing its message, failed for the `attempt`th time in a row; tried again after the pause. */
  'subscription:failed': {
    readonly subscription: Subscription;
    readonly error: unknown;
    readonly attempt: number;
    readonly pause: number;
  };
  /** The cluster has the message. `duplicate`: it had it already, from an earlier delivery of the same activation. */
  'message:published': {
    readonly activation: Activation;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly duplicate: boolean;
  };
  /** The subscription delivered its message and is over. Follows its `message:published`. */
  'subscription:delivered': { readonly subscription: Subscription };
  /** The subscription's time is over without a message. */
  'subscription:expired': { readonly subscription: Subscription };
  /**
   * The subscription failed too often, or in a way that a repetition would not mend. The cluster shows it as an
   * incident; when that is resolved, a runtime goes on with it.
   */
  'subscription:halted': { readonly subscription: Subscription; readonly error: unknown };
  /**
   * This runtime holds the subscription no longer, and the cluster keeps it. `stopping`: handed back because the runtime
   * stops. `offered`: handed back so that runtimes which came later get their share. `lost`: its lease could not be
   * renewed in time, or it is gone.
   */
  'subscription:released': {
    readonly subscription: Subscription;
    readonly reason: 'stopping' | 'offered' | 'lost';
  };
  /** While starting: the cluster does not let this runtime keep subscriptions there, so they live in its memory. */
  'subscriptions:volatile': { readonly error: unknown };
  /** These subscriptions end with this process, without a message. Comes at most once, while stopping. */
  'subscriptions:ended': { readonly subscriptions: readonly Subscription[] };
}

/** Tells an event to all listeners. */
export type Emit = <Name extends keyof RuntimeEvents>(name: Name, event: RuntimeEvents[Name]) => void;

/**
 * Listens to one event; returns the way to stop listening. Throws a fault of kind `definition` for an unknown name.
 *
 * @example
 * const stopListening = runtime.on('job:settled', ({ job, took }) => console.log(job.key, took));
 */
export type Listen = <Name extends keyof RuntimeEvents>(
  name: Name,
  listener: (event: RuntimeEvents[Name]) => void,
) => () => void;

/** Every event; the compiler sees to it that none is missing. */
export const eventNames: readonly string[] = Object.keys({
  'runtime:state': true,
  'runtime:signal': true,
  'connection:waiting': true,
  'connection:lost': true,
  'connection:restored': true,
  'poll:failed': true,
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
  'subscriptions:volatile': true,
  'subscriptions:ended': true,
} satisfies Record<keyof RuntimeEvents, true>);

/** A listener to an event that never comes would wait for ever. */
const checkListener = (name: unknown, listener: unknown): void => {
  const problems: string[] = [];
  if (typeof name !== 'string' || !eventNames.includes(name)) {
    const guess = typeof name === 'string' ? nearest(name, eventNames) : undefined;
    const hint = guess === undefined ? `They are ${eventNames.join(', ')}` : `Did you mean ${JSON.stringify(guess)}?`;
    problems.push(`${JSON.stringify(name) ?? 'nothing'} is no event of a runtime. ${hint}`);
  }
  if (typeof listener !== 'function') problems.push('the listener: expected a function (event) => …');
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `There is nothing to listen to:\n${asList(problems)}`,
    where: 'runtime.on(name, listener)',
    fix: 'correct what is named above.',
  });
};

type AnyListener = (event: never) => unknown;

/** Makes the two ends of the runtime's events. */
export const createEvents = (): { readonly emit: Emit; readonly on: Listen } => {
  // Lists are replaced, never changed: who begins or ends to listen while an event is told is not part of this one,
  // so that no listener can make the telling endless.
  const listeners = new Map<keyof RuntimeEvents, readonly AnyListener[]>();
  const emit: Emit = (name, event) => {
    for (const listener of listeners.get(name) ?? []) {
      try {
        const answer = listener(event as never);
        // An async listener that fails would end the process by an unhandled rejection.
        if (answer instanceof Promise) answer.catch(() => {});
      } catch {
        // A listener's fault is its own: the job that the event tells of goes on.
      }
    }
  };
  const on: Listen = (name, listener) => {
    checkListener(name, listener);
    // A fresh function, so that the same listener may listen twice and each registration ends by itself.
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
