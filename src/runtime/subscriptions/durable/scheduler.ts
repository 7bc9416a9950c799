import { abortWith, createSharedAbort, withDeadline } from '../../../common/abort.ts';
import { createConcurrencyLimit } from '../../../common/concurrency.ts';
import { createTimerQueue } from '../../../common/timer-queue.ts';
import type { ActivatedJob } from '../../../connection/port.ts';
import { jobError } from '../../../connector/errors.ts';
import type { Activation, AnyInboundConnector, Outcome } from '../../../connector/types.ts';
import { failForGood, failUntouched, stoppedMessage } from '../../execute/failure.ts';
import { createSlots } from '../../jobs/slots.ts';
import type { Worker } from '../../jobs/worker.ts';
import { createWorkers, type Workers } from '../../jobs/workers.ts';
import type { Settled } from '../../shared/delivery.ts';
import { errorText } from '../../shared/error-text.ts';
import { activationTime } from '../activation.ts';
import { createMemoryScheduler } from '../memory.ts';
import { createRecentIds } from '../recent-ids.ts';
import { createSubscriptionRunner, type SubscriptionEnd, type SubscriptionRunner } from '../runner.ts';
import {
  alreadyStartedFault,
  expirySeconds,
  maxRemembered,
  notRunningFault,
  type Scheduler,
  type SchedulerServices,
} from '../scheduler.ts';
import { awaitDeployed, awaitPrepared, deployProcess, knownTenants } from './deploy-process.ts';
import { createLeases, type Lease, type Leases } from './leases.ts';
import { openTaskWorker } from './open-task.ts';
import { refusePlainSecrets } from './plain-secrets.ts';
import { leaseRequest } from './requests.ts';
import { readSubscription, writeState, writeSubscription } from './stored-subscription.ts';
import { startMessage } from './subscription-process.ts';

/** How subscriptions are kept in the cluster. */
export interface DurableOptions {
  /** Maximum number of subscriptions of one connector that this runtime runs at once. */
  readonly maxSubscriptions: number;
  /** Milliseconds of a lease while there are few. Another runtime continues this long after one is killed. */
  readonly lease: number;
  /** Milliseconds for which a subscription stays with one runtime before it is offered to the others. */
  readonly term: number;
}

/**
 * Subscriptions per request: few, so that several runtimes share those that become free together, and so that starting
 * them does not delay everything else.
 */
const batch = 32;

/** Commands for leases that run at once: enough for hundreds per second, and no flood after an outage. */
const maxCommands = 64;

/** What `start` sets up. */
interface Running {
  readonly services: SchedulerServices;
  readonly runner: SubscriptionRunner;
  readonly leases: Leases;
  readonly workers: Workers;
}

const settled = (outcome: Outcome, delivery: Settled['delivery']): Settled => ({ kind: 'settled', outcome, delivery });

/** The outcome of the lease's job when its subscription has ended; none if another runtime has the job. */
const outcomeOf = (job: ActivatedJob, connector: AnyInboundConnector, end: SubscriptionEnd): Outcome | undefined => {
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
 * Creates a scheduler that keeps subscriptions in the cluster. Each subscription is an instance of the library's own
 * process, and the runtime that has its job calls the loop. The scheduler deploys that process when it starts. If the
 * cluster refuses, it emits `subscriptions:volatile` and keeps the subscriptions in memory. One scheduler serves one
 * runtime.
 *
 * @example
 * createRuntime({ inbound: [ticker], scheduler: createDurableScheduler({ maxSubscriptions: 100, lease: 60_000, term: 900_000 }) });
 */
export const createDurableScheduler = ({ maxSubscriptions, lease, term }: DurableOptions): Scheduler => {
  const giveUp = createSharedAbort();
  const requested = createRecentIds(maxRemembered);
  /** Where the process is deployed. */
  const deployedIn = new Set<string | undefined>();
  let wasStarted = false;
  let isStopping = false;
  let running: Running | undefined;
  let memory: Scheduler | undefined;

  const leaseWorker = (
    connector: AnyInboundConnector,
    { services, runner, leases }: Omit<Running, 'workers'>,
  ): Worker => {
    const { sender, clock, emit } = services;
    const limit = createConcurrencyLimit(maxCommands);

    const handle: Worker['handle'] = async (job, _signal, { offeredAt }) => {
      let stored: ReturnType<typeof readSubscription>;
      try {
        stored = readSubscription(job);
      } catch (error) {
        return failForGood({ retries: job.retries, backoff: 0 }, errorText(error), error);
      }
      const { activation, expiresAt, state } = stored;
      const limits = { subject: activation.id, signal: giveUp.signal };
      const lease: { current?: Lease } = {};
      const until = (): number => lease.current?.until() ?? Number.POSITIVE_INFINITY;
      const isOver = (): boolean => clock.now() >= until();
      const subscription = runner.run({
        activation,
        connector,
        expiresIn: expiresAt === undefined ? undefined : expiresAt - clock.date(),
        failures: Math.max(0, connector.maxFailures - job.retries),
        maxFailures: connector.maxFailures,
        state,
        isOver,
        store: async (text) => {
          const { elementInstanceKey } = job;
          const command = {
            kind: 'setVariables',
            elementInstanceKey,
            local: true,
            variables: writeState(text),
          } as const;
          const delivery = await sender.send(command, { ...limits, deadline: until });
          if (!isOver()) return delivery;
          if (delivery.kind === 'accepted') {
            emit('subscription:overran', { subscription: { activation, state: 'waiting', failures: 0 } });
          }
          return { kind: 'gone' };
        },
      });
      const kept = leases.keep(job.key, subscription, offeredAt);
      lease.current = kept;
      let end = await subscription.ended;
      // A message that was delivered ends the subscription for every runtime. All else is up to the one that has it now.
      if (end.kind !== 'delivered' && isOver()) end = { kind: 'lost', failures: 'failures' in end ? end.failures : 0 };
      const outcome = outcomeOf(job, connector, end);
      if (end.kind === 'lost' || end.kind === 'released') {
        const reason = end.kind === 'lost' ? 'lost' : isStopping ? 'stopping' : 'offered';
        const released = { activation, state: 'waiting', failures: end.failures } as const;
        emit('subscription:released', { subscription: released, reason });
      }
      if (outcome === undefined) {
        kept.end();
        return settled(failUntouched(job, stoppedMessage), { kind: 'gone' });
      }
      // The lease is kept until then, so that no other runtime calls the loop of a subscription that has ended.
      const deadline = end.kind === 'delivered' ? Number.POSITIVE_INFINITY : until;
      const delivery = await limit(() => sender.settle(job, outcome, { ...limits, deadline }));
      kept.end();
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

  const setUp = (services: SchedulerServices): Running => {
    const { clock, sender, connectors } = services;
    const timers = createTimerQueue(clock);
    const runner = createSubscriptionRunner({ ...services, timers });
    const limit = createConcurrencyLimit(maxCommands);
    const leases = createLeases({ clock, timers, sender, limit, signal: giveUp.signal, shortest: lease, term });
    const definitions = [
      openTaskWorker(sender, giveUp.signal),
      ...[...connectors.values()].map((connector) => leaseWorker(connector, { services, runner, leases })),
    ];
    const limits = new Map(definitions.map(({ type, maxJobs }) => [type, maxJobs]));
    const total = definitions.reduce((sum, { maxJobs }) => sum + maxJobs, 0);
    const slots = createSlots(total, limits);
    const workers = createWorkers(definitions, { ...services, slots, connectionState: services.link });
    return { services, runner, leases, workers };
  };

  /** Deploys the process in a tenant that was not known at the start. Throws what the cluster refuses with. */
  const deployIn = async (services: SchedulerServices, tenantId: string | undefined): Promise<void> => {
    if (deployedIn.has(undefined) || deployedIn.has(tenantId)) return;
    const refusal = await withDeadline(services.clock, activationTime, giveUp.signal, (signal) =>
      awaitDeployed({ ...services, signal }, tenantId),
    );
    if (refusal !== undefined) throw refusal;
    deployedIn.add(tenantId);
  };

  /** Requests an instance from the cluster, which starts at most one at a time for each activation. */
  const requestInstance = async (
    { services }: Running,
    activation: Activation,
    activationJob: string,
  ): Promise<void> => {
    const { connection, connectors, sender, clock } = services;
    const { id } = activation;
    const connector = connectors.get(activation.connector)!;
    const deadline = clock.now() + activationTime;
    refusePlainSecrets(connector, activation);
    await deployIn(services, activation.tenantId);
    // A repeated activation means that no instance has completed its job: the process may have been deleted.
    // If it cannot be deployed now, the next repetition tries again.
    if (requested.has(id)) await deployProcess(connection, giveUp.signal, activation.tenantId).catch(() => {});
    const seconds = expirySeconds(activation, connector);
    const expiresAt = seconds === undefined ? {} : { expiresAt: clock.date() + Math.round(seconds * 1000) };
    const command = {
      kind: 'publishMessage',
      name: startMessage,
      correlationKey: id,
      messageId: id,
      timeToLive: 0,
      variables: writeSubscription({ activation, activationJob, ...expiresAt }, connector.maxFailures),
      ...(activation.tenantId === undefined ? {} : { tenantId: activation.tenantId }),
    } as const;
    const limits = { subject: id, deadline, signal: giveUp.signal };
    const delivery = await sender.send(command, limits);
    if (delivery.kind === 'accepted' || delivery.kind === 'duplicate') requested.add(id);
    else if ('error' in delivery) throw delivery.error;
    else throw jobError(stoppedMessage);
  };

  return {
    start: async (services) => {
      if (wasStarted) throw alreadyStartedFault('createDurableScheduler(…)');
      wasStarted = true;
      const tenants = knownTenants(services.tenants ?? services.connection.tenants);
      const refusal = await awaitPrepared(services, tenants);
      if (refusal === undefined) {
        for (const tenantId of tenants) deployedIn.add(tenantId);
        running = setUp(services);
        running.workers.start();
        return;
      }
      memory = createMemoryScheduler();
      await memory.start(services);
      if (!services.signal.aborted) services.emit('subscriptions:volatile', { error: refusal });
    },
    add: async (activation, jobKey) => {
      if (memory !== undefined) return memory.add(activation, jobKey);
      if (running === undefined || isStopping) throw notRunningFault();
      await requestInstance(running, activation, jobKey);
      return 'later';
    },
    subscriptions: () => (memory ?? running?.runner)?.subscriptions() ?? [],
    stop: async (force, giveUpSignal) => {
      isStopping = true;
      abortWith(giveUp, giveUpSignal);
      await memory?.stop(force, giveUpSignal);
      if (running === undefined) return;
      const ended = running.workers.stop(force, giveUpSignal);
      await running.runner.stop(force);
      await ended;
    },
  };
};
