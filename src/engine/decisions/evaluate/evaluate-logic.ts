import { isFault } from '../../../common/fault.ts';
import { setKey } from '../../../common/set-key.ts';
import { errorOf, type FeelFunction, functionOf, setEntry } from '../../../feel/index.ts';
import type { DecisionType, Knowledge, Logic, Parameter } from '../types.ts';
import { evaluateTable, type TableRecord } from './evaluate-table.ts';
import { addToTrace, evaluateExpression, isDecisionFailure, type Run, type Scope, shown, within } from './run.ts';
import { checkType } from './value-types.ts';

type LogicOf<Kind extends Logic['kind']> = Logic & { readonly kind: Kind };

/** The reason of a failure that the decision or its variables cause; `undefined` for any other error. */
export const reasonOf = (error: unknown): string | undefined => {
  if (isDecisionFailure(error)) return error.message;
  if (!isFault(error, 'feel')) return undefined;
  const { reason, expression, message } = error as Error & { readonly reason?: string; readonly expression?: string };
  return reason === undefined ? message : `failed to evaluate expression '${expression ?? ''}': ${reason}`;
};

/** A function whose failure is an error value: the expression that calls it decides what follows from it. */
const failingSoftly = (parameters: readonly Parameter[], call: (args: readonly unknown[]) => unknown): FeelFunction =>
  functionOf({
    parameters: parameters.map(({ name }) => name),
    call: (args) => {
      try {
        args.forEach((value, index) => {
          checkType(value, parameters[index]?.typeRef);
        });
        return call(args) ?? null;
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === undefined) throw error;
        return errorOf(reason);
      }
    },
  });

const named = (parameters: readonly Parameter[], values: readonly unknown[]): ReadonlyMap<string, unknown> =>
  new Map(parameters.map(({ name }, index) => [name, values[index] ?? null]));

const evaluateContext = (run: Run, { entries }: LogicOf<'context'>, scope: Scope): unknown => {
  const values = new Map<string, unknown>();
  for (const { name, value } of entries) {
    const found = evaluateLogic(run, value, within(run, scope, values));
    if (name === undefined) return found;
    values.set(name, found);
  }
  const context: Record<string, unknown> = {};
  for (const [name, value] of values) setEntry(context, name, value);
  return context;
};

const evaluateRelation = (run: Run, { columns, rows }: LogicOf<'relation'>, scope: Scope): unknown =>
  rows.map((row) => {
    const context: Record<string, unknown> = {};
    row.forEach((cell, index) => {
      setKey(context, columns[index]!, evaluateLogic(run, cell, scope));
    });
    return context;
  });

const evaluateInvocation = (run: Run, { called, bindings }: LogicOf<'invocation'>, scope: Scope): unknown => {
  const values = new Map<string, unknown>();
  for (const { name, expression } of bindings) {
    const value = evaluateExpression(run, expression, scope);
    checkType(value, called.parameters.find((parameter) => parameter.name === name)?.typeRef);
    values.set(name, value);
  }
  return callKnowledge(run, called, scope, values);
};

const evaluateFunction = (run: Run, { parameters, body }: LogicOf<'function'>, scope: Scope): unknown =>
  failingSoftly(parameters, (args) => evaluateExpression(run, body, within(run, scope, named(parameters, args))));

/** What evaluates each kind of logic. A decision table inside other logic leaves no record. */
const evaluators: {
  readonly [Kind in Logic['kind']]: (run: Run, logic: LogicOf<Kind>, scope: Scope) => unknown;
} = {
  literal: (run, { expression }, scope) => evaluateExpression(run, expression, scope),
  table: (run, { table }, scope) => evaluateTable(run, table, scope, { inputs: [], matchedRules: [] }),
  context: evaluateContext,
  list: (run, { items }, scope) => items.map((item) => evaluateLogic(run, item, scope)),
  relation: evaluateRelation,
  invocation: evaluateInvocation,
  function: evaluateFunction,
};

/** Evaluates logic to a FEEL value. The cast is safe: the kind of the logic selects the evaluator. */
export const evaluateLogic = (run: Run, logic: Logic, scope: Scope): unknown =>
  (evaluators[logic.kind] as (run: Run, logic: Logic, scope: Scope) => unknown)(run, logic, scope) ?? null;

const types: Readonly<Record<Exclude<Logic['kind'], 'function'>, DecisionType>> = {
  literal: 'LITERAL_EXPRESSION',
  table: 'DECISION_TABLE',
  context: 'CONTEXT',
  list: 'LIST',
  relation: 'RELATION',
  invocation: 'INVOCATION',
};

/** Evaluates the logic of a decision or a business knowledge model, and adds it to the trace. */
export const evaluateNamed = (
  run: Run,
  { id, name, logic }: { readonly id: string; readonly name: string; readonly logic: Logic },
  scope: Scope,
): unknown => {
  const record: TableRecord = { inputs: [], matchedRules: [] };
  const type = logic.kind === 'function' ? 'LITERAL_EXPRESSION' : types[logic.kind];
  try {
    const value =
      logic.kind === 'table' ? evaluateTable(run, logic.table, scope, record) : evaluateLogic(run, logic, scope);
    addToTrace(run, { id, name, type, output: shown(value), ...record });
    return value;
  } catch (error) {
    if (reasonOf(error) !== undefined) run.trace.push({ id, name, type, output: null, ...record });
    throw error;
  }
};

const callKnowledge = (run: Run, model: Knowledge, scope: Scope, values: ReadonlyMap<string, unknown>): unknown => {
  const { id, name, logic, knowledge } = model;
  if (logic === undefined) return null;
  const functions = knowledgeFunctions(run, knowledge, scope);
  return evaluateNamed(run, { id, name, logic }, within(run, scope, new Map([...functions, ...values])));
};

/** The functions of business knowledge models by name. If two have the same name, the first one counts. */
export const knowledgeFunctions = (
  run: Run,
  knowledge: readonly Knowledge[],
  scope: Scope,
): ReadonlyMap<string, unknown> => {
  const functions = new Map<string, unknown>();
  for (const model of knowledge) {
    const { name, parameters, logic } = model;
    if (functions.has(name) || logic === undefined) continue;
    const call = (args: readonly unknown[]): unknown => callKnowledge(run, model, scope, named(parameters, args));
    functions.set(name, failingSoftly(parameters, call));
  }
  return functions;
};
