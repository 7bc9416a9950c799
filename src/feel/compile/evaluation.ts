import { refuse } from '../faults.ts';
import type { Services } from '../functions/builtin.ts';
import { stepLimit } from '../limits/steps.ts';
import type { EvaluateOptions, Lookup } from '../types.ts';
import { functionsNamed } from '../values/context-functions.ts';
import { type Context, type FeelFunction, isContext, isFunction } from '../values/kinds.ts';

/** The state of one evaluation. */
export interface Evaluation extends Services {
  readonly lookup: Lookup;
  readonly functions: NonNullable<EvaluateOptions['functions']>;
  /** Remaining steps of loops and calls. */
  steps: number;
  /** The end of a trial, on the clock of `performance.now()`. */
  readonly until: number;
}

/**
 * How an expression is kept from running too long. `none`: its text and its values limit its run time. `trial`: it
 * contains loops, or calls whose arguments decide how long they take, so it runs for a short time without a time limit, and
 * starts again with one if that is not enough. `limited`: a single step of it can take long, so it always runs with a time limit.
 */
export type TimeGuard = 'none' | 'trial' | 'limited';

/** Thrown when a trial is not complete in time. */
export const trialOver: Error = new Error('The trial is over.');

/** Creating a time limit takes longer than most loops do, so loops first run without one. Milliseconds, and steps. */
const trial = { time: 5, steps: 10_000 };

/** Starts an evaluation. */
export const createEvaluation = (
  lookup: Lookup,
  { now, random, functions }: EvaluateOptions,
  isTrial = false,
): Evaluation => ({
  lookup,
  now: now ?? Date.now,
  random: random ?? Math.random,
  functions: functions ?? {},
  steps: isTrial ? trial.steps : stepLimit,
  until: isTrial ? performance.now() + trial.time : Number.POSITIVE_INFINITY,
});

/** Ends a trial before a call that may take long. Under a time limit, it does nothing. */
export const endTrial = (evaluation: Evaluation): void => {
  if (evaluation.until !== Number.POSITIVE_INFINITY) throw trialOver;
};

/** Counts steps of a loop or a call, or the size of what it creates. */
export const countSteps = (evaluation: Evaluation, count = 1): void => {
  evaluation.steps -= count;
  if (evaluation.until !== Number.POSITIVE_INFINITY) {
    if (evaluation.steps < 0 || performance.now() > evaluation.until) throw trialOver;
  } else if (evaluation.steps < 0) throw refuse(`it takes more than ${stepLimit} steps`);
};

/**
 * A name that the expression binds: an iteration variable, a parameter, an earlier entry of a context, the item of a
 * filter. The keys of `entries`, which are those of a filter's item, are names as well and take precedence.
 */
export interface Frame {
  readonly name: string;
  readonly value: unknown;
  readonly entries: Context | undefined;
  /** Entries of a context that are functions can be called, but not read as variables. */
  readonly callable: boolean;
  readonly outer: Frame | undefined;
}

/** Binds the variable of a loop or a parameter. */
export const bind = (name: string, value: unknown, outer: Frame | undefined): Frame => ({
  name,
  value,
  entries: undefined,
  callable: false,
  outer,
});

/** Binds an entry of a context for the entries behind it. */
export const bindEntry = (name: string, value: unknown, outer: Frame | undefined): Frame => ({
  name,
  value,
  entries: undefined,
  callable: isFunction(value),
  outer,
});

/** Binds `item`, and the keys of the item if it is a context. */
export const bindItem = (item: unknown, outer: Frame | undefined): Frame => ({
  name: 'item',
  value: item,
  entries: isContext(item) ? item : undefined,
  callable: false,
  outer,
});

/** Reads a name from the innermost frame that has it as a variable, or else from the variables. */
export const resolve = (name: string, evaluation: Evaluation, frame: Frame | undefined): unknown => {
  for (let inner = frame; inner !== undefined; inner = inner.outer) {
    if (inner.entries !== undefined && Object.hasOwn(inner.entries, name)) {
      return inner.entries[name];
    }
    if (inner.name === name && !inner.callable) return inner.value;
  }
  return evaluation.lookup(name);
};

/** Finds the innermost function that a context binds to a name and that accepts a call. */
export const resolveFunction = (
  name: string,
  frame: Frame | undefined,
  accepts: (fn: FeelFunction) => boolean,
): FeelFunction | undefined => {
  for (let inner = frame; inner !== undefined; inner = inner.outer) {
    const entry = inner.entries && functionsNamed(inner.entries, name).find(accepts);
    if (entry !== undefined) return entry;
    if (inner.callable && inner.name === name && accepts(inner.value as FeelFunction)) {
      return inner.value as FeelFunction;
    }
  }
  return undefined;
};

/** The name of the tested value in frames. It cannot be written in an expression. */
export const testedName = '?';

/** The name by which tests without `?` read the tested value; a variable of this name is one, too. */
export const inputName = 'cellInput';

/** Thrown when `?` is read outside a test. */
export const noTestedValue: Error = refuse('`?` stands for a tested value, and there is none');

/** Reads `?`. */
export const testedValue = (frame: Frame | undefined): unknown => {
  for (let inner = frame; inner !== undefined; inner = inner.outer) if (inner.name === testedName) return inner.value;
  throw noTestedValue;
};
