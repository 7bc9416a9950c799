import { createSharedAbort } from '../../common/abort.ts';
import { nextDelay } from '../../common/backoff.ts';
import type { Clock } from '../../common/clock.ts';
import { isFault } from '../../common/fault.ts';
import type { QueuedTimer, TimerQueue } from '../../common/timer-queue.ts';
import type { Activation, AnyInboundConnector, JsonText, Logger } from '../../connector/types.ts';
import type { SecretSettings } from '../secrets/types.ts';
import type { Sender } from '../send/sender.ts';
import type { Delivery } from '../shared/delivery.ts';
import type { Emit } from '../shared/events.ts';
import { taggedLogger } from '../shared/logger.ts';
import type { LoopOutcome } from '../shared/loop-outcome.ts';
import type { Subscription } from '../shared/subscription.ts';
import type { Tracing } from '../shared/tracing.ts';
import { pollOnce } from './call-loop.ts';

/** How a subscription ended here. */
export type End =
  /** The cluster has its message. */
  | { readonly kind: 'delivered' }
  /** Its time is over. */
  | { readonly kind: 'expired' }
  /** It failed too often, or in a way that another call would only repeat. */
  | { readonly kind: 'halted'; readonly error: unknown }
  /** It goes on elsewhere, after so many failures in a row. */
  | { readonly kind: 'released'; readonly failures: number }
  /** Somebody else has it, or it is gone; it had failed so often in a row. */
  | { readonly kind: 'lost'; readonly failures: number };

/** A subscription to hold. */
export interface HoldRequest {
  readonly activation: Activation;
  readonly connector: AnyInboundConnector;
  /** Milliseconds until it expires; absent: never. */
  readonly expiresIn?: number | undefined;
  /** Failures in a row that it had elsewhere. */
  readonly failures?: number;
  /** Failures in a row at which it halts; absent: it goes on for ever. */
  readonly mostFailures?: number;
  /** What an earlier call of the loop left. */
  readonly state?: JsonText | undefined;
  /** Puts a state where the next holder finds it; absent: it is kept here only. */
  readonly store?: (state: JsonText) => Promise<Delivery>;
}

/** A subscription in hand. */
export interface Held {
  readonly ended: Promise<End>;
  /** Ends it as lost; a message that its loop is about to give is still published. */
  drop(): void;
  /** Ends it as released if it only waits for its next call; says whether it did. */
  offer(): boolean;
}

/** What a holder works with. */
export interface HolderServices {
  readonly sender: Sender;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  readonly timers: TimerQueue;
  readonly secrets?: SecretSettings | undefined;
  readonly tracing?: Tracing | undefined;
}

/** Calls the loops of subscriptions and publishes their messages, wherever the subscriptions themselves are kept. */
export interface Holder {
  hold(request: HoldRequest): Held;
  /** Those that it holds now. */
  subscriptions(): readonly Subscription[];
  /**
   * Releases those that wait and ends the loops of the others by their signal. Resolves when all have ended; a message
   * that is ready is still published, until `force` fires.
   */
  stop(force: AbortSignal): Promise<void>;
}

/** Pauses after a loop that failed, and after a message that was refused, in milliseconds. */
const pauses = { base: 500, cap: 60_000 };

type Message = Extract<LoopOutcome, { readonly kind: 'message' }>;

interface Entry {
  readonly request: HoldRequest;
  readonly resolve: (end: End) => void;
  readonly logger: Logger;
  readonly expiresAt: number;
  state: Subscription['state'];
  failures: number;
  /** What the next call finds, as JSON. */
  remembered: JsonText | undefined;
  /** The next call, or the next attempt to publish. */
  next: QueuedTimer | undefined;
  /** Ends the call under way. */
  calling: AbortController | undefined;
  lost: boolean;
  over: boolean;
}

/** Whether another call could only fail in the same way: the variables or the state do not fit the connector. */
const isForGood = (error: unknown): boolean => isFault(error, 'input');

/** The error of a command that was not accepted. */
const errorOf = (delivery: Delivery): unknown => ('error' in delivery ? delivery.error : undefined);

/** Makes a holder without subscriptions. */
export const createHolder = (services: HolderServices): Holder => {
  const { sender, clock, emit, timers, secrets, tracing } = services;
  const entries = new Set<Entry>();
  const loggers = new Map<string, Logger>();
  const force = createSharedAbort();
  let stopping = false;
  let allEnded = (): void => {};

  const loggerOf = (name: string): Logger => {
    const logger = loggers.get(name) ?? taggedLogger(services.logger, name);
    loggers.set(name, logger);
    return logger;
  };

  const snapshot = ({ request: { activation }, state, failures }: Entry): Subscription => ({
    activation,
    state,
    failures,
  });

  const end = (entry: Entry, how: End): void => {
    if (entry.over) return;
    entry.over = true;
    timers.cancel(entry.next);
    entry.calling?.abort();
    entries.delete(entry);
    const subscription = snapshot(entry);
    if (how.kind === 'delivered') emit('subscription:delivered', { subscription });
    else if (how.kind === 'expired') emit('subscription:expired', { subscription });
    else if (how.kind === 'halted') emit('subscription:halted', { subscription, error: how.error });
    entry.resolve(how);
    if (entries.size === 0) allEnded();
  };

  const release = (entry: Entry): void => end(entry, { kind: 'released', failures: entry.failures });

  const lose = (entry: Entry): void => {
    entry.lost = true;
    if (entry.calling === undefined && entry.state === 'waiting')
      end(entry, { kind: 'lost', failures: entry.failures });
    else entry.calling?.abort();
  };

  /** Counts a failure and says how to go on: after a pause, longer each time and never below `least`, or not at all. */
  const retreat = (entry: Entry, error: unknown, least: number, again: () => void): void => {
    const { mostFailures } = entry.request;
    entry.failures++;
    if (mostFailures !== undefined && (entry.failures >= mostFailures || isForGood(error))) {
      end(entry, { kind: 'halted', error });
      return;
    }
    const wait = Math.max(least, nextDelay(entry.failures - 1, clock.random(), pauses));
    emit('subscription:failed', { subscription: snapshot(entry), error, attempt: entry.failures, pause: wait });
    entry.next = timers.at(clock.now() + wait, again);
  };

  const later = (entry: Entry, wait: number): void => {
    if (entry.lost) end(entry, { kind: 'lost', failures: entry.failures });
    else if (stopping) release(entry);
    else entry.next = timers.at(Math.min(clock.now() + wait, entry.expiresAt), () => void turn(entry));
  };

  /** What `loop` gave may be gone from where it was, so the message is kept until the cluster has it. */
  const publish = async (entry: Entry, message: Message): Promise<void> => {
    const { activation } = entry.request;
    entry.state = 'publishing';
    const send = (): Promise<Delivery> =>
      sender.send(message.command, { subject: activation.id, signal: force.signal });
    const delivery = await (tracing?.publish(activation, send) ?? send());
    if (entry.over) return;
    if (delivery.kind === 'accepted' || delivery.kind === 'duplicate') {
      const duplicate = delivery.kind === 'duplicate';
      emit('message:published', { activation, variables: message.variables, duplicate });
      end(entry, { kind: 'delivered' });
    } else if (delivery.kind === 'abandoned') {
      release(entry);
    } else {
      retreat(entry, errorOf(delivery), 0, () => void publish(entry, message));
    }
  };

  const remember = async (entry: Entry, state: JsonText, cycle: number): Promise<void> => {
    if (state !== entry.remembered) {
      const delivery = await (entry.request.store?.(state) ?? { kind: 'accepted' as const });
      if (entry.over) return;
      if (delivery.kind === 'gone') entry.lost = true;
      else if (delivery.kind === 'refused') {
        // The next call finds the state as it was, so nothing that was seen since is passed over.
        if (stopping || entry.lost) later(entry, 0);
        else retreat(entry, delivery.error, cycle, () => void turn(entry));
        return;
      } else if (delivery.kind === 'accepted') entry.remembered = state;
    }
    entry.failures = 0;
    later(entry, cycle);
  };

  const turn = async (entry: Entry): Promise<void> => {
    const { activation, connector } = entry.request;
    entry.next = undefined;
    if (clock.now() >= entry.expiresAt) {
      end(entry, { kind: 'expired' });
      return;
    }
    const calling = new AbortController();
    entry.calling = calling;
    const called = clock.now();
    const { signal } = calling;
    const call = (): Promise<LoopOutcome> =>
      pollOnce(connector, activation, { signal, logger: entry.logger, state: entry.remembered, secrets });
    const result = await (tracing?.loop(activation, call) ?? call());
    entry.calling = undefined;
    const took = Math.round(clock.now() - called);
    emit('loop:ended', { subscription: snapshot(entry), result: result.kind, took });
    // Whatever has become of it meanwhile: its message is not lost while there is somebody to send it.
    if (result.kind === 'message' && !force.signal.aborted) {
      entry.failures = 0;
      await publish(entry, result);
      return;
    }
    if (entry.over) return;
    const cycle = connector.cycle * 1000;
    if (result.kind === 'failed') {
      // A loop that was asked to end fails as it likes.
      if (stopping || entry.lost) later(entry, 0);
      else retreat(entry, result.error, cycle, () => void turn(entry));
    } else if (result.kind === 'pending' && result.state !== undefined) {
      await remember(entry, result.state, cycle);
    } else {
      entry.failures = 0;
      later(entry, cycle);
    }
  };

  const hold = (request: HoldRequest): Held => {
    let resolve: (end: End) => void = () => {};
    const ended = new Promise<End>((done) => {
      resolve = done;
    });
    const { connector, failures = 0, state, expiresIn = Number.POSITIVE_INFINITY } = request;
    const entry: Entry = {
      request,
      resolve,
      logger: loggerOf(connector.name),
      expiresAt: clock.now() + expiresIn,
      state: 'waiting',
      failures,
      remembered: state,
      next: undefined,
      calling: undefined,
      lost: false,
      over: false,
    };
    entries.add(entry);
    emit('subscription:opened', { subscription: snapshot(entry) });
    void turn(entry);
    return {
      ended,
      drop: () => lose(entry),
      offer: () => {
        const idle = !entry.over && entry.next !== undefined && entry.state === 'waiting' && entry.failures === 0;
        if (idle) release(entry);
        return idle;
      },
    };
  };

  return {
    hold,
    subscriptions: () => [...entries].filter(({ lost }) => !lost).map(snapshot),
    stop: async (forced) => {
      stopping = true;
      const releaseAll = (): void => {
        force.abort();
        for (const entry of [...entries]) release(entry);
      };
      if (forced.aborted) releaseAll();
      else forced.addEventListener('abort', releaseAll, { once: true });
      for (const entry of [...entries]) {
        if (entry.calling !== undefined) entry.calling.abort();
        else if (entry.state === 'waiting' && entry.next !== undefined) release(entry);
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
