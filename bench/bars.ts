/** What is required of figures, and whether it is met. */
import { type Figure, readable, table, withSpread } from './measure.ts';

/** One requirement. */
export interface Bar {
  readonly what: string;
  readonly wanted: 'at least' | 'at most';
  readonly required: number;
  /** What the number counts, e.g. `%`. */
  readonly unit?: string;
  /** The figure, or why there is none. */
  readonly measured: Figure | string;
}

/** With fewer rounds, a bar is only met so far: a slow minute of the machine may have decided. */
export const enoughRounds = 5;

const inRounds = (count: number): string => (count === 1 ? '1 round' : `${count} rounds`);

/** Whether a bar is met, or by how much it is missed. */
export const verdict = ({ wanted, required, measured }: Bar): string => {
  if (typeof measured === 'string') return measured;
  const { median, count } = measured;
  const isMet = wanted === 'at least' ? median >= required : median <= required;
  const result = isMet ? 'met' : `missed by ${readable(Math.abs(median - required))}`;
  return count >= enoughRounds ? result : `${result} so far (${inRounds(count)})`;
};

export const barsTable = (bars: readonly Bar[]): string =>
  table(
    ['bar', 'required', 'measured', 'result'],
    bars.map((bar) => {
      const { what, wanted, required, unit, measured } = bar;
      const after = unit === undefined ? '' : ` ${unit}`;
      return [
        what,
        `${wanted} ${required}${after}`,
        typeof measured === 'string' ? '–' : `${withSpread(measured)}${after}`,
        verdict(bar),
      ];
    }),
  );
