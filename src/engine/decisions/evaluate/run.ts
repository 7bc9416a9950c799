import { setKey } from '../../../common/set-key.ts';
import { allowance, isFunction, repeatable, toJson } from '../../../feel/index.ts';
import type { EvaluateOptions, Expression, Lookup } from '../../../feel/types.ts';
import type { EvaluatedDecision } from '../types.ts';

/** Time limit of an evaluation with everything that it requires, in milliseconds. */
const timeLimit = 3_000;

/** Decisions are evaluated again for each one that requires them, so their number can double with each level. */
const mostEvaluated = 10_000;

const mark: unique symbol = Symbol('decision failure');

/** Why a decision cannot be evaluated. The text quotes no values. */
export const decisionFailure = (reason: string): Error => Object.assign(new Error(reason), { [mark]: true as const });

export const isDecisionFailure = (error: unknown): error is Error =>
  typeof error === 'object' && error !== null && mark in error;

/** One evaluation. */
export interface Run {
  readonly options: EvaluateOptions;
  /** Milliseconds that it may take. */
  readonly limit: number;
  /** On the clock of `performance.now()`. */
  deadline: number;
  readonly trace: EvaluatedDecision[];
  /** How many decisions there were in the trace before the expression that is evaluated now. */
  tracedBefore: number;
  /** Starts from the beginning: with all its time, an empty trace and the same random numbers. */
  start(): void;
}

/** Creates an evaluation, which must be started. It shares the time of the command that asks for it. */
export const createRun = ({ budget, ...options }: EvaluateOptions): Run => {
  const limit = allowance(budget, timeLimit);
  const trace: EvaluatedDecision[] = [];
  // An expression that starts again calls business knowledge models again, and each call counts once.
  const onRestart = (): void => void trace.splice(run.tracedBefore);
  const random = options.random && repeatable(options.random);
  const given: EvaluateOptions = { ...options, onRestart, ...(random === undefined ? {} : { random: random.next }) };
  const start = (): void => {
    run.deadline = performance.now() + limit;
    trace.length = 0;
    run.tracedBefore = 0;
    random?.rewind();
  };
  const run: Run = { options: given, limit, deadline: 0, trace, tracedBefore: 0, start };
  return run;
};

/** The failure of an evaluation that takes too long. */
export const tooLong = ({ limit }: Run): Error =>
  decisionFailure(
    limit === timeLimit
      ? `it takes longer than ${timeLimit / 1000} s`
      : `it takes longer than ${timeLimit / 1000} s, together with the expressions before it`,
  );

/** Whether the time of an evaluation has passed. */
export const isLate = ({ deadline }: Run): boolean => performance.now() > deadline;

/** Throws if an evaluation takes too long. */
export const checkTime = (run: Run): void => {
  if (isLate(run)) throw tooLong(run);
};

/** Adds a decision to the trace. */
export const addToTrace = ({ trace }: Run, decision: EvaluatedDecision): void => {
  if (trace.length >= mostEvaluated) {
    throw decisionFailure(
      `it evaluates more than ${mostEvaluated} decisions, because they require each other too often`,
    );
  }
  trace.push(decision);
};

/** The variables and functions that an expression can read. */
export interface Scope {
  readonly lookup: Lookup;
  readonly options: EvaluateOptions;
}

type Functions = NonNullable<EvaluateOptions['functions']>;

/** Timers can end up to a millisecond early. An expression that has used all the time must not end before the deadline. */
const timerTolerance = 1;

const scopeOf = (run: Run, lookup: Lookup, functions: Functions): Scope => ({
  lookup,
  options: {
    ...run.options,
    functions,
    longest: Math.max(0, Math.ceil(run.deadline - performance.now())) + timerTolerance,
  },
});

/** The scope of the variables with which the decision is evaluated. */
export const outermost = (run: Run, lookup: Lookup): Scope => scopeOf(run, lookup, run.options.functions ?? {});

/** A scope with more values. They hide those outside; functions can be called by their names. */
export const within = (run: Run, { lookup, options }: Scope, values: ReadonlyMap<string, unknown>): Scope => {
  if (values.size === 0) return { lookup, options };
  const functions: Record<string, Functions[string]> = { ...options.functions };
  for (const [name, value] of values) if (isFunction(value)) setKey<Functions[string]>(functions, name, value);
  return scopeOf(run, (name) => (values.has(name) ? values.get(name) : lookup(name)), functions);
};

/** Evaluates an expression to a FEEL value. */
export const evaluateExpression = (run: Run, expression: Expression, { lookup, options }: Scope): unknown => {
  checkTime(run);
  const outer = run.tracedBefore;
  run.tracedBefore = run.trace.length;
  try {
    return expression.value(lookup, options);
  } finally {
    run.tracedBefore = outer;
  }
};

/** The value as JSON, to look at; null for a function or a range. */
export const shown = (value: unknown): unknown => {
  try {
    return toJson(value);
  } catch {
    return null;
  }
};
