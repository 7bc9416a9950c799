import {
  type Alternatives,
  type ComparisonTest,
  contains,
  type ExpressionTest,
  type In,
  type NegatedTest,
  type RangeTest,
} from '../syntax/tree.ts';
import { isError, isFunction } from '../values/kinds.ts';
import { comparisons, not, or, passes, within } from '../values/operators.ts';
import { binding, type Code, type Compiler } from './compiler.ts';
import { bind, type Evaluation, type Frame, inputName, noTestedValue, resolve, testedName } from './evaluation.ts';

/** Reads the tested value of tests that do not name it. */
const input = (evaluation: Evaluation, frame: Frame | undefined): unknown => resolve(inputName, evaluation, frame);

const readsInput = (compiler: Compiler): void => {
  if (!compiler.scope.bound.has(inputName)) compiler.readsVariable(inputName);
};

/** `> 5` */
export const compileComparisonTest = ({ operator, operand }: ComparisonTest, compiler: Compiler): Code => {
  readsInput(compiler);
  const compare = comparisons[operator]!;
  const code = compiler.compile(operand);
  return (evaluation, frame) => compare(input(evaluation, frame) ?? null, code(evaluation, frame));
};

/** `[1..10]` */
export const compileRangeTest = ({ range }: RangeTest, compiler: Compiler): Code => {
  readsInput(compiler);
  const { startIncluded, endIncluded } = range;
  const [start, end] = [compiler.compile(range.start), compiler.compile(range.end)];
  return (evaluation, frame) =>
    within(input(evaluation, frame), {
      start: start(evaluation, frame),
      end: end(evaluation, frame),
      startIncluded,
      endIncluded,
    });
};

/**
 * Any other expression: a condition that reads `?`, or a value to compare with. It counts as a condition only if it needs
 * `?` to be evaluated.
 */
export const compileExpressionTest = ({ expression }: ExpressionTest, compiler: Compiler): Code => {
  readsInput(compiler);
  const code = compiler.compile(expression);
  const plain: Code = (evaluation, frame) => passes(input(evaluation, frame) ?? null, code(evaluation, frame));
  if (!contains(expression, ({ kind }) => kind === 'tested value')) return plain;
  return (evaluation, frame) => {
    try {
      return plain(evaluation, frame);
    } catch (error) {
      if (error !== noTestedValue) throw error;
      const found = code(evaluation, bind(testedName, input(evaluation, frame) ?? null, frame));
      return typeof found === 'boolean' ? found : null;
    }
  };
};

/** Several tests, of which one must pass. */
export const compileAlternatives = ({ tests }: Alternatives, compiler: Compiler): Code => {
  const codes = tests.map((test) => compiler.compile(test));
  return (evaluation, frame) => {
    let result: boolean | null = false;
    for (const code of codes) {
      result = or(result, code(evaluation, frame));
      if (result === true) return true;
    }
    return result;
  };
};

/** `not(...)` */
export const compileNegatedTest = ({ test }: NegatedTest, compiler: Compiler): Code => {
  const code = compiler.compile(test);
  return (evaluation, frame) => not(code(evaluation, frame));
};

/** `x in test`, `x in (test, test)` */
export const compileIn = ({ value, test }: In, compiler: Compiler): Code => {
  const tested = compiler.compile(value);
  const code = compiler.compile(test, binding(compiler.scope, [inputName]));
  return (evaluation, frame) => {
    const found = tested(evaluation, frame) ?? null;
    if (isError(found)) return found;
    // A test reads its value as a variable, and a function is none, so the test reads the value of a test around it.
    return code(evaluation, isFunction(found) ? frame : bind(inputName, found, frame));
  };
};
