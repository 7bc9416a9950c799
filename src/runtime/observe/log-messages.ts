import { isWorthLogging } from '../../common/backoff.ts';
import type { ActivatedJob } from '../../connection/port.ts';
import type { Logger } from '../../connector/types.ts';
import type { Delivery } from '../shared/delivery.ts';
import { errorStack, errorText } from '../shared/error-text.ts';
import type { Listen, RuntimeEvents } from '../shared/events.ts';
import { type LogFields, noLine, withFields } from '../shared/logger.ts';
import type { Subscription } from '../shared/subscription.ts';

type Settled = RuntimeEvents['job:settled'];

const jobName = ({ type, key, bpmnProcessId, elementId, processInstanceKey }: ActivatedJob): string =>
  `job ${key} of type "${type}" (process ${bpmnProcessId}, element ${elementId}, instance ${processInstanceKey})`;

const subscriptionName = ({ activation }: Subscription): string =>
  `"${activation.connector}" (process ${activation.bpmnProcessId}, element ${activation.elementId}, instance ${activation.processInstanceKey})`;

/** What lines about a job carry beside their text. */
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
});

/** One entry of the log is one line, whatever the message was made of. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' | ');

const reasonOf = (error: unknown): string => oneLine(errorText(error));

const attemptsLeft = (retries: number): string => {
  if (retries === 0) return 'no attempts left: the cluster raises an incident';
  return retries === 1 ? '1 attempt left' : `${retries} attempts left`;
};

const timesInARow = (failures: number): string => (failures === 1 ? 'once' : `${failures} times in a row`);

const undelivered = (delivery: Delivery): string | undefined => {
  switch (delivery.kind) {
    case 'refused':
      return `the cluster refused its result: ${reasonOf(delivery.error)}`;
    case 'expired':
      return `the cluster did not take its result in time and hands the job out again: ${reasonOf(delivery.error)}`;
    case 'abandoned':
      return 'the runtime stopped before the cluster took its result; the cluster hands the job out again';
    default:
      return undefined;
  }
};

const logSettled = (logger: Logger, { job, outcome, delivery, took }: Settled): void => {
  const trouble = undelivered(delivery);
  if (trouble !== undefined) logger.error(oneLine(`Result lost: ${jobName(job)}: ${trouble}`));
  if (outcome.kind === 'fail') {
    const line = `Failed: ${jobName(job)}, ${attemptsLeft(outcome.retries)}: ${oneLine(outcome.message)}`;
    if (outcome.retries === 0) logger.error(line);
    else logger.warn(line);
    const stack = errorStack(outcome.cause);
    if (stack !== undefined) logger.debug(`Stack of job ${job.key}: ${stack}`);
  } else if (outcome.kind === 'bpmnError') {
    logger.debug(`BPMN error ${outcome.code}: ${jobName(job)}`);
  } else {
    logger.debug(`Completed in ${took} ms: ${jobName(job)}`);
  }
  if (delivery.kind === 'gone') logger.debug(`Settled elsewhere or cancelled: ${jobName(job)}`);
};

const logState = (logger: Logger, { state, address }: RuntimeEvents['runtime:state']): void => {
  if (state === 'running') logger.info(`Running, connected to ${address}.`);
  else if (state === 'draining') logger.info('Stopping: no new jobs, waiting for those in hand.');
  else if (state === 'stopped') logger.info('Stopped.');
};

/**
 * The one place that writes log lines about the runtime. At level info: what changes its state, each failed job, each
 * outage as two lines; a successful job only at level debug. A start that fails is told to the caller of `start`. Troubles that repeat are told at the 1st, 8th, 64th, ... time.
 */
export const logEvents = (on: Listen, logger: Logger): void => {
  on('runtime:state', (event) => logState(logger, event));
  on('runtime:signal', ({ signal, forced }) =>
    logger.info(forced ? `${signal} again: ending at once.` : `${signal}: stopping. Send it again to end at once.`),
  );
  on('connection:waiting', ({ address, attempt, error }) => {
    if (isWorthLogging(attempt)) logger.warn(`Waiting for the cluster at ${address}: ${reasonOf(error)}`);
  });
  on('connection:lost', ({ address, error }) =>
    logger.warn(`Connection to ${address} lost, trying to get it back: ${reasonOf(error)}`),
  );
  on('connection:restored', ({ address, downFor }) =>
    logger.info(`Connection to ${address} is back after ${(downFor / 1000).toFixed(1)} s.`),
  );
  on('poll:failed', ({ type, error, attempt }) => {
    if (isWorthLogging(attempt)) logger.warn(`Asking for jobs of type "${type}" failed: ${reasonOf(error)}`);
  });
  on('stream:opened', ({ type }) => logger.debug(`Jobs of type "${type}" are pushed.`));
  on('stream:ended', ({ type, reason, error }) => {
    const why = error === undefined ? reason : `${reason}: ${reasonOf(error)}`;
    logger.debug(`Jobs of type "${type}" are pushed no more (${why}).`);
  });
  const saysAll = logger.debug !== noLine;
  on('job:settled', (event) => {
    if (!saysAll && event.outcome.kind === 'complete' && event.delivery.kind === 'accepted') return;
    logSettled(withFields(logger, jobFields(event.job)), event);
  });
  on('job:returned', ({ job }) => withFields(logger, jobFields(job)).debug(`Handed back: ${jobName(job)}`));
  on('job:overran', ({ job }) =>
    withFields(logger, jobFields(job)).warn(
      `Still running after its signal: ${jobName(job)} keeps its place until it ends. Fix: hand context.signal on.`,
    ),
  );
  on('command:repeated', ({ subject, attempt, pause, error }) =>
    logger.debug(`Sending again in ${pause} ms (attempt ${attempt} for ${subject} failed): ${reasonOf(error)}`),
  );
  const about = (subscription: Subscription): Logger => withFields(logger, activationFields(subscription));
  on('subscription:opened', ({ subscription }) =>
    about(subscription).debug(`Waiting: ${subscriptionName(subscription)}`),
  );
  on('subscription:failed', ({ subscription, error, attempt, pause }) => {
    if (isWorthLogging(attempt)) {
      const again = `failed ${timesInARow(attempt)}, next try in ${(pause / 1000).toFixed(1)} s`;
      about(subscription).warn(`Inbound connector ${subscriptionName(subscription)} ${again}: ${reasonOf(error)}`);
    }
    const stack = errorStack(error);
    if (stack !== undefined) about(subscription).debug(`Stack of ${subscription.activation.id}: ${stack}`);
  });
  on('subscription:delivered', ({ subscription }) =>
    about(subscription).debug(`Delivered: ${subscriptionName(subscription)}`),
  );
  on('subscription:expired', ({ subscription }) =>
    about(subscription).info(`Expired without a message: ${subscriptionName(subscription)}`),
  );
  on('subscription:halted', ({ subscription, error }) => {
    const after = `failed ${timesInARow(subscription.failures)} and is stopped; the cluster raises an incident`;
    about(subscription).error(`Inbound connector ${subscriptionName(subscription)} ${after}: ${reasonOf(error)}`);
  });
  on('subscription:released', ({ subscription, reason }) =>
    about(subscription).debug(`Left to others (${reason}): ${subscriptionName(subscription)}`),
  );
  on('subscriptions:volatile', ({ error }) =>
    logger.warn(
      `Subscriptions of inbound connectors are kept in memory and END WITH THIS PROCESS, because the cluster does not let this client keep them there: ${reasonOf(error)} Fix: let the client deploy resources, or set subscriptions: 'memory' to say that this is meant.`,
    ),
  );
  on('subscriptions:ended', ({ subscriptions }) => {
    const names = [...new Set(subscriptions.map(({ activation }) => activation.connector))].join(', ');
    logger.warn(
      `Subscriptions that end with this process: ${subscriptions.length}. Their processes go on waiting for a message that it will not send: ${names}`,
    );
  });
};
