import { refuse } from '../failure.ts';
import { isContext } from '../values/values.ts';

/** How many steps of loops and calls one evaluation may take, and how many values one result may have. */
export const stepLimit = 5_000_000;

/** Characters that count as one value, or as one step. */
const charactersPerStep = 16;

/** What a text counts for. */
export const textSteps = (text: string): number => Math.floor(text.length / charactersPerStep);

/** What is left for a value that is walked through. */
export interface Allowance {
  left: number;
}

/** The allowance of one result. */
export const allowance = (): Allowance => ({ left: stepLimit });

/**
 * Counts one value, without those in it. A list of the same list twice, twenty-five times over, is small as long as nobody writes
 * it out.
 */
export const weigh = (value: unknown, allowed: Allowance): void => {
  allowed.left -= typeof value === 'string' ? 1 + textSteps(value) : 1;
  if (allowed.left < 0) throw refuse('it makes too large a value');
};

/** Refuses a value that is too large to be written out, or to be taken apart. */
export const refuseHuge = (value: unknown, allowed: Allowance = allowance()): void => {
  weigh(value, allowed);
  if (Array.isArray(value)) for (const item of value) refuseHuge(item, allowed);
  else if (isContext(value)) for (const key of Object.keys(value)) refuseHuge(value[key], allowed);
};
