import type { TimeBudget } from '../types.ts';

/** The budget of a command of the engine, and of a job of the runtime. */
const usual = 3_000;

/** Creates a budget: for all expressions of one command, or of one job. */
export const createTimeBudget = (total: number = usual): TimeBudget => ({ total, left: total });

/** Fills a budget up, for the next command. */
export const refill = (budget: TimeBudget): void => {
  budget.left = budget.total;
};

/** An evaluation may take so long even when the budget is used up, so that short ones never fail. */
const least = 5;

/** The time limit of the next evaluation. */
export const allowance = (budget: TimeBudget | undefined, longest: number): number =>
  budget === undefined ? longest : Math.min(longest, Math.max(Math.ceil(budget.left), least));

/** Calls a function and takes its time from the budget. */
export const spend = <Result>(budget: TimeBudget | undefined, call: () => Result): Result => {
  if (budget === undefined) return call();
  const start = performance.now();
  try {
    return call();
  } finally {
    budget.left -= performance.now() - start;
  }
};
