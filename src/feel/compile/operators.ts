import { evaluate as evaluateByFeelin } from 'feelin';
import { textSteps } from '../limits/steps.ts';
import { kindOf } from '../values/kinds.ts';
import { type and, arithmetic, negative } from '../values/operators.ts';
import type { Code, Compiler } from './compiler.ts';
import { countSteps } from './evaluation.ts';
import { childOf, type Syntax } from './parse.ts';
import { compileRange } from './unary-tests.ts';

/** `a + b`, `-a` */
export const compileArithmetic = (node: Syntax, compiler: Compiler): Code => {
  if (node.children.length === 2) {
    const operand = compiler.compile(node.children[1]!);
    return (evaluation, frame) => negative(operand(evaluation, frame));
  }
  const [leftNode, operator, rightNode] = node.children as [Syntax, Syntax, Syntax];
  const left = compiler.compile(leftNode);
  const right = compiler.compile(rightNode);
  const compute = arithmetic[operator.text]!;
  return (evaluation, frame) => {
    const value = compute(left(evaluation, frame), right(evaluation, frame));
    if (typeof value === 'string') countSteps(evaluation, textSteps(value));
    return value;
  };
};

/** `and`, `or`; the right side is skipped if the left side decides. */
export const compileLogic =
  (combine: typeof and, decisive: boolean) =>
  (node: Syntax, compiler: Compiler): Code => {
    const left = compiler.compile(node.children[0]!);
    const right = compiler.compile(node.children[2]!);
    return (evaluation, frame) => {
      const first = left(evaluation, frame);
      return first === decisive ? decisive : combine(first, right(evaluation, frame));
    };
  };

/** `if a then b else c` */
export const compileIf = (node: Syntax, compiler: Compiler): Code => {
  const [, condition, , positive, , otherwise] = node.children.map((child) =>
    /^(?:if|then|else)$/.test(child.name) ? undefined : compiler.compile(child),
  );
  return (evaluation, frame) =>
    condition!(evaluation, frame) === true ? positive!(evaluation, frame) : otherwise!(evaluation, frame);
};

/** `x instance of number`; feelin evaluates types that consist of other types. */
export const compileInstanceOf = (node: Syntax, compiler: Compiler): Code => {
  const value = compiler.compile(node.children[0]!);
  const type = childOf(node, 'Type')!.text.replace(/\s+/g, ' ');
  if (type === 'Any') return (evaluation, frame) => (value(evaluation, frame) ?? null) !== null;
  if (/^[\w ]+$/.test(type)) {
    const kind = type === 'Null' ? 'null' : type;
    return (evaluation, frame) => {
      const found = kindOf(value(evaluation, frame));
      return found === kind || (kind === 'duration' && (found?.endsWith('duration') ?? false));
    };
  }
  return (evaluation, frame) =>
    evaluateByFeelin(`value instance of ${type}`, { value: value(evaluation, frame) ?? null }).value;
};

/** A test such as `> 5` or `[1..10]` without a value on its left. Only a range has a meaning of its own. */
export const compileLoneTest = (node: Syntax, compiler: Compiler): Code => {
  const interval = childOf(node, 'Interval');
  if (interval !== undefined) return compileRange(interval, compiler);
  throw compiler.reject(
    node,
    'a comparison lacks its left side',
    'write `a = b` with one sign; a leading `=` marks the expression once.',
  );
};
