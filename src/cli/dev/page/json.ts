import { createRedactor } from '../../../runtime/secrets/redactor.ts';

/** A shorter secret would be found in any word, and reveals little. */
const leastLength = 4;

const none: readonly string[] = [];

/** For what has no secrets. */
export const noSecrets = (): readonly string[] => none;

/** Writes what the page receives. */
export type WriteJson = (value: unknown) => string;

/** Texts up to this length are searched for secrets once: keys, ids and names are sent again and again. */
const longestKnown = 100;

/** How many of them are remembered. */
const maxKnown = 10_000;

/** Remembers what became of short texts. */
const remembering = (mask: (text: string) => string): ((text: string) => string) => {
  const known = new Map<string, string>();
  return (text) => {
    if (text.length > longestKnown) return mask(text);
    let masked = known.get(text);
    if (masked === undefined) {
      masked = mask(text);
      if (known.size >= maxKnown) known.clear();
      known.set(text, masked);
    }
    return masked;
  };
};

/** A text that is cut, which ends with a sign, can end within a secret. */
const withoutBegun = (text: string, secrets: readonly string[]): string => {
  let masked = text;
  for (let end = masked.indexOf('…'); end >= 0; end = masked.indexOf('…', end + 1)) {
    const before = masked.slice(0, end);
    const begun = Math.max(0, ...secrets.map((secret) => begunLength(before, secret)));
    if (begun === 0) continue;
    masked = `${before.slice(0, -begun)}***${masked.slice(end)}`;
    end += 3 - begun;
  }
  return masked;
};

/** How many characters of a secret a text ends with; 0 if they are too few to tell. */
const begunLength = (text: string, secret: string): number => {
  for (let length = secret.length - 1; length >= leastLength; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
};

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** Most values have no whole number beyond 2^53, and are written several times as fast without a function for each part. */
const writePlain: WriteJson = (value) => {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, plain);
  }
};

const hiding = (values: readonly string[]): WriteJson => {
  const hidden = values.filter(({ length }) => length >= leastLength);
  if (hidden.length === 0) return writePlain;
  const redact = createRedactor(hidden, true).text;
  const text = remembering((each) => withoutBegun(redact(each), hidden));
  return (value) => JSON.stringify(value, (key, part) => (typeof part === 'string' ? text(part) : plain(key, part)));
};

/**
 * Creates the function that writes JSON for the page: whole numbers beyond 2^53 as texts, and without secrets.
 *
 * @param secrets returns the values that no text may contain: another list when they have changed
 * @example
 * createJsonWriter(() => ['hunter2'])({ big: 2n ** 60n, text: 'it is hunter2' }); // '{"big":"1152921504606846976","text":"it is ***"}'
 */
export const createJsonWriter = (secrets: () => readonly string[]): WriteJson => {
  let known = secrets();
  let write = hiding(known);
  return (value) => {
    const now = secrets();
    if (now !== known) {
      known = now;
      write = hiding(now);
    }
    return write(value ?? null);
  };
};
