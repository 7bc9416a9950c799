import type { ActivatedJob } from '../../connection/port.ts';
import { defaultTenant } from '../../connection/tenants.ts';
import { activationType } from '../../connector/activation-names.ts';
import { readHeaderTexts } from '../execute/task-headers.ts';
import type { CallResult } from '../shared/call.ts';
import type { Listen, RuntimeEvents } from '../shared/events.ts';
import type { Subscription } from '../shared/subscription.ts';
import type { Recorder } from './instruments.ts';

type Settled = RuntimeEvents['job:settled'];

interface Tenant {
  readonly tenantId?: string;
}

interface Labels extends Tenant {
  readonly type: string;
  readonly elementTemplateId: string;
  readonly elementTemplateVersion: string;
}

const unknown = 'unknown';

/** Subscriptions do not have the headers of the activating task. */
const noTemplate = { elementTemplateId: unknown, elementTemplateVersion: unknown } as const;

/** Adds the label of the tenant. The default tenant has none, so that without tenants the labels are the official ones. */
const withTenant = <Given extends object>(labels: Given, tenantId: string | undefined): Given & Tenant =>
  tenantId === undefined || tenantId === '' || tenantId === defaultTenant ? labels : { ...labels, tenantId };

/** Text that distinguishes the types of one tenant from those of others. */
const typeKey = ({ type, tenantId }: { readonly type: string } & Tenant): string =>
  tenantId === undefined ? type : `${tenantId}\u0000${type}`;

/** The element template of the task. Its id and version are the only header values that metrics contain. */
const templateOf = (job: ActivatedJob): Labels => {
  const { type, tenantId } = job;
  try {
    const { elementTemplateId = unknown, elementTemplateVersion = unknown } = readHeaderTexts(job);
    return withTenant({ type, elementTemplateId, elementTemplateVersion }, tenantId);
  } catch {
    return withTenant({ type, ...noTemplate }, tenantId);
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
    const ofType = withTenant({ type: job.type }, job.tenantId);
    recorder.add('jobsActivated', ofType);
    recorder.set('inFlight', ofType, active.add(typeKey(ofType), job));
    recorder.add('invocations', { action: 'activated', ...labels });
  });
  on('job:returned', ({ job }) => recorder.add('jobsActivated', withTenant({ type: job.type }, job.tenantId)));
  on('job:settled', (event) => {
    const { job, outcome, delivery, handled } = event;
    const ofType = withTenant({ type: job.type }, job.tenantId);
    const key = typeKey(ofType);
    const labels = labelsOf.get(job) ?? templateOf(job);
    const action = actionOf(event);
    recorder.add('jobsHandled', ofType);
    recorder.set('inFlight', ofType, active.remove(key, job));
    recorder.observe('executionTime', labels, handled / 1000);
    const series = `series ${JSON.stringify(Object.values(labels))}`;
    recorder.set('longestExecution', labels, longest(series, handled) / 1000);
    recorder.set('maxExecutionTime', ofType, longest(`type ${key}`, handled));
    recorder.add('deliveries', { ...ofType, result: delivery.kind });
    if (action !== undefined) recorder.add('invocations', { action, ...labels });
    if (action === 'completed') recorder.set('lastCompleted', ofType, now());
    if (action !== 'failed') return;
    recorder.set('lastFailed', ofType, now());
    if (outcome.kind === 'fail') recorder.add(outcome.retries > 0 ? 'retries' : 'incidents', ofType);
  });
  on('command:repeated', ({ command }) => recorder.add('repeats', { command }));
};

const recordInbound = (on: Listen, recorder: Recorder, now: () => number): void => {
  const open = createGroups<string>();
  const labelsOf = ({ activation }: Pick<Subscription, 'activation'>): { readonly type: string } & Tenant =>
    withTenant({ type: activation.connector }, activation.tenantId);
  const activated = (action: string, labels: { readonly type: string } & Tenant): void =>
    recorder.add('activations', { action, ...labels, ...noTemplate });
  // Every message counts once as triggered and once by its result.
  const triggered = (action: string, labels: { readonly type: string } & Tenant): void => {
    recorder.add('triggers', { action: 'triggered', ...labels, ...noTemplate });
    recorder.add('triggers', { action, ...labels, ...noTemplate });
  };
  const closed = (subscription: Subscription): void => {
    const labels = labelsOf(subscription);
    recorder.set('subscriptions', labels, open.remove(typeKey(labels), subscription.activation.id));
    activated('deactivated', labels);
  };

  on('job:settled', ({ job, outcome }) => {
    if (job.type !== activationType || outcome.kind !== 'fail') return;
    activated('activation-failed', withTenant({ type: activationType }, job.tenantId));
  });
  on('subscription:opened', ({ subscription }) => {
    const labels = labelsOf(subscription);
    activated('activated', labels);
    recorder.set('lastActivated', labels, now());
    recorder.set('subscriptions', labels, open.add(typeKey(labels), subscription.activation.id));
  });
  on('loop:ended', ({ subscription, result, took }) => {
    const labels = labelsOf(subscription);
    recorder.add('loops', { ...labels, result });
    recorder.observe('loopTime', labels, took / 1000);
  });
  on('message:published', (published) => {
    const labels = labelsOf(published);
    triggered('correlated', labels);
    recorder.set('lastTriggered', labels, now());
  });
  on('subscription:failed', ({ subscription }) => {
    if (subscription.state === 'publishing') triggered('correlation-failed', labelsOf(subscription));
  });
  on('subscription:delivered', ({ subscription }) => closed(subscription));
  on('subscription:expired', ({ subscription }) => closed(subscription));
  on('subscription:halted', ({ subscription }) => closed(subscription));
  on('subscription:released', ({ subscription }) => closed(subscription));
  on('subscriptions:ended', ({ subscriptions }) => {
    for (const subscription of subscriptions) {
      if (subscription.state === 'publishing') triggered('correlation-failed', labelsOf(subscription));
      closed(subscription);
    }
  });
};

/** What counts as a message that the cluster did not take. */
const withoutMessage: ReadonlySet<CallResult> = new Set(['unmatched', 'unavailable', 'failed']);

const recordCalls = (on: Listen, recorder: Recorder, now: () => number): void => {
  const count = (type: string, action: string): void => {
    recorder.add('triggers', { action: 'triggered', type, ...noTemplate });
    recorder.add('triggers', { action, type, ...noTemplate });
  };
  // The name of a connector is the only label, because a caller can choose the path and the method of a request.
  on('call:ended', ({ connector: type, result, took, messages }) => {
    recorder.add('calls', { type, result });
    recorder.observe('callTime', { type }, took / 1000);
    // A correlation has no message that is kept; a publication that is late has some.
    const isCorrelated = result === 'correlated' || (result === 'late' && messages.length === 0);
    const accepted = isCorrelated ? 1 : messages.filter(({ duplicate }) => !duplicate).length;
    for (let index = 0; index < accepted; index++) count(type, 'correlated');
    if (accepted > 0) recorder.set('lastTriggered', { type }, now());
    if (withoutMessage.has(result)) count(type, 'correlation-failed');
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
  recordCalls(on, recorder, now);
  recordConnection(on, recorder);
};
