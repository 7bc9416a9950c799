import { abortWith, createSharedAbort } from '../../../common/abort.ts';
import { createConcurrencyLimit } from '../../../common/concurrency.ts';
import { createTimerQueue } from '../../../common/timer-queue.ts';
import type { ActivatedJob } from '../../../connection/port.ts';
import { jobError } from '../../../connector/errors.ts';
import type { Activation, AnyInboundConnector, Outcome } from '../../../connector/types.ts';
import { stoppedMessage } from '../../execute/attempt.ts';
import { failForGood, failUntouched } from '../../execute/failure.ts';
import { createSlots } from '../../jobs/slots.ts';
import type { Worker } from '../../jobs/worker.ts';
import { createWorkers, type Workers } from '../../jobs/workers.ts';
import type { Settled } from '../../shared/delivery.ts';
import { errorText } from '../../shared/error-text.ts';
import { activationTime } from '../activation.ts';
import { createHolder, type End, type Holder } from '../loop-runner.ts';
import { createRecent } from '../recent-ids.ts';
import {
  createMemoryScheduler,
  expiryOf,
  mostRemembered,
  notRunningFault,
  type Scheduler,
  type SchedulerServices,
  takenFault,
} from '../scheduler.ts';
import { readSubscription, writeState, writeSubscription } from './document.ts';
import { createLeases, type Leases } from './leases.ts';
import { openingWorker } from './opening.ts';
import { awaitPrepared, deployProcess } from './prepare.ts';
import { startMessage } from './process.ts';
import { leaseRequest } from './requests.ts';

/** How subscriptions are kept in the cluster. */
export interface DurableOptions {
  /** Most subscriptions of one connector in hand at once. */
  readonly maxSubscriptions: number;
  /** Milliseconds of a lease while there are few; others wait so long for the subscriptions of a killed runtime. */
  readonly lease: number;
  /** Milliseconds for which a subscription stays with one runtime before it is offered to the others. */
  readonly term: number;
}

/**
 * Subscriptions of one request: few, so that runtimes share those that become free together, and so that beginning them
 * does not hold up everything else.
 */
const batch = 32;

/** Commands about leases under way at once: enough for hundreds a second, and no crowd in an outage. */
const mostCommands = 64;

/** What is set up by `start`. */
interface Running {
  readonly services: SchedulerServices;
  readonly holder: Holder;
  readonly leases: Leases;
  readonly workers: Workers;
}

const settled = (outcome: Outcome, delivery: Settled['delivery']): Settled => ({ kind: 'settled', outcome, delivery });

/** What the lease's job yields when its subscription has ended here; nothing where it is another's. */
const outcomeOf = (job: ActivatedJob, connector: AnyInboundConnector, end: End): Outcome | undefined => {
  switch (end.kind) {
    case 'delivered':
    case 'expired':
      return { kind: 'complete', variables: {} };
    case 'halted':
      return failForGood({ retries: job.retries, backoff: 0 }, errorText(end.error), end.error);
    case 'released':
      return failUntouched({ retries: Math.max(1, connector.maxFailures - end.failures) }, stoppedMessage);
    case 'lost':
      return undefined;
  }
};

/**
 * Makes a scheduler that keeps subscriptions in the cluster: each is an instance of a process of our own, and whoever
 * holds its job calls the loop. It deploys that process when it starts; where the cluster does not let it, it says so
 * and keeps subscriptions in memory. One scheduler serves one runtime.
 *
 * @example
 * createRuntime({ inbound: [ticker], scheduler: createDurableScheduler({ maxSubscriptions: 100, lease: 60_000, term: 900_000 }) });
 */
export const createDurableScheduler = ({ maxSubscriptions, lease, term }: DurableOptions): Scheduler => {
  const giveUp = createSharedAbort();
  const asked = createRecent(mostRemembered);
  let taken = false;
  let stopping = false;
  let running: Running | undefined;
  let memory: Scheduler | undefined;

  const leaseWorker = (
    connector: AnyInboundConnector,
    { services, holder, leases }: Omit<Running, 'workers'>,
  ): Worker => {
    const { sender, clock, emit } = services;
    const limit = createConcurrencyLimit(mostCommands);

    const handle: Worker['handle'] = async (job) => {
      let stored: ReturnType<typeof readSubscription>;
      try {
        stored = readSubscription(job);
      } catch (error) {
        return failForGood({ retries: job.retries, backoff: 0 }, errorText(error), error);
      }
      const { activation, expiresAt, state } = stored;
      const limits = { subject: activation.id, signal: giveUp.signal };
      const held = holder.hold({
        activation,
        connector,
        expiresIn: expiresAt === undefined ? undefined : expiresAt - clock.date(),
        failures: Math.max(0, connector.maxFailures - job.retries),
        mostFailures: connector.maxFailures,
        state,
        store: (text) => {
          const { elementInstanceKey } = job;
          const command = {
            kind: 'setVariables',
            elementInstanceKey,
            local: true,
            variables: writeState(text),
          } as const;
          return sender.send(command, limits);
        },
      });
      const endLease = leases.keep(job.key, held);
      const end = await held.ended;
      const outcome = outcomeOf(job, connector, end);
      if (end.kind === 'lost' || end.kind === 'released') {
        const reason = end.kind === 'lost' ? 'lost' : stopping ? 'stopping' : 'offered';
        const subscription = { activation, state: 'waiting', failures: end.failures } as const;
        emit('subscription:released', { subscription, reason });
      }
      if (outcome === undefined) {
        endLease();
        return settled(failUntouched(job, stoppedMessage), { kind: 'gone' });
      }
      // Kept until then, so that nobody calls the loop of a subscription that is over.
      const delivery = await limit(() => sender.settle(job, outcome, limits));
      endLease();
      return settled(outcome, delivery);
    };

    return {
      ...leaseRequest(connector, { maxSubscriptions, lease }),
      batch,
      internal: true,
      get jobTimeout() {
        return leases.length();
      },
      handle,
    };
  };

  const open = (services: SchedulerServices): Running => {
    const { clock, sender, connectors } = services;
    const timers = createTimerQueue(clock);
    const holder = createHolder({ ...services, timers });
    const limit = createConcurrencyLimit(mostCommands);
    const leases = createLeases({ clock, timers, sender, limit, signal: giveUp.signal, shortest: lease, term });
    const definitions = [
      openingWorker(sender, giveUp.signal),
      ...[...connectors.values()].map((connector) => leaseWorker(connector, { services, holder, leases })),
    ];
    const limits = new Map(definitions.map(({ type, maxJobs }) => [type, maxJobs]));
    const total = definitions.reduce((sum, { maxJobs }) => sum + maxJobs, 0);
    const slots = createSlots(total, limits);
    const workers = createWorkers(definitions, { ...services, slots, connectionState: services.link });
    return { services, holder, leases, workers };
  };

  /** Asks the cluster for an instance; it starts at most one at a time for each activation. */
  const ask = async ({ services }: Running, activation: Activation, activationJob: string): Promise<void> => {
    const { connection, connectors, sender, clock } = services;
    const { id } = activation;
    const connector = connectors.get(activation.connector)!;
    // It came before, and no subscription told the cluster to complete it: the process may have been deleted.
    // Where that cannot be mended now, the next repetition will try again.
    if (asked.has(id)) await deployProcess(connection, giveUp.signal).catch(() => {});
    const expires = expiryOf(activation, connector);
    const expiresAt = expires === undefined ? {} : { expiresAt: clock.date() + Math.round(expires * 1000) };
    const command = {
      kind: 'publishMessage',
      name: startMessage,
      correlationKey: id,
      messageId: id,
      timeToLive: 0,
      variables: writeSubscription({ activation, activationJob, ...expiresAt }, connector.maxFailures),
    } as const;
    const limits = { subject: id, deadline: clock.now() + activationTime, signal: giveUp.signal };
    const delivery = await sender.send(command, limits);
    if (delivery.kind === 'accepted' || delivery.kind === 'duplicate') asked.add(id);
    else if ('error' in delivery) throw delivery.error;
    else throw jobError(stoppedMessage);
  };

  return {
    start: async (services) => {
      if (taken) throw takenFault('createDurableScheduler(…)');
      taken = true;
      const refusal = await awaitPrepared(services);
      if (refusal === undefined) {
        running = open(services);
        running.workers.start();
        return;
      }
      memory = createMemoryScheduler();
      await memory.start(services);
      if (!services.signal.aborted) services.emit('subscriptions:volatile', { error: refusal });
    },
    add: async (activation, jobKey) => {
      if (memory !== undefined) return memory.add(activation, jobKey);
      if (running === undefined || stopping) throw notRunningFault();
      await ask(running, activation, jobKey);
      return 'later';
    },
    subscriptions: () => (memory ?? running?.holder)?.subscriptions() ?? [],
    stop: async (force, giveUpSignal) => {
      stopping = true;
      abortWith(giveUp, giveUpSignal);
      await memory?.stop(force, giveUpSignal);
      if (running === undefined) return;
      const ended = running.workers.stop(force, giveUpSignal);
      await running.holder.stop(force);
      await ended;
    },
  };
};
