import { createHash } from 'node:crypto';
import type { CompiledResource } from '../types.ts';
import type { Definition, Form, MessageStart, Resource, Timer } from './records.ts';
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
  const { id } = definition.model;
  state.definitions.set(definition.key, definition);
  const versions = state.versions.get(id);
  if (versions === undefined) state.versions.set(id, [definition]);
  else versions.push(definition);
};

/** Adds a version of a form. */
export const indexForm = ({ forms }: State, form: Form): void => {
  const versions = forms.get(form.id);
  if (versions === undefined) forms.set(form.id, [form]);
  else versions.push(form);
};

/** Replaces the message start events of a process. */
export const indexMessageStarts = (state: State, processId: string, starts: readonly MessageStart[]): void => {
  for (const old of state.messageStarts.get(processId) ?? []) {
    const named = state.startsByName.get(old.name);
    named?.delete(old);
    if (named?.size === 0) state.startsByName.delete(old.name);
  }
  state.messageStarts.delete(processId);
  if (starts.length > 0) state.messageStarts.set(processId, starts);
  for (const start of starts) {
    const named = state.startsByName.get(start.name);
    if (named === undefined) state.startsByName.set(start.name, new Set([start]));
    else named.add(start);
  }
};

/** Replaces the timers of the start events of a process. */
export const indexTimerStarts = (state: State, processId: string, timers: readonly Timer[]): void => {
  if (timers.length === 0) state.timerStarts.delete(processId);
  else state.timerStarts.set(processId, timers);
};
