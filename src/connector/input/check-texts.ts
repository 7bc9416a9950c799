/** What the checks of a schema ask for: one table, for the lines about invalid input and for the Modeler's messages. */

/** A check in words that fit into either sentence. */
export type Expectation =
  /** E.g. `a number`: "expected a number", "must be a number". */
  | { readonly be: string }
  /** E.g. `contain "@"`: "expected to contain "@"", "must contain "@"". */
  | { readonly do: string }
  /** A sentence of its own, e.g. `must not be empty`. */
  | { readonly sentence: string };

/** The check of a schema, or the issue that it raised; valibot keeps both as plain data. */
export interface Check {
  /** valibot's name of the check, e.g. `min_length`. */
  readonly type: string;
  readonly requirement?: unknown;
  /** The value that failed the check; only its kind matters. */
  readonly input?: unknown;
}

/** Lists texts as a sentence does: `a, b or c`. */
export const joinOr = (texts: readonly string[]): string =>
  texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;

/** Writes a limit, e.g. the 18 of `minValue(18)`. It is part of the schema and reveals nothing about the value. */
const limit = (requirement: unknown): string => {
  if (requirement instanceof Date) return requirement.toISOString();
  return typeof requirement === 'string' ? JSON.stringify(requirement) : String(requirement);
};

const noun = (requirement: unknown): string => {
  if (typeof requirement === 'number' || typeof requirement === 'bigint') return 'a number';
  return requirement instanceof Date ? 'a date' : 'a value';
};

const count = (requirement: number, unit: string): string => {
  const singular = unit === 'entries' ? 'entry' : unit.replace(/s$/, '');
  return `${requirement} ${requirement === 1 ? singular : unit}`;
};

/** Measures of size. The name of the check gives the bound and, except for `length`, the unit. */
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

const measureOf = ({ type, requirement, input }: Check): Expectation | undefined => {
  const [, bound = '', measure = ''] = /^(?:(min|max|not)_)?(\w+)$/.exec(type) ?? [];
  const unit = measures[measure];
  if (unit === undefined || typeof requirement !== 'number') return undefined;
  const ofLength = Array.isArray(input) ? 'items' : 'characters';
  return { be: `${bounds[bound]} ${count(requirement, unit === '' ? ofLength : unit)}` };
};

const formats: Readonly<Record<string, string>> = {
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

const list = (requirement: unknown): string =>
  Array.isArray(requirement) ? joinOr(requirement.map(limit)) : limit(requirement);

const checks: Readonly<Record<string, (requirement: unknown) => Expectation>> = {
  non_empty: () => ({ sentence: 'must not be empty' }),
  empty: () => ({ sentence: 'must be empty' }),
  min_value: (requirement) => ({ be: `${noun(requirement)} no less than ${limit(requirement)}` }),
  max_value: (requirement) => ({ be: `${noun(requirement)} no greater than ${limit(requirement)}` }),
  gt_value: (requirement) => ({ be: `${noun(requirement)} greater than ${limit(requirement)}` }),
  lt_value: (requirement) => ({ be: `${noun(requirement)} less than ${limit(requirement)}` }),
  value: (requirement) => ({ be: limit(requirement) }),
  values: (requirement) => ({ be: `one of ${list(requirement)}` }),
  not_value: (requirement) => ({ sentence: `must not be ${limit(requirement)}` }),
  not_values: (requirement) => ({ sentence: `must not be ${list(requirement)}` }),
  multiple_of: (requirement) => ({ be: `a multiple of ${limit(requirement)}` }),
  regex: (requirement) => ({ be: `text that matches ${requirement}` }),
  starts_with: (requirement) => ({ be: `text that starts with ${limit(requirement)}` }),
  ends_with: (requirement) => ({ be: `text that ends with ${limit(requirement)}` }),
  includes: (requirement) => ({ do: `contain ${limit(requirement)}` }),
  excludes: (requirement) => ({ sentence: `must not contain ${limit(requirement)}` }),
  mime_type: (requirement) => ({ be: `a file of type ${list(requirement)}` }),
  parse_json: () => ({ be: 'JSON text' }),
};

/** What a check of a schema asks for. */
export const expectationOf = (check: Check): Expectation => {
  const rule = checks[check.type];
  if (rule !== undefined) return rule(check.requirement);
  const format = formats[check.type];
  if (format !== undefined) return { be: format };
  return measureOf(check) ?? { sentence: `fails the check "${check.type}" of the schema` };
};

/**
 * Writes an expectation for a line about invalid input.
 *
 * @example
 * expectedText(expectationOf(v.email())); // 'expected an e-mail address'
 */
export const expectedText = (expectation: Expectation): string => {
  if ('be' in expectation) return `expected ${expectation.be}`;
  return 'do' in expectation ? `expected to ${expectation.do}` : expectation.sentence;
};

/**
 * Writes an expectation for a message of the Modeler.
 *
 * @example
 * mustText(expectationOf(v.email())); // 'must be an e-mail address'
 */
export const mustText = (expectation: Expectation): string => {
  if ('be' in expectation) return `must be ${expectation.be}`;
  return 'do' in expectation ? `must ${expectation.do}` : expectation.sentence;
};
