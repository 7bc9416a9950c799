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

/** A text to hide, and how it repeats itself. */
interface Pattern {
  readonly text: string;
  /** For each length of its beginning, less one: how long a shorter beginning is with which that one ends. */
  readonly borders: Uint32Array;
}

const patternOf = (text: string): Pattern => {
  const borders = new Uint32Array(text.length);
  let length = 0;
  for (let index = 1; index < text.length; index += 1) {
    while (length > 0 && text[index] !== text[length]) length = borders[length - 1]!;
    if (text[index] === text[length]) length += 1;
    borders[index] = length;
  }
  return { text, borders };
};

/** A value can be cut as it is and as a part of JSON. */
const patternsOf = (secrets: readonly string[]): readonly Pattern[] =>
  [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))].map(patternOf);

const sign = '…';

/**
 * Finds the signs behind a beginning of a pattern, in one pass: a value can have millions of characters and many signs.
 *
 * @param found the places of such signs, with the longest beginning before each; it is completed
 */
const findBegun = (text: string, { text: pattern, borders }: Pattern, found: Map<number, number>): void => {
  const lead = pattern.slice(0, leastLength);
  for (let at = text.indexOf(lead); at >= 0; ) {
    let matched = leastLength;
    let end = at + leastLength;
    while (matched >= leastLength && end < text.length) {
      if (text[end] === sign) found.set(end, Math.max(matched, found.get(end) ?? 0));
      while (matched >= leastLength && text[end] !== pattern[matched]) matched = borders[matched - 1]!;
      if (matched < leastLength) break;
      matched += 1;
      end += 1;
    }
    at = text.indexOf(lead, end - leastLength + 1);
  }
};

/** A text that is cut, which ends with a sign, can end within a secret. */
const withoutBegun = (text: string, patterns: readonly Pattern[]): string => {
  if (!text.includes(sign)) return text;
  const found = new Map<number, number>();
  for (const pattern of patterns) findBegun(text, pattern, found);
  let masked = '';
  let done = 0;
  for (const [end, length] of [...found].sort(([a], [b]) => a - b)) {
    masked += `${text.slice(done, Math.max(done, end - length))}***`;
    done = end;
  }
  return masked + text.slice(done);
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
  const patterns = patternsOf(hidden);
  const text = remembering((each) => withoutBegun(redact(each), patterns));
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
