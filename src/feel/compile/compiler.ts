import type { Syntax } from '../syntax/tree.ts';
import type { Evaluation, Frame, TimeGuard } from './evaluation.ts';

/** A compiled part of an expression. */
export type Code = (evaluation: Evaluation, frame: Frame | undefined) => unknown;

/** The names that are bound around a part of an expression. */
export interface Scope {
  readonly bound: ReadonlySet<string>;
  /** Inside a filter, any name can be a key of the item. */
  readonly open: boolean;
  /** Whether a name is bound twice, the inner one hiding the outer one. */
  readonly shadowing: boolean;
}

/** What the compile function of a syntax node receives. */
export interface Compiler {
  readonly scope: Scope;
  /** Compiles a child node, in the same scope or in one with more names. */
  compile(node: Syntax, scope?: Scope): Code;
  /** Records that the expression reads a variable. */
  readsVariable(name: string): void;
  /** Records that the expression reads a name that it binds itself. */
  readsBoundName(name: string): void;
  /** Records that the expression needs this time guard, or a stronger one. */
  needs(guard: Exclude<TimeGuard, 'none'>): void;
}

/** The scope of a whole expression. */
export const outermost: Scope = { bound: new Set(), open: false, shadowing: false };

/** The scope with more names. */
export const binding = (scope: Scope, names: readonly string[]): Scope => ({
  ...scope,
  bound: new Set([...scope.bound, ...names]),
  shadowing: scope.shadowing || names.some((name) => name !== 'partial' && scope.bound.has(name)),
});
