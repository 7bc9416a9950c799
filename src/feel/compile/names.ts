import type { Path, Reference } from '../syntax/tree.ts';
import { member } from '../values/member.ts';
import type { Code, Compiler } from './compiler.ts';
import { resolve, testedValue } from './evaluation.ts';

/** A variable, or a name that the expression binds. */
const compileName = (name: string, compiler: Compiler): Code => {
  const isBound = compiler.scope.bound.has(name);
  if (!isBound) compiler.readsVariable(name);
  else if (compiler.scope.shadowing) compiler.needs('limited');
  else compiler.readsBoundName(name);
  return isBound || compiler.scope.open
    ? (evaluation, frame) => resolve(name, evaluation, frame)
    : (evaluation) => evaluation.lookup(name);
};

/** `order.customer.id` */
export const compileReference = ({ names: [name, ...keys] }: Reference, compiler: Compiler): Code =>
  keys.reduce<Code>(
    (target, key) => (evaluation, frame) => member(target(evaluation, frame), key),
    compileName(name, compiler),
  );

/** `?`, the tested value. */
export const compileTestedValue = (): Code => (_evaluation, frame) => testedValue(frame);

/** `list[1].id` */
export const compilePath = ({ target, key }: Path, compiler: Compiler): Code => {
  const code = compiler.compile(target);
  return (evaluation, frame) => member(code(evaluation, frame), key);
};
