import { createHash } from 'node:crypto';
import { processKey, tenantKey } from '../tenants.ts';
import type { CompiledResource } from '../types.ts';
import type { Definition, MessageStart, Resource, StoredFile, Timer } from './records.ts';
import type { State } from './state.ts';

/** The checksum that shows whether two files have the same content. */
export const checksumOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The stored file with this name and content, which is added if it is new. */
export const storeResource = (
  { resources }: State,
  { name, content }: Pick<CompiledResource, 'name' | 'content'>,
  checksum: string,
): Resource => {
  const known = resources.find((resource) => resource.name === name && resource.checksum === checksum);
  if (known !== undefined) return known;
  const resource = { name, content, checksum };
  resources.push(resource);
  return resource;
};

/** Adds a version of a process. */
export const indexDefinition = (state: State, definition: Definition): void => {
  const id = processKey(definition);
  state.definitions.set(definition.key, definition);
  if (definition.deleted) return;
  const versions = state.versions.get(id);
  if (versions === undefined) state.versions.set(id, [definition]);
  else versions.push(definition);
};

/** Adds a version of a form, or of another file that is only stored. */
export const indexFile = (index: Map<string, StoredFile[]>, file: StoredFile): void => {
  const id = tenantKey(file.tenant, file.id);
  const versions = index.get(id);
  if (versions === undefined) index.set(id, [file]);
  else versions.push(file);
};

/** The version with this key in an index. */
export const withKey = <Version extends { readonly key: number }>(
  index: ReadonlyMap<string, readonly Version[]>,
  key: number,
): Version | undefined => [...index.values()].flat().find((version) => version.key === key);

/** What has versions with numbers. */
export type VersionedKind = 'process' | 'form' | 'requirements' | 'decision' | 'file';

/** The number of the next version; numbers of deleted versions are not used again. */
export const nextVersion = (
  { deletedVersions }: State,
  kind: VersionedKind,
  id: string,
  versions: readonly { readonly version: number }[] | undefined,
): number => Math.max(versions?.at(-1)?.version ?? 0, deletedVersions.get(`${kind} ${id}`) ?? 0) + 1;

/** Remembers the number of a version that is deleted. */
export const keepVersionNumber = (
  { deletedVersions }: State,
  kind: VersionedKind,
  id: string,
  version: number,
): void => {
  const key = `${kind} ${id}`;
  deletedVersions.set(key, Math.max(version, deletedVersions.get(key) ?? 0));
};

const startName = ({ name, definition }: MessageStart): string => tenantKey(definition.tenant, name);

/** Replaces the message start events of a process. */
export const indexMessageStarts = (state: State, processId: string, starts: readonly MessageStart[]): void => {
  for (const old of state.messageStarts.get(processId) ?? []) {
    const named = state.startsByName.get(startName(old));
    named?.delete(old);
    if (named?.size === 0) state.startsByName.delete(startName(old));
  }
  state.messageStarts.delete(processId);
  if (starts.length > 0) state.messageStarts.set(processId, starts);
  for (const start of starts) {
    const named = state.startsByName.get(startName(start));
    if (named === undefined) state.startsByName.set(startName(start), new Set([start]));
    else named.add(start);
  }
};

/** Replaces the timers of the start events of a process. */
export const indexTimerStarts = (state: State, processId: string, timers: readonly Timer[]): void => {
  if (timers.length === 0) state.timerStarts.delete(processId);
  else state.timerStarts.set(processId, timers);
};
