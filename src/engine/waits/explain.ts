import type {
  Key,
  MachineElement,
  MachineIncident,
  MachineJob,
  MachineJoin,
  MachineSubscription,
  MachineTimer,
  MachineUserTask,
} from '../machine/types.ts';
import { asksFor, jobTypeNearMisses, messageNearMisses } from './near-misses.ts';
import type { Wait, WaitFacts } from './types.ts';

type Base = Pick<Wait, 'elementId' | 'elementName' | 'elementInstanceKey' | 'processInstanceKey' | 'bpmnProcessId'>;

/** What identifies an element in everything that belongs to it. */
interface Owned {
  readonly elementId: string;
  readonly elementInstanceKey?: Key;
  readonly processInstanceKey?: Key;
  readonly bpmnProcessId: string;
}

type FindElement = (key: Key | undefined) => MachineElement | undefined;

const baseOf = (find: FindElement, { elementId, elementInstanceKey = '', ...owned }: Owned): Base => {
  const element = find(elementInstanceKey);
  // Without an element, a process instance waits: for the start of an event subprocess.
  const id = element?.elementId ?? (elementInstanceKey === owned.processInstanceKey ? owned.bpmnProcessId : elementId);
  return {
    elementId: id,
    elementName: element?.name ?? id,
    elementInstanceKey,
    processInstanceKey: owned.processInstanceKey ?? '',
    bpmnProcessId: owned.bpmnProcessId,
  };
};

const incidentWait = (base: Base, { key, type, message }: MachineIncident): Wait => ({
  ...base,
  kind: 'incident',
  incidentKey: key,
  incidentType: type,
  message,
});

const jobState = (
  { state, type, worker, deadline, backoffUntil, tenantId }: MachineJob,
  workers: WaitFacts['workers'],
): Pick<Wait & { kind: 'job' }, 'state' | 'worker' | 'until'> => {
  if (state === 'ACTIVATED') return { state: 'held', worker, until: deadline };
  if (backoffUntil !== undefined) return { state: 'backoff', until: backoffUntil };
  if (workers === undefined) return { state: 'ready' };
  const known = workers.filter((each) => each.type === type && asksFor(each, tenantId));
  const [first] = known;
  if (first === undefined) return { state: 'noWorker' };
  const connected = known.find((each) => each.connected);
  return connected === undefined
    ? { state: 'notAsking', worker: first.worker }
    : { state: 'ready', worker: connected.worker };
};

const jobWait = (base: Base, job: MachineJob, workers: WaitFacts['workers']): Wait => {
  const state = jobState(job, workers);
  return {
    ...base,
    kind: 'job',
    jobKey: job.key,
    jobType: job.type,
    jobKind: job.kind,
    ...state,
    retries: job.retries,
    errorMessage: job.errorMessage,
    nearMisses: state.state === 'noWorker' ? jobTypeNearMisses(job, workers ?? []) : [],
  };
};

const userTaskWait = (base: Base, task: MachineUserTask): Wait => ({
  ...base,
  kind: 'userTask',
  userTaskKey: task.key,
  assignee: task.assignee,
  candidateGroups: task.candidateGroups,
  candidateUsers: task.candidateUsers,
});

/** An element continues without events that are attached to it or that start an event subprocess in it. */
const eventOf = (
  base: Base,
  { elementId, elementName }: MachineSubscription | MachineTimer,
  element: MachineElement | undefined,
) => ({
  ...base,
  eventId: elementId,
  eventName: elementName,
  optional: elementId !== base.elementId && element?.kind !== 'eventBasedGateway',
});

const subscriptionWait = (
  base: Base,
  subscription: MachineSubscription,
  element: MachineElement | undefined,
  facts: WaitFacts,
): Wait => {
  const { kind, name, correlationKey = '' } = subscription;
  const event = eventOf(base, subscription, element);
  if (kind === 'signal') return { ...event, kind, name };
  if (kind === 'condition') return { ...event, kind, expression: name };
  return { ...event, kind, name, correlationKey, nearMisses: messageNearMisses(subscription, facts) };
};

const timerWait = (base: Base, timer: MachineTimer, element: MachineElement | undefined): Wait => ({
  ...eventOf(base, timer, element),
  kind: 'timer',
  timerKey: timer.key,
  due: timer.due,
  repetitions: timer.repetitions,
});

const joinWait = ({ scopeKey, ...join }: MachineJoin): Wait => ({
  kind: 'join',
  ...join,
  elementInstanceKey: scopeKey,
});

/** Nothing runs in an ad-hoc subprocess, and no worker has been asked what to do in it. */
const isIdle = ({ kind, key }: MachineElement, { elements, jobs }: WaitFacts): boolean =>
  kind === 'adHocSubProcess' &&
  !elements.some(({ scopeKey }) => scopeKey === key) &&
  !jobs.some(({ elementInstanceKey }) => elementInstanceKey === key);

/** The elements with their scopes, from which it follows what is inside what. */
const createInside = (find: FindElement, key: Key) => {
  const isInside = (elementKey: Key | undefined): boolean => {
    const seen = new Set<Key>();
    for (let at = elementKey; at !== undefined && !seen.has(at); at = find(at)?.scopeKey) {
      if (at === key) return true;
      seen.add(at);
    }
    return false;
  };
  return ({ processInstanceKey, elementInstanceKey }: Omit<Owned, 'elementId' | 'bpmnProcessId'>): boolean =>
    processInstanceKey === key || isInside(elementInstanceKey);
};

const isOptional = (wait: Wait): boolean => 'optional' in wait && wait.optional;

const explain = (facts: WaitFacts, key: Key, seen: ReadonlySet<Key>): readonly Wait[] => {
  const elements = new Map(facts.elements.map((element) => [element.key, element]));
  const find: FindElement = (elementKey) => (elementKey === undefined ? undefined : elements.get(elementKey));
  const isInside = createInside(find, key);
  const incidents = facts.incidents.filter(isInside);
  const blocked = new Set(incidents.map(({ elementInstanceKey }) => elementInstanceKey));
  const isWaiting = (owned: Owned): boolean => isInside(owned) && !blocked.has(owned.elementInstanceKey ?? '');
  const base = (owned: Owned): Base => baseOf(find, owned);

  const called = facts.elements.flatMap((element): readonly Wait[] => {
    const { calledProcessInstanceKey: child } = element;
    const owned = { ...element, elementInstanceKey: element.key };
    if (child === undefined || !isWaiting(owned)) return [];
    const waits = seen.has(child) ? [] : explain(facts, child, new Set([...seen, child]));
    return [{ ...base(owned), kind: 'instance', calledProcessInstanceKey: child, waits }];
  });
  const events = [
    ...facts.subscriptions
      .filter(isWaiting)
      .map((subscription) =>
        subscriptionWait(base(subscription), subscription, find(subscription.elementInstanceKey), facts),
      ),
    ...facts.timers.filter(isWaiting).map((timer) => timerWait(base(timer), timer, find(timer.elementInstanceKey))),
  ];
  return [
    ...incidents.map((incident) => incidentWait(base(incident), incident)),
    ...facts.jobs.filter(isWaiting).map((job) => jobWait(base(job), job, facts.workers)),
    ...facts.userTasks
      .filter((task) => task.state === 'CREATED' && isWaiting(task))
      .map((task) => userTaskWait(base(task), task)),
    ...called,
    ...facts.elements
      .filter((element) => isIdle(element, facts))
      .map((element) => ({ ...element, elementInstanceKey: element.key }))
      .filter(isWaiting)
      .map((element): Wait => ({ ...base(element), kind: 'activation' })),
    ...events.filter((wait) => !isOptional(wait)),
    ...facts.joins.filter((join) => isInside({ ...join, elementInstanceKey: join.scopeKey })).map(joinWait),
    ...events.filter(isOptional),
  ];
};

/**
 * Explains why a process instance or an element does not continue: for each thing that it waits for, what that is, and what
 * almost fits. It only reads the facts, so it also explains a recorded state.
 *
 * @param facts what `engine.elements`, `engine.jobs` and so on return
 * @param key of a process instance, or of an element instance, for what is inside it
 * @returns first what it waits for, then the events that can occur meanwhile; empty if it has ended or is unknown
 * @example
 * for (const wait of explainWaits(facts, processInstanceKey)) console.log(describeWait(wait, facts.now));
 */
export const explainWaits = (facts: WaitFacts, key: Key): readonly Wait[] => explain(facts, key, new Set([key]));
