/** Parts of secrets, where a text was cut. */
import type { Span } from './layer.ts';

/** A cut message may end with the beginning of a secret. Fewer characters than this reveal nothing. */
const shortestTail = 4;

/** What a cut may leave of a spelled character. */
const cutSpelling = /(?:%[0-9a-fA-F]?|\\(?:u[0-9a-fA-F]{0,3})?|&#?[0-9a-zA-Z]{0,8})$/;

/** Adds the beginning of a secret at the end of a text that was cut. */
export const addTail = (text: string, forms: readonly string[], found: Span[]): void => {
  const ends = new Set([text.length, text.search(cutSpelling)]);
  const longest = forms.reduce((most, { length }) => Math.max(most, length - 1), 0);
  for (const end of ends) {
    for (let length = Math.min(longest, end); length >= shortestTail; length--) {
      const tail = text.slice(end - length, end);
      if (!forms.some((form) => form.length > length && form.startsWith(tail))) continue;
      found.push({ start: end - length, end: text.length });
      break;
    }
  }
};

/** A fragment of fewer characters may be part of any word. */
const shortestFragment = 6;

/** Longer texts are not messages. */
const longestWithFragments = 20_000;

/** A text with more ellipses is not searched to its end. */
const maxEllipses = 100;

const ellipsis = /["'`)\]]{0,3}(?:\.{3,}|\u2026)["'`([]{0,3}/g;

const fragmentBefore = (text: string, end: number, form: string): number => {
  let start = end - shortestFragment;
  if (start < 0 || !form.includes(text.slice(start, end))) return end;
  while (start > 0 && form.includes(text.slice(start - 1, end))) start--;
  return start;
};

const fragmentAfter = (text: string, start: number, form: string): number => {
  let end = start + shortestFragment;
  if (end > text.length || !form.includes(text.slice(start, end))) return start;
  while (end < text.length && form.includes(text.slice(start, end + 1))) end++;
  return end;
};

/**
 * Adds the parts of secrets before and after an ellipsis. Parsers and checks of arguments quote a part of what they reject:
 * `Unexpected token 'k', "key-71c0a4"... is not valid JSON`.
 */
export const addFragments = (text: string, forms: readonly string[], found: Span[]): void => {
  if (text.length > longestWithFragments) return;
  for (const match of [...text.matchAll(ellipsis)].slice(0, maxEllipses)) {
    const before = match.index;
    const after = before + match[0].length;
    for (const form of forms) {
      const start = fragmentBefore(text, before, form);
      const end = fragmentAfter(text, after, form);
      if (start < before) found.push({ start, end: before });
      if (after < end) found.push({ start: after, end });
    }
  }
};
