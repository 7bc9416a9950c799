import { textSteps } from '../limits/steps.ts';
import type { Between, Binary, If, InstanceOf, Negative, Range } from '../syntax/tree.ts';
import { isError, kindOf } from '../values/kinds.ts';
import { and, arithmetic, comparisons, negative, or, rangeOf } from '../values/operators.ts';
import type { Code, Compiler } from './compiler.ts';
import { countSteps } from './evaluation.ts';

/** `a + b` */
export const compileArithmetic = ({ operator, left, right }: Binary, compiler: Compiler): Code => {
  const [a, b] = [compiler.compile(left), compiler.compile(right)];
  const compute = arithmetic[operator]!;
  return (evaluation, frame) => {
    const value = compute(a(evaluation, frame), b(evaluation, frame));
    if (typeof value === 'string') countSteps(evaluation, textSteps(value));
    return value;
  };
};

/** `-a` */
export const compileNegative = ({ operand }: Negative, compiler: Compiler): Code => {
  const code = compiler.compile(operand);
  return (evaluation, frame) => negative(code(evaluation, frame));
};

/** `a < b` */
export const compileComparison = ({ operator, left, right }: Binary, compiler: Compiler): Code => {
  const [a, b] = [compiler.compile(left), compiler.compile(right)];
  const compare = comparisons[operator]!;
  return (evaluation, frame) => compare(a(evaluation, frame), b(evaluation, frame));
};

/** `a between b and c` */
export const compileBetween = ({ value, low, high }: Between, compiler: Compiler): Code => {
  const [tested, least, most] = [compiler.compile(value), compiler.compile(low), compiler.compile(high)];
  return (evaluation, frame) => {
    const found = tested(evaluation, frame);
    return and(comparisons['>=']!(found, least(evaluation, frame)), comparisons['<=']!(found, most(evaluation, frame)));
  };
};

/** `a and b`, `a or b`; the right side is skipped if the left side decides. */
export const compileLogic = ({ kind, left, right }: Binary, compiler: Compiler): Code => {
  const [a, b] = [compiler.compile(left), compiler.compile(right)];
  const [combine, decisive] = kind === 'and' ? [and, false] : [or, true];
  return (evaluation, frame) => {
    const first = a(evaluation, frame);
    return first === decisive ? decisive : combine(first, b(evaluation, frame));
  };
};

/** `if a then b else c` */
export const compileIf = ({ condition, positive, otherwise }: If, compiler: Compiler): Code => {
  const [test, yes, no] = [compiler.compile(condition), compiler.compile(positive), compiler.compile(otherwise)];
  return (evaluation, frame) => (test(evaluation, frame) === true ? yes(evaluation, frame) : no(evaluation, frame));
};

const otherTypeNames: ReadonlyMap<string, string> = new Map([
  ['date time', 'date and time'],
  ['year-month-duration', 'years and months duration'],
  ['day-time-duration', 'days and time duration'],
]);

/** `x instance of number` */
export const compileInstanceOf = ({ value, type }: InstanceOf, compiler: Compiler): Code => {
  const code = compiler.compile(value);
  const kind = otherTypeNames.get(type) ?? type;
  return (evaluation, frame) => {
    const found = code(evaluation, frame);
    if (isError(found)) return found;
    return kind === 'Any' ? (found ?? null) !== null : kindOf(found) === kind;
  };
};

/** `[1..10]` as a value, which only arguments can be. */
export const compileRange = (node: Range, compiler: Compiler): Code => {
  const { startIncluded, endIncluded } = node;
  const [start, end] = [compiler.compile(node.start), compiler.compile(node.end)];
  return (evaluation, frame) =>
    rangeOf({ start: start(evaluation, frame), end: end(evaluation, frame), startIncluded, endIncluded });
};
