import { setKey } from '../../common/set-key.ts';
import type { Json } from '../../connector/values/json-text.ts';
import { type Masker, mask } from './masking/mask.ts';

/** How secrets in JSON are masked. */
export interface JsonMask {
  readonly text: Masker;
  /** Whether the digits of a number are a secret. */
  readonly isSecret: (digits: string) => boolean;
}

/** A name that the object does not have yet, so that two fields whose names are secrets stay two fields. */
const freeName = (target: object, name: string): string => {
  if (!Object.hasOwn(target, name)) return name;
  let number = 2;
  while (Object.hasOwn(target, `${name} (${number})`)) number++;
  return `${name} (${number})`;
};

/**
 * Copies JSON without secrets: they are masked in text at every depth, in the names of fields, and as numbers.
 *
 * @example
 * redactJson({ echo: ['Bearer hunter2'] }, { text: createMasker(['hunter2']), isSecret: () => false }); // { echo: ['Bearer ***'] }
 */
export const redactJson = (value: Json, json: JsonMask): Json => {
  if (typeof value === 'string') return json.text(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    return json.isSecret(String(value)) ? mask : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => redactJson(item, json));
  const copy: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) {
    setKey(copy, freeName(copy, json.text(name)), redactJson(item, json));
  }
  return copy;
};
