/**
 * The expressions of task headers. FEEL is a third of what a runtime loads, and most tasks have no expression, so it is loaded
 * with the first one.
 */
import { fault } from '../../../common/fault.ts';
import type { Json } from '../../../connector/values/json-text.ts';
import type { TimeBudget } from '../../../feel/index.ts';
import type { JobDocuments } from '../documents/job-documents.ts';

/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** What the functions of an expression need. */
export interface FunctionServices {
  /** A random number from 0 up to but not including 1, for the jitter of `backoff`. */
  readonly random: () => number;
  /** The documents of the job. Absent: `createDocument` fails. */
  readonly documents?: JobDocuments | undefined;
}

/** What an expression needs besides the values that it sees. */
export interface ExpressionServices extends FunctionServices {
  /** The time that the expressions of the job may take together. */
  readonly budget?: TimeBudget | undefined;
}

/** The kind of a value, as JSON calls it. */
export const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
};

/**
 * Evaluates the expression of a task header to a context; `undefined` for null.
 *
 * Throws a fault of kind `feel` if the expression cannot be evaluated, and of kind `input` if it returns something other than
 * a context, or a forbidden value. The messages contain no values.
 */
export type EvaluateHeader = (
  header: 'resultExpression' | 'errorExpression',
  expression: string,
  lookup: (name: string) => unknown,
  services: ExpressionServices,
) => JsonObject | undefined;

/** What evaluates expressions. */
export interface Expressions {
  readonly evaluateHeader: EvaluateHeader;
  /** Creates the time that the expressions of one job may take together. */
  readonly createTimeBudget: () => TimeBudget;
}

let loaded: Expressions | undefined;

/** What evaluates expressions, if it has been loaded. */
export const loadedExpressions = (): Expressions | undefined => loaded;

/** Loads what evaluates expressions. */
export const loadExpressions = async (): Promise<Expressions> => {
  loaded ??= await import('./evaluate-header.ts');
  return loaded;
};

/** See {@link EvaluateHeader}. Whoever calls it has awaited {@link loadExpressions}. */
export const evaluateHeader: EvaluateHeader = (...given) => {
  if (loaded !== undefined) return loaded.evaluateHeader(...given);
  throw fault('definition', {
    what: 'The expression cannot be evaluated, because FEEL has not been loaded.',
    fix: 'await loadExpressions() before.',
  });
};
