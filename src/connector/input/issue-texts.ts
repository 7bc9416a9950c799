import type * as v from 'valibot';
import { formatPath, type PathPart } from '../values/path.ts';
import { expectationOf, expectedText, joinOr } from './check-texts.ts';

type Issue = v.BaseIssue<unknown>;

const kindTexts: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  bigint: 'a whole number',
  Date: 'a date such as 2026-01-31 or 2026-01-31T13:05:30Z',
  Object: 'an object',
  Array: 'a list',
  Document: 'a document',
  null: 'null',
  undefined: 'nothing',
  never: 'nothing',
  unknown: 'a different kind of value',
};

const token = /"(?:[^"\\]|\\.)*"|[^\s()|&"]+/g;

/** Rewrites valibot's expectation, which is a type such as `(string | null)`, for people who model processes. */
const expectation = (expected: string | null): string => {
  const tokens = [...new Set(expected?.match(token) ?? [])].filter((part) => part !== 'undefined');
  const kinds = tokens.map((part) => kindTexts[part] ?? part);
  if (kinds.length === 0) return 'expected a different value';
  const literals = tokens.length > 1 && tokens.every((part) => !(part in kindTexts));
  return `expected ${literals ? 'one of ' : ''}${joinOr(kinds)}`;
};

const foundTexts: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'a boolean',
  bigint: 'a bigint',
  object: 'an object',
  function: 'a function',
  symbol: 'a symbol',
};

/** Describes the kind of a value, never the value itself. Results of connectors may also have kinds that JSON lacks. */
const foundText = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  return Number.isNaN(value) ? 'NaN' : (foundTexts[typeof value] ?? 'another value');
};

const bigText = /^[+-]?\d{16,}$/;

const schemaText = (issue: Issue): string => {
  const last = issue.path?.at(-1);
  if (issue.expected === 'never' && last !== undefined) return 'unknown field';
  if (issue.input === undefined) return 'is required';
  if (issue.input === null) return 'must not be null';
  if (issue.issues?.some(({ path }) => path !== undefined)) {
    return `matches none of the forms that the schema allows (${describeIssues(issue.issues).join(' | ')})`;
  }
  const expected = expectation(issue.expected);
  if (issue.type === 'number' && typeof issue.input === 'string' && bigText.test(issue.input)) {
    return `${expected}, but got a whole number that is too large for one; use bigint or text in the schema`;
  }
  const literal = ['literal', 'picklist', 'enum', 'variant', 'custom', 'instance'].includes(issue.type);
  return literal ? expected : `${expected}, but got ${foundText(issue.input)}`;
};

/** Shorter texts occur in messages by chance, e.g. "a" in "At least 9, a to z". */
const shortestQuote = 3;

/** The texts and numbers inside a value, as they are and as JSON writes them. */
const leavesOf = function* (value: unknown, seen: Set<object>): Generator<string> {
  if (typeof value === 'object' && value !== null) {
    if (seen.has(value)) return;
    seen.add(value);
    for (const item of Object.values(value)) yield* leavesOf(item, seen);
  } else if (value !== undefined && value !== null && typeof value !== 'boolean') {
    const text = String(value);
    yield text;
    if (typeof value === 'string') yield JSON.stringify(text).slice(1, -1);
  }
};

const quotes = (message: string, input: unknown): boolean => {
  if (typeof input === 'boolean') return message.includes(String(input));
  for (const leaf of leavesOf(input, new Set())) {
    if (leaf.length >= shortestQuote && message.includes(leaf)) return true;
  }
  return false;
};

/** The author's message. valibot's own messages quote the value, and an author's message may do so too; both are dropped. */
const authorText = ({ message, input, received }: Issue): string | undefined => {
  if (message.startsWith('Invalid ') && message.endsWith(`eceived ${received}`)) return undefined;
  return quotes(message, input) ? undefined : message;
};

const partsOf = ({ path }: Issue): PathPart[] =>
  (path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));

/** Whether the issue is about a key of a record. valibot marks such a key by its origin, like missing and unknown fields. */
const refusesName = (issue: Issue): boolean =>
  issue.path?.at(-1)?.origin === 'key' && issue.input !== undefined && issue.expected !== 'never';

/** What is wrong at one place of a value. */
export interface IssueText {
  /** Names and indices from the root inwards. */
  readonly path: readonly PathPart[];
  /** E.g. `is required`, or several texts joined by `; `. Never quotes the value. */
  readonly text: string;
}

/** As {@link describeIssues}, with the path apart from the text. */
export const issueTexts = (issues: readonly Issue[]): readonly IssueText[] => {
  const places = new Map<string, { readonly path: readonly PathPart[]; readonly texts: Set<string> }>();
  for (const issue of issues) {
    const path = partsOf(issue);
    const text =
      authorText(issue) ?? (issue.kind === 'schema' ? schemaText(issue) : expectedText(expectationOf(issue)));
    const key = formatPath(path);
    const place = places.get(key) ?? { path, texts: new Set() };
    place.texts.add(refusesName(issue) ? `its name: ${text}` : text);
    places.set(key, place);
  }
  return [...places.values()].map(({ path, texts }) => ({ path, text: [...texts].join('; ') }));
};

/**
 * Writes the issues of a failed parse as lines for an error message: one line for each field, with its path and what is
 * expected. A line never contains a value, because more people read error messages than variables.
 *
 * The author's own messages are kept, unless a message quotes the value or a part of it that has three or more
 * characters. Keeping out shorter parts is up to the author.
 *
 * @example
 * describeIssues(v.safeParse(v.object({ age: v.number() }), {}).issues); // ['age: is required']
 */
export const describeIssues = (issues: readonly Issue[]): readonly string[] =>
  issueTexts(issues).map(({ path, text }) => `${formatPath(path)}: ${text}`);
