import { isObject } from '../../common/is-object.ts';
import type { FormModel } from '../model/types.ts';

const parse = (content: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return undefined;
  }
};

/** Reads the id and version tag of a form. The result is the form, or the text of a problem. */
export const readForm = (content: Uint8Array): FormModel | string => {
  const form = parse(content);
  if (!isObject(form)) return 'The form is not a JSON object.';
  const { id, versionTag } = form;
  if (typeof id !== 'string' || id.trim() === '') return 'The form has no id. Set "id" to a text that is not empty.';
  return Object.freeze({ id, ...(typeof versionTag === 'string' && versionTag !== '' ? { versionTag } : {}) });
};
