import { isFault } from '../../../common/fault.ts';
import { parseValue } from '../../../connector/values/json-text.ts';

const quote = 0x22;
const backslash = 0x5c;

/** Whether a code is `[` or `{`. */
const opens = (code: number): boolean => code === 0x5b || code === 0x7b;

/** Whether a code is `]` or `}`. */
const closes = (code: number): boolean => code === 0x5d || code === 0x7d;

/**
 * Whether JSON text has lists and objects inside each other more deeply than allowed. `JSON.parse` accepts a million levels,
 * which whoever writes the value as JSON again cannot.
 */
export const isDeeperThan = (text: string, limit: number): boolean => {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === backslash) at++;
      else if (code === quote) inText = false;
    } else if (code === quote) inText = true;
    else if (opens(code)) {
      depth++;
      if (depth > limit) return true;
    } else if (closes(code)) depth--;
  }
  return false;
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
  if (isDeeperThan(text, limit)) return { ok: false, reason: `the JSON is nested more than ${limit} levels deep` };
  try {
    return { ok: true, value: parseValue(text, 'The body') };
  } catch (error) {
    return { ok: false, reason: isFault(error, 'value') ? 'the body is not JSON' : 'the body cannot be read' };
  }
};
