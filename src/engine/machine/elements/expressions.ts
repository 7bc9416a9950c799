import { isFault } from '../../../common/fault.ts';
import type { Expression, Lookup } from '../../../feel/types.ts';
import type { Source } from '../../model/types.ts';
import type { Core } from '../store/core.ts';
import { stepFailure } from '../store/failure.ts';
import { adopt } from '../store/values.ts';
import type { IncidentType, Json } from '../types.ts';

/** The name of a value's type as Zeebe's messages give it. */
export const typeName = (value: Json): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return 'BOOLEAN';
  if (typeof value === 'number' || typeof value === 'bigint') return 'NUMBER';
  if (typeof value === 'string') return 'STRING';
  return Array.isArray(value) ? 'ARRAY' : 'OBJECT';
};

const missingNames = ({ names }: Expression, lookup: Lookup): string => {
  const missing = names.filter((name) => lookup(name) === undefined);
  return missing.length === 0 ? '' : ` No variable found for ${missing.map((name) => `'${name}'`).join(', ')}.`;
};

/** Evaluates; what goes wrong becomes a step failure of the given type. */
export const evaluate = (core: Core, expression: Expression, lookup: Lookup, type: IncidentType): Json => {
  const refuse = (reason: string): Error =>
    stepFailure(
      type,
      `Failed to evaluate expression '${expression.source}': ${reason}.${missingNames(expression, lookup)}`,
    );
  let result: unknown;
  try {
    result = expression.evaluate(lookup, core.evaluateOptions);
  } catch (error) {
    // Only a fault of FEEL has a text that is known to quote no values.
    if (isFault(error, 'feel')) throw refuse(error.message.replace(/\.$/, ''));
    throw error;
  }
  return adopt(result ?? null, refuse);
};

/** Says what an expression should have given, and of what kind it was instead. */
const mismatch = (source: Source, lookup: Lookup, expected: string, found: string): Error => {
  const text = source.kind === 'static' ? source.text : source.expression.source;
  const missing = source.kind === 'static' ? '' : missingNames(source.expression, lookup);
  return stepFailure(
    'EXTRACT_VALUE_ERROR',
    `Expected result of the expression '${text}' to be ${expected}, but was ${found}.${missing}`,
  );
};

/** The value of a source; a static one is its text. */
export const evaluateSource = (core: Core, source: Source, lookup: Lookup, type: IncidentType): Json =>
  source.kind === 'static' ? source.text : evaluate(core, source.expression, lookup, type);

/** A text that is not empty: a job type, the name of a message, the code of an error. */
export const evaluateText = (core: Core, source: Source, lookup: Lookup): string => {
  const value = evaluateSource(core, source, lookup, 'EXTRACT_VALUE_ERROR');
  if (typeof value === 'string' && value !== '') return value;
  throw mismatch(source, lookup, "a non-empty 'STRING'", value === '' ? 'empty' : `'${typeName(value)}'`);
};

/** A whole number, e.g. of retries; a static text may be one as well. */
export const evaluateWhole = (core: Core, source: Source, lookup: Lookup): number => {
  const value = evaluateSource(core, source, lookup, 'EXTRACT_VALUE_ERROR');
  const number = source.kind === 'static' && /^-?\d+$/.test(source.text) ? Number(source.text) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  const found = typeof number === 'number' ? 'a number that is not whole' : `'${typeName(value)}'`;
  throw mismatch(source, lookup, "a whole 'NUMBER'", found);
};

/** The correlation key: text, or a number as text. */
export const evaluateCorrelationKey = (core: Core, expression: Expression, lookup: Lookup): string => {
  const value = evaluate(core, expression, lookup, 'EXTRACT_VALUE_ERROR');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw mismatch({ kind: 'feel', expression }, lookup, "'STRING' or 'NUMBER'", `'${typeName(value)}'`);
};

/** The answer of a condition; null is none. */
export const evaluateCondition = (core: Core, expression: Expression, lookup: Lookup): boolean => {
  const value = evaluate(core, expression, lookup, 'EXTRACT_VALUE_ERROR');
  if (typeof value === 'boolean') return value;
  throw mismatch({ kind: 'feel', expression }, lookup, "'BOOLEAN'", `'${typeName(value)}'`);
};
