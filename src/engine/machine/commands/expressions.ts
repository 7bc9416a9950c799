import { isFault } from '../../../common/fault.ts';
import { compileExpression } from '../../../feel/index.ts';
import type { Expression, Lookup } from '../../../feel/types.ts';
import { evaluate } from '../evaluation/expressions.ts';
import { reject, rejectVariables } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { isStepFailure } from '../store/incidents.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyNumber } from '../store/keys.ts';
import { lookupFrom, tenantOfExpression } from '../store/variables.ts';
import type { Json, Machine } from '../types.ts';

type Request = Parameters<Machine['evaluateExpression']>[0];

const compile = (text: string): Expression => {
  try {
    return compileExpression(text);
  } catch (error) {
    if (!isFault(error, 'feel')) throw error;
    throw reject('INVALID_ARGUMENT', 'EVALUATE', `Failed to parse expression '${text}': ${error.message}`);
  }
};

const scopeLookup = ({ state }: Context, scopeKey: string | undefined): Lookup => {
  if (scopeKey === undefined) return () => undefined;
  const scope = state.elements.get(keyNumber(scopeKey));
  if (scope !== undefined) return lookupFrom(scope);
  const reason = `Expected to evaluate an expression in the scope with key '${scopeKey}', but it is not active`;
  throw reject('NOT_FOUND', 'EVALUATE', reason);
};

/**
 * The command EvaluateExpression. Text without a leading `=` is its own result.
 *
 * @returns the result, and the names that the expression reads and nothing has
 */
export const evaluateExpression = (
  context: Context,
  { expression: text, variables: given, scopeKey, tenantId }: Request,
): { readonly result: Json; readonly missing: readonly string[] } => {
  if (!text.startsWith('=')) return { result: text, missing: [] };
  const variables = adoptVariables(given, rejectVariables('EVALUATE', 'the expression'));
  const ofScope = scopeLookup(context, scopeKey);
  const lookup: Lookup = (name) => {
    if (Object.hasOwn(variables, name)) return variables[name];
    return ofScope(name) ?? (name === tenantOfExpression ? tenantId : undefined);
  };
  const expression = compile(text);
  try {
    const result = evaluate(context, expression, lookup, 'EXTRACT_VALUE_ERROR');
    return { result, missing: expression.names.filter((name) => name !== 'camunda' && lookup(name) === undefined) };
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    throw reject('INVALID_ARGUMENT', 'EVALUATE', error.message);
  }
};
