import { indexDecision, indexRequirements } from '../store/decisions.ts';
import { checksumOf, indexDefinition, indexFile, indexMessageStarts } from '../store/definitions.ts';
import { indexSignalStarts } from '../store/events/signals.ts';
import type { MessageStart, Requirements, StoredFile } from '../store/records.ts';
import type { State } from '../store/state.ts';
import { processKey, recordTenant } from '../tenants.ts';
import type { CompiledResource } from '../types.ts';
import type { SavedFile, SavedHeader } from './saved-state.ts';
import { definitionOf, nodeOf, required } from './snapshot-references.ts';

/** Restores the files. */
export const restoreResources = (state: State, resources: readonly CompiledResource[]): void => {
  for (const { name, content } of resources) state.resources.push({ name, content, checksum: checksumOf(content) });
};

const restoreDefinitions = (state: State, saved: SavedHeader, resources: readonly CompiledResource[]): void => {
  for (const [id, version] of Object.entries(saved.deletedVersions ?? {})) state.deletedVersions.set(id, version);
  for (const { key, processId, version, resource, deployments = [], tenant, deleted } of saved.definitions) {
    const model = resources[resource]?.processes.find(({ id }) => id === processId);
    indexDefinition(state, {
      key,
      version,
      deployments: [...deployments],
      model: required(model, `the process '${processId}'`),
      resource: required(state.resources[resource], `a resource of the process '${processId}'`),
      ...recordTenant(tenant),
      ...(deleted === undefined ? {} : { deleted }),
    });
  }
};

const restoreFiles = ({ resources }: State, saved: readonly SavedFile[], index: Map<string, StoredFile[]>): void => {
  for (const { resource: place, versionTag, deployments, ...file } of saved) {
    const resource = required(resources[place], `a resource of the file '${file.id}'`);
    indexFile(index, { ...file, versionTag: versionTag ?? undefined, deployments: [...deployments], resource });
  }
};

const restoreDecisions = (
  state: State,
  { requirements = [], decisions = [] }: SavedHeader,
  resources: readonly CompiledResource[],
): void => {
  const byKey = new Map<number, Requirements>();
  for (const { id, resource: index, ...saved } of requirements) {
    const model = required(resources[index]?.requirements, `the decision requirements '${id}'`);
    const restored = { ...saved, model, resource: required(state.resources[index], `a resource of '${id}'`) };
    byKey.set(saved.key, restored);
    indexRequirements(state, restored);
  }
  for (const { id, requirements: key, deployments, ...saved } of decisions) {
    const owner = required(byKey.get(key), `the decision requirements of '${id}'`);
    const model = required(
      owner.model.decisions.find((decision) => decision.id === id),
      `the decision '${id}'`,
    );
    indexDecision(state, { ...saved, model, requirements: owner, deployments: [...deployments] });
  }
};

const restoreMessageStarts = (state: State, { messageStarts }: SavedHeader): void => {
  const byProcess = new Map<string, MessageStart[]>();
  for (const { definition: key, node, ...saved } of messageStarts) {
    const definition = definitionOf(state, key);
    const id = processKey(definition);
    byProcess.set(id, [...(byProcess.get(id) ?? []), { ...saved, definition, node: nodeOf(definition, node) }]);
  }
  for (const [id, starts] of byProcess) indexMessageStarts(state, id, starts);
};

const restoreSignalStarts = (state: State, { signalStarts = [] }: SavedHeader): void => {
  for (const { definition: key, node: nodeId, name } of signalStarts) {
    const definition = definitionOf(state, key);
    const id = processKey(definition);
    const node = nodeOf(definition, nodeId);
    indexSignalStarts(state, id, [...(state.signalStarts.get(id) ?? []), { name, definition, node }]);
  }
};

/** Restores what is not about instances. */
export const restoreHeader = (state: State, saved: SavedHeader, resources: readonly CompiledResource[]): void => {
  restoreDefinitions(state, saved, resources);
  restoreFiles(state, saved.forms ?? [], state.forms);
  restoreFiles(state, saved.files ?? [], state.files);
  restoreDecisions(state, saved, resources);
  restoreMessageStarts(state, saved);
  restoreSignalStarts(state, saved);
  for (const message of saved.lost ?? []) state.lost.push(message);
  state.lastKey = saved.lastKey;
  if (saved.random === undefined) return;
  const { seed, expressions, choices } = saved.random;
  state.random = { seed, expressions: [...expressions], choices: [...choices] };
};
