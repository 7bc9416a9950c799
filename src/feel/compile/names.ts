import { member } from '../values/kinds.ts';
import type { Code, Compiler } from './compiler.ts';
import { resolve } from './evaluation.ts';
import { childOf, nameOf, type Syntax } from './parse.ts';

/** A variable, or a name that the expression binds. */
export const compileVariable = (node: Syntax, compiler: Compiler): Code => {
  const name = nameOf(node);
  const isBound = compiler.scope.bound.has(name);
  if (!isBound) compiler.readsVariable(name);
  else if (compiler.scope.shadowing) compiler.needs('limited');
  else compiler.readsBoundName(name);
  return isBound || compiler.scope.open
    ? (evaluation, frame) => resolve(name, evaluation, frame)
    : (evaluation) => evaluation.lookup(name);
};

/** `?`, the tested value. */
export const compileInput = (node: Syntax, compiler: Compiler): Code => {
  if (!compiler.scope.bound.has('?')) {
    throw compiler.reject(node, '`?` stands for a tested value', 'use it on the right of `in`, as in `x in (? > 5)`.');
  }
  return (evaluation, frame) => resolve('?', evaluation, frame);
};

/** `order.id` */
export const compilePath = (node: Syntax, compiler: Compiler): Code => {
  const target = compiler.compile(node.children[0]!);
  const key = nameOf(childOf(node, 'PathName')!);
  return (evaluation, frame) => member(target(evaluation, frame), key);
};
