import type { Context } from '../store/context.ts';
import { toTagged } from '../store/json-values.ts';
import type { ElementInstance, EventSubscription, Job, MessageStart, StoredFile, Timer } from '../store/records.ts';
import { recordTenant } from '../tenants.ts';
import type { Json, MachineSnapshot } from '../types.ts';
import type {
  SavedDetails,
  SavedElement,
  SavedFile,
  SavedJob,
  SavedMessageStart,
  SavedState,
  SavedTimer,
  SavedWait,
} from './saved-state.ts';

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
  ...saveDetails(element),
});

const saveJob = (job: Job): SavedJob => {
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

const saveSubscription = (subscription: EventSubscription): SavedWait => {
  if (subscription.kind === 'timer') return saveTimer(subscription);
  const { key, element, node } = subscription;
  if (subscription.kind === 'condition') return { kind: 'condition', key, element: element.key, node: node.id };
  const saved = { key, element: element.key, node: node.id, name: subscription.name };
  if (subscription.kind === 'signal') return { kind: 'signal', ...saved };
  return { kind: 'subscription', ...saved, correlationKey: subscription.correlationKey };
};

const saveStart = ({ name, definition, node, since }: MessageStart): SavedMessageStart => ({
  name,
  definition: definition.key,
  node: node.id,
  since,
});

/** Saves the complete state. Must not be called while a command is running. */
export const takeSnapshot = ({ state, now }: Context): MachineSnapshot => {
  const { seed, expressions, choices } = state.random;
  const elements = [...state.elements.values()];
  const resourceIndex = new Map(state.resources.map((resource, index) => [resource, index]));
  const saveFiles = (index: ReadonlyMap<string, readonly StoredFile[]>): readonly SavedFile[] =>
    [...index.values()].flat().map(({ resource, versionTag, deployments, ...file }) => ({
      ...file,
      versionTag: versionTag ?? null,
      deployments: [...deployments],
      resource: resourceIndex.get(resource) ?? -1,
    }));
  const startTimers = [...state.timerStarts.values()].flat().filter(({ dueIndex }) => dueIndex >= 0);
  const subscriptions = [...elements.flatMap(({ subscriptions }) => subscriptions ?? []), ...startTimers].sort(
    (a, b) => a.key - b.key,
  );
  const endedKeys = [...state.endedRing.slice(state.endedNext), ...state.endedRing.slice(0, state.endedNext)];
  const saved: SavedState = {
    random: { seed, expressions: [...expressions], choices: [...choices] },
    lastKey: state.lastKey,
    definitions: [...state.definitions.values()].map(
      ({ key, version, model, resource, deployments, tenant, deleted }) => ({
        key,
        processId: model.id,
        version,
        resource: resourceIndex.get(resource) ?? -1,
        deployments: [...deployments],
        ...recordTenant(tenant),
        ...(deleted === undefined ? {} : { deleted }),
      }),
    ),
    ...(state.deletedVersions.size === 0 ? {} : { deletedVersions: Object.fromEntries(state.deletedVersions) }),
    elements: elements.map(saveElement),
    forms: saveFiles(state.forms),
    ...(state.files.size === 0 ? {} : { files: saveFiles(state.files) }),
    requirements: [...state.requirements.values()].flat().map(({ key, version, model, resource, tenant }) => ({
      key,
      id: model.id,
      version,
      resource: resourceIndex.get(resource) ?? -1,
      ...recordTenant(tenant),
    })),
    decisions: [...state.decisions.values()].flat().map(({ key, version, model, requirements, deployments }) => ({
      key,
      id: model.id,
      version,
      requirements: requirements.key,
      deployments: [...deployments],
    })),
    evaluations: [...state.evaluations.values()],
    userTasks: [...state.userTasks.values()].map(({ element, ...task }) => ({ ...task, element: element.key })),
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
      ({ key, name, correlationKey, messageId, publishedAt, variables, correlated, due, tenant }) => ({
        key,
        name,
        correlationKey,
        messageId,
        publishedAt,
        ...recordTenant(tenant),
        variables,
        correlated: [...correlated],
        due,
      }),
    ),
    lost: state.lost.map((message) => ({ ...message })),
    signalStarts: [...state.signalStarts.values()]
      .flat()
      .map(({ name, definition, node }) => ({ name, definition: definition.key, node: node.id })),
    messageStarts: [...state.messageStarts.values()].flat().map(saveStart),
    ended: endedKeys.map((key) => {
      const { definition, state: end, ...rest } = state.ended.get(key)!;
      return { ...rest, definition: definition.key, state: end };
    }),
  };
  return {
    format: 1,
    time: now(),
    resources: state.resources.map(({ name, content }) => ({ name, base64: Buffer.from(content).toString('base64') })),
    state: toTagged(saved as unknown as Json),
  };
};
