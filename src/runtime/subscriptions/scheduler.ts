import type { Clock } from '../../common/clock.ts';
import { type Fault, fault } from '../../common/fault.ts';
import { createTimerQueue } from '../../common/timer-queue.ts';
import type { Connection } from '../../connection/port.ts';
import type { Activation, AnyInboundConnector, Logger, MaybePromise } from '../../connector/types.ts';
import type { SecretSettings } from '../secrets/types.ts';
import type { ConnectionState } from '../send/connection-state.ts';
import type { Sender } from '../send/sender.ts';
import type { Emit } from '../shared/events.ts';
import type { Acceptance, Subscription } from '../shared/subscription.ts';
import type { Tracing } from '../shared/tracing.ts';
import type { InboundByName } from './activation.ts';
import { createHolder, type Holder } from './loop-runner.ts';
import { createRecent } from './recent-ids.ts';

/** What a scheduler works with, given by the runtime when it starts. */
export interface SchedulerServices {
  readonly connectors: InboundByName;
  readonly connection: Connection;
  readonly sender: Sender;
  /** Whether the cluster answers. */
  readonly link: ConnectionState;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  /** Name that the cluster shows for this runtime's workers. */
  readonly workerName: string;
  /** Fires when the runtime is stopped while it still starts. */
  readonly signal: AbortSignal;
  /** How the activations' references to secrets are resolved, anew for each call of `loop`. Default: see `RuntimeOptions`. */
  readonly secrets?: SecretSettings;
  /** Puts spans around calls of `loop` and around messages; absent where nobody traces. */
  readonly tracing?: Tracing | undefined;
}

/** Holds the subscriptions: calls the loops and publishes the messages. */
export interface Scheduler {
  start(services: SchedulerServices): MaybePromise<void>;
  /**
   * Takes an activation on. Idempotent: one with a known id changes nothing.
   *
   * @param jobKey the job that asks for it
   * @returns what is to become of that job; nothing: `complete`
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a scheduler that has nothing to say needs no return
  add(activation: Activation, jobKey: string): MaybePromise<Acceptance | void>;
  /** The subscriptions that this runtime holds now. */
  subscriptions(): readonly Subscription[];
  /**
   * Ends the loops by their signal; a message that is ready is still published, until `force` fires. `giveUp` ends the
   * waiting for the cluster's answers.
   */
  stop(force: AbortSignal, giveUp: AbortSignal): Promise<void>;
}

/** Activations that a scheduler remembers, to tell a repeated one. */
export const mostRemembered = 10_000;

/** A scheduler that a second runtime wants to start; `maker` is what makes another. */
export const takenFault = (maker: string): Fault<'definition'> =>
  fault('definition', {
    what: 'This scheduler serves a runtime already.',
    fix: `make one with ${maker} for each runtime.`,
  });

/** An activation that comes before the start or after the stop. */
export const notRunningFault = (): Fault<'definition'> =>
  fault('definition', {
    what: 'The scheduler is not running, so it takes no activation.',
    where: 'scheduler.add',
    fix: 'add activations between its start and its stop.',
  });

/** Seconds until a subscription expires: the process's own wish, or else the connector's; absent: never. */
export const expiryOf = (activation: Activation, { expires }: AnyInboundConnector): number | undefined =>
  activation.expiresAfter ?? expires;

/**
 * Makes a scheduler that keeps its subscriptions in memory: they end with the process. A loop that throws is called
 * again with growing pauses, without end. One scheduler serves one runtime.
 *
 * @example
 * createRuntime({ inbound: [ticker], scheduler: createMemoryScheduler() });
 */
export const createMemoryScheduler = (): Scheduler => {
  const open = new Map<string, Activation>();
  // So that a repeated request does not fetch a second message.
  const delivered = createRecent(mostRemembered);
  let services: SchedulerServices | undefined;
  let holder: Holder | undefined;
  let stopping = false;

  return {
    start: (given) => {
      if (services !== undefined) throw takenFault('createMemoryScheduler()');
      services = given;
      holder = createHolder({ ...given, timers: createTimerQueue(given.clock) });
    },
    add: (activation) => {
      if (services === undefined || holder === undefined || stopping) throw notRunningFault();
      const connector = services.connectors.get(activation.connector);
      if (connector === undefined) {
        const what = `There is no inbound connector named ${JSON.stringify(activation.connector)}.`;
        const fix = 'name one of the connectors that start was given.';
        throw fault('definition', { what, where: 'scheduler.add', fix });
      }
      const { id } = activation;
      if (open.has(id) || delivered.has(id)) return;
      open.set(id, activation);
      const expires = expiryOf(activation, connector);
      const expiresIn = expires === undefined ? undefined : expires * 1000;
      const { ended } = holder.hold({ activation, connector, expiresIn });
      void ended.then(({ kind }) => {
        if (kind === 'released') return;
        open.delete(id);
        delivered.add(id);
      });
    },
    subscriptions: () => holder?.subscriptions() ?? [],
    stop: async (force) => {
      stopping = true;
      const left = new Map(holder?.subscriptions().map((one) => [one.activation.id, one]));
      await holder?.stop(force);
      const ended = [...left.values()].filter(({ activation }) => open.has(activation.id));
      open.clear();
      if (ended.length > 0) services?.emit('subscriptions:ended', { subscriptions: ended });
    },
  };
};
