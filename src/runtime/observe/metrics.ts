import type { ActivatedJob } from '../../connection/port.ts';
import { activationType } from '../../connector/activation-names.ts';
import { readHeaderTexts } from '../execute/task-headers.ts';
import type { Listen, RuntimeEvents } from '../shared/events.ts';
import type { Subscription } from '../shared/subscription.ts';
import type { Recorder } from './instruments.ts';

type Settled = RuntimeEvents['job:settled'];

interface Labels {
  readonly type: string;
  readonly elementTemplateId: string;
  readonly elementTemplateVersion: string;
}

const unknown = 'unknown';

/** Subscriptions do not have the headers of the activating task. */
const noTemplate = { elementTemplateId: unknown, elementTemplateVersion: unknown } as const;

/** The element template of the task. Its id and version are the only header values that metrics contain. */
const templateOf = (job: ActivatedJob): Labels => {
  const { type } = job;
  try {
    const { elementTemplateId = unknown, elementTemplateVersion = unknown } = readHeaderTexts(job);
    return { type, elementTemplateId, elementTemplateVersion };
  } catch {
    return { type, ...noTemplate };
  }
};

/**
 * How the job is counted; `undefined` if the cluster accepted no command. A rejected result counts as a failure, because the
 * job fails or is executed again.
 */
const actionOf = ({ outcome, delivery }: Settled): 'completed' | 'failed' | 'bpmn-error' | undefined => {
  if (delivery.kind === 'refused') return 'failed';
  if (delivery.kind !== 'accepted') return undefined;
  if (outcome.kind === 'complete') return 'completed';
  return outcome.kind === 'fail' ? 'failed' : 'bpmn-error';
};

/** Tracks the largest value per key. */
const createMaximum = (): ((key: string, value: number) => number) => {
  const largest = new Map<string, number>();
  return (key, value) => {
    const max = Math.max(largest.get(key) ?? 0, value);
    largest.set(key, max);
    return max;
  };
};

/** Tracks the members of a set per key, and returns the size of the set after each change. */
const createGroups = <Member>() => {
  const members = new Map<string, Set<Member>>();
  const of = (key: string): Set<Member> => {
    const set = members.get(key) ?? new Set();
    members.set(key, set);
    return set;
  };
  return {
    add: (key: string, member: Member): number => of(key).add(member).size,
    remove: (key: string, member: Member): number => {
      of(key).delete(member);
      return of(key).size;
    },
  };
};

const recordOutbound = (on: Listen, recorder: Recorder, now: () => number): void => {
  const active = createGroups<ActivatedJob>();
  const longest = createMaximum();
  const labelsOf = new WeakMap<ActivatedJob, Labels>();

  on('job:started', ({ job }) => {
    const labels = templateOf(job);
    labelsOf.set(job, labels);
    recorder.add('jobsActivated', { type: job.type });
    recorder.set('inFlight', { type: job.type }, active.add(job.type, job));
    recorder.add('invocations', { action: 'activated', ...labels });
  });
  on('job:returned', ({ job }) => recorder.add('jobsActivated', { type: job.type }));
  on('job:settled', (event) => {
    const { job, outcome, delivery, handled } = event;
    const { type } = job;
    const labels = labelsOf.get(job) ?? templateOf(job);
    const action = actionOf(event);
    recorder.add('jobsHandled', { type });
    recorder.set('inFlight', { type }, active.remove(type, job));
    recorder.observe('executionTime', labels, handled / 1000);
    const series = `series ${JSON.stringify(Object.values(labels))}`;
    recorder.set('longestExecution', labels, longest(series, handled) / 1000);
    recorder.set('maxExecutionTime', { type }, longest(`type ${type}`, handled));
    recorder.add('deliveries', { type, result: delivery.kind });
    if (action !== undefined) recorder.add('invocations', { action, ...labels });
    if (action === 'completed') recorder.set('lastCompleted', { type }, now());
    if (action !== 'failed') return;
    recorder.set('lastFailed', { type }, now());
    if (outcome.kind === 'fail') recorder.add(outcome.retries > 0 ? 'retries' : 'incidents', { type });
  });
  on('command:repeated', ({ command }) => recorder.add('repeats', { command }));
};

const recordInbound = (on: Listen, recorder: Recorder, now: () => number): void => {
  const open = createGroups<string>();
  const nameOf = ({ activation }: Subscription): string => activation.connector;
  const activated = (action: string, type: string): void =>
    recorder.add('activations', { action, type, ...noTemplate });
  // Every message counts once as triggered and once by its result.
  const triggered = (action: string, type: string): void => {
    recorder.add('triggers', { action: 'triggered', type, ...noTemplate });
    recorder.add('triggers', { action, type, ...noTemplate });
  };
  const closed = (subscription: Subscription): void => {
    const type = nameOf(subscription);
    recorder.set('subscriptions', { type }, open.remove(type, subscription.activation.id));
    activated('deactivated', type);
  };

  on('job:settled', ({ job, outcome }) => {
    if (job.type === activationType && outcome.kind === 'fail') activated('activation-failed', activationType);
  });
  on('subscription:opened', ({ subscription }) => {
    const type = nameOf(subscription);
    activated('activated', type);
    recorder.set('lastActivated', { type }, now());
    recorder.set('subscriptions', { type }, open.add(type, subscription.activation.id));
  });
  on('loop:ended', ({ subscription, result, took }) => {
    recorder.add('loops', { type: nameOf(subscription), result });
    recorder.observe('loopTime', { type: nameOf(subscription) }, took / 1000);
  });
  on('message:published', ({ activation: { connector: type } }) => {
    triggered('correlated', type);
    recorder.set('lastTriggered', { type }, now());
  });
  on('subscription:failed', ({ subscription }) => {
    if (subscription.state === 'publishing') triggered('correlation-failed', nameOf(subscription));
  });
  on('subscription:delivered', ({ subscription }) => closed(subscription));
  on('subscription:expired', ({ subscription }) => closed(subscription));
  on('subscription:halted', ({ subscription }) => closed(subscription));
  on('subscription:released', ({ subscription }) => closed(subscription));
  on('subscriptions:ended', ({ subscriptions }) => {
    for (const subscription of subscriptions) {
      if (subscription.state === 'publishing') triggered('correlation-failed', nameOf(subscription));
      closed(subscription);
    }
  });
};

const recordConnection = (on: Listen, recorder: Recorder): void => {
  recorder.set('connectionUp', {}, 0);
  on('runtime:state', ({ state }) => {
    if (state === 'running') recorder.set('connectionUp', {}, 1);
    if (state === 'stopped' || state === 'failed') recorder.set('connectionUp', {}, 0);
  });
  on('connection:lost', () => {
    recorder.add('outages', {});
    recorder.set('connectionUp', {}, 0);
  });
  on('connection:restored', () => recorder.set('connectionUp', {}, 1));
};

/**
 * Records measurements from a runtime's events, from now on.
 *
 * @param now returns milliseconds since the epoch
 */
export const recordMetrics = (on: Listen, recorder: Recorder, now: () => number = Date.now): void => {
  recordOutbound(on, recorder, now);
  recordInbound(on, recorder, now);
  recordConnection(on, recorder);
};
