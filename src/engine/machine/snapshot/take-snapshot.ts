import type { Context } from '../store/context.ts';
import { toTagged } from '../store/json-values.ts';
import type { ElementInstance, EventSubscription, Job, MessageStart, Timer } from '../store/records.ts';
import type { Json, MachineSnapshot } from '../types.ts';
import type {
  SavedElement,
  SavedJob,
  SavedMessageStart,
  SavedState,
  SavedSubscription,
  SavedTimer,
} from './saved-state.ts';

const saveElement = (element: ElementInstance): SavedElement => ({
  key: element.key,
  definition: element.definition.key,
  scope: element.scope?.key ?? null,
  node: element.node?.id ?? null,
  state: element.state,
  variables: element.variables ?? null,
  tokens: element.tokens,
  joins: element.joins ?? null,
  result: element.result ?? null,
  chosen: element.chosenFlow ?? null,
  lock: element.lock ?? null,
});

const saveJob = ({ key, element, type, state, retries, worker, errorMessage, due, dueIndex }: Job): SavedJob => ({
  key,
  element: element.key,
  type,
  state,
  retries,
  worker,
  errorMessage,
  due,
  scheduled: dueIndex >= 0,
});

const saveTimer = ({ key, definition, element, node, cycle, repetitions, due }: Timer): SavedTimer => ({
  kind: 'timer',
  key,
  definition: definition.key,
  element: element?.key ?? null,
  node: node.id,
  cycle: cycle ?? null,
  repetitions,
  due,
});

const saveSubscription = (subscription: EventSubscription): SavedTimer | SavedSubscription => {
  if (subscription.kind === 'timer') return saveTimer(subscription);
  const { kind, key, element, node, name, correlationKey } = subscription;
  return { kind, key, element: element.key, node: node.id, name, correlationKey };
};

const saveStart = ({ name, definition, node, since }: MessageStart): SavedMessageStart => ({
  name,
  definition: definition.key,
  node: node.id,
  since,
});

/** Saves the complete state. Must not be called while a command is running. */
export const takeSnapshot = ({ state }: Context): MachineSnapshot => {
  const elements = [...state.elements.values()];
  const resourceIndex = new Map(state.resources.map((resource, index) => [resource, index]));
  const startTimers = [...state.timerStarts.values()].flat().filter(({ dueIndex }) => dueIndex >= 0);
  const subscriptions = [...elements.flatMap(({ subscriptions }) => subscriptions ?? []), ...startTimers].sort(
    (a, b) => a.key - b.key,
  );
  const endedKeys = [...state.endedRing.slice(state.endedNext), ...state.endedRing.slice(0, state.endedNext)];
  const saved: SavedState = {
    lastKey: state.lastKey,
    definitions: [...state.definitions.values()].map(({ key, version, model, resource }) => ({
      key,
      processId: model.id,
      version,
      resource: resourceIndex.get(resource) ?? -1,
    })),
    elements: elements.map(saveElement),
    jobs: [...state.jobs.values()].map(saveJob),
    incidents: [...state.incidents.values()].map(({ key, element, type, message, step }) => ({
      key,
      element: element.key,
      type,
      message,
      step,
    })),
    waits: subscriptions.map(saveSubscription),
    messages: [...state.messages.values()].map(
      ({ key, name, correlationKey, messageId, variables, correlated, due }) => ({
        key,
        name,
        correlationKey,
        messageId,
        variables,
        correlated: [...correlated],
        due,
      }),
    ),
    messageStarts: [...state.messageStarts.values()].flat().map(saveStart),
    ended: endedKeys.map((key) => {
      const { definition, state: end, variables } = state.ended.get(key)!;
      return { key, definition: definition.key, state: end, variables };
    }),
  };
  return {
    format: 1,
    resources: state.resources.map(({ name, content }) => ({ name, base64: Buffer.from(content).toString('base64') })),
    state: toTagged(saved as unknown as Json),
  };
};
