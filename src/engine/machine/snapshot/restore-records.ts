import type { Stateful } from '../store/context.ts';
import { indexTimerStarts } from '../store/definitions.ts';
import { indexCondition } from '../store/events/conditions.ts';
import { bufferMessage, indexSubscription, newMessage } from '../store/events/messages.ts';
import { schedule } from '../store/events/schedule.ts';
import { indexSignal } from '../store/events/signals.ts';
import { addInstance, newInstance } from '../store/instances.ts';
import { adoptVariables } from '../store/json-values.ts';
import type { ElementInstance, EventSubscription, Incident, Job, Timer } from '../store/records.ts';
import { setInitialVariables } from '../store/variables.ts';
import { restoreJob } from '../store/work/jobs.ts';
import { addUserTask } from '../store/work/user-tasks.ts';
import { processKey } from '../tenants.ts';
import type { Json, Variables } from '../types.ts';
import type {
  SavedDetails,
  SavedElement,
  SavedIncident,
  SavedJob,
  SavedMessage,
  SavedTimer,
  SavedUserTask,
  SavedWait,
} from './saved-state.ts';
import { definitionOf, elementOf, nodeOf, rejection } from './snapshot-references.ts';

/** Variables of a snapshot, frozen. */
export const adopt = (variables: Variables): Variables => adoptVariables(variables, rejection);

const restoreDetails = (
  context: Stateful,
  element: ElementInstance,
  { caller: callerKey, compensates, loop, next, ...details }: SavedDetails,
): void => {
  element.details = {
    ...details,
    ...(next === undefined ? {} : { next: { ...next, variables: adopt(next.variables) } }),
    ...(loop === undefined ? {} : { loop: { ...loop, items: adopt({ items: loop.items }).items as readonly Json[] } }),
  };
  if (compensates !== undefined) element.details.compensates = elementOf(context.state, compensates);
  if (callerKey === undefined) return;
  const caller = elementOf(context.state, callerKey);
  element.details.caller = caller;
  caller.details = { ...caller.details, called: element };
};

export const restoreElement = (context: Stateful, saved: SavedElement): void => {
  const definition = definitionOf(context.state, saved.definition);
  const scope = saved.scope === null ? undefined : elementOf(context.state, saved.scope);
  const node = saved.node === null ? undefined : nodeOf(definition, saved.node);
  const element = newInstance(saved.key, definition, scope, node);
  element.state = saved.state;
  if (saved.variables !== null) setInitialVariables(element, adopt(saved.variables));
  element.tokens = saved.tokens;
  // Without a prototype, as in tokens.ts.
  element.joins = saved.joins === null ? undefined : Object.assign(Object.create(null), saved.joins);
  element.result = saved.result === null ? undefined : adopt(saved.result);
  element.chosenFlow = saved.chosen ?? undefined;
  element.lock = saved.lock ?? undefined;
  if (saved.details !== undefined) restoreDetails(context, element, saved.details);
  addInstance(context.state, element);
};

const restoreTimer = (context: Stateful, saved: SavedTimer): Timer => {
  const definition = definitionOf(context.state, saved.definition);
  const timer: Timer = {
    kind: 'timer',
    key: saved.key,
    definition,
    node: nodeOf(definition, saved.node),
    element: saved.element === null ? undefined : elementOf(context.state, saved.element),
    cycle: saved.cycle ?? undefined,
    repetitions: saved.repetitions,
    due: saved.due,
    dueIndex: -1,
  };
  schedule(context, timer, timer.due);
  return timer;
};

export const restoreSubscription = (context: Stateful, saved: SavedWait): void => {
  let subscription: EventSubscription;
  if (saved.kind === 'timer') {
    subscription = restoreTimer(context, saved);
    if (subscription.element === undefined) {
      const id = processKey(subscription.definition);
      indexTimerStarts(context.state, id, [...(context.state.timerStarts.get(id) ?? []), subscription]);
      return;
    }
  } else if (saved.kind === 'condition') {
    const element = elementOf(context.state, saved.element);
    const { kind, key } = saved;
    subscription = { kind, key, element, node: nodeOf(element.definition, saved.node), isNew: false };
    indexCondition(context.state, subscription);
  } else if (saved.kind === 'signal') {
    const element = elementOf(context.state, saved.element);
    const { kind, key, name } = saved;
    subscription = { kind, key, name, element, node: nodeOf(element.definition, saved.node) };
    indexSignal(context.state, subscription);
  } else {
    const element = elementOf(context.state, saved.element);
    const { kind, key, name, correlationKey } = saved;
    const node = nodeOf(element.definition, saved.node);
    subscription = {
      kind,
      key,
      name,
      correlationKey,
      element,
      node,
      open: true,
      previous: undefined,
      next: undefined,
    };
    indexSubscription(context.state, subscription);
  }
  const { element } = subscription;
  if (element === undefined) return;
  if (element.subscriptions === undefined) element.subscriptions = [subscription];
  else element.subscriptions.push(subscription);
};

export const restoreMessage = (context: Stateful, saved: SavedMessage): void => {
  const variables = adopt(saved.variables);
  const message = newMessage({ ...saved, publishedAt: saved.publishedAt ?? saved.due, variables });
  message.correlated = [...saved.correlated];
  bufferMessage(context.state, message);
  schedule(context, message, message.due);
};

export const restoreUserTask = (context: Stateful, { element, change, ...task }: SavedUserTask): void => {
  const variables = change?.variables && adopt(change.variables);
  addUserTask(context, {
    ...task,
    element: elementOf(context.state, element),
    ...(change === undefined ? {} : { change: { ...change, ...(variables === undefined ? {} : { variables }) } }),
  });
};

export const restoreSavedJob = (context: Stateful, saved: SavedJob): void => {
  const job: Job = {
    kind: 'job',
    key: saved.key,
    type: saved.type,
    element: elementOf(context.state, saved.element),
    state: saved.state,
    retries: saved.retries,
    worker: saved.worker,
    errorMessage: saved.errorMessage,
    due: saved.due,
    dueIndex: -1,
    readyIndex: -1,
  };
  if (saved.extras !== undefined) job.extras = saved.extras;
  restoreJob(context, job, saved.scheduled);
};

export const restoreIncident = ({ state }: Stateful, { element: key, ...saved }: SavedIncident): void => {
  const element = elementOf(state, key);
  const incident: Incident = { ...saved, element };
  element.incident = incident;
  state.incidents.set(incident.key, incident);
};
