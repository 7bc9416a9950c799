import { longestMessage } from '../text.ts';
import { formsOf } from './forms.ts';

/** What stands where a secret stood. */
export const mask = '***';

/** A cut message may end in the beginning of a secret; a beginning of fewer characters than this tells nothing. */
const leastTail = 4;

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

/** A message that was cut to its longest length before it came here, in the middle of a secret. */
const tailOf = (text: string, forms: readonly string[]): readonly Span[] => {
  if (text.length !== longestMessage) return [];
  const longest = Math.max(...forms.map((form) => form.length - 1));
  for (let length = Math.min(longest, text.length); length >= leastTail; length--) {
    const tail = text.slice(-length);
    if (forms.some((form) => form.length > length && form.startsWith(tail))) {
      return [{ start: text.length - length, end: text.length }];
    }
  }
  return [];
};

/**
 * Makes a function that replaces every occurrence of these secrets, in any of their forms, by {@link mask}.
 * Occurrences that overlap become one, so that no rest of a longer secret is left beside a shorter one.
 *
 * @example
 * createMasker(['hunter2'])('wrong password hunter2'); // 'wrong password ***'
 */
export const createMasker = (secrets: Iterable<string>): Masker => {
  const forms = [...new Set([...secrets].flatMap((secret) => formsOf(secret, mask)))];
  if (forms.length === 0) return (text) => text;
  return (text) => {
    const spans = [...spansOf(text, forms), ...tailOf(text, forms)].sort((a, b) => a.start - b.start);
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
