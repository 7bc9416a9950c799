import { randomUUID } from 'node:crypto';
import { refuse } from '../faults.ts';
import { compileRegex, findAll, isFound, replaceAll, splitText } from '../regex/regex.ts';
import type { Numeric } from '../values/decimal.ts';
import { toInt } from '../values/temporal/arithmetic.ts';
import { type Builtin, builtin, type Services, serviceFunction } from './builtin.ts';

const onText = (compute: (text: string) => unknown): readonly Builtin[] => builtin('string: string', compute);

const onTexts = (compute: (text: string, match: string) => unknown): readonly Builtin[] =>
  builtin('string: string, match: string', compute);

/** A position outside the text fails the evaluation, as on a cluster. */
const substring = (text: string, position: Numeric, length?: Numeric): string => {
  const start = toInt(position);
  const from = start > 0 ? start - 1 : text.length + start;
  const to = length === undefined ? text.length : Math.min(text.length, from + toInt(length));
  if (from < 0 || from > to) throw refuse('substring() has a position outside the text');
  return text.slice(from, to);
};

const before = (text: string, match: string): string => text.slice(0, Math.max(0, text.indexOf(match)));

const after = (text: string, match: string): string => {
  const index = text.indexOf(match);
  return index === -1 ? '' : text.slice(index + match.length);
};

const matches = (input: string, pattern: string, flags?: string): boolean | null => {
  const regex = compileRegex(pattern, flags);
  return regex === undefined ? null : isFound(regex, input);
};

const replace = (input: string, pattern: string, replacement: string, flags?: string): string | null => {
  const regex = compileRegex(pattern, flags);
  return regex === undefined ? null : (replaceAll(regex, input, replacement) ?? null);
};

const split = (text: string, delimiter: string): readonly string[] | null => {
  const regex = compileRegex(delimiter);
  return regex === undefined ? null : splitText(regex, text);
};

const extract = (input: string, pattern: string): readonly string[] | null => {
  const regex = compileRegex(pattern);
  return regex === undefined ? null : findAll(regex, input).map(({ text }) => text);
};

/** Java's `trim` removes everything up to the blank; its `isBlank` looks for whitespace of Unicode. */
const trim = (text: string): string => {
  let [from, to] = [0, text.length];
  while (from < to && text.charAt(from) <= ' ') from++;
  while (to > from && text.charAt(to - 1) <= ' ') to--;
  return text.slice(from, to);
};

const isBlank = (text: string): boolean =>
  Array.from(text).every(
    (sign) =>
      (sign >= '\u001c' && sign <= '\u001f') ||
      /[\t-\r \u1680\u2000-\u2006\u2008-\u200A\u2028\u2029\u205F\u3000]/.test(sign),
  );

/** Java writes a question mark for half a character. */
const toBase64 = (text: string): string => Buffer.from(text.replace(/\p{Cs}/gu, '?'), 'utf8').toString('base64');

const fromBase64 = (text: string): string | null =>
  /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/.test(text)
    ? Buffer.from(text, 'base64').toString('utf8')
    : null;

/** A random (version 4) UUID, made from the random numbers of the evaluation. */
const uuid = ({ random }: Services): string => {
  if (random === Math.random) return randomUUID();
  const digits = 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx';
  return digits.replace(/[xy]/g, (place) => Math.floor(place === 'x' ? random() * 16 : 8 + random() * 4).toString(16));
};

/** Functions on strings. */
export const stringFunctions: Readonly<Record<string, readonly Builtin[]>> = {
  substring: builtin(
    'string: string, start position: number; string: string, start position: number, length: number',
    substring,
  ),
  'string length': onText((text) => text.length),
  'upper case': onText((text) => text.toUpperCase()),
  'lower case': onText((text) => text.toLowerCase()),
  'substring before': onTexts(before),
  'substring after': onTexts(after),
  replace: builtin(
    'input: string, pattern: string, replacement: string; input: string, pattern: string, replacement: string, flags: string',
    replace,
  ),
  contains: onTexts((text, match) => text.includes(match)),
  'starts with': onTexts((text, match) => text.startsWith(match)),
  'ends with': onTexts((text, match) => text.endsWith(match)),
  matches: builtin('input: string, pattern: string; input: string, pattern: string, flags: string', matches),
  split: builtin('string: string, delimiter: string', split),
  extract: builtin('input: string, pattern: string', extract),
  trim: onText(trim),
  'is blank': onText(isBlank),
  'to base64': builtin('value: string', toBase64),
  'from base64': builtin('value: string', fromBase64),
  uuid: serviceFunction(uuid),
};
