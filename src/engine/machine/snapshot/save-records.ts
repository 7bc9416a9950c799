import type {
  ElementInstance,
  EndedInstance,
  EventSubscription,
  Incident,
  Job,
  Message,
  Timer,
  UserTask,
} from '../store/records.ts';
import { recordTenant } from '../tenants.ts';
import type {
  SavedDetails,
  SavedElement,
  SavedEnded,
  SavedIncident,
  SavedJob,
  SavedMessage,
  SavedTimer,
  SavedUserTask,
  SavedWait,
} from './saved-state.ts';

/*
 * Each function copies everything in a record that can change. What is frozen is shared.
 */

const saveDetails = ({ details }: ElementInstance): { readonly details?: SavedDetails } => {
  if (details === undefined) return {};
  const {
    headers,
    loop,
    index,
    listening,
    fulfilled,
    next,
    caller,
    depth,
    interrupted,
    pending,
    chosenFlows,
    completed,
  } = details;
  const { handlers, compensates, tags, businessId, terminateAfter } = details;
  return {
    details: {
      ...(headers === undefined ? {} : { headers }),
      ...(loop === undefined ? {} : { loop: { ...loop } }),
      ...(index === undefined ? {} : { index }),
      ...(listening === undefined ? {} : { listening }),
      ...(fulfilled === undefined ? {} : { fulfilled }),
      ...(next === undefined ? {} : { next }),
      ...(caller === undefined ? {} : { caller: caller.key }),
      ...(interrupted === undefined ? {} : { interrupted }),
      ...(pending === undefined ? {} : { pending }),
      ...(depth === undefined ? {} : { depth }),
      ...(chosenFlows === undefined ? {} : { chosenFlows }),
      ...(completed === undefined ? {} : { completed }),
      ...(handlers === undefined ? {} : { handlers }),
      ...(tags === undefined ? {} : { tags }),
      ...(businessId === undefined ? {} : { businessId }),
      ...(terminateAfter === undefined ? {} : { terminateAfter }),
      ...(compensates?.state === 'ACTIVE' ? { compensates: compensates.key } : {}),
    },
  };
};

export const saveElement = (element: ElementInstance): SavedElement => ({
  key: element.key,
  definition: element.definition.key,
  scope: element.scope?.key ?? null,
  node: element.node?.id ?? null,
  state: element.state,
  variables: element.variables === undefined ? null : { ...element.variables },
  tokens: element.tokens,
  joins: element.joins === undefined ? null : { ...element.joins },
  result: element.result ?? null,
  chosen: element.chosenFlow ?? null,
  lock: element.lock ?? null,
  ...saveDetails(element),
});

export const saveJob = (job: Job): SavedJob => {
  const { key, element, type, state, retries, worker, errorMessage, due, dueIndex, extras } = job;
  return {
    key,
    element: element.key,
    type,
    state,
    retries,
    worker,
    errorMessage,
    due,
    scheduled: dueIndex >= 0,
    ...(extras === undefined ? {} : { extras }),
  };
};

export const saveTimer = ({ key, definition, element, node, cycle, repetitions, due }: Timer): SavedTimer => ({
  kind: 'timer',
  key,
  definition: definition.key,
  element: element?.key ?? null,
  node: node.id,
  cycle: cycle ?? null,
  repetitions,
  due,
});

export const saveSubscription = (subscription: EventSubscription): SavedWait => {
  if (subscription.kind === 'timer') return saveTimer(subscription);
  const { key, element, node } = subscription;
  if (subscription.kind === 'condition') return { kind: 'condition', key, element: element.key, node: node.id };
  const saved = { key, element: element.key, node: node.id, name: subscription.name };
  if (subscription.kind === 'signal') return { kind: 'signal', ...saved };
  return { kind: 'subscription', ...saved, correlationKey: subscription.correlationKey };
};

export const saveUserTask = ({ element, change, ...task }: UserTask): SavedUserTask => ({
  ...task,
  element: element.key,
  ...(change === undefined ? {} : { change: { ...change } }),
});

export const saveIncident = ({ key, element, type, message, step }: Incident): SavedIncident => ({
  key,
  element: element.key,
  type,
  message,
  step,
});

export const saveMessage = ({ tenant, ...message }: Message): SavedMessage => ({
  key: message.key,
  name: message.name,
  correlationKey: message.correlationKey,
  messageId: message.messageId,
  publishedAt: message.publishedAt,
  ...recordTenant(tenant),
  ...(message.businessId === undefined ? {} : { businessId: message.businessId }),
  variables: message.variables,
  correlated: message.correlated,
  due: message.due,
});

export const saveEnded = ({ definition, variables, ...ended }: EndedInstance): SavedEnded => ({
  ...ended,
  variables: { ...variables },
  definition: definition.key,
});
