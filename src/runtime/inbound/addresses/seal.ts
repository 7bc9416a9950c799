import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { fault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import { parseValue, stringifyValue } from '../../../connector/values/json-text.ts';
import type { AddressKey, AddressKeys } from './keys.ts';

/** What an address means. It is encrypted, so nobody but the runtimes can read it. */
export interface AddressContent {
  readonly messageName: string;
  readonly correlationKey: string;
  readonly tenantId: string;
  /** Seconds since 1970. From then on the address is refused. */
  readonly expiresAt: number;
  /** The id of the message. */
  readonly messageId: string;
  /** The name of the connector that reads the call. Absent: it is the name of the message. */
  readonly connector?: string;
  /** What the process passed to the connector. Absent: nothing. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The process variable for the whole message. */
  readonly resultVariable?: string;
  /** The FEEL expression that maps the message to variables. */
  readonly resultExpression?: string;
}

/** A meaning, or why there is none. The reason is for the log: callers get the same answer for all of them. */
export type OpenedAddress =
  | { readonly ok: true; readonly content: AddressContent }
  | { readonly ok: false; readonly reason: 'malformed' | 'forged' | 'expired' };

const version = 'cb1';
const cipher = 'aes-256-gcm';
const nonceSize = 12;
const tagSize = 16;

/** Characters. Clusters with a relational database as secondary storage accept no longer names and keys. */
export const maxNameLength = 256;

/** Characters. Mail programs and some gateways cut longer addresses, of which this is the last segment. */
export const maxSealedLength = 1_800;

/** What is authenticated beside the content, so that no part can be used with another version or key. */
const associated = (key: AddressKey): Uint8Array => Buffer.from(`${version}.${key.id}`);

/** Short names, because an address must be short. */
const toText = (content: AddressContent): string => {
  const { messageName, connector, variables, resultVariable, resultExpression } = content;
  return stringifyValue({
    n: messageName,
    k: content.correlationKey,
    t: content.tenantId,
    e: content.expiresAt,
    i: content.messageId,
    ...(connector === undefined || connector === messageName ? {} : { c: connector }),
    ...(variables === undefined || Object.keys(variables).length === 0 ? {} : { v: variables }),
    ...(resultVariable === undefined ? {} : { r: resultVariable }),
    ...(resultExpression === undefined ? {} : { x: resultExpression }),
  });
};

const parse = (text: string): unknown => {
  try {
    return parseValue(text);
  } catch {
    return undefined;
  }
};

const fromText = (text: string): AddressContent | undefined => {
  const value = parse(text);
  if (!isObject(value)) return undefined;
  const { n, k, t, e, i, c, v, r, x } = value;
  if (typeof n !== 'string' || typeof k !== 'string' || typeof t !== 'string' || typeof i !== 'string')
    return undefined;
  if (typeof e !== 'number' || (c !== undefined && typeof c !== 'string')) return undefined;
  return {
    messageName: n,
    correlationKey: k,
    tenantId: t,
    expiresAt: e,
    messageId: i,
    ...(c === undefined ? {} : { connector: c }),
    ...(isObject(v) ? { variables: v } : {}),
    ...(typeof r === 'string' ? { resultVariable: r } : {}),
    ...(typeof x === 'string' ? { resultExpression: x } : {}),
  };
};

const refuse = (what: string, fix: string): Error =>
  fault('input', { what, where: 'the address of the callback', fix });

/** The properties whose length is limited, with what a process calls them. */
const limited = {
  messageName: 'message name',
  correlationKey: 'correlation key',
  messageId: 'message id',
} as const satisfies Partial<Record<keyof AddressContent, string>>;

/** As {@link sealAddress}, with a chosen nonce. A nonce must never be used twice with the same key. */
export const sealWith = (key: AddressKey, content: AddressContent, nonce: Uint8Array): string => {
  const encrypt = createCipheriv(cipher, key.key, nonce, { authTagLength: tagSize });
  encrypt.setAAD(associated(key));
  const encrypted = Buffer.concat([
    nonce,
    encrypt.update(toText(content), 'utf8'),
    encrypt.final(),
    encrypt.getAuthTag(),
  ]);
  return `${version}.${key.id}.${encrypted.toString('base64url')}`;
};

/**
 * Seals what an address means, with the newest key. The result consists of letters, digits, `.`, `-` and `_`, so it can be a
 * segment of a path. Two results are never equal.
 *
 * A key may seal four thousand million addresses.
 *
 * @throws a fault of kind `input` if the message name, the correlation key or the result is too long
 * @example
 * sealAddress(keys, { messageName: 'paid', correlationKey: 'order-1', tenantId: '<default>', expiresAt: 1767229200, messageId: '7' });
 */
export const sealAddress = (keys: AddressKeys, content: AddressContent): string => {
  for (const [name, words] of Object.entries(limited) as [keyof typeof limited, string][]) {
    const { length } = content[name];
    if (length > maxNameLength) {
      throw refuse(
        `The ${words} has ${length} characters; at most ${maxNameLength} fit into an address.`,
        `use a shorter ${words}, e.g. an id.`,
      );
    }
  }
  const sealed = sealWith(keys[0], content, randomBytes(nonceSize));
  if (sealed.length > maxSealedLength) {
    throw refuse(
      `The address would have ${sealed.length} characters; at most ${maxSealedLength} are possible.`,
      'pass less to the connector, e.g. an id instead of a text, or use a shorter message name or correlation key.',
    );
  }
  return sealed;
};

const form = /^cb1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{1,1800})$/;

/** A key that nobody has: an address of an unknown key takes as long as a forged one. */
const nobodysKey = (id: string): AddressKey => ({ id, key: randomBytes(32) });

const decrypt = (key: AddressKey, bytes: Uint8Array): string | undefined => {
  // Without the length of the tag, Node.js accepts one of 4 bytes.
  const opening = createDecipheriv(cipher, key.key, bytes.subarray(0, nonceSize), { authTagLength: tagSize });
  opening.setAAD(associated(key));
  opening.setAuthTag(bytes.subarray(-tagSize));
  try {
    const text = opening.update(bytes.subarray(nonceSize, -tagSize));
    return Buffer.concat([text, opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
};

/**
 * Opens a sealed address. Only the spelling that was sealed is accepted: Node.js decodes several texts to the same bytes. Never
 * throws.
 *
 * @param text the last segment of the address, as it arrived
 * @param now milliseconds since 1970
 * @example
 * const opened = openAddress(keys, text, Date.now());
 * if (opened.ok) console.log(opened.content.messageName);
 */
export const openAddress = (keys: AddressKeys, text: string, now: number): OpenedAddress => {
  const [, id, sealed] = form.exec(text) ?? [];
  if (id === undefined || sealed === undefined) return { ok: false, reason: 'malformed' };
  const bytes = Buffer.from(sealed, 'base64url');
  // Nothing secret is compared here: both are spellings of what the caller sent.
  if (bytes.length <= nonceSize + tagSize || bytes.toString('base64url') !== sealed) {
    return { ok: false, reason: 'malformed' };
  }
  const decrypted = decrypt(keys.find((key) => key.id === id) ?? nobodysKey(id), bytes);
  const content = decrypted === undefined ? undefined : fromText(decrypted);
  if (content === undefined) return { ok: false, reason: 'forged' };
  return now >= content.expiresAt * 1000 ? { ok: false, reason: 'expired' } : { ok: true, content };
};
