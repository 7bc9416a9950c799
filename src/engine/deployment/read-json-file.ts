import { isObject } from '../../common/is-object.ts';
import type { FileModel } from '../model/types.ts';

const parse = (content: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return undefined;
  }
};

/**
 * Reads the id and version tag of a form or a script, which are JSON files.
 *
 * @param what names the file in a problem, e.g. `form`
 * @returns the model, or the text of a problem
 */
export const readWithId = (content: Uint8Array, what: string): FileModel | string => {
  const file = parse(content);
  if (!isObject(file)) return `The ${what} is not a JSON object.`;
  const { id, versionTag } = file;
  if (typeof id !== 'string' || id.trim() === '') return `The ${what} has no id. Set "id" to a text that is not empty.`;
  return Object.freeze({ id, ...(typeof versionTag === 'string' && versionTag !== '' ? { versionTag } : {}) });
};
