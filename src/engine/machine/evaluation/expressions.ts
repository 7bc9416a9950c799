import { isFault } from '../../../common/fault.ts';
import type { Expression, Lookup } from '../../../feel/types.ts';
import { isSince } from '../../model/cluster-version.ts';
import type { Source } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import { adopt } from '../store/json-values.ts';
import { businessId, processInstanceKey, tenantOfExpression } from '../store/variables.ts';
import { defaultTenant } from '../tenants.ts';
import type { IncidentType, Json } from '../types.ts';
import { secretsContext } from './job-secrets.ts';

/** The type of a value, named as in Zeebe's messages. */
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

/** The context `camunda` of expressions. */
const camundaContext = ({ clusterVariables, tenantVariables, version }: Context, lookup: Lookup): unknown => {
  const tenant = tenantVariables[String(lookup(tenantOfExpression) ?? defaultTenant)] ?? {};
  return {
    ...(isSince(version, '8.10')
      ? {
          processInstance: { key: lookup(processInstanceKey) ?? null, businessId: lookup(businessId) ?? null },
          secrets: secretsContext,
        }
      : {}),
    vars: { cluster: clusterVariables, tenant, env: { ...clusterVariables, ...tenant } },
  };
};

const isCamundaContext = ({ version }: Context, name: string): boolean => name === 'camunda' && isSince(version, '8.9');

/** The lookup of an expression that reads `camunda`. A variable of this name hides the context. */
const withCamunda =
  (context: Context, lookup: Lookup): Lookup =>
  (name) => {
    const value = lookup(name);
    return value === undefined && isCamundaContext(context, name) ? camundaContext(context, lookup) : value;
  };

/** Evaluates an expression. An error becomes a step failure of the given type. */
export const evaluate = (context: Context, expression: Expression, lookup: Lookup, type: IncidentType): Json => {
  const failure = (reason: string): Error =>
    stepFailure(
      type,
      `Failed to evaluate expression '${expression.source}': ${reason}.${missingNames(expression, lookup)}`,
    );
  let result: unknown;
  try {
    const readsCamunda = expression.names.includes('camunda');
    result = expression.evaluate(readsCamunda ? withCamunda(context, lookup) : lookup, context.evaluateOptions);
  } catch (error) {
    // Only the text of a FEEL fault is known to contain no values.
    if (isFault(error, 'feel')) throw failure(error.message.replace(/\.$/, ''));
    throw error;
  }
  return adopt(result ?? null, failure);
};

/** The failure of an expression whose result has the wrong type. */
export const mismatch = (source: Source, lookup: Lookup, expected: string, found: string): Error => {
  const text = source.kind === 'static' ? source.text : source.expression.source;
  const missing = source.kind === 'static' ? '' : missingNames(source.expression, lookup);
  return stepFailure(
    'EXTRACT_VALUE_ERROR',
    `Expected result of the expression '${text}' to be ${expected}, but was ${found}.${missing}`,
  );
};

/** Evaluates a source. The value of static text is the text. */
export const evaluateSource = (context: Context, source: Source, lookup: Lookup, type: IncidentType): Json =>
  source.kind === 'static' ? source.text : evaluate(context, source.expression, lookup, type);

/** Evaluates a source to non-empty text: a job type, the name of a message, the code of an error. */
export const evaluateText = (context: Context, source: Source, lookup: Lookup): string => {
  const value = evaluateSource(context, source, lookup, 'EXTRACT_VALUE_ERROR');
  if (typeof value === 'string' && value !== '') return value;
  throw mismatch(source, lookup, "a non-empty 'STRING'", value === '' ? 'empty' : `'${typeName(value)}'`);
};

/** Evaluates a source to an integer, e.g. the number of retries. Static text can be one, too. */
export const evaluateInteger = (context: Context, source: Source, lookup: Lookup): number => {
  const value = evaluateSource(context, source, lookup, 'EXTRACT_VALUE_ERROR');
  const number = source.kind === 'static' && /^[+-]?\d+$/.test(source.text) ? Number(source.text) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  const found = typeof number === 'number' ? 'a number that is not whole' : `'${typeName(value)}'`;
  throw mismatch(source, lookup, "a whole 'NUMBER'", found);
};

/** Evaluates a correlation key: text, or a number, which becomes text. */
export const evaluateCorrelationKey = (context: Context, expression: Expression, lookup: Lookup): string => {
  const value = evaluate(context, expression, lookup, 'EXTRACT_VALUE_ERROR');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw mismatch({ kind: 'feel', expression }, lookup, "'STRING' or 'NUMBER'", `'${typeName(value)}'`);
};

/** Evaluates a condition. Null is not a valid result. */
export const evaluateCondition = (context: Context, expression: Expression, lookup: Lookup): boolean => {
  const value = evaluate(context, expression, lookup, 'EXTRACT_VALUE_ERROR');
  if (typeof value === 'boolean') return value;
  throw mismatch({ kind: 'feel', expression }, lookup, "'BOOLEAN'", `'${typeName(value)}'`);
};
