import type { Lookup } from '../../../feel/types.ts';
import type { EvaluatedInput, MatchedRule, Table, TableRule } from '../types.ts';
import { applyHitPolicy, combine, type Matched } from './hit-policies.ts';
import { checkTime, decisionFailure, evaluateExpression, type Run, type Scope, shown } from './run.ts';

/** What is known of the evaluation of a table, also if it fails later. */
export interface TableRecord {
  inputs: readonly EvaluatedInput[];
  matchedRules: readonly MatchedRule[];
}

/** The name by which unary tests read the tested value. */
const testedValue = 'cellInput';

const lookupWith =
  (lookup: Lookup, input: unknown): Lookup =>
  (name) =>
    name === testedValue ? input : lookup(name);

const matches = ({ tests }: TableRule, lookups: readonly Lookup[], { options }: Scope): boolean =>
  tests.every((test, index) => {
    if (test === undefined) return true;
    const found = test.evaluate(lookups[index]!, options);
    if (typeof found === 'boolean' || found === null) return found === true;
    throw decisionFailure(`expected boolean but found a ${typeof found}`);
  });

/** The rules that match. All rules are tested, whatever the hit policy is. */
const matchingRules = (run: Run, { rules }: Table, lookups: readonly Lookup[], scope: Scope): readonly number[] =>
  rules.flatMap((rule, index) => {
    checkTime(run);
    return matches(rule, lookups, scope) ? [index] : [];
  });

const recordRule = ({ outputs, rules }: Table, { index, values }: Matched): MatchedRule => ({
  ruleId: rules[index - 1]!.id,
  ruleIndex: index,
  outputs: values.map((value, at) => ({ id: outputs[at]!.id, name: outputs[at]!.name, value: shown(value) })),
});

const defaultValue = (run: Run, { outputs }: Table, scope: Scope): unknown => {
  const given = outputs.filter((output) => output.defaultValue !== undefined);
  if (given.length === 0) return null;
  return combine(
    given,
    given.map((output) => evaluateExpression(run, output.defaultValue!, scope)),
  );
};

/** Evaluates a decision table. */
export const evaluateTable = (run: Run, table: Table, scope: Scope, record: TableRecord): unknown => {
  const values = table.inputs.map(({ expression }) => evaluateExpression(run, expression, scope));
  record.inputs = table.inputs.map(({ id, name }, index) => ({ id, name, value: shown(values[index]) }));
  const lookups = values.map((value) => lookupWith(scope.lookup, value));
  const found = matchingRules(run, table, lookups, scope);
  if (found.length === 0) return defaultValue(run, table, scope);
  const matched = (table.hitPolicy === 'FIRST' ? found.slice(0, 1) : found).map(
    (index): Matched => ({
      index: index + 1,
      values: table.rules[index]!.results.map((result) => evaluateExpression(run, result, scope)),
    }),
  );
  record.matchedRules = matched.map((rule) => recordRule(table, rule));
  return applyHitPolicy(table, matched);
};
