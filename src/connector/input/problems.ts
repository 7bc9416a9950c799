import type * as v from 'valibot';
import { formatPath, type PathPart } from '../values/path.ts';

type Issue = v.BaseIssue<unknown>;

const kindTexts: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  bigint: 'a whole number',
  Date: 'a date such as 2026-01-31 or 2026-01-31T13:05:30Z',
  Object: 'an object',
  Array: 'a list',
  null: 'null',
  undefined: 'nothing',
  never: 'nothing',
  unknown: 'another kind of value',
};

const token = /"(?:[^"\\]|\\.)*"|[^\s()|&"]+/g;

const joined = (texts: readonly string[]): string =>
  texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;

/** valibot writes what it expects as a type: `(string | null)`. Ours is for the people who model the process. */
const expectation = (expected: string | null): string => {
  const tokens = [...new Set(expected?.match(token) ?? [])].filter((part) => part !== 'undefined');
  const kinds = tokens.map((part) => kindTexts[part] ?? part);
  if (kinds.length === 0) return 'expected another value';
  const literals = tokens.length > 1 && tokens.every((part) => !(part in kindTexts));
  return `expected ${literals ? 'one of ' : ''}${joined(kinds)}`;
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

/** The kind of what came, never the value. Results of connectors are described as well, hence the odd kinds. */
const foundText = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  return Number.isNaN(value) ? 'NaN' : (foundTexts[typeof value] ?? 'another value');
};

/** For numbers, dates and the like: the limit is the schema's own and says nothing of the value. */
const limit = (requirement: unknown): string =>
  requirement instanceof Date
    ? requirement.toISOString()
    : typeof requirement === 'string'
      ? JSON.stringify(requirement)
      : String(requirement);

const noun = (requirement: unknown): string =>
  typeof requirement === 'number' || typeof requirement === 'bigint'
    ? 'a number'
    : requirement instanceof Date
      ? 'a date'
      : 'a value';

const count = (requirement: unknown, unit: string): string => {
  const singular = unit === 'entries' ? 'entry' : unit.replace(/s$/, '');
  return `${requirement} ${requirement === 1 ? singular : unit}`;
};

/** Measures of size: the action's name tells the bound and, but for `length`, the unit. */
const measures: Readonly<Record<string, string>> = {
  length: '',
  size: 'entries',
  bytes: 'bytes',
  graphemes: 'characters',
  code_points: 'characters',
  words: 'words',
  entries: 'entries',
};

const bounds: Readonly<Record<string, string>> = {
  min: 'at least',
  max: 'at most',
  not: 'anything but',
  '': 'exactly',
};

const measureText = ({ type, requirement, input }: Issue): string | undefined => {
  const [, bound = '', measure = ''] = /^(?:(min|max|not)_)?(\w+)$/.exec(type) ?? [];
  const unit = measures[measure];
  if (unit === undefined || typeof requirement !== 'number') return undefined;
  const ofLength = Array.isArray(input) ? 'items' : 'characters';
  return `expected ${bounds[bound]} ${count(requirement, unit === '' ? ofLength : unit)}`;
};

const formatTexts: Readonly<Record<string, string>> = {
  base64: 'base64 text',
  bic: 'a BIC',
  credit_card: 'a credit card number',
  cuid2: 'a Cuid2',
  decimal: 'a decimal number as text',
  digits: 'digits only',
  domain: 'a domain name',
  email: 'an e-mail address',
  emoji: 'an emoji',
  finite: 'a finite number',
  hash: 'a hash',
  hex_color: 'a colour such as #ff8800',
  hexadecimal: 'a hexadecimal number as text',
  imei: 'an IMEI',
  integer: 'a whole number',
  ip: 'an IP address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  isbn: 'an ISBN',
  iso_date: 'a date such as 2026-01-31',
  iso_date_time: 'a date and time such as 2026-01-31T13:05',
  iso_date_time_second: 'a date and time such as 2026-01-31T13:05:30',
  iso_time: 'a time such as 13:05',
  iso_time_second: 'a time such as 13:05:30',
  iso_timestamp: 'a timestamp such as 2026-01-31T13:05:30Z',
  iso_week: 'a week such as 2026-W05',
  mac: 'a MAC address',
  mac48: 'a 48-bit MAC address',
  mac64: 'a 64-bit MAC address',
  nanoid: 'a Nano ID',
  octal: 'an octal number as text',
  rfc_email: 'an e-mail address',
  safe_integer: 'a whole number below 2^53',
  parse_boolean: 'true or false',
  slug: 'a slug such as my-page-1',
  to_bigint: 'a whole number',
  to_date: 'a date',
  to_number: 'a number',
  ulid: 'a ULID',
  url: 'a URL',
  uuid: 'a UUID',
};

type Rule = (requirement: unknown) => string;

const list = (requirement: unknown): string =>
  Array.isArray(requirement) ? joined(requirement.map(limit)) : limit(requirement);

const rules: Readonly<Record<string, Rule>> = {
  non_empty: () => 'must not be empty',
  empty: () => 'must be empty',
  min_value: (requirement) => `expected ${noun(requirement)} no less than ${limit(requirement)}`,
  max_value: (requirement) => `expected ${noun(requirement)} no greater than ${limit(requirement)}`,
  gt_value: (requirement) => `expected ${noun(requirement)} greater than ${limit(requirement)}`,
  lt_value: (requirement) => `expected ${noun(requirement)} less than ${limit(requirement)}`,
  value: (requirement) => `expected ${limit(requirement)}`,
  values: (requirement) => `expected one of ${list(requirement)}`,
  not_value: (requirement) => `must not be ${limit(requirement)}`,
  not_values: (requirement) => `must be none of ${list(requirement)}`,
  multiple_of: (requirement) => `expected a multiple of ${limit(requirement)}`,
  regex: (requirement) => `expected text that matches ${requirement}`,
  starts_with: (requirement) => `expected text that starts with ${limit(requirement)}`,
  ends_with: (requirement) => `expected text that ends with ${limit(requirement)}`,
  includes: (requirement) => `expected to contain ${limit(requirement)}`,
  excludes: (requirement) => `must not contain ${limit(requirement)}`,
  mime_type: (requirement) => `expected a file of type ${list(requirement)}`,
  parse_json: () => 'expected JSON text',
};

const validationText = (issue: Issue): string => {
  const rule = rules[issue.type];
  if (rule !== undefined) return rule(issue.requirement);
  const format = formatTexts[issue.type];
  if (format !== undefined) return `expected ${format}`;
  return measureText(issue) ?? `does not pass the check "${issue.type}" of the schema`;
};

const bigText = /^[+-]?\d{16,}$/;

const schemaText = (issue: Issue): string => {
  const last = issue.path?.at(-1);
  if (issue.expected === 'never' && last !== undefined) return 'is not a field that the schema knows';
  if (issue.input === undefined) return 'is required';
  if (issue.input === null) return 'is required, but null';
  if (issue.issues?.some(({ path }) => path !== undefined)) {
    return `fits none of the forms that the schema allows (${describeIssues(issue.issues).join(' | ')})`;
  }
  const expected = expectation(issue.expected);
  if (issue.type === 'number' && typeof issue.input === 'string' && bigText.test(issue.input)) {
    return `${expected}, but got a whole number too large for one; the schema may take it as bigint or text`;
  }
  const literal = ['literal', 'picklist', 'enum', 'variant', 'custom', 'instance'].includes(issue.type);
  return literal ? expected : `${expected}, but got ${foundText(issue.input)}`;
};

/** Shorter texts occur in any message by chance: "a" in "At least 9, a to z". */
const shortestQuote = 3;

/** Texts and numbers within a value, in their plain form and as JSON has them. */
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

/** valibot's own messages quote the value, and so may a message that the author makes out of the issue. */
const authorText = ({ message, input, received }: Issue): string | undefined => {
  if (message.startsWith('Invalid ') && message.endsWith(`eceived ${received}`)) return undefined;
  return quotes(message, input) ? undefined : message;
};

const partsOf = ({ path }: Issue): PathPart[] =>
  (path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));

/** A record's key that its schema refuses; valibot marks it by the origin, as it does missing and unknown fields. */
const refusesName = (issue: Issue): boolean =>
  issue.path?.at(-1)?.origin === 'key' && issue.input !== undefined && issue.expected !== 'never';

/**
 * The issues of a failed parse as lines for an error message, one for each place: path and expectation, and never a
 * value, because error messages are read by more people than variables are. The author's own messages are kept, unless
 * one quotes a value, or a part of one, of three characters or more; what is shorter is the author's to keep out.
 *
 * @example
 * describeIssues(v.safeParse(v.object({ age: v.number() }), {}).issues); // ['age: is required']
 */
export const describeIssues = (issues: readonly Issue[]): readonly string[] => {
  const places = new Map<string, Set<string>>();
  for (const issue of issues) {
    const path = formatPath(partsOf(issue));
    const text = authorText(issue) ?? (issue.kind === 'schema' ? schemaText(issue) : validationText(issue));
    const texts = places.get(path) ?? new Set();
    texts.add(refusesName(issue) ? `its name: ${text}` : text);
    places.set(path, texts);
  }
  return [...places].map(([path, texts]) => `${path}: ${[...texts].join('; ')}`);
};

/**
 * What a check of a schema expects, for a person, in our own words.
 *
 * @example
 * describeCheck(v.email()); // 'expected an e-mail address'
 */
export const describeCheck = ({
  type,
  requirement,
}: {
  readonly type: string;
  readonly requirement?: unknown;
}): string => validationText({ type, requirement, input: '' } as Issue);
