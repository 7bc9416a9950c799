import type { Connection } from '../connection/port.ts';
import { jobError } from '../connector/errors.ts';
import { variableNames } from '../connector/schema.ts';
import type { AnyOutboundConnector, Logger } from '../connector/types.ts';
import { activateInbound, activationType, activationVariables } from './activation.ts';
import { stoppedMessage } from './attempt.ts';
import { createCapacity } from './capacity.ts';
import type { Clock } from './clock.ts';
import type { Emit } from './events.ts';
import { executeOutbound } from './execute.ts';
import { createIntake, type Worker } from './intake.ts';
import { createLink } from './link.ts';
import { taggedLogger, withFields } from './logger.ts';
import { jobFields } from './logging.ts';
import type { Plan } from './plan.ts';
import type { Scheduler, Subscription } from './scheduler.ts';
import { createSender } from './sender.ts';
import type { Tracing } from './tracing.ts';

/** What a session is made of. */
export interface SessionParts {
  readonly plan: Plan;
  readonly connection: Connection;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  /** Absent where nobody traces. */
  readonly tracing?: Tracing | undefined;
}

/** Connectors at work on one connection. */
export interface Session {
  /** Sends the first request for jobs of each type. */
  start(): Promise<void>;
  /** Takes no more work and resolves when all is settled; see the intake's and the scheduler's `stop`. */
  stop(force: AbortSignal, giveUp: AbortSignal): Promise<void>;
  inFlight(type: string): number;
  subscriptions(): readonly Subscription[];
  isUp(): boolean;
}

/**
 * Milliseconds that the cluster leaves a job with us beyond the connector's timeout, so that a failure by timeout is
 * sent, and in a short outage sent again, before the cluster hands the job to somebody else.
 */
const jobMargin = 10_000;

/** Milliseconds for an activation, which calls nothing that could take long. */
const activationTime = 10_000;

/** A connector whose schema does not name its variables gets them all. */
const namesOf = (names: readonly string[] | undefined): { readonly variables?: readonly string[] } =>
  names === undefined ? {} : { variables: names };

const outboundWorker = (connector: AnyOutboundConnector, { clock, logger }: SessionParts): Worker => {
  const own = taggedLogger(logger, connector.type);
  return {
    type: connector.type,
    connector: connector.name,
    maxJobs: connector.maxJobs,
    jobTimeout: Math.ceil(connector.timeout * 1000) + jobMargin,
    ...namesOf(variableNames(connector.input)),
    handle: (job, signal) => executeOutbound(connector, job, { clock, logger: withFields(own, jobFields(job)), signal }),
  };
};

const activationWorker = ({ plan, scheduler }: SessionParts, isStopping: () => boolean): Worker => ({
  type: activationType,
  connector: activationType,
  maxJobs: plan.limits.get(activationType)!,
  jobTimeout: activationTime + jobMargin,
  ...namesOf(activationVariables(plan.inbound)),
  handle: (job) =>
    activateInbound(job, plan.inbound, (activation) => {
      if (isStopping()) throw jobError(stoppedMessage, { retries: job.retries });
      return scheduler.add(activation);
    }),
});

const traced = (worker: Worker, tracing: Tracing | undefined): Worker =>
  tracing === undefined
    ? worker
    : { ...worker, handle: (job, signal) => tracing.job(job, () => worker.handle(job, signal)) };

/** Puts intake, sender and scheduler together. Nothing happens before `start`. */
export const openSession = (parts: SessionParts): Session => {
  const { plan, connection, scheduler, clock, logger, emit, tracing } = parts;
  const link = createLink(connection.address, clock, emit);
  const sender = createSender(connection, clock, link, emit);
  const hasInbound = plan.inbound.size > 0;
  let stopping = false;
  const workers = [
    ...plan.outbound.map((connector) => outboundWorker(connector, parts)),
    ...(hasInbound ? [activationWorker(parts, () => stopping)] : []),
  ].map((worker) => traced(worker, tracing));
  const intake = createIntake(workers, {
    connection,
    capacity: createCapacity(plan.maxJobs, plan.limits),
    sender,
    link,
    clock,
    emit,
    workerName: plan.workerName,
  });
  return {
    start: async () => {
      if (hasInbound)
        await scheduler.start({
          connectors: plan.inbound,
          sender,
          clock,
          logger,
          emit,
          tracing,
          secrets: plan.secrets,
        });
      if (!stopping) intake.start();
    },
    stop: async (force, giveUp) => {
      stopping = true;
      await Promise.all([intake.stop(force, giveUp), hasInbound ? scheduler.stop(force) : undefined]);
    },
    inFlight: intake.inFlight,
    subscriptions: () => (hasInbound ? scheduler.subscriptions() : []),
    isUp: link.isUp,
  };
};
