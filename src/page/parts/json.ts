/** Values as JSON, and JSON as values. Pure. */
import type { CutValue } from '../../cli/dev/page/contract.ts';

/** A whole number with more digits than a number holds, as `JSON.rawJSON` makes it; `JSON.stringify` writes its digits. */
interface RawNumber {
  readonly rawJSON: string;
}

/** What newer engines add to JSON. */
interface ExactJson {
  readonly rawJSON?: (text: string) => RawNumber;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
}

const exact = JSON as unknown as ExactJson;

/** Where a number could have too many digits. Most texts have none, and are read without a look at each value. */
const risky = /\d{16}|\d[eE]\+?\d/;

/**
 * Reads JSON. A whole number keeps its digits, also those that a number of JavaScript has no room for.
 *
 * @throws an error that says what is wrong with the text
 * @example
 * JSON.stringify(readJson('{"id":9007199254740993}')); // '{"id":9007199254740993}'
 */
export const readJson = (text: string): unknown => {
  if (!risky.test(text)) return JSON.parse(text);
  return exact.parse(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? String(value);
    if (!Number.isFinite(value)) throw new Error(`The number ${source} is too large.`);
    if (!Number.isInteger(value) || !/^-?\d+$/.test(source)) return value;
    if (exact.rawJSON !== undefined) return exact.rawJSON(source);
    throw new Error(`This browser has no room for all digits of ${source}. Fix: write it as text, in quotes.`);
  });
};

/** The digits of a number that {@link readJson} has returned; `undefined` if it is none. */
export const digitsOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value);
  const raw = typeof value === 'object' && value !== null ? (value as Partial<RawNumber>).rawJSON : undefined;
  return typeof raw === 'string' && Object.getPrototypeOf(value) === null ? raw : undefined;
};

/** What the server has cut: the beginning of the JSON of a large value, and where the whole one is. */
export const cutOf = (value: unknown): CutValue['camunda-connectors:cut'] | undefined =>
  typeof value === 'object' && value !== null ? (value as Partial<CutValue>)['camunda-connectors:cut'] : undefined;

const joined = (
  parts: Iterable<readonly [before: string, value: unknown]>,
  [first, last]: readonly [string, string],
  length: number,
): string => {
  let text = first;
  for (const [before, value] of parts) {
    if (text.length > length) return text;
    text += `${text.length === 1 ? '' : ','}${before}${beginning(value, length - text.length)}`;
  }
  return text + last;
};

/** JSON of a value that is written no further than needed: what is longer than the length is cut somewhere behind it. */
const beginning = (value: unknown, length: number): string => {
  if (length < 0) return '';
  const cut = cutOf(value);
  // Longer than any length that is asked for, so that it is cut again.
  if (cut !== undefined) return cut.text.padEnd(length + 1, '…');
  if (typeof value === 'string') return JSON.stringify(value.length > length ? value.slice(0, length + 1) : value);
  if (typeof value !== 'object' || value === null || digitsOf(value) !== undefined) {
    return JSON.stringify(value) ?? 'undefined';
  }
  if (Array.isArray(value)) {
    return joined(
      value.map((each) => ['', each] as const),
      ['[', ']'],
      length,
    );
  }
  return joined(
    Object.entries(value).map(([name, each]) => [`${JSON.stringify(name)}:`, each] as const),
    ['{', '}'],
    length,
  );
};

/** A value as JSON on one line, cut where it is long. A value of any size and depth costs no more than its beginning. */
export const shortJson = (value: unknown, length = 80): string => {
  const text = beginning(value, length);
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
};

/** Whether JSON of a value has at most a number of characters. */
export const isShort = (value: unknown, length: number): boolean => beginning(value, length).length <= length;

/** A value as JSON, on one line if it is short. */
export const jsonText = (value: unknown): string => {
  if (isShort(value, 60)) return JSON.stringify(value) ?? 'undefined';
  try {
    return JSON.stringify(value, undefined, 2);
  } catch {
    // The browser writes values by recursion.
    return `${shortJson(value, 1_000)}\n(nested too deeply to be written as a whole)`;
  }
};
