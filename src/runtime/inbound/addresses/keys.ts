import { createHash, randomBytes } from 'node:crypto';
import { fault } from '../../../common/fault.ts';
import { fileLimits, readFailure, readFileWithinSync } from '../../../common/files/read-file.ts';

/** A key that seals and opens addresses. */
export interface AddressKey {
  /** Stands in front of every address. Runtimes that share keys agree on it. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** The keys of a runtime, the newest first. The newest seals; all of them open. */
export type AddressKeys = readonly [AddressKey, ...AddressKey[]];

/** Bytes of a key. */
const keySize = 32;

/** The most keys. A key can go when the last address that it sealed has expired. */
export const maxKeys = 16;

const idPattern = /^[A-Za-z0-9_-]{1,32}$/;

/** The id of a key without a name: the same wherever the key is. Does not help to find the key. */
const derivedId = (key: Uint8Array): string =>
  createHash('sha256').update('camunda-connectors address key id').update(key).digest('base64url').slice(0, 8);

/** A key under the id that one without a name has. */
export const withoutName = ({ key }: AddressKey): AddressKey => ({ id: derivedId(key), key });

/** The bytes of a key in hexadecimal digits, base64 or base64url; what is wrong with it otherwise. */
const readKey = (text: string): Uint8Array | string => {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return 'is not base64 and not hexadecimal digits';
  const key = Buffer.from(text, 'base64');
  return key.length === keySize ? key : `has ${key.length} bytes in base64`;
};

const refuse = (where: string, problems: readonly string[]): Error =>
  fault('configuration', {
    what: `The keys for addresses of callbacks cannot be used:\n${problems.map((one) => `- ${one}`).join('\n')}`,
    where,
    fix: `give each key as ${keySize} random bytes in base64, e.g. from \`openssl rand -base64 ${keySize}\`; several are separated by commas or line breaks, the newest first.`,
  });

/**
 * Reads keys: one or several, the newest first, separated by commas or white space. Each is 32 bytes in base64, base64url or
 * hexadecimal digits, optionally after an id and a colon. A key without an id has one that is derived from it.
 *
 * @param where where the text comes from, for errors
 * @throws a fault of kind `configuration` that names each problem by the position of the key, and never quotes a key
 * @example
 * parseAddressKeys('2027-01:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=', 'CAMUNDA_CONNECTORS_CALLBACK_KEYS');
 */
export const parseAddressKeys = (text: string, where: string): AddressKeys => {
  const items = text.split(/[\s,]+/).filter((item) => item !== '');
  const problems: string[] = [];
  if (items.length === 0) problems.push('there is no key');
  if (items.length > maxKeys) problems.push(`there are more than ${maxKeys} keys`);
  const keys = items.flatMap((item, index): readonly AddressKey[] => {
    const at = item.indexOf(':');
    const key = readKey(item.slice(at + 1));
    const id = at === -1 ? undefined : item.slice(0, at);
    if (typeof key === 'string') problems.push(`key ${index + 1} ${key}; it must have ${keySize} bytes`);
    if (id !== undefined && !idPattern.test(id)) {
      problems.push(`the id of key ${index + 1} must have 1 to 32 letters, digits, "-" or "_"`);
    }
    return typeof key === 'string' ? [] : [{ id: id ?? derivedId(key), key }];
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length) problems.push('two keys are the same or have the same id');
  if (problems.length > 0) throw refuse(where, problems);
  return keys as unknown as AddressKeys;
};

/** The variable with the keys. */
export const keysVariable = 'CAMUNDA_CONNECTORS_CALLBACK_KEYS';

/** The variable with the path of a file with the keys. */
export const keysFileVariable = 'CAMUNDA_CONNECTORS_CALLBACK_KEYS_FILE';

/**
 * Reads the keys that the environment names, from a variable or from a file.
 *
 * @returns `undefined` if it names none
 * @throws a fault of kind `configuration`
 */
export const addressKeysFromEnv = (env: Readonly<Record<string, string | undefined>>): AddressKeys | undefined => {
  const text = env[keysVariable] ?? '';
  const path = env[keysFileVariable] ?? '';
  if (text !== '' && path !== '') {
    throw fault('configuration', {
      what: `Both ${keysVariable} and ${keysFileVariable} are set.`,
      fix: 'remove one of them.',
    });
  }
  if (text !== '') return parseAddressKeys(text, keysVariable);
  if (path === '') return undefined;
  let content: string;
  try {
    content = readFileWithinSync(path, fileLimits.settings).toString('utf8');
  } catch (error) {
    throw fault('configuration', {
      what: `The keys for addresses of callbacks cannot be read from ${path} (${readFailure(error)}).`,
      where: keysFileVariable,
      fix: 'give the path of a file that this program may read.',
      cause: error,
    });
  }
  return parseAddressKeys(content, `${keysFileVariable}: ${path}`);
};

/** A key for this process only. Its addresses are worthless when the process ends, and in every other process. */
export const temporaryAddressKeys = (): AddressKeys => {
  const key = randomBytes(keySize);
  return [{ id: derivedId(key), key }];
};
