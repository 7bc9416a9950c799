const anyText = Symbol('any text');
const anyCharacter = Symbol('any character');

/** A pattern in parts. */
export type Pattern = readonly (string | symbol)[];

/** Reads a pattern: `*` is any text, `?` one character, and `\` makes both ordinary. */
export const readPattern = (pattern: string): Pattern =>
  [...pattern.matchAll(/\\(.)|./gsu)].map(([part, escaped]) => {
    if (escaped !== undefined) return escaped;
    if (part === '*') return anyText;
    return part === '?' ? anyCharacter : part;
  });

/**
 * Whether a text has the form of a pattern. Written by hand, because a regular expression tries every way to divide the text
 * among several `*`. Here only the last `*` that was met is tried again, so the time is at most the product of both lengths.
 */
export const isLike = (parts: Pattern, text: string): boolean => {
  const characters = [...text];
  let part = 0;
  let at = 0;
  let afterAnyText = -1;
  let resumeAt = 0;
  while (at < characters.length) {
    if (parts[part] === anyCharacter || parts[part] === characters[at]) {
      part += 1;
      at += 1;
    } else if (parts[part] === anyText) {
      part += 1;
      afterAnyText = part;
      resumeAt = at;
    } else if (afterAnyText >= 0) {
      part = afterAnyText;
      resumeAt += 1;
      at = resumeAt;
    } else return false;
  }
  while (parts[part] === anyText) part += 1;
  return part === parts.length;
};
