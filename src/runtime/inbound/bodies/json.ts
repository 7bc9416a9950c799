import { isFault } from '../../../common/fault.ts';
import { parseValue } from '../../../connector/values/json-text.ts';

const quote = 0x22;
const backslash = 0x5c;

/** Whether a code is `[` or `{`. */
const opens = (code: number): boolean => code === 0x5b || code === 0x7b;

/** Whether a code is `]` or `}`. */
const closes = (code: number): boolean => code === 0x5d || code === 0x7d;

/** The most digits of a number without a break. Reading a long integer takes more than twice as long for twice as many. */
const maxDigits = 1_000;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/**
 * What makes JSON text costly, before it is parsed; `undefined` if nothing does. `JSON.parse` accepts a million levels, which whoever
 * writes the value as JSON again cannot.
 *
 * @param limit how deeply lists and objects may be inside each other
 * @example
 * costlyPart('[[1]]', 1); // 'the JSON is nested more than 1 levels deep'
 */
export const costlyPart = (text: string, limit: number): string | undefined => {
  let depth = 0;
  let digits = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === backslash) at++;
      else if (code === quote) inText = false;
      continue;
    }
    digits = isDigit(code) ? digits + 1 : 0;
    if (digits > maxDigits) return `the JSON has a number of more than ${maxDigits} digits`;
    if (code === quote) inText = true;
    else if (opens(code)) {
      depth++;
      if (depth > limit) return `the JSON is nested more than ${limit} levels deep`;
    } else if (closes(code)) depth--;
  }
  return undefined;
};

/** A value, or why there is none. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

/**
 * Parses JSON text of a stranger. Whole numbers beyond 2^53 become `bigint`, numbers that are too large for a double become their
 * own text, and `__proto__` becomes an ordinary property. The last of several equal keys counts. Never throws.
 *
 * @param limit how deeply lists and objects may be inside each other
 */
export const parseJson = (text: string, limit: number): ParsedJson => {
  const reason = costlyPart(text, limit);
  if (reason !== undefined) return { ok: false, reason };
  try {
    return { ok: true, value: parseValue(text, 'The body') };
  } catch (error) {
    return { ok: false, reason: isFault(error, 'value') ? 'the body is not JSON' : 'the body cannot be read' };
  }
};
