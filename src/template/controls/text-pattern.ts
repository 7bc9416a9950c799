import { expectationOf, mustText } from '../../connector/input/check-texts.ts';
import type { Action } from '../schema/read-schema.ts';
import type { Report } from '../validation/problems.ts';

/** A regular expression without flags, as the Modeler runs it, and its message. */
export interface Pattern {
  readonly source: string;
  readonly message: string;
}

const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** valibot accepts every absolute URL, so a pattern for web addresses would refuse what the connector accepts. */
const urlSource = '^[A-Za-z][A-Za-z0-9+.-]*:';

/** Syntax that has another meaning without the flag `u`. */
const needsUnicode = /\\[pP]\{|\\u\{|[\u{10000}-\u{10ffff}]/u;

const letter = /[A-Za-z]/;
const range = /^([a-z])-([a-z])|^([A-Z])-([A-Z])/;
const bothCases = (text: string): string => `${text.toLowerCase()}${text.toUpperCase()}`;

/**
 * Rewrites an expression with the flag `i` so that it matches both cases without it. For valibot's own expressions only:
 * they have no named groups, and no escapes that are followed by letters.
 */
export const expandCase = (source: string): string => {
  let result = '';
  let inClass = false;
  for (let index = 0; index < source.length; index++) {
    const char = source[index]!;
    const [span, from, to] = inClass ? (range.exec(source.slice(index)) ?? []) : [];
    if (char === '\\') {
      result += char + source[++index];
    } else if (span !== undefined && from !== undefined) {
      result += `${span}${from.toUpperCase()}-${to!.toUpperCase()}`;
      index += 2;
    } else if (span !== undefined) {
      result += `${span}${span.toLowerCase()}`;
      index += 2;
    } else if (letter.test(char)) {
      result += inClass ? bothCases(char) : `[${bothCases(char)}]`;
    } else {
      if (char === '[') inClass = true;
      if (char === ']') inClass = false;
      result += char;
    }
  }
  return result;
};

const compiles = (source: string): boolean => {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
};

const ownSource = ({ source, flags }: RegExp, path: string, report: Report): string | undefined => {
  const foreign = flags.replace('u', '');
  if (foreign !== '') {
    report(
      path,
      `its regex has the flag "${foreign}", which the Modeler does not support`,
      'write it without the flag, e.g. [Aa] for a letter of either case, or use v.check',
    );
    return undefined;
  }
  if ((flags.includes('u') && needsUnicode.test(source)) || !compiles(source)) {
    report(
      path,
      'its regex has another meaning without the flag "u", which the Modeler does not support',
      'write it without \\p{…}, \\u{…} and characters beyond U+FFFF, or use v.check',
    );
    return undefined;
  }
  return source;
};

const builtInSource = ({ source, flags }: RegExp): string | undefined => {
  if (needsUnicode.test(source)) return undefined;
  return flags.includes('i') ? expandCase(source) : source;
};

/** The source for a check of text; `undefined` if a regular expression cannot express the check. */
const sourceOf = ({ type, requirement }: Action, path: string, report: Report): string | undefined => {
  if (type === 'url') return urlSource;
  if (requirement instanceof RegExp) {
    return type === 'regex' ? ownSource(requirement, path, report) : builtInSource(requirement);
  }
  if (typeof requirement !== 'string') return undefined;
  const text = escapeText(requirement);
  if (type === 'starts_with') return `^${text}`;
  if (type === 'ends_with') return `${text}$`;
  if (type === 'includes') return text;
  return type === 'excludes' ? `^(?![\\s\\S]*${text})` : undefined;
};

const backReference = /\\[1-9]|\\k</;

/** One pattern that matches when all of them match. */
const conjunction = (patterns: readonly Pattern[], path: string, report: Report): Pattern | undefined => {
  if (patterns.length < 2) return patterns[0];
  if (patterns.some(({ source }) => backReference.test(source))) {
    report(path, 'its regexes use back references, so they cannot be joined', 'write a single regex');
    return undefined;
  }
  return {
    source: `^${patterns.map(({ source }) => `(?=[\\s\\S]*(?:${source}))`).join('')}`,
    message: [...new Set(patterns.map(({ message }) => message))].join('; '),
  };
};

/**
 * The author's message, or one of ours; the Modeler's own would show the regular expression. The Modeler puts the label
 * before it: "Weight must be a number from 1 to 30".
 */
export const messageOf = (action: Action): string =>
  typeof action.message === 'string' ? action.message : mustText(expectationOf(action));

/** The checks of a text as one pattern. */
export const textPattern = (checks: readonly Action[], path: string, report: Report): Pattern | undefined =>
  conjunction(
    checks.flatMap((action) => {
      const source = sourceOf(action, path, report);
      return source === undefined ? [] : [{ source, message: messageOf(action) }];
    }),
    path,
    report,
  );

/** Extends a pattern to an empty field, which the Modeler tests as the text `undefined`. */
export const emptyOr = (source: string, mayBeEmpty: boolean): string =>
  mayBeEmpty ? `^(?:undefined)?$|(?:${source})` : source;

/**
 * Extends a pattern to everything that the field may hold: besides the text of the schema, an expression or a reference
 * to a secret. The Modeler tests an empty field as the text `undefined`.
 */
export const wrapPattern = (source: string, mayBeEmpty: boolean): string =>
  `${mayBeEmpty ? '^(?:undefined)?$|' : ''}^=|\\{\\{\\s*secrets\\.|(?:${source})`;
