import type { Clock } from '../common/clock.ts';
import type { Connection } from '../connection/port.ts';
import { activationType } from '../connector/activation-names.ts';
import { jobError } from '../connector/errors.ts';
import type { AnyOutbound, Logger } from '../connector/types.ts';
import { isWaitingWebhook } from '../connector/webhooks/answer-task.ts';
import { stoppedMessage } from './execute/failure.ts';
import { executeJob } from './execute/job-execution.ts';
import type { InboundServer, ReadyWebhook } from './inbound/open-inbound.ts';
import { maxWaitingOf } from './inbound/server/settings.ts';
import type { Waits, WaitsParts } from './inbound/waits/open-waits.ts';
import { outboundRequest } from './jobs/requests.ts';
import { createSlots } from './jobs/slots.ts';
import type { Worker } from './jobs/worker.ts';
import { createWorkers } from './jobs/workers.ts';
import { jobFields } from './observe/log-messages.ts';
import { activatedBy, type Plan } from './plan.ts';
import { createConnectionState } from './send/connection-state.ts';
import { createSender } from './send/sender.ts';
import { createTenantAccess } from './send/tenant-access.ts';
import type { Emit } from './shared/events.ts';
import { taggedLogger, withLazyFields } from './shared/logger.ts';
import type { Subscription } from './shared/subscription.ts';
import type { Tracing } from './shared/tracing.ts';
import { activateInbound, activationRequest, type InboundByName } from './subscriptions/activation.ts';
import type { Scheduler } from './subscriptions/scheduler.ts';

/** What {@link openSession} works with. */
export interface SessionParts {
  readonly plan: Plan;
  readonly connection: Connection;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  /** Fires when the runtime is stopped while it is still starting. */
  readonly starting: AbortSignal;
  /** Absent without tracing. */
  readonly tracing?: Tracing | undefined;
  /** Absent without webhooks. */
  readonly server?: InboundServer | undefined;
  /** The webhooks with their secrets. */
  readonly webhooks: readonly ReadyWebhook[];
  /** Absent if no webhook waits for the answers of processes. */
  readonly openWaits?: ((parts: WaitsParts) => Waits) | undefined;
  /** Whether no other runtime uses the cluster. */
  readonly isAlone: boolean;
}

/** Connectors at work on one connection. */
export interface Session {
  /** Sends the first request for jobs of each type. */
  start(): Promise<void>;
  /** Takes no more work and resolves when all work is settled; see `stop` of the workers and of the scheduler. */
  stop(force: AbortSignal, giveUp: AbortSignal): Promise<void>;
  inFlight(type: string): number;
  subscriptions(): readonly Subscription[];
  isUp(): boolean;
  /** The tenants that the cluster refuses now. */
  refusedTenants(): readonly string[];
}

const outboundWorker = (connector: AnyOutbound, { plan, connection, clock, logger }: SessionParts): Worker => {
  const own = taggedLogger(logger, connector.type);
  const { use } = plan;
  const { documents } = connection;
  const { secrets, secretFilter, redactResults } = plan.secrets;
  return {
    ...outboundRequest(connector),
    handle: (job, signal, deadline, leftRunning) =>
      // Written out, here and elsewhere on the path of a job: spreading an object costs microseconds.
      executeJob(connector, job, {
        secrets,
        secretFilter,
        redactResults,
        updateTimeout: deadline.updateTimeout,
        reservation: deadline,
        leftRunning,
        use,
        documents,
        clock,
        logger: withLazyFields(own, () => jobFields(job)),
        signal,
      }),
  };
};

const activationWorker = (
  { plan, scheduler, clock, logger, server }: SessionParts,
  connectors: InboundByName,
  isStopping: () => boolean,
): Worker => ({
  ...activationRequest(connectors, plan.limits.get(activationType)!),
  handle: (job, signal) =>
    activateInbound(job, connectors, {
      secrets: plan.secrets,
      logger: taggedLogger(logger, activationType),
      clock,
      signal,
      add: (activation) => {
        if (isStopping()) throw jobError(stoppedMessage, { retries: job.retries });
        return scheduler.add(activation, job.key);
      },
      addressOf: server?.addressOf,
    }),
});

const traced = (worker: Worker, tracing: Tracing | undefined): Worker =>
  tracing === undefined
    ? worker
    : { ...worker, handle: (job, ...rest) => tracing.job(job, () => worker.handle(job, ...rest)) };

/** Milliseconds of a suspension that is worth telling. Shorter ones are common on a busy machine. */
const longSuspension = 10_000;

/** Creates workers, sender and scheduler for one connection. Nothing happens before `start`. */
export const openSession = (parts: SessionParts): Session => {
  const { plan, connection, scheduler, clock, logger, emit, tracing, starting, server, webhooks } = parts;
  const connectionState = createConnectionState(connection.address, clock, emit);
  const sender = createSender(connection, clock, connectionState, emit);
  const tenantAccess = createTenantAccess({ connection, tenants: plan.tenants, clock, emit });
  const hasInbound = plan.inbound.size > 0;
  const activated = activatedBy(plan);
  let stopping = false;
  const complete = (worker: Worker): Worker => traced({ ...worker, stream: plan.streaming }, tracing);
  const definitions = [
    ...plan.outbound.map((connector) => outboundWorker(connector, parts)),
    ...(activated.size === 0 ? [] : [activationWorker(parts, activated, () => stopping)]),
  ].map(complete);
  const services = {
    connection,
    sender,
    connectionState,
    clock,
    emit,
    workerName: plan.workerName,
    tenants: plan.tenants,
    tenantAccess,
  };
  const waits = parts.openWaits?.({
    ...services,
    logger,
    webhooks: plan.webhooks.filter(isWaitingWebhook),
    maxWaiting: maxWaitingOf(plan.server),
    passesOn: !parts.isAlone && plan.subscriptions === 'durable',
    workerOf: (connector) => complete(outboundWorker(connector, parts)),
  });
  const workers = createWorkers(definitions, {
    ...services,
    slots: createSlots(plan.maxJobs, plan.limits),
    onResumed: (suspension) => {
      if (suspension >= longSuspension) emit('runtime:suspended', { for: suspension });
    },
  });
  return {
    start: async () => {
      if (hasInbound)
        await scheduler.start({
          connectors: plan.inbound,
          connection,
          sender,
          link: connectionState,
          workerName: plan.workerName,
          tenants: plan.tenants,
          tenantAccess,
          signal: starting,
          clock,
          logger,
          emit,
          tracing,
          secrets: plan.secrets,
        });
      if (waits !== undefined && !stopping) await waits.start({ connection, clock, emit, signal: starting });
      if (stopping) return;
      workers.start();
      await server?.accept({ webhooks, connection, sender, link: connectionState, held: waits?.held });
    },
    stop: async (force, giveUp) => {
      stopping = true;
      tenantAccess.stop();
      // The calls that wait are answered first. Other runtimes may work on their processes.
      const closeServer = async (): Promise<void> => {
        await server?.close(force);
        await waits?.stop(force, giveUp);
      };
      await Promise.all([
        closeServer(),
        workers.stop(force, giveUp),
        hasInbound ? scheduler.stop(force, giveUp) : undefined,
      ]);
    },
    inFlight: (type) => workers.inFlight(type) + (waits?.inFlight(type) ?? 0),
    subscriptions: () => (hasInbound ? scheduler.subscriptions() : []),
    isUp: connectionState.isUp,
    refusedTenants: tenantAccess.refusedTenants,
  };
};
