/**
 * Translates Java's regular expressions to JavaScript's. All groups get names, so that groups can be added for atomic
 * groups and possessive quantifiers without changing the numbers of the others. Upper and lower case are written out,
 * because Java's flag `i` is about ASCII letters only and can change inside a pattern.
 */
import { letterClasses, namedClass } from './classes.ts';

/** A pattern that Java refuses, or that JavaScript cannot express. */
export const invalidPattern: unique symbol = Symbol('invalid pattern');

const invalid = (reason: string): Error => Object.assign(new Error(reason), { [invalidPattern]: true as const });

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly comments: boolean;
  readonly unicode: boolean;
}

interface State {
  readonly pattern: string;
  position: number;
  flags: Flags;
  groups: number;
  atomics: number;
  /** A reference to a group ignores case, which only JavaScript's own flag can express. */
  refersIgnoringCase: boolean;
  readonly names: string[];
}

/** The translated pattern, and its named groups by number. */
export interface Translated {
  readonly source: string;
  readonly groups: number;
  readonly ignoreCase: boolean;
  /** The number of each named group. */
  readonly names: ReadonlyMap<string, number>;
}

const terminators = '\\n\\r\\u{85}\\u{2028}\\u{2029}';
/** Without the flag `m`, these are the ends of the whole text. */
const atStart = '(?:^)';
const atEnd = '(?:$)';
/** Not `[^]`: repeated, it matches nothing in some versions of V8. */
const anything = '[\\s\\S]';
const notInsideLineBreak = '(?<!\\r(?=\\n))';
const lastLineEnd = `(?:${notInsideLineBreak}(?=(?:\\r\\n|[${terminators}])?${atEnd}))`;
const lineStart = `(?:${atStart}|(?<=[${terminators}])${notInsideLineBreak}(?!${atEnd}))`;
const lineEnd = `(?:${notInsideLineBreak}(?=[${terminators}]|${atEnd}))`;
const word = '[\\p{L}\\p{Nd}_]';
const boundary = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
const noBoundary = `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;

const hex = (code: number): string => `\\u{${code.toString(16)}}`;

const isAsciiLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** A code point, and the same letter in the other case if case is ignored. */
const variants = (code: number, { ignoreCase, unicode }: Flags): readonly number[] => {
  if (!ignoreCase || !(unicode || isAsciiLetter(code))) return [code];
  const sign = String.fromCodePoint(code);
  const others = [sign.toLowerCase(), sign.toUpperCase()].filter((other) => other.length === sign.length);
  return [...new Set([code, ...others.map((other) => other.codePointAt(0)!)])];
};

const literal = (code: number, flags: Flags): string => {
  const all = variants(code, flags);
  return all.length === 1 ? hex(code) : `[${all.map(hex).join('')}]`;
};

const peek = (state: State): string => state.pattern.charAt(state.position);

const isNext = (state: State, text: string): boolean => state.pattern.startsWith(text, state.position);

const take = (state: State, text: string): boolean => {
  if (!isNext(state, text)) return false;
  state.position += text.length;
  return true;
};

const takeMatch = (state: State, pattern: RegExp): RegExpExecArray | undefined => {
  pattern.lastIndex = state.position;
  const found = pattern.exec(state.pattern);
  if (found === null) return undefined;
  state.position = pattern.lastIndex;
  return found;
};

const takeCode = (state: State): number => {
  const code = state.pattern.codePointAt(state.position);
  if (code === undefined) throw invalid('the pattern ends too early');
  state.position += code > 0xffff ? 2 : 1;
  return code;
};

/** With the flag `x`, blanks and comments mean nothing, also inside classes. */
const skipComments = (state: State): void => {
  if (state.flags.comments) takeMatch(state, /(?:[ \t-\r]|#[^\n\r\u0085\u2028\u2029]*)*/y);
};

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

/** The code point of an escape for a single character, behind the backslash; `undefined` for any other escape. */
const escapedCode = (state: State): number | undefined => {
  const sign = peek(state);
  if (Object.hasOwn(controls, sign)) {
    state.position++;
    return controls[sign];
  }
  const octal = takeMatch(state, /0([0-3][0-7]{0,2}|[0-7]{1,2})/y);
  if (octal !== undefined) return Number.parseInt(octal[1]!, 8);
  const digits = takeMatch(state, /x(?:\{([\da-f]+)\}|([\da-f]{2}))|u([\da-f]{4})/iy);
  if (digits !== undefined) {
    const code = Number.parseInt(digits[1] ?? digits[2] ?? digits[3]!, 16);
    if (code > 0x10ffff) throw invalid('a code point is too large');
    return code;
  }
  const control = takeMatch(state, /c([\s\S])/y);
  if (control !== undefined) return control[1]!.charCodeAt(0) ^ 64;
  return /[a-z\d]/i.test(sign) || sign === '' ? undefined : takeCode(state);
};

/** The class of an escape such as `\d` or `\p{L}`, behind the backslash, in brackets; `undefined` for any other escape. */
const escapedClass = (state: State): string | undefined => {
  const sign = peek(state);
  const lower = sign.toLowerCase();
  if (lower === 'p') {
    const found = takeMatch(state, /[pP](?:\{(\^?[\w= -]+)\}|(\w))/y);
    const members = found === undefined ? undefined : namedClass(found[1] ?? found[2]!);
    if (members === undefined) throw invalid('the character property is unknown');
    return sign === 'P' ? `[^${members}]` : `[${members}]`;
  }
  if (!Object.hasOwn(letterClasses, lower) || sign === '') return undefined;
  state.position++;
  return sign === lower ? `[${letterClasses[lower]}]` : `[^${letterClasses[lower]}]`;
};

/** The members of a range, with the other case of its letters. */
const rangeMembers = (from: number, to: number, { ignoreCase }: Flags): string => {
  if (from > to) throw invalid('a range of characters is in the wrong order');
  const members = [`${hex(from)}-${hex(to)}`];
  for (const [low, high, distance] of [
    [65, 90, 32],
    [97, 122, -32],
  ] as const) {
    const [first, last] = [Math.max(from, low), Math.min(to, high)];
    if (ignoreCase && first <= last) members.push(`${hex(first + distance)}-${hex(last + distance)}`);
  }
  return members.join('');
};

/** One character of a class; a class inside a class is given as text. */
const classMember = (state: State): number | string => {
  if (!take(state, '\\')) return takeCode(state);
  const named = escapedClass(state);
  if (named !== undefined) return named;
  const code = escapedCode(state);
  if (code === undefined) throw invalid('an escape in a class is unknown');
  return code;
};

/** A class behind its opening bracket. */
const characterClass = (state: State): string => {
  const negated = take(state, '^');
  const parts: string[] = [];
  let members = '';
  let isFirst = true;
  for (;;) {
    skipComments(state);
    if (!isFirst && take(state, ']')) break;
    if (take(state, '&&')) {
      parts.push(members);
      members = '';
    } else if (take(state, '[')) members += characterClass(state);
    else if (take(state, '\\Q'))
      members += quotedCodes(state)
        .map((code) => variants(code, state.flags).map(hex).join(''))
        .join('');
    else {
      const member = classMember(state);
      const isRange =
        typeof member === 'number' && isNext(state, '-') && !/^-(?:\]|\[|&&)/.test(state.pattern.slice(state.position));
      if (typeof member === 'string') members += member;
      else if (!isRange) members += variants(member, state.flags).map(hex).join('');
      else {
        state.position++;
        const end = classMember(state);
        if (typeof end === 'string') members += `${variants(member, state.flags).map(hex).join('')}${hex(45)}${end}`;
        else members += rangeMembers(member, end, state.flags);
      }
    }
    isFirst = false;
    if (state.position >= state.pattern.length) throw invalid('a class is not closed');
  }
  const all = [...parts, members].filter((part) => part !== '');
  const inner = all.length === 1 ? all[0]! : all.map((part) => `[${part}]`).join('&&');
  return `[${negated ? '^' : ''}${inner}]`;
};

/** The code points behind `\Q`, up to `\E` or the end. */
const quotedCodes = (state: State): readonly number[] => {
  const end = state.pattern.indexOf('\\E', state.position);
  const text = state.pattern.slice(state.position, end === -1 ? undefined : end);
  state.position = end === -1 ? state.pattern.length : end + 2;
  return Array.from(text, (sign) => sign.codePointAt(0)!);
};

const groupName = (number: number): string => `g${number}`;

/** A reference to a group. A group that does not exist yet never matches. */
const reference = (state: State, number: number): string => {
  if (number < 1 || number > state.groups) return '(?!)';
  if (state.flags.ignoreCase) state.refersIgnoringCase = true;
  return `\\k<${groupName(number)}>`;
};

const anchors: Readonly<Record<string, string>> = {
  b: boundary,
  B: noBoundary,
  A: atStart,
  z: atEnd,
  Z: lastLineEnd,
  R: '(?:\\r\\n|[\\n-\\r\\u{85}\\u{2028}\\u{2029}])',
};

const escaped = (state: State): string => {
  const sign = peek(state);
  if (Object.hasOwn(anchors, sign)) {
    state.position++;
    return `(?:${anchors[sign]})`;
  }
  const named = takeMatch(state, /k<([a-z][a-z\d]*)>/iy);
  if (named !== undefined) {
    const number = state.names.indexOf(named[1]!);
    if (number === -1) throw invalid('a group with this name does not exist');
    return reference(state, number);
  }
  const digit = takeMatch(state, /[1-9]/y);
  if (digit !== undefined) {
    let number = Number(digit[0]);
    // More digits belong to the number as long as there is such a group.
    for (let next = takeMatch(state, /\d/y); next !== undefined; next = takeMatch(state, /\d/y)) {
      if (number * 10 + Number(next[0]) > state.groups) {
        state.position--;
        break;
      }
      number = number * 10 + Number(next[0]);
    }
    return reference(state, number);
  }
  const members = escapedClass(state);
  if (members !== undefined) return members;
  const code = escapedCode(state);
  if (code === undefined) throw invalid('an escape is unknown');
  return literal(code, state.flags);
};

const withFlags = (flags: Flags, text: string, value: boolean): Flags => ({
  ignoreCase: text.includes('i') ? value : flags.ignoreCase,
  dotAll: text.includes('s') ? value : flags.dotAll,
  multiline: text.includes('m') ? value : flags.multiline,
  comments: text.includes('x') ? value : flags.comments,
  unicode: text.includes('u') || text.includes('U') ? value : flags.unicode,
});

/** Everything up to the end of a group. Flags that change inside hold until there. */
const inner = (state: State): string => {
  const before = state.flags;
  const text = alternatives(state);
  if (!take(state, ')')) throw invalid('a group is not closed');
  state.flags = before;
  return text;
};

const atomic = (state: State, text: string): string => {
  const name = `a${++state.atomics}`;
  return `(?:(?=(?<${name}>${text}))\\k<${name}>)`;
};

/** A group behind its opening parenthesis. */
const group = (state: State): string => {
  if (!take(state, '?')) {
    state.names.push('');
    const number = ++state.groups;
    return `(?<${groupName(number)}>${inner(state)})`;
  }
  const lookaround = takeMatch(state, /<?[=!]/y);
  if (lookaround !== undefined) return `(?:(?${lookaround[0]}${inner(state)}))`;
  const named = takeMatch(state, /<([a-z][a-z\d]*)>/iy);
  if (named !== undefined) {
    if (state.names.includes(named[1]!)) throw invalid('two groups have the same name');
    state.names.push(named[1]!);
    const number = ++state.groups;
    return `(?<${groupName(number)}>${inner(state)})`;
  }
  if (take(state, '>')) return atomic(state, inner(state));
  const flags = takeMatch(state, /([idmsuxU]*)(?:-([idmsuxU]*))?([:)])/y);
  if (flags === undefined) throw invalid('a group is unknown');
  const before = state.flags;
  state.flags = withFlags(withFlags(before, flags[1]!, true), flags[2] ?? '', false);
  if (flags[3] === ')') return '';
  const text = inner(state);
  state.flags = before;
  return `(?:${text})`;
};

const quantifierPattern = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/y;

/** Adds the quantifier behind an atom, if there is one. */
const quantified = (state: State, atom: string): string => {
  skipComments(state);
  const found = takeMatch(state, quantifierPattern);
  if (found === undefined) {
    if (peek(state) === '{') throw invalid('a repetition is not valid');
    return atom;
  }
  const [text, min, , max] = found;
  if (max !== undefined && max !== '' && Number(max) < Number(min)) throw invalid('a repetition is not valid');
  if (Number(min ?? 0) > 2 ** 31 - 1 || Number(max ?? 0) > 2 ** 31 - 1) throw invalid('a repetition is too large');
  if (take(state, '+')) return atomic(state, `${atom}${text}`);
  return `${atom}${text}${take(state, '?') ? '?' : ''}`;
};

const atom = (state: State): string => {
  const { flags } = state;
  if (take(state, '\\Q')) {
    // A quantifier belongs to the last character.
    const codes = quotedCodes(state).map((code) => literal(code, flags));
    return codes.length === 0 ? '' : `${codes.slice(0, -1).join('')}${quantified(state, codes[codes.length - 1]!)}`;
  }
  if (take(state, '\\')) return quantified(state, escaped(state));
  if (take(state, '[')) return quantified(state, characterClass(state));
  if (take(state, '(')) {
    const text = group(state);
    return text === '' ? '' : quantified(state, text);
  }
  if (take(state, '.')) return quantified(state, flags.dotAll ? anything : `[^${terminators}]`);
  if (take(state, '^')) return quantified(state, `(?:${flags.multiline ? lineStart : atStart})`);
  if (take(state, '$')) return quantified(state, flags.multiline ? lineEnd : lastLineEnd);
  if (/[*+?]/.test(peek(state))) throw invalid('a quantifier has nothing to repeat');
  if (peek(state) === '{') throw invalid('a repetition is not valid');
  return quantified(state, literal(takeCode(state), flags));
};

const alternatives = (state: State): string => {
  let text = '';
  for (;;) {
    skipComments(state);
    if (state.position >= state.pattern.length || peek(state) === ')') return text;
    text += take(state, '|') ? '|' : atom(state);
  }
};

/**
 * Translates a pattern of Java.
 *
 * @param flags letters of `s`, `m`, `i` and `x`; others mean nothing
 * @throws an error with {@link invalidPattern} if Java refuses the pattern, or JavaScript cannot express it
 */
export const translate = (pattern: string, flags: string): Translated => {
  const none: Flags = { ignoreCase: false, dotAll: false, multiline: false, comments: false, unicode: false };
  const state: State = {
    pattern,
    position: 0,
    flags: withFlags(none, flags.replace(/[^smix]/g, ''), true),
    groups: 0,
    atomics: 0,
    refersIgnoringCase: false,
    names: [''],
  };
  const source = alternatives(state);
  if (state.position < pattern.length) throw invalid('a parenthesis is not opened');
  return {
    source,
    groups: state.groups,
    ignoreCase: state.refersIgnoringCase,
    names: new Map(state.names.flatMap((name, number) => (name === '' ? [] : [[name, number] as const]))),
  };
};
