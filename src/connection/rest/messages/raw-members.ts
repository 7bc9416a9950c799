import type { JsonText } from '../../../connector/types.ts';

/** JSON text with some of its values cut out. */
export interface CutText {
  /** The text with a number in the place of each cut value: its index in `cuts`. */
  readonly rest: string;
  readonly cuts: readonly JsonText[];
}

const quote = 34;
const comma = 44;
const colon = 58;
const openList = 91;
const backslash = 92;
const closeList = 93;
const openObject = 123;
const closeObject = 125;

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

const skipSpace = (text: string, from: number): number => {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
};

/** The position behind the string that begins at `from`; -1 if it does not end. */
const endOfString = (text: string, from: number): number => {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    // An even number of backslashes belongs to itself.
    if ((end - before) % 2 === 1) return end + 1;
  }
  return -1;
};

/** The position behind the value that begins at `from`; -1 if it does not end. */
export const endOfValue = (text: string, from: number): number => {
  let at = from;
  for (let level = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
      if (at < 0) return -1;
      if (level === 0) return at;
      continue;
    }
    if (code === openObject || code === openList) level += 1;
    else if (code === closeObject || code === closeList) {
      // The end of what contains a number, `true`, `false` or `null`.
      if (level === 0) return at;
      level -= 1;
      if (level === 0) return at + 1;
    } else if (level === 0 && (code === comma || isSpace(code))) return at;
    at += 1;
  }
  return -1;
};

const nameIn = (text: string, from: number, end: number): string => {
  const name = text.slice(from + 1, end - 1);
  if (!name.includes('\\')) return name;
  try {
    return String(JSON.parse(text.slice(from, end)));
  } catch {
    return name;
  }
};

/**
 * Cuts the values of some members out of JSON text, so that they keep every digit that `JSON.parse` would round. Whether
 * the rest is JSON is for its parser to decide; the cut values are complete, but not checked.
 *
 * @param level how deep the objects with these members are: 1 for an object that is the whole text, 3 for objects in a list
 *   in it
 * @param names of the members
 * @returns `undefined` if the text ends too early
 * @example
 * cutMembers('{"jobs":[{"variables":{"id":9007199254740993}}]}', 3, ['variables']);
 * // { rest: '{"jobs":[{"variables":0}]}', cuts: ['{"id":9007199254740993}'] }
 */
export const cutMembers = (text: string, level: number, names: readonly string[]): CutText | undefined => {
  const cuts: JsonText[] = [];
  let rest = '';
  let kept = 0;
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code !== quote) {
      if (code === openObject || code === openList) depth += 1;
      else if (code === closeObject || code === closeList) depth -= 1;
      at += 1;
      continue;
    }
    const end = endOfString(text, at);
    if (end < 0) return undefined;
    const start = at;
    at = end;
    if (depth !== level) continue;
    const after = skipSpace(text, end);
    // Only the name of a member is followed by a colon.
    if (text.charCodeAt(after) !== colon || !names.includes(nameIn(text, start, end))) continue;
    const from = skipSpace(text, after + 1);
    at = endOfValue(text, from);
    if (at < 0) return undefined;
    rest += `${text.slice(kept, from)}${cuts.length}`;
    cuts.push(text.slice(from, at));
    kept = at;
  }
  return depth === 0 ? { rest: rest + text.slice(kept), cuts } : undefined;
};

/**
 * Writes an object as JSON, with members whose values are JSON text already.
 *
 * @param fields the other members; those that are `undefined` are left out
 * @param raw JSON text by name; the names need no escapes
 * @example
 * jsonWith({ retries: 2 }, { variables: '{"id":9007199254740993}' }); // '{"retries":2,"variables":{"id":9007199254740993}}'
 */
export const jsonWith = (fields: object, raw: Readonly<Record<string, JsonText>>): string => {
  const plain = JSON.stringify(fields);
  let text = plain === '{}' ? '{' : plain.slice(0, -1);
  for (const name in raw) text += `${text.length > 1 ? ',' : ''}"${name}":${raw[name]}`;
  return `${text}}`;
};
