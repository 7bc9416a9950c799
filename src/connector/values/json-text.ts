import { parse as parseLossless, stringify as stringifyLossless } from 'lossless-json';
import { fault } from '../../common/fault.ts';
import type { JsonText } from '../types.ts';
import { mayHaveRounded } from './plain-data.ts';
import { type Json, toJson } from './to-json.ts';

export { type Json, toJson } from './to-json.ts';

/**
 * Finds numbers that `JSON.parse` could round or turn into Infinity: 16 or more digits, or an exponent of three or more
 * digits. Only matches after a
 * character that may precede a number, so long ids inside strings do not slow parsing down. Used for values that contain such
 * a number, or that are too deep to look for one: in other texts, the search would take longer than the parsing.
 */
const risky = /(?:^|[:,[])\s*-?(?:\d{16}|\d[\d.]*[eE]\+?\d{3})/;

const integerLiteral = /^-?\d+$/;

/** Fractions are doubles in the engine too, so only whole numbers and overflow could change what a process sees. */
const exactNumber = (text: string): number | bigint | string => {
  const number = Number(text);
  if (integerLiteral.test(text)) return Number.isSafeInteger(number) ? number : BigInt(text);
  return Number.isFinite(number) ? number : text;
};

const parseExact = (text: string, parseNumber: (text: string) => unknown = exactNumber): unknown =>
  parseLossless(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });

/** Where the text stops being JSON. The position comes from a parser, without its message, which may quote a secret. */
const breakPosition = (text: string): string => {
  try {
    parseExact(text);
  } catch (error) {
    const position = error instanceof SyntaxError ? / at position (\d+)$/.exec(error.message)?.[1] : undefined;
    if (position !== undefined) return ` It breaks at character ${position} of ${text.length}.`;
  }
  return '';
};

/**
 * Parses JSON text without loss. Whole numbers beyond 2^53 become `bigint`; numbers that are too large for a double become
 * their own text. `__proto__` and similar keys become harmless own properties. The last of several equal keys counts.
 *
 * @param text JSON
 * @param subject what the text is, as the beginning of the error text
 * @throws a fault of kind `value` that never quotes the text
 * @example
 * parseValue('[1, 9007199254740993]'); // [1, 9007199254740993n]
 */
export const parseValue = (text: JsonText, subject = 'The value'): unknown => parseWith(text, subject, exactNumber);

const parseWith = (text: JsonText, subject: string, parseNumber: (text: string) => unknown): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fault('value', {
      what: `${subject}: not JSON.${breakPosition(text)}`,
      fix: 'send valid JSON text.',
    });
  }
  if (!mayHaveRounded(value) || !risky.test(text)) return value;
  try {
    return parseExact(text, parseNumber);
  } catch (error) {
    // JSON.parse accepted the text, so it can only be too deep: the exact parser is recursive.
    throw fault('value', { what: `${subject}: nested too deeply to be read without loss.`, cause: error });
  }
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'a boolean' : 'a number';
};

/**
 * Parses variables: as {@link parseValue}, but the text must contain an object. Empty text means no variables.
 *
 * @example
 * parseDocument('{"orderId":9007199254740993}'); // { orderId: 9007199254740993n }
 */
export const parseDocument = (text: JsonText, subject = 'The variables'): Record<string, unknown> =>
  parseDocumentWith(text, subject, exactNumber);

const parseDocumentWith = (
  text: JsonText,
  subject: string,
  parseNumber: (text: string) => unknown,
): Record<string, unknown> => {
  if (text === '' || text.trim() === '') return {};
  const value = parseWith(text, subject, parseNumber);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fault('value', {
    what: `${subject}: expected a JSON object, but got ${kindOf(value)}.`,
    fix: 'send an object of variables by name, e.g. {"name":"value"}.',
  });
};

/**
 * Parses variables as {@link parseDocument}, but refuses numbers that are too large for a double. For a reader that stores
 * the variables: a number must not become text on the way.
 *
 * @throws a fault of kind `value` that never quotes the text
 * @example
 * parseStrictDocument('{"n":1e999}'); // throws
 */
export const parseStrictDocument = (text: JsonText, subject = 'The variables'): Record<string, unknown> => {
  let isTooLarge = false;
  const document = parseDocumentWith(text, subject, (number) => {
    const exact = exactNumber(number);
    isTooLarge ||= typeof exact === 'string';
    return exact;
  });
  if (!isTooLarge) return document;
  throw fault('value', {
    what: `${subject}: a number is too large.`,
    fix: 'send numbers between -1.8e308 and 1.8e308, or the digits as text.',
  });
};

const patchedBigInt = (): boolean => 'toJSON' in BigInt.prototype;

/**
 * Writes a value as JSON text, by the rules of {@link toJson}. A `bigint` is written as an exact integer.
 *
 * @throws a fault of kind `value` that names the path of a part that JSON cannot express
 * @example
 * stringifyValue({ at: new Date(0), id: 9007199254740993n }); // '{"at":"1970-01-01T00:00:00.000Z","id":9007199254740993}'
 */
export const stringifyValue = (value: unknown): JsonText => stringifyJson(toJson(value));

/** Writes JSON as text, without another look at its values. */
export const stringifyJson = (json: Json): JsonText => {
  // Some applications add a toJSON to BigInt, which would silently round it or turn it into text.
  if (!patchedBigInt()) {
    try {
      return JSON.stringify(json);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return stringifyLossless(json) ?? 'null';
};

/**
 * Writes variables as JSON text, by the rules of {@link stringifyValue}.
 *
 * @example
 * stringifyDocument({ tags: new Set(['a']) }); // '{"tags":["a"]}'
 */
export const stringifyDocument = (record: Readonly<Record<string, unknown>>): JsonText => stringifyValue(record);
