import { refuse } from '../faults.ts';

/** How many steps of loops and calls one evaluation may take, and how many values one result may contain. */
export const stepLimit = 5_000_000;

/** Characters that count as one value, or as one step. */
const charactersPerStep = 16;

/** The number of steps that a text counts for. */
export const textSteps = (text: string): number => Math.floor(text.length / charactersPerStep);

/** How many more values a result may contain. */
export interface SizeBudget {
  left: number;
}

/** Creates the budget of one result. */
export const createSizeBudget = (): SizeBudget => ({ left: stepLimit });

/**
 * Counts one value, without the values in it. In memory a value can be much smaller than its JSON: a list that contains
 * one list twice, nested 25 times, is small until it is written out.
 *
 * @throws a refusal when the budget is used up
 */
export const countValue = (value: unknown, budget: SizeBudget): void => {
  budget.left -= typeof value === 'string' ? 1 + textSteps(value) : 1;
  if (budget.left < 0) throw refuse('it produces a value that is too large');
};
