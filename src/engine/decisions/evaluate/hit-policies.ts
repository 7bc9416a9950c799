import { isDeepStrictEqual } from 'node:util';
import { setKey } from '../../../common/set-key.ts';
import { compileExpression, kindOf } from '../../../feel/index.ts';
import type { Aggregation, Table, TableOutput } from '../types.ts';
import { decisionFailure } from './run.ts';

/** A rule that matches, with the values of its outputs. */
export interface Matched {
  /** Counts from 1. */
  readonly index: number;
  readonly values: readonly unknown[];
}

/** The value of one output, or a context with the values of several. */
export const combine = (outputs: readonly TableOutput[], values: readonly unknown[]): unknown => {
  const combined: Record<string, unknown> = {};
  outputs.slice(0, values.length).forEach(({ name }, index) => {
    setKey(combined, name, values[index]);
  });
  const all = Object.values(combined);
  return all.length === 1 ? all[0] : combined;
};

const numbers = (values: readonly unknown[]): readonly unknown[] => {
  const other = values.find((value) => kindOf(value) !== 'number');
  if (other !== undefined)
    throw decisionFailure(`expected number but found a ${kindOf(other) ?? 'value of another kind'}`);
  return values;
};

const byFeel = (name: string) => {
  const expression = compileExpression(`${name}(values)`);
  return (values: readonly unknown[]): unknown => {
    const checked = numbers(values);
    return expression.value(() => checked);
  };
};

const aggregations: Readonly<Record<Aggregation, (values: readonly unknown[]) => unknown>> = {
  SUM: byFeel('sum'),
  MIN: byFeel('min'),
  MAX: byFeel('max'),
  COUNT: (values) => values.length,
};

const textOf = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));

/** The place of a value among the allowed ones. A value that is not one of them comes last. */
const rankOf = (value: unknown, { priorities }: TableOutput): number => {
  const index = priorities.indexOf(textOf(value));
  return index < 0 ? priorities.length : index;
};

const byPriority = (outputs: readonly TableOutput[], matched: readonly Matched[]): readonly Matched[] =>
  matched.toSorted((a, b) => {
    const differences = outputs.map((output, at) => rankOf(a.values[at], output) - rankOf(b.values[at], output));
    return differences.find((difference) => difference !== 0) ?? 0;
  });

const rulesText = (matched: readonly Matched[]): string =>
  `the rules ${matched.map(({ index }) => index).join(', ')} match`;

/** The result of a decision table with at least one matching rule. */
export const applyHitPolicy = ({ hitPolicy, aggregation, outputs }: Table, matched: readonly Matched[]): unknown => {
  const resultOf = ({ values }: Matched): unknown => combine(outputs, values);
  const [first] = matched as readonly [Matched];
  switch (hitPolicy) {
    case 'UNIQUE':
      if (matched.length === 1) return resultOf(first);
      throw decisionFailure(`multiple values aren't allowed for UNIQUE hit policy, but ${rulesText(matched)}`);
    case 'ANY':
      if (matched.every(({ values }) => isDeepStrictEqual(values, first.values))) return resultOf(first);
      throw decisionFailure(`different values aren't allowed for ANY hit policy, but ${rulesText(matched)}`);
    case 'FIRST':
      return resultOf(first);
    case 'PRIORITY':
      return resultOf(byPriority(outputs, matched)[0]!);
    case 'OUTPUT ORDER':
      return byPriority(outputs, matched).map(resultOf);
    default: {
      const values = matched.map(resultOf);
      return aggregation === undefined ? values : aggregations[aggregation](values);
    }
  }
};
