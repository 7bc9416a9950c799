import { isWorthLogging } from '../../common/backoff.ts';
import type { ActivatedJob } from '../../connection/port.ts';
import { defaultTenant, tenantsText } from '../../connection/tenants.ts';
import type { Logger } from '../../connector/types.ts';
import type { Delivery } from '../shared/delivery.ts';
import { errorStack, errorText } from '../shared/error-text.ts';
import type { Listen, RuntimeEvents } from '../shared/events.ts';
import { type LogFields, noLine, withFields } from '../shared/logger.ts';
import type { Subscription } from '../shared/subscription.ts';
import { logCalls } from './call-messages.ts';

type Settled = RuntimeEvents['job:settled'];

const jobName = ({ type, key, bpmnProcessId, elementId, processInstanceKey }: ActivatedJob): string =>
  `job ${key} of type "${type}" (process ${bpmnProcessId}, element ${elementId}, instance ${processInstanceKey})`;

const subscriptionName = ({ activation }: Subscription): string =>
  `"${activation.connector}" (process ${activation.bpmnProcessId}, element ${activation.elementId}, instance ${activation.processInstanceKey})`;

/** The fields of lines about a job. */
export const jobFields = (job: ActivatedJob): LogFields => ({
  jobKey: job.key,
  jobType: job.type,
  bpmnProcessId: job.bpmnProcessId,
  processInstanceKey: job.processInstanceKey,
  elementId: job.elementId,
  tenantId: job.tenantId,
});

const activationFields = ({ activation }: Subscription): LogFields => ({
  connector: activation.connector,
  activationId: activation.id,
  bpmnProcessId: activation.bpmnProcessId,
  processInstanceKey: activation.processInstanceKey,
  elementId: activation.elementId,
  tenantId: activation.tenantId ?? defaultTenant,
});

/** An entry of the log is one line, even if the message has several. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' | ');

const reasonOf = (error: unknown): string => oneLine(errorText(error));

const attemptsLeft = (retries: number): string => {
  if (retries === 0) return 'no attempts left: the cluster raises an incident';
  return retries === 1 ? '1 attempt left' : `${retries} attempts left`;
};

const timesInARow = (failures: number): string => (failures === 1 ? 'once' : `${failures} times in a row`);

const deliveryProblem = (delivery: Delivery): string | undefined => {
  switch (delivery.kind) {
    case 'refused':
      return `the cluster rejected its result: ${reasonOf(delivery.error)}`;
    case 'expired':
      return `the cluster did not accept its result in time and offers the job again: ${reasonOf(delivery.error)}`;
    case 'abandoned':
      return 'the runtime stopped before the cluster accepted its result; the cluster offers the job again';
    default:
      return undefined;
  }
};

const logSettled = (logger: Logger, { job, outcome, delivery, took }: Settled): void => {
  const problem = deliveryProblem(delivery);
  if (problem !== undefined) logger.error(oneLine(`Result lost: ${jobName(job)}: ${problem}`));
  if (outcome.kind === 'fail') {
    const isOver = delivery.kind === 'gone' || delivery.kind === 'superseded';
    const left = isOver ? 'which is over at the cluster or has another worker' : attemptsLeft(outcome.retries);
    const line = `Failed: ${jobName(job)}, ${left}: ${oneLine(outcome.message)}`;
    if (outcome.retries === 0 && !isOver) logger.error(line);
    else logger.warn(line);
    const stack = errorStack(outcome.cause);
    if (stack !== undefined) logger.debug(`Stack of job ${job.key}: ${stack}`);
  } else if (outcome.kind === 'bpmnError') {
    logger.debug(`BPMN error ${outcome.code}: ${jobName(job)}`);
  } else {
    logger.debug(`Completed in ${took} ms: ${jobName(job)}`);
  }
  if (delivery.kind === 'superseded') {
    logger.warn(`Superseded: ${jobName(job)}: another worker has the job by now, and the cluster refused this result.`);
  }
  if (delivery.kind === 'gone') logger.debug(`Settled elsewhere or cancelled: ${jobName(job)}`);
};

const logState = (logger: Logger, { state, address, ...tenants }: RuntimeEvents['runtime:state']): void => {
  const served = tenantsText(tenants);
  if (state === 'running') logger.info(`Running, connected to ${address}${served === '' ? '' : `, for ${served}`}.`);
  else if (state === 'draining') logger.info('Stopping: no new jobs, waiting for active jobs to end.');
  else if (state === 'stopped') logger.info('Stopped.');
};

/**
 * Writes all log lines about the runtime. From level info on there is a line for each change of its state, for each failed job,
 * and for the beginning and the end of each outage. A successful job has a line at level debug only. A failed start has none,
 * because `start` rejects. A repeated problem is logged the 1st, 8th, 64th, … time.
 */
export const logEvents = (on: Listen, logger: Logger): void => {
  logCalls(on, logger);
  on('runtime:state', (event) => logState(logger, event));
  on('runtime:signal', ({ signal, forced }) =>
    logger.info(
      forced ? `${signal} again: exiting immediately.` : `${signal}: stopping. Send it again to exit immediately.`,
    ),
  );
  on('runtime:suspended', ({ for: length }) =>
    logger.warn(
      `The process did not run for ${(length / 1000).toFixed(1)} s: it was stopped, its machine slept, or something blocked it. Jobs and subscriptions whose time is over are left to other runtimes.`,
    ),
  );
  on('connection:waiting', ({ address, attempt, error }) => {
    if (isWorthLogging(attempt)) logger.warn(`Waiting for the cluster at ${address}: ${reasonOf(error)}`);
  });
  on('connection:lost', ({ address, error }) =>
    logger.warn(`Connection to ${address} lost, reconnecting: ${reasonOf(error)}`),
  );
  on('connection:restored', ({ address, downFor }) =>
    logger.info(`Connection to ${address} restored after ${(downFor / 1000).toFixed(1)} s.`),
  );
  on('poll:failed', ({ type, error, attempt }) => {
    if (isWorthLogging(attempt)) logger.warn(`Request for jobs of type "${type}" failed: ${reasonOf(error)}`);
  });
  on('tenant:refused', ({ tenantId, error }) =>
    logger.warn(
      `The cluster refuses the tenant ${tenantId}. Its jobs are not requested until the cluster accepts it again: ${reasonOf(error)}`,
    ),
  );
  on('tenant:restored', ({ tenantId, refusedFor }) =>
    logger.info(`The cluster accepts the tenant ${tenantId} again, after ${(refusedFor / 1000).toFixed(1)} s.`),
  );
  on('stream:opened', ({ type }) => logger.debug(`Stream of jobs of type "${type}" opened.`));
  on('stream:ended', ({ type, reason, error }) => {
    const why = error === undefined ? reason : `${reason}: ${reasonOf(error)}`;
    logger.debug(`Stream of jobs of type "${type}" ended (${why}).`);
  });
  const logsDebug = logger.debug !== noLine;
  on('job:settled', (event) => {
    if (!logsDebug && event.outcome.kind === 'complete' && event.delivery.kind === 'accepted') return;
    logSettled(withFields(logger, jobFields(event.job)), event);
  });
  on('job:returned', ({ job, delivery }) =>
    withFields(logger, jobFields(job)).debug(
      `${delivery.kind === 'expired' ? 'Not started, because its time was over' : 'Returned'}: ${jobName(job)}`,
    ),
  );
  on('job:overran', ({ job }) =>
    withFields(logger, jobFields(job)).warn(
      `Still running after its signal was aborted: ${jobName(job)} keeps its slot until it ends. Fix: pass context.signal on.`,
    ),
  );
  on('command:repeated', ({ subject, attempt, pause, error }) =>
    logger.debug(`Sending again in ${pause} ms, because attempt ${attempt} for ${subject} failed: ${reasonOf(error)}`),
  );
  const loggerOf = (subscription: Subscription): Logger => withFields(logger, activationFields(subscription));
  on('subscription:opened', ({ subscription }) =>
    loggerOf(subscription).debug(`Subscription opened: ${subscriptionName(subscription)}`),
  );
  on('subscription:failed', ({ subscription, error, attempt, pause }) => {
    if (isWorthLogging(attempt)) {
      const again = `failed ${timesInARow(attempt)}, next try in ${(pause / 1000).toFixed(1)} s`;
      loggerOf(subscription).warn(`Inbound connector ${subscriptionName(subscription)} ${again}: ${reasonOf(error)}`);
    }
    const stack = errorStack(error);
    if (stack !== undefined) loggerOf(subscription).debug(`Stack of ${subscription.activation.id}: ${stack}`);
  });
  on('subscription:delivered', ({ subscription }) =>
    loggerOf(subscription).debug(`Delivered: ${subscriptionName(subscription)}`),
  );
  on('subscription:expired', ({ subscription }) =>
    loggerOf(subscription).info(`Expired without a message: ${subscriptionName(subscription)}`),
  );
  on('subscription:halted', ({ subscription, error, incident }) => {
    const then = incident ? 'the cluster raises an incident' : 'its process keeps waiting for the message';
    const after = `failed ${timesInARow(subscription.failures)} and is stopped; ${then}`;
    loggerOf(subscription).error(`Inbound connector ${subscriptionName(subscription)} ${after}: ${reasonOf(error)}`);
  });
  on('subscription:released', ({ subscription, reason }) =>
    loggerOf(subscription).debug(`Released (${reason}): ${subscriptionName(subscription)}`),
  );
  on('subscription:overran', ({ subscription }) =>
    loggerOf(subscription).warn(
      `The state of ${subscriptionName(subscription)} was stored when its lease was over, so it may have replaced a newer state of another runtime.`,
    ),
  );
  on('subscriptions:volatile', ({ error }) =>
    logger.warn(
      `Subscriptions of inbound connectors are kept in memory and END WITH THIS PROCESS, because the cluster does not allow this client to store them: ${reasonOf(error)} Fix: allow the client to deploy resources, or set subscriptions: 'memory' if this is intended.`,
    ),
  );
  on('subscriptions:ended', ({ subscriptions }) => {
    const names = [...new Set(subscriptions.map(({ activation }) => activation.connector))].join(', ');
    logger.warn(
      `Subscriptions that end with this process: ${subscriptions.length}. Their processes keep waiting for a message that will not be sent: ${names}`,
    );
  });
};
