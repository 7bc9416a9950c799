import type { Context } from '../store/context.ts';
import { toTagged } from '../store/json-values.ts';
import type { MessageStart, StoredFile } from '../store/records.ts';
import type { State } from '../store/state.ts';
import { recordTenant } from '../tenants.ts';
import type { Json, MachineSnapshot } from '../types.ts';
import {
  saveElement,
  saveEnded,
  saveIncident,
  saveJob,
  saveMessage,
  saveSubscription,
  saveUserTask,
} from './save-records.ts';
import type { SavedFile, SavedHeader, SavedMessageStart, SavedState, SavedWait } from './saved-state.ts';

const saveStart = ({ name, definition, node, since }: MessageStart): SavedMessageStart => ({
  name,
  definition: definition.key,
  node: node.id,
  since,
});

/** The keys of the ended instances that are kept, in the order in which they ended. */
export const endedKeys = ({ endedRing, endedNext }: State): readonly number[] => [
  ...endedRing.slice(endedNext),
  ...endedRing.slice(0, endedNext),
];

/** Saves the timers of start events. */
export const saveStartTimers = ({ timerStarts }: State): readonly SavedWait[] =>
  [...timerStarts.values()]
    .flat()
    .filter(({ dueIndex }) => dueIndex >= 0)
    .map(saveSubscription);

/** Saves what is not about instances: definitions, and the few values of the state that have no key. */
export const saveHeader = (state: State): SavedHeader => {
  const { seed, expressions, choices } = state.random;
  const resourceIndex = new Map(state.resources.map((resource, index) => [resource, index]));
  const saveFiles = (index: ReadonlyMap<string, readonly StoredFile[]>): readonly SavedFile[] =>
    [...index.values()].flat().map(({ resource, versionTag, deployments, ...file }) => ({
      ...file,
      versionTag: versionTag ?? null,
      deployments: [...deployments],
      resource: resourceIndex.get(resource) ?? -1,
    }));
  return {
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
    lost: state.lost.map((message) => ({ ...message })),
    signalStarts: [...state.signalStarts.values()]
      .flat()
      .map(({ name, definition, node }) => ({ name, definition: definition.key, node: node.id })),
    messageStarts: [...state.messageStarts.values()].flat().map(saveStart),
  };
};

/** Saves the complete state at once. Must not be called while a command is running. */
export const takeSnapshot = ({ state, now }: Context): MachineSnapshot => {
  const elements = [...state.elements.values()];
  const waits = elements.flatMap(({ subscriptions }) => subscriptions?.map(saveSubscription) ?? []);
  const saved: SavedState = {
    ...saveHeader(state),
    elements: elements.map(saveElement),
    evaluations: [...state.evaluations.values()],
    userTasks: [...state.userTasks.values()].map(saveUserTask),
    jobs: [...state.jobs.values()].map(saveJob),
    incidents: [...state.incidents.values()].map(saveIncident),
    waits: [...waits, ...saveStartTimers(state)].sort((a, b) => a.key - b.key),
    messages: [...state.messages.values()].map(saveMessage),
    ended: endedKeys(state).map((key) => saveEnded(state.ended.get(key)!)),
  };
  return {
    format: 1,
    time: now(),
    resources: state.resources.map(({ name, content }) => ({ name, base64: Buffer.from(content).toString('base64') })),
    state: toTagged(saved as unknown as Json),
  };
};
