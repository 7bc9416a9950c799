import { fault } from '../connector/fault.ts';
import type { Activation, Logger, MaybePromise } from '../connector/types.ts';
import type { InboundByName } from './activation.ts';
import { nextDelay } from './backoff.ts';
import { type Clock, orAborted, pause, sharedAbort } from './clock.ts';
import type { Emit } from './events.ts';
import { taggedLogger } from './logger.ts';
import { type PollResult, pollOnce } from './poll-once.ts';
import type { SecretSettings } from './secrets/types.ts';
import type { Delivery, Sender } from './sender.ts';
import type { Tracing } from './tracing.ts';

/** An activation that has not delivered its message yet. */
export interface Subscription {
  readonly activation: Activation;
  /** `waiting`: its loop has nothing yet. `publishing`: the message is on its way to the cluster. */
  readonly state: 'waiting' | 'publishing';
  /** Failures in a row. */
  readonly failures: number;
}

/** What a scheduler works with, given by the runtime when it starts. */
export interface SchedulerServices {
  readonly connectors: InboundByName;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  /** How the activations' references to secrets are resolved, anew for each call of `loop`. Default: see `RuntimeOptions`. */
  readonly secrets?: SecretSettings;
  /** Puts spans around calls of `loop` and around messages; absent where nobody traces. */
  readonly tracing?: Tracing | undefined;
}

/** Holds the subscriptions: calls the loops and publishes the messages. */
export interface Scheduler {
  start(services: SchedulerServices): MaybePromise<void>;
  /** Takes an activation on. Idempotent: one with a known id changes nothing. */
  add(activation: Activation): MaybePromise<void>;
  /** The subscriptions that this runtime holds now. */
  subscriptions(): readonly Subscription[];
  /** Ends the loops by their signal; a message that is ready is still published, until `force` fires. */
  stop(force: AbortSignal): Promise<void>;
}

/** Pauses after a loop that failed, and after a message that was refused, in milliseconds. */
const pauses = { base: 500, cap: 60_000 };

/** Delivered activations that are remembered, so that a repeated request does not fetch a second message. */
const mostRemembered = 10_000;

interface Entry {
  readonly activation: Activation;
  state: Subscription['state'];
  failures: number;
}

type Message = Extract<PollResult, { readonly kind: 'message' }>;

/**
 * Makes a scheduler that keeps its subscriptions in memory: they end with the process. A loop that throws is called
 * again with growing pauses, without end. One scheduler serves one runtime.
 *
 * @example
 * createRuntime({ inbound: [ticker], scheduler: createMemoryScheduler() });
 */
export const createMemoryScheduler = (): Scheduler => {
  const entries = new Map<string, Entry>();
  const delivered = new Set<string>();
  const tasks = new Set<Promise<void>>();
  const stopping = sharedAbort();
  const force = sharedAbort();
  let services: SchedulerServices | undefined;

  const snapshot = ({ activation, state, failures }: Entry): Subscription => ({ activation, state, failures });

  /** Tells of the failure and waits; longer each time, and never shorter than the connector's own cycle. */
  const retreat = async (
    { emit, clock }: SchedulerServices,
    entry: Entry,
    error: unknown,
    cycle: number,
    signal: AbortSignal,
  ): Promise<void> => {
    entry.failures++;
    const wait = Math.max(cycle, nextDelay(entry.failures - 1, clock.random(), pauses));
    emit('subscription:failed', { subscription: snapshot(entry), error, attempt: entry.failures, pause: wait });
    await pause(clock, wait, signal);
  };

  const remember = (id: string): void => {
    delivered.add(id);
    if (delivered.size > mostRemembered) delivered.delete(delivered.values().next().value!);
  };

  /** What `loop` gave may be gone from where it was, so the message is kept until the cluster has it. */
  const publish = async (held: SchedulerServices, entry: Entry, message: Message): Promise<void> => {
    const { activation } = entry;
    entry.state = 'publishing';
    entry.failures = 0;
    while (true) {
      const limits = { subject: activation.id, signal: force.signal };
      const send = (): Promise<Delivery> => held.sender.send(message.command, limits);
      const delivery = await (held.tracing?.publish(activation, send) ?? send());
      if (delivery.kind === 'accepted' || delivery.kind === 'duplicate') {
        remember(activation.id);
        entries.delete(activation.id);
        const duplicate = delivery.kind === 'duplicate';
        held.emit('message:published', { activation, variables: message.variables, duplicate });
        held.emit('subscription:delivered', { subscription: snapshot(entry) });
        return;
      }
      if (delivery.kind === 'abandoned' || force.signal.aborted) return;
      const error =
        'error' in delivery ? delivery.error : fault('connection', { what: 'The cluster lost the message.' });
      await retreat(held, entry, error, 0, force.signal);
    }
  };

  const follow = async (held: SchedulerServices, entry: Entry): Promise<void> => {
    const { activation } = entry;
    const connector = held.connectors.get(activation.connector)!;
    const cycle = connector.cycle * 1000;
    const logger = taggedLogger(held.logger, connector.name);
    const services = { signal: stopping.signal, logger, secrets: held.secrets };
    while (!stopping.signal.aborted) {
      const called = held.clock.now();
      const call = (): Promise<PollResult> => pollOnce(connector, activation, services);
      const result = await (held.tracing?.loop(activation, call) ?? call());
      const took = held.clock.now() - called;
      held.emit('loop:ended', { subscription: snapshot(entry), result: result.kind, took });
      if (result.kind === 'message') return await publish(held, entry, result);
      if (stopping.signal.aborted) return;
      if (result.kind === 'failed') {
        await retreat(held, entry, result.error, cycle, stopping.signal);
      } else {
        entry.failures = 0;
        await pause(held.clock, cycle, stopping.signal);
      }
    }
  };

  return {
    start: (given) => {
      if (services !== undefined) {
        throw fault('definition', {
          what: 'This scheduler serves a runtime already.',
          fix: 'make one with createMemoryScheduler() for each runtime.',
        });
      }
      services = given;
    },
    add: (activation) => {
      if (services === undefined || stopping.signal.aborted) {
        throw fault('definition', { what: 'The scheduler is not running, so it takes no activation.' });
      }
      if (!services.connectors.has(activation.connector)) {
        const what = `There is no inbound connector named ${JSON.stringify(activation.connector)}.`;
        throw fault('definition', { what, where: 'scheduler.add' });
      }
      if (entries.has(activation.id) || delivered.has(activation.id)) return;
      const entry: Entry = { activation, state: 'waiting', failures: 0 };
      entries.set(activation.id, entry);
      services.emit('subscription:opened', { subscription: snapshot(entry) });
      const task = follow(services, entry);
      tasks.add(task);
      const done = (): void => void tasks.delete(task);
      task.then(done, done);
    },
    subscriptions: () => [...entries.values()].map(snapshot),
    stop: async (forced) => {
      stopping.abort();
      if (forced.aborted) force.abort();
      else forced.addEventListener('abort', () => force.abort(), { once: true });
      await orAborted(Promise.all(tasks), force.signal);
      const left = [...entries.values()].map(snapshot);
      entries.clear();
      if (left.length > 0) services?.emit('subscriptions:ended', { subscriptions: left });
    },
  };
};
