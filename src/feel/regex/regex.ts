/** Regular expressions with Java's syntax and Java's replacement texts. */
import { type Translated, translate } from './translate.ts';

/** A compiled regular expression. */
export interface Regex extends Translated {
  readonly global: RegExp;
}

const cache = new Map<string, Regex | undefined>();

const cacheSize = 500;

const compile = (pattern: string, flags: string): Regex | undefined => {
  try {
    const translated = translate(pattern, flags);
    return { ...translated, global: new RegExp(translated.source, translated.ignoreCase ? 'giv' : 'gv') };
  } catch {
    return undefined;
  }
};

/**
 * Compiles a regular expression.
 *
 * @returns `undefined` if the pattern is not valid
 */
export const compileRegex = (pattern: string, flags = ''): Regex | undefined => {
  const key = `${flags}/${pattern}`;
  if (cache.has(key)) return cache.get(key);
  const regex = compile(pattern, flags);
  if (cache.size >= cacheSize) cache.clear();
  cache.set(key, regex);
  return regex;
};

/** Tells whether a part of the text matches. */
export const isFound = ({ global }: Regex, text: string): boolean => {
  global.lastIndex = 0;
  return global.test(text);
};

/** A part of a text that matches a regular expression. */
export interface Match {
  readonly index: number;
  readonly text: string;
  readonly groups: Readonly<Record<string, string | undefined>> | undefined;
}

const isPair = (text: string, index: number): boolean => (text.codePointAt(index) ?? 0) > 0xffff;

const firstUnits: RegExp = /[\ud800-\udbff](?=[\udc00-\udfff])/g;

/**
 * All parts of the text that match, from the left. After a match of nothing, Java continues one UTF-16 unit later, so it
 * can find nothing once more inside a character of two units. JavaScript never looks there, unless the units are apart.
 */
export const findAll = ({ global }: Regex, text: string): readonly Match[] => {
  global.lastIndex = 0;
  let [sticky, apart]: [RegExp?, string?] = [];
  const isFoundInside = (index: number): boolean => {
    sticky ??= new RegExp(global.source, global.flags.replace('g', 'y'));
    apart ??= text.replace(firstUnits, '\uffff');
    sticky.lastIndex = index;
    return sticky.exec(apart)?.[0] === '';
  };
  return Array.from(text.matchAll(global)).flatMap((found): readonly Match[] => {
    const match: Match = { index: found.index, text: found[0], groups: found.groups };
    const inside = match.index + 1;
    const isTwice = match.text === '' && isPair(text, match.index) && isFoundInside(inside);
    return isTwice ? [match, { ...match, index: inside }] : [match];
  });
};

/** The text between the matches. A match of nothing at the start does not count. */
export const splitText = (regex: Regex, text: string): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  for (const found of findAll(regex, text)) {
    const end = found.index + found.text.length;
    if (end === 0) continue;
    parts.push(text.slice(from, found.index));
    from = end;
  }
  return [...parts, text.slice(from)];
};

const groupOf = ({ text, groups }: Match, number: number): string =>
  number === 0 ? text : (groups?.[`g${number}`] ?? '');

/** What a replacement text gives for a match; `undefined` if the replacement text is not valid. */
const replacementOf = ({ groups, names }: Regex, found: Match, replacement: string): string | undefined => {
  let text = '';
  for (let at = 0; at < replacement.length; at++) {
    const sign = replacement[at]!;
    if (sign === '\\') {
      if (++at >= replacement.length) return undefined;
      text += replacement[at];
    } else if (sign !== '$') text += sign;
    else if (replacement[at + 1] === '{') {
      const end = replacement.indexOf('}', at);
      const number = end === -1 ? undefined : names.get(replacement.slice(at + 2, end));
      if (number === undefined) return undefined;
      text += groupOf(found, number);
      at = end;
    } else {
      if (!/\d/.test(replacement[at + 1] ?? '')) return undefined;
      let number = Number(replacement[++at]);
      if (number > groups) return undefined;
      while (/\d/.test(replacement[at + 1] ?? '') && number * 10 + Number(replacement[at + 1]) <= groups) {
        number = number * 10 + Number(replacement[++at]);
      }
      text += groupOf(found, number);
    }
  }
  return text;
};

/**
 * Replaces all matches. `$1` and `${name}` stand for groups, a backslash makes the next character literal.
 *
 * @returns `undefined` if there is a match and the replacement text is not valid
 */
export const replaceAll = (regex: Regex, text: string, replacement: string): string | undefined => {
  let result = '';
  let from = 0;
  for (const found of findAll(regex, text)) {
    const part = replacementOf(regex, found, replacement);
    if (part === undefined) return undefined;
    result += text.slice(from, found.index) + part;
    from = found.index + found.text.length;
  }
  return result + text.slice(from);
};
