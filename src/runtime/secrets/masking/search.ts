import type { Span } from './layer.ts';

/** A text to search for. */
export interface Pattern {
  readonly text: string;
  /** The smallest distance at which the text overlaps itself: 2 for `abab`; its length if it does not. */
  readonly period: number;
}

/** Prepares a text to search for. It is not empty. */
export const patternOf = (text: string): Pattern => {
  // The length of the longest proper beginning of each part that is also its end.
  const borders = new Int32Array(text.length);
  for (let index = 1, border = 0; index < text.length; index++) {
    while (border > 0 && text[index] !== text[border]) border = borders[border - 1]!;
    if (text[index] === text[border]) border++;
    borders[index] = border;
  }
  return { text, period: text.length - borders[text.length - 1]! };
};

/**
 * Adds the ranges that the occurrences of a pattern cover. Takes a time that is linear in the text: where occurrences overlap
 * each other with the period of the pattern, they are followed character by character instead of being searched again.
 */
export const addOccurrences = (text: string, { text: wanted, period }: Pattern, found: Span[]): void => {
  const { length } = wanted;
  for (let start = text.indexOf(wanted); start !== -1; ) {
    let end = start + length;
    while (end < text.length && text.charCodeAt(end) === text.charCodeAt(end - period)) end++;
    const repetitions = Math.floor((end - start - length) / period);
    const last = start + repetitions * period;
    found.push({ start, end: last + length });
    start = text.indexOf(wanted, last + 1);
  }
};
