/** Tells before a call whether it is cheap, so that it needs no time limit of its own. */
import { isContext } from '../values/kinds.ts';

/** Steps of a regular expression, or comparisons of a list, that take a few milliseconds at most. */
const maxSteps = 500_000;

/** Longer patterns are rare, and reading them here would cost more than it saves. */
const maxPattern = 200;

/** An escape that may stand for more than one character. */
const openEscape = /\\[^dDsSwWbB\s.,:;@/|()[\]{}?*+^$-]/;

/**
 * What makes the number of steps hard to limit: a repetition of a group, a group with a prefix, a possessive or a lazy
 * repetition, a class in a class.
 */
const unlimited = /\)[*+?{]|\(\?|[*+?}][*+?]|\[/;

/** Classes and escapes: each stands for one character, whatever is inside. */
const single = /\\.|\[[^[\]\\]*(?:\\.[^[\]\\]*)*\]/g;

/**
 * The largest number of steps of a search. A match divides the text among the repetitions, so the number of ways is a
 * binomial coefficient, for each choice of alternatives. The text before the match is one more part, and so is the text
 * behind it if the search goes on there.
 */
const searchSteps = (pattern: string, text: string, isRepeated: boolean): number => {
  if (pattern.length > maxPattern || openEscape.test(pattern)) return Number.POSITIVE_INFINITY;
  const plain = pattern.replace(single, 'c');
  if (unlimited.test(plain)) return Number.POSITIVE_INFINITY;
  const parts = (plain.match(/[*+?{]/g)?.length ?? 0) + (isRepeated ? 2 : 1);
  const alternatives = 2 ** (plain.match(/\|/g)?.length ?? 0);
  let ways = alternatives * plain.length;
  for (let part = 1; part <= parts; part++) ways *= (text.length + part) / part;
  return ways;
};

/** Tells whether a search takes few steps: for the first match, or for all. */
export const isCheapSearch = (text: unknown, pattern: unknown, isRepeated: boolean): boolean =>
  typeof text !== 'string' || typeof pattern !== 'string' || searchSteps(pattern, text, isRepeated) <= maxSteps;

/** Items inside others can be compared many times; long texts take long. */
const isSmall = (value: unknown): boolean =>
  typeof value === 'string' ? value.length <= 100 : !Array.isArray(value) && !isContext(value);

/** Tells whether comparing each value of some lists with all others takes few steps. */
export const isCheapComparison = (lists: readonly unknown[]): boolean => {
  const values = lists.flat();
  return values.length <= 100 && values.every(isSmall);
};
