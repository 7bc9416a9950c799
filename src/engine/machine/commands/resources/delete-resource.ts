import { isSince } from '../../../model/cluster-version.ts';
import { reject } from '../../rejection.ts';
import type { Context } from '../../store/context.ts';
import { keepVersionNumber, withKey } from '../../store/definitions.ts';
import { keyNumber, nextKey } from '../../store/keys.ts';
import type { Definition, Requirements, StoredFile } from '../../store/records.ts';
import type { State } from '../../store/state.ts';
import { processKey, tenantKey } from '../../tenants.ts';
import type { Key } from '../../types.ts';
import { closeStarts, openStarts, planStarts } from './start-events.ts';

/** Removes a version from an index. */
const removeVersion = <Version>(index: Map<string, Version[]>, id: string, version: Version): void => {
  const left = index.get(id)?.filter((other) => other !== version) ?? [];
  if (left.length === 0) index.delete(id);
  else index.set(id, left);
};

const isRunning = (context: Context, definition: Definition): boolean => {
  for (const element of context.state.elements.values()) {
    if (element.scope === undefined && element.definition === definition) return true;
  }
  return false;
};

/**
 * The version before becomes the latest one, and its start events are open again. Running instances end normally; before
 * Camunda 8.10, they prevent the deletion.
 */
const deleteProcess = (context: Context, definition: Definition, key: Key): void => {
  const { state } = context;
  if (!isSince(context.version, '8.10') && isRunning(context, definition)) {
    throw reject(
      'INVALID_STATE',
      'DELETE',
      `Expected to delete resource with key '${key}', but process '${definition.model.id}' in version ${definition.version} has running instances`,
    );
  }
  const id = processKey(definition);
  const wasLatest = state.versions.get(id)?.at(-1) === definition;
  keepVersionNumber(state, 'process', id, definition.version);
  removeVersion(state.versions, id, definition);
  definition.deleted = true;
  if (!wasLatest) return;
  const latest = state.versions.get(id)?.at(-1);
  closeStarts(context, id);
  // The deployment has evaluated these start events already.
  if (latest !== undefined)
    openStarts(
      context,
      latest,
      planStarts(context, latest, () => {}),
      nextKey(context),
    );
};

const deleteFile = (state: State, kind: 'form' | 'file', file: StoredFile): void => {
  const id = tenantKey(file.tenant, file.id);
  keepVersionNumber(state, kind, id, file.version);
  removeVersion(kind === 'form' ? state.forms : state.files, id, file);
};

const deleteRequirements = ({ state }: Context, requirements: Requirements): void => {
  const { tenant, model, version } = requirements;
  const id = tenantKey(tenant, model.id);
  keepVersionNumber(state, 'requirements', id, version);
  removeVersion(state.requirements, id, requirements);
  for (const decision of model.decisions) {
    const decisionId = tenantKey(tenant, decision.id);
    const deleted = state.decisions.get(decisionId)?.find((other) => other.requirements === requirements);
    if (deleted === undefined) continue;
    keepVersionNumber(state, 'decision', decisionId, deleted.version);
    removeVersion(state.decisions, decisionId, deleted);
  }
};

/** The command DeleteResource: deletes a process, a form, a DMN file with its decisions, or any other file. */
export const deleteResource = (context: Context, key: Key): void => {
  const { state } = context;
  const number = keyNumber(key);
  const definition = state.definitions.get(number);
  const form = withKey(state.forms, number);
  const file = withKey(state.files, number);
  const requirements = withKey(state.requirements, number);
  if (definition !== undefined && !definition.deleted) deleteProcess(context, definition, key);
  else if (form !== undefined) deleteFile(state, 'form', form);
  else if (file !== undefined) deleteFile(state, 'file', file);
  else if (requirements !== undefined) deleteRequirements(context, requirements);
  else {
    throw reject('NOT_FOUND', 'DELETE', `Expected to delete resource but no resource found with key \`${key}\``);
  }
  context.emit?.({ kind: 'resource:deleted', key });
};
