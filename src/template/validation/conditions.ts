import type { Condition, SimpleCondition } from '../types.ts';

/** The simple conditions that must all hold. */
export const partsOf = (condition: Condition | undefined): readonly SimpleCondition[] =>
  condition === undefined ? [] : 'allMatch' in condition ? condition.allMatch : [condition];

/** The values that a condition allows; `undefined` if it does not compare with values. */
export const allowedBy = (condition: SimpleCondition): readonly (string | number | boolean)[] | undefined => {
  if ('equals' in condition) return [condition.equals];
  return 'oneOf' in condition ? condition.oneOf : undefined;
};

const disjoint = (a: SimpleCondition, b: SimpleCondition): boolean => {
  if (a.property !== b.property) return false;
  if ('isEmpty' in a && 'isEmpty' in b) return a.isEmpty !== b.isEmpty;
  if ('isActive' in a && 'isActive' in b) return a.isActive !== b.isActive;
  const [one, other] = [allowedBy(a), allowedBy(b)];
  return one !== undefined && other !== undefined && !one.some((value) => other.includes(value));
};

interface Conditional {
  readonly condition?: Condition | undefined;
}

/** Whether two properties are never shown together. */
export const exclude = (a: Conditional, b: Conditional): boolean =>
  partsOf(a.condition).some((one) => partsOf(b.condition).some((other) => disjoint(one, other)));
