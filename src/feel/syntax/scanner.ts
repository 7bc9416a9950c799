import { syntaxFault } from '../faults.ts';

/** A text, the position in it, and the farthest position that a rule has failed at. */
export interface Scanner {
  readonly text: string;
  position: number;
  failedAt: number;
  /** What was expected at the farthest failure. */
  expected: string;
}

export const createScanner = (text: string): Scanner => ({ text, position: 0, failedAt: -1, expected: '' });

/** Records a failure, and tells the rule that it has failed. */
export const fail = (scanner: Scanner, expected: string): undefined => {
  if (scanner.position > scanner.failedAt) {
    scanner.failedAt = scanner.position;
    scanner.expected = expected;
  }
  return undefined;
};

const spaces = /[\t-\r \u0085\u00A0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]*/y;

/** Moves behind whitespace and comments. A comment that does not end makes the whole text wrong. */
export const skip = (scanner: Scanner): void => {
  const { text } = scanner;
  for (;;) {
    spaces.lastIndex = scanner.position;
    spaces.test(text);
    scanner.position = spaces.lastIndex;
    if (text.startsWith('//', scanner.position)) {
      const end = text.indexOf('\n', scanner.position);
      scanner.position = end === -1 ? text.length : end + 1;
    } else if (text.startsWith('/*', scanner.position)) {
      const end = text.indexOf('*/', scanner.position + 2);
      if (end === -1) {
        throw syntaxFault(text, scanner.position, { what: 'the comment is not closed', fix: 'close it with `*/`.' });
      }
      scanner.position = end + 2;
    } else return;
  }
};

/** Moves behind a text if it comes next. */
export const take = (scanner: Scanner, text: string): boolean => {
  if (!scanner.text.startsWith(text, scanner.position)) return false;
  scanner.position += text.length;
  return true;
};

/** As {@link take}, for the first of several texts. */
export const takeOne = <Text extends string>(scanner: Scanner, ...texts: readonly Text[]): Text | undefined =>
  texts.find((text) => take(scanner, text));

/** Moves behind a match of a sticky pattern; gives the match. */
export const match = (scanner: Scanner, pattern: RegExp): RegExpExecArray | undefined => {
  pattern.lastIndex = scanner.position;
  const found = pattern.exec(scanner.text);
  if (found === null) return undefined;
  scanner.position = pattern.lastIndex;
  return found;
};

/** Words that are not names, although a name can begin with one. */
const reserved: ReadonlySet<string> = new Set([
  'null',
  'true',
  'false',
  'function',
  'in',
  'return',
  'then',
  'else',
  'satisfies',
  'and',
  'or',
]);

// As Java's identifiers, whose characters have 16 bits.
const identifierPattern =
  /(?![\u{10000}-\u{10FFFF}])[\p{L}\p{Nl}\p{Sc}\p{Pc}](?:(?![\u{10000}-\u{10FFFF}\uFEFF\u200B\u180E\u0085])[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}\p{Cf}\u007F-\u009F])*/uy;

const identifier = (scanner: Scanner): string | undefined => {
  const start = scanner.position;
  const found = match(scanner, identifierPattern)?.[0];
  if (found !== undefined && !reserved.has(found)) return found;
  scanner.position = start;
  return undefined;
};

const escapedPattern = /`([^`]+)`/y;

/** A name: an identifier, or any text in backticks. */
export const name = (scanner: Scanner): string | undefined =>
  identifier(scanner) ?? match(scanner, escapedPattern)?.[1];

const blanks = / +/y;

/** At least two identifiers with blanks between them, as functions and parameters have them. */
export const nameWithBlanks = (scanner: Scanner): string | undefined => {
  const start = scanner.position;
  if (identifier(scanner) === undefined) return undefined;
  let end = scanner.position;
  const first = end;
  while (match(scanner, blanks) !== undefined && identifier(scanner) !== undefined) end = scanner.position;
  scanner.position = end === first ? start : end;
  return end === first ? undefined : scanner.text.slice(start, end);
};

const quoted = /"((?:\\[\s\S]|[^"\\])*)"/y;

/** The text between two double quotes, with its escapes. */
export const quotedText = (scanner: Scanner): string | undefined => match(scanner, quoted)?.[1];

const numeral = /-?(?:\d+(?:\.\d+)?|\.\d+)/y;

/** The text of a number. */
export const numberText = (scanner: Scanner): string | undefined => match(scanner, numeral)?.[0];

const escapes: readonly (readonly [escape: RegExp, text: string])[] = [
  [/(?<!\\)\\n/g, '\n'],
  [/(?<!\\)\\r/g, '\r'],
  [/(?<!\\)\\t/g, '\t'],
  [/(?<!\\)\\b/g, '\b'],
  [/(?<!\\)\\f/g, '\f'],
  [/(?<!\\)\\'/g, "'"],
  [/(?<!\\)\\"/g, '"'],
  [/\\\\/g, '\\'],
];

/** Resolves the escapes of a string. Unknown ones stay, so that a regular expression can contain `"\d+"`. */
export const resolveEscapes = (text: string): string =>
  text.includes('\\') ? escapes.reduce((result, [pattern, sign]) => result.replace(pattern, () => sign), text) : text;
