import { randomUUID } from 'node:crypto';
import { type Builtin, borrowed, builtin, type Services } from './builtin.ts';

/** A function of one string; it gives null for anything else. */
const onText = (compute: (text: string) => unknown): Builtin =>
  builtin('string', (text: unknown) => (typeof text === 'string' ? compute(text) : null));

const extract = (input: unknown, pattern: unknown): unknown => {
  if (typeof input !== 'string' || typeof pattern !== 'string') return null;
  try {
    return Array.from(input.matchAll(new RegExp(pattern, 'gu')), ([match]) => match);
  } catch {
    return null;
  }
};

/** A random (version 4) UUID, made from the random numbers of the evaluation. */
const uuid = ({ random }: Services): string => {
  if (random === Math.random) return randomUUID();
  const digits = 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx';
  return digits.replace(/[xy]/g, (place) => Math.floor(place === 'x' ? random() * 16 : 8 + random() * 4).toString(16));
};

/** Functions on strings. */
export const stringFunctions: Readonly<Record<string, Builtin>> = {
  substring: borrowed('substring'),
  'string length': borrowed('string length'),
  'upper case': borrowed('upper case'),
  'lower case': borrowed('lower case'),
  'substring before': borrowed('substring before'),
  'substring after': borrowed('substring after'),
  replace: borrowed('replace'),
  contains: borrowed('contains'),
  matches: borrowed('matches'),
  'starts with': borrowed('starts with'),
  'ends with': borrowed('ends with'),
  split: borrowed('split'),
  extract: builtin('input, pattern', extract),
  trim: onText((text) => text.trim()),
  'is blank': onText((text) => text.trim() === ''),
  'to base64': onText((text) => Buffer.from(text, 'utf8').toString('base64')),
  uuid: builtin('', uuid),
};
