/** Whether two properties can be active at the same time. */
import { type Condition, conditionsOf, type Property, type SimpleCondition } from './shape.ts';

/** The values that a condition accepts; undefined if it does not compare with values. */
const accepted = ({ equals, oneOf }: SimpleCondition): readonly (string | number | boolean)[] | undefined =>
  oneOf ?? (equals === undefined ? undefined : [equals]);

const contradict = (a: SimpleCondition, b: SimpleCondition): boolean => {
  if (a.property !== b.property) return false;
  const [left, right] = [accepted(a), accepted(b)];
  if (left !== undefined && right !== undefined) return !left.some((value) => right.includes(value));
  if (a.isActive !== undefined && b.isActive !== undefined) return a.isActive !== b.isActive;
  if (a.isEmpty !== undefined && b.isEmpty !== undefined) return a.isEmpty !== b.isEmpty;
  return (a.isActive === false && right !== undefined) || (b.isActive === false && left !== undefined);
};

/** All conditions for a property to be active: its own, and those of the properties that they name. */
const closure = (
  property: { readonly condition?: Condition },
  byId: ReadonlyMap<string, Property>,
  seen: ReadonlySet<string> = new Set(),
): readonly SimpleCondition[] =>
  conditionsOf(property).flatMap((condition) => {
    const named = byId.get(condition.property);
    if (named === undefined || condition.isActive === false || seen.has(condition.property)) return [condition];
    return [condition, ...closure(named, byId, new Set([...seen, condition.property]))];
  });

/** Tells whether two properties (or choices) exclude each other. */
export const exclude = (
  a: { readonly condition?: Condition },
  b: { readonly condition?: Condition },
  byId: ReadonlyMap<string, Property>,
): boolean => {
  const others = closure(b, byId);
  return closure(a, byId).some((one) => others.some((other) => contradict(one, other)));
};
