import { createSharedAbort } from '../../common/abort.ts';
import { nextDelay } from '../../common/backoff.ts';
import type { Clock } from '../../common/clock.ts';
import { isFault } from '../../common/fault.ts';
import type { QueuedTimer, TimerQueue } from '../../common/timer-queue.ts';
import type { Activation, AnyInboundConnector, JsonText, Logger } from '../../connector/types.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import type { Sender } from '../send/sender.ts';
import type { Delivery } from '../shared/delivery.ts';
import type { Emit } from '../shared/events.ts';
import { taggedLogger } from '../shared/logger.ts';
import type { LoopOutcome, Subscription } from '../shared/subscription.ts';
import type { Tracing } from '../shared/tracing.ts';
import { callLoop } from './call-loop.ts';

/** How a subscription ended in this runtime. */
export type SubscriptionEnd =
  /** The cluster has accepted its message. */
  | { readonly kind: 'delivered' }
  /** It reached its expiry time. */
  | { readonly kind: 'expired' }
  /** It failed too often, in a way that another call could only repeat, or with a message that no cluster can store. */
  | { readonly kind: 'halted'; readonly error: unknown }
  /** Another runtime may continue it, after this many failures in a row. */
  | { readonly kind: 'released'; readonly failures: number }
  /** Another runtime has it, or it no longer exists; it had failed this often in a row. */
  | { readonly kind: 'lost'; readonly failures: number };

/** A subscription to run. */
export interface RunRequest {
  readonly activation: Activation;
  readonly connector: AnyInboundConnector;
  /** Milliseconds until it expires; absent: never. */
  readonly expiresIn?: number | undefined;
  /** Failures in a row that other runtimes have seen already. */
  readonly failures?: number;
  /** Failures in a row after which it halts; absent: it is tried again without limit. */
  readonly maxFailures?: number;
  /** The state that an earlier call to `loop` left. */
  readonly state?: JsonText | undefined;
  /** Whether another runtime may have the subscription by now; absent: none ever has. */
  readonly isOver?: () => boolean;
  /** Stores a state where the next runtime finds it; absent: the state is kept in this runtime only. */
  readonly store?: (state: JsonText) => Promise<Delivery>;
}

/** A subscription that this runtime runs. */
export interface RunningSubscription {
  readonly ended: Promise<SubscriptionEnd>;
  /** Ends it as lost; a message that its loop is about to return is still published. */
  drop(): void;
  /** Ends it as released if it only waits for its next call; returns whether it did. */
  offer(): boolean;
}

/** What the runner of subscriptions needs. */
export interface RunnerServices {
  readonly sender: Sender;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  readonly timers: TimerQueue;
  readonly secrets?: SecretSettings | undefined;
  readonly tracing?: Tracing | undefined;
}

/** Calls the loops of subscriptions and publishes their messages, wherever the subscriptions are stored. */
export interface SubscriptionRunner {
  run(request: RunRequest): RunningSubscription;
  /** The subscriptions that it runs now. */
  subscriptions(): readonly Subscription[];
  /**
   * Releases the subscriptions that wait and aborts the loops of the others. Resolves when all have ended; a message
   * that is ready is still published, until `force` fires.
   */
  stop(force: AbortSignal): Promise<void>;
}

/** Pauses after a loop that failed, and after a message that was refused, in milliseconds. */
const pauses = { base: 500, cap: 60_000 };

type Message = Extract<LoopOutcome, { readonly kind: 'message' }>;

/**
 * The states of a running subscription:
 *
 *                  time is up                         the loop returns a message
 *      waiting ───────────────────► calling ─────────────────────────► publishing ◄─────┐
 *       ▲   ▲    nothing yet, failure  │                                 │      │       │ time is up
 *       │   └──────────────────────────┤                                 │      └──► retrying
 *       │  stored                      │ a new state                     │ accepted   the message was refused
 *       └──────────────── storing ◄────┘                                 ▼
 *                                                                      ended
 *
 * Every state can change to `ended`: by expiry, by too many failures, when the lease is lost or when the runtime stops.
 * A subscription that is lost or stopped while it calls or publishes ends after that step, so that no message is lost.
 */
type State =
  /** Until the timer calls `loop` again. Without a timer, the first call starts at once. */
  | { readonly name: 'waiting'; readonly timer?: QueuedTimer }
  /** A call to `loop` is under way. */
  | { readonly name: 'calling'; readonly controller: AbortController }
  /** The state that `loop` returned is on its way to the store. */
  | { readonly name: 'storing' }
  /** The message is on its way to the cluster. */
  | { readonly name: 'publishing' }
  /** Until the timer publishes the message again. */
  | { readonly name: 'retrying'; readonly timer: QueuedTimer }
  | { readonly name: 'ended' };

interface Entry {
  readonly request: RunRequest;
  readonly resolve: (end: SubscriptionEnd) => void;
  readonly logger: Logger;
  readonly expiresAt: number;
  state: State;
  /** Failures in a row. */
  failures: number;
  /** The state that the next call to `loop` gets, as JSON. */
  loopState: JsonText | undefined;
  /** Another runtime has it: it ends after the step that is under way. */
  isLost: boolean;
}

/** The only place that changes the state: it cancels what the old state was waiting for. */
const createTransition =
  (timers: TimerQueue) =>
  (entry: Entry, next: State): void => {
    const previous = entry.state;
    if (previous.name === 'waiting' || previous.name === 'retrying') timers.cancel(previous.timer);
    if (previous.name === 'calling' && next.name === 'ended') previous.controller.abort();
    entry.state = next;
  };

const hasEnded = (entry: Entry): boolean => entry.state.name === 'ended';

/** Whether another call could only fail in the same way, because the variables or the state do not fit the connector. */
const isPermanent = (error: unknown): boolean => isFault(error, 'input');

/** The error of a command that was not accepted. */
const errorOf = (delivery: Delivery): unknown => ('error' in delivery ? delivery.error : undefined);

const describe = ({ request: { activation }, state: { name }, failures }: Entry): Subscription => ({
  activation,
  state: name === 'publishing' || name === 'retrying' ? 'publishing' : 'waiting',
  failures,
});

/** With the time of its next step, if it waits for one. */
const describeWaiting = (entry: Entry): Subscription => {
  const { state } = entry;
  const timer = state.name === 'waiting' || state.name === 'retrying' ? state.timer : undefined;
  return timer === undefined ? describe(entry) : { ...describe(entry), due: timer.due };
};

/** Creates a runner without subscriptions. */
export const createSubscriptionRunner = (services: RunnerServices): SubscriptionRunner => {
  const { sender, clock, emit, timers, secrets, tracing } = services;
  const entries = new Set<Entry>();
  const loggers = new Map<string, Logger>();
  const force = createSharedAbort();
  const changeTo = createTransition(timers);
  let isStopping = false;
  let allEnded = (): void => {};

  const loggerOf = (name: string): Logger => {
    const logger = loggers.get(name) ?? taggedLogger(services.logger, name);
    loggers.set(name, logger);
    return logger;
  };

  const end = (entry: Entry, how: SubscriptionEnd): void => {
    if (hasEnded(entry)) return;
    const subscription = describe(entry);
    changeTo(entry, { name: 'ended' });
    entries.delete(entry);
    if (how.kind === 'delivered') emit('subscription:delivered', { subscription });
    else if (how.kind === 'expired') emit('subscription:expired', { subscription });
    else if (how.kind === 'halted') {
      // A subscription in memory has no job that could become an incident.
      const incident = entry.request.maxFailures !== undefined;
      emit('subscription:halted', { subscription, error: how.error, incident });
    }
    entry.resolve(how);
    if (entries.size === 0) allEnded();
  };

  const release = (entry: Entry): void => end(entry, { kind: 'released', failures: entry.failures });

  const endLost = (entry: Entry): void => end(entry, { kind: 'lost', failures: entry.failures });

  const drop = (entry: Entry): void => {
    entry.isLost = true;
    const { state } = entry;
    if (state.name === 'waiting' || state.name === 'storing') endLost(entry);
    else if (state.name === 'calling') state.controller.abort();
  };

  /** Counts a failure. Returns the pause before the next attempt, or nothing if the failure has ended the subscription. */
  const fail = (entry: Entry, error: unknown, shortest: number): number | undefined => {
    const { maxFailures } = entry.request;
    entry.failures++;
    if (maxFailures !== undefined && (entry.failures >= maxFailures || isPermanent(error))) {
      end(entry, { kind: 'halted', error });
      return undefined;
    }
    const pause = Math.max(shortest, nextDelay(entry.failures - 1, clock.random(), pauses));
    emit('subscription:failed', { subscription: describe(entry), error, attempt: entry.failures, pause });
    return pause;
  };

  const callAfter = (entry: Entry, pause: number): void =>
    changeTo(entry, { name: 'waiting', timer: timers.at(clock.now() + pause, () => void call(entry)) });

  const callAfterCycle = (entry: Entry, cycle: number): void => {
    if (entry.isLost) endLost(entry);
    else if (isStopping) release(entry);
    else callAfter(entry, Math.min(cycle, entry.expiresAt - clock.now()));
  };

  const callAfterFailure = (entry: Entry, error: unknown, cycle: number): void => {
    // A failure does not matter if the loop was aborted, or if the subscription continues elsewhere.
    if (isStopping || entry.isLost) {
      callAfterCycle(entry, 0);
      return;
    }
    const pause = fail(entry, error, cycle);
    if (pause !== undefined) callAfter(entry, pause);
  };

  /** The source may have given up what `loop` returned, so the message is kept until the cluster has accepted it. */
  const publish = async (entry: Entry, message: Message): Promise<void> => {
    const { activation } = entry.request;
    changeTo(entry, { name: 'publishing' });
    const send = (): Promise<Delivery> =>
      sender.send(message.command, { subject: activation.id, signal: force.signal });
    const delivery = await (tracing?.publish(activation, send) ?? send());
    if (hasEnded(entry)) return;
    if (delivery.kind === 'accepted' || delivery.kind === 'duplicate') {
      const duplicate = delivery.kind === 'duplicate';
      emit('message:published', { activation, variables: message.variables, duplicate });
      end(entry, { kind: 'delivered' });
    } else if (delivery.kind === 'abandoned') {
      release(entry);
    } else {
      const pause = fail(entry, errorOf(delivery), 0);
      if (pause === undefined) return;
      const timer = timers.at(clock.now() + pause, () => void publish(entry, message));
      changeTo(entry, { name: 'retrying', timer });
    }
  };

  const storeLoopState = async (entry: Entry, state: JsonText, cycle: number): Promise<void> => {
    if (state !== entry.loopState) {
      changeTo(entry, { name: 'storing' });
      const delivery = await (entry.request.store?.(state) ?? { kind: 'accepted' as const });
      if (hasEnded(entry)) return;
      if (delivery.kind === 'gone') entry.isLost = true;
      else if (delivery.kind === 'refused') {
        // The next call gets the old state, so nothing that the loop has seen since is skipped.
        callAfterFailure(entry, delivery.error, cycle);
        return;
      } else if (delivery.kind === 'accepted') entry.loopState = state;
    }
    entry.failures = 0;
    callAfterCycle(entry, cycle);
  };

  const call = async (entry: Entry): Promise<void> => {
    const { activation, connector } = entry.request;
    if (entry.request.isOver?.() === true) {
      endLost(entry);
      return;
    }
    if (clock.now() >= entry.expiresAt) {
      end(entry, { kind: 'expired' });
      return;
    }
    const controller = new AbortController();
    changeTo(entry, { name: 'calling', controller });
    const called = clock.now();
    const { signal } = controller;
    const callOnce = (): Promise<LoopOutcome> =>
      callLoop(connector, activation, {
        signal,
        logger: entry.logger,
        state: entry.loopState,
        secrets,
        random: clock.random,
      });
    const outcome = await (tracing?.loop(activation, callOnce) ?? callOnce());
    const took = Math.round(clock.now() - called);
    emit('loop:ended', { subscription: describe(entry), result: outcome.kind, took });
    if (hasEnded(entry)) return;
    // The process may have been suspended during the call, for longer than the lease.
    if (entry.request.isOver?.() === true) entry.isLost = true;
    if (entry.isLost && outcome.kind !== 'message') {
      endLost(entry);
      return;
    }
    const cycle = connector.cycle * 1000;
    switch (outcome.kind) {
      case 'message':
        // Even if the subscription is lost or the runtime stops meanwhile: no message is dropped.
        entry.failures = 0;
        await publish(entry, outcome);
        return;
      case 'failed':
        if (outcome.isFinal === true) {
          entry.failures++;
          end(entry, { kind: 'halted', error: outcome.error });
          return;
        }
        callAfterFailure(entry, outcome.error, cycle);
        return;
      case 'pending':
        if (outcome.state !== undefined) {
          await storeLoopState(entry, outcome.state, cycle);
          return;
        }
        entry.failures = 0;
        callAfterCycle(entry, cycle);
    }
  };

  const run = (request: RunRequest): RunningSubscription => {
    let resolve: (end: SubscriptionEnd) => void = () => {};
    const ended = new Promise<SubscriptionEnd>((done) => {
      resolve = done;
    });
    const { connector, failures = 0, state, expiresIn = Number.POSITIVE_INFINITY } = request;
    const entry: Entry = {
      request,
      resolve,
      logger: loggerOf(connector.name),
      expiresAt: clock.now() + expiresIn,
      state: { name: 'waiting' },
      failures,
      loopState: state,
      isLost: false,
    };
    entries.add(entry);
    emit('subscription:opened', { subscription: describe(entry) });
    // A listener may have ended it already.
    if (!hasEnded(entry)) void call(entry);
    return {
      ended,
      drop: () => drop(entry),
      offer: () => {
        const canLeave = entry.state.name === 'waiting' && entry.failures === 0;
        if (canLeave) release(entry);
        return canLeave;
      },
    };
  };

  return {
    run,
    subscriptions: () => [...entries].filter(({ isLost }) => !isLost).map(describeWaiting),
    stop: async (forced) => {
      isStopping = true;
      const releaseAll = (): void => {
        force.abort();
        for (const entry of [...entries]) release(entry);
      };
      if (forced.aborted) releaseAll();
      else forced.addEventListener('abort', releaseAll, { once: true });
      for (const entry of [...entries]) {
        if (entry.state.name === 'calling') entry.state.controller.abort();
        else if (entry.state.name === 'waiting') release(entry);
      }
      if (entries.size > 0) {
        await new Promise<void>((resolve) => {
          allEnded = resolve;
        });
      }
      forced.removeEventListener('abort', releaseAll);
      timers.clear();
    },
  };
};
