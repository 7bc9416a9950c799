import { longestMessage } from '../shared/error-text.ts';
import { formsOf } from './encoded-forms.ts';

/** The text that replaces a secret. */
export const mask = '***';

/** A cut message may end with the beginning of a secret. Fewer characters than this reveal nothing. */
const shortestTail = 4;

/** Replaces secrets in text. */
export type Masker = (text: string) => string;

interface Span {
  readonly start: number;
  readonly end: number;
}

const spansOf = (text: string, forms: readonly string[]): readonly Span[] => {
  const spans: Span[] = [];
  for (const form of forms) {
    for (let start = text.indexOf(form); start !== -1; start = text.indexOf(form, start + 1)) {
      spans.push({ start, end: start + form.length });
    }
  }
  return spans;
};

/** Finds the beginning of a secret at the end of a message that was cut to its longest length. */
const tailOf = (text: string, forms: readonly string[]): readonly Span[] => {
  if (text.length !== longestMessage) return [];
  const longest = Math.max(...forms.map((form) => form.length - 1));
  for (let length = Math.min(longest, text.length); length >= shortestTail; length--) {
    const tail = text.slice(-length);
    if (forms.some((form) => form.length > length && form.startsWith(tail))) {
      return [{ start: text.length - length, end: text.length }];
    }
  }
  return [];
};

/** A fragment of fewer characters may be part of any word. */
const shortestFragment = 6;

/** Longer texts are not messages. */
const longestWithFragments = 20_000;

/** A text with more ellipses is not searched to its end. */
const mostEllipses = 100;

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

/** Parsers and checks of arguments quote a part of what they reject: `Unexpected token 'k', "key-71c0a4"... is not valid JSON`. */
const fragmentsOf = (text: string, forms: readonly string[]): readonly Span[] => {
  if (text.length > longestWithFragments) return [];
  return [...text.matchAll(ellipsis)].slice(0, mostEllipses).flatMap((match) => {
    const before = match.index;
    const after = before + match[0].length;
    return forms.flatMap((form) => [
      { start: fragmentBefore(text, before, form), end: before },
      { start: after, end: fragmentAfter(text, after, form) },
    ]);
  });
};

/**
 * Makes a function that replaces every occurrence of the secrets, in all their encoded forms, with {@link mask}.
 * Overlapping secrets are masked completely.
 *
 * @example
 * createMasker(['hunter2'])('wrong password hunter2'); // 'wrong password ***'
 */
export const createMasker = (secrets: Iterable<string>): Masker => {
  const forms = [...new Set([...secrets].flatMap((secret) => formsOf(secret, mask)))];
  if (forms.length === 0) return (text) => text;
  return (text) => {
    const found = [...spansOf(text, forms), ...tailOf(text, forms), ...fragmentsOf(text, forms)];
    const spans = found.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
    let result = '';
    let position = 0;
    for (let index = 0; index < spans.length; ) {
      const { start } = spans[index]!;
      let { end } = spans[index]!;
      for (index++; index < spans.length && spans[index]!.start < end; index++) end = Math.max(end, spans[index]!.end);
      result += text.slice(position, start) + mask;
      position = end;
    }
    return result + text.slice(position);
  };
};
