import type { Lookup } from '../../../feel/types.ts';
import { parseDateTime } from '../../model/iso8601.ts';
import type { Source } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { evaluateInteger, evaluateSource, mismatch, typeName } from './expressions.ts';

/** Evaluates a source to text. Null and empty text are nothing. */
export const evaluateOptionalText = (
  context: Context,
  source: Source | undefined,
  lookup: Lookup,
): string | undefined => {
  if (source === undefined) return undefined;
  const value = evaluateSource(context, source, lookup, 'EXTRACT_VALUE_ERROR');
  if (value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw mismatch(source, lookup, "'STRING'", `'${typeName(value)}'`);
};

/** Evaluates a source to an ISO 8601 date and time. Null and empty text are nothing. */
export const evaluateOptionalDate = (
  context: Context,
  source: Source | undefined,
  lookup: Lookup,
): string | undefined => {
  const text = evaluateOptionalText(context, source, lookup);
  if (source === undefined || text === undefined || parseDateTime(text) !== undefined) return text;
  throw mismatch(source, lookup, 'an ISO 8601 date and time', 'another text');
};

/** Evaluates a source to a list of texts. Static text is a list separated by commas; null is an empty list. */
export const evaluateTexts = (context: Context, source: Source | undefined, lookup: Lookup): readonly string[] => {
  if (source === undefined) return [];
  const value = evaluateSource(context, source, lookup, 'EXTRACT_VALUE_ERROR');
  if (value === null) return [];
  if (source.kind === 'static') {
    return String(value)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value as readonly string[];
  const found = Array.isArray(value) ? 'a list with other values' : `'${typeName(value)}'`;
  throw mismatch(source, lookup, "an 'ARRAY' of 'STRING'", found);
};

/** Evaluates a source to a whole number in a range. */
export const evaluateIntegerWithin = (
  context: Context,
  source: Source,
  lookup: Lookup,
  [min, max]: readonly [number, number],
): number => {
  const value = evaluateInteger(context, source, lookup);
  if (value >= min && value <= max) return value;
  throw mismatch(source, lookup, `a number from ${min} to ${max}`, `${value}`);
};
