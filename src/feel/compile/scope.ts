import type { Services } from '../functions/builtin.ts';
import type { EvaluateOptions, Lookup } from '../types.ts';
import { type Context, isContext } from '../values/values.ts';
import type { Syntax } from './syntax.ts';

/** One evaluation: where variables and functions come from. */
export interface Evaluation extends Services {
  readonly lookup: Lookup;
  readonly functions: NonNullable<EvaluateOptions['functions']>;
  /** Steps of loops and calls that are left. */
  steps: number;
  /** For a trial: when its time is over, by `performance.now()`. */
  readonly until: number;
}

/**
 * A name bound while evaluating: an iteration variable, a parameter, an earlier entry of a context, the item of a
 * filter. The keys of `entries` (of a filter's item) are names as well, and go first.
 */
export interface Frame {
  readonly name: string;
  readonly value: unknown;
  readonly entries: Context | undefined;
  readonly outer: Frame | undefined;
}

/** A compiled expression. `undefined` stands for what is missing, null for null. */
export type Code = (evaluation: Evaluation, frame: Frame | undefined) => unknown;

/** What is known about names while compiling. */
export interface Scope {
  readonly bound: ReadonlySet<string>;
  /** Within a filter any name may be a key of its item. */
  readonly open: boolean;
  /** Whether a name was bound that an outer part binds as well. */
  readonly shadowing: boolean;
}

/**
 * How an expression is evaluated. `calm`: its time is bounded by its text and its values. `trial`: it has loops, and so it is watched
 * once it has turned out to take long. `watched`: one step of it may take long.
 */
export type Care = 'calm' | 'trial' | 'watched';

/** What a compiler of one kind of node gets. */
export interface Compiler {
  readonly scope: Scope;
  /** Compiles a part, in the same scope or with more names. */
  compile(node: Syntax, scope?: Scope): Code;
  /** Notes that the expression reads this variable. */
  read(name: string): void;
  /** Notes that the expression reads a name that a part of it binds. */
  reuse(name: string): void;
  /** Notes what care a part asks for. */
  ask(care: Exclude<Care, 'calm'>): void;
  /** The fault for a construct that parses but means nothing. */
  reject(node: Syntax, what: string, fix: string): Error;
}

/** The scope of a whole expression. */
export const outermost: Scope = { bound: new Set(), open: false, shadowing: false };

/** The scope with more names. */
export const binding = (scope: Scope, names: readonly string[]): Scope => ({
  ...scope,
  bound: new Set([...scope.bound, ...names]),
  shadowing: scope.shadowing || [...names].some((name) => name !== 'partial' && scope.bound.has(name)),
});

/** Binds one name. */
export const bind = (name: string, value: unknown, outer: Frame | undefined): Frame => ({
  name,
  value,
  entries: undefined,
  outer,
});

/** Binds `item`, and the item's own keys where it is a context. */
export const bindItem = (item: unknown, outer: Frame | undefined): Frame => ({
  name: 'item',
  value: item,
  entries: isContext(item) ? item : undefined,
  outer,
});

/** Reads a name from the innermost frame that has it, else from the variables. */
export const resolve = (name: string, evaluation: Evaluation, frame: Frame | undefined): unknown => {
  for (let inner = frame; inner !== undefined; inner = inner.outer) {
    if (inner.entries !== undefined && Object.hasOwn(inner.entries, name)) return inner.entries[name];
    if (inner.name === name) return inner.value;
  }
  return evaluation.lookup(name);
};
