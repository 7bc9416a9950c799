/** Small tools for honest figures: interleaved rounds, medians and spread. */

export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** How many measurements there are. */
  readonly count: number;
}

export const figureOf = (values: readonly number[]): Figure => {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error('No measurement was made.');
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)!, count: sorted.length };
};

/**
 * Runs each case once per round, the cases of a round one after the other, so that a slow minute of a shared machine
 * hits all of them alike.
 */
export const interleave = async <Name extends string>(
  cases: Readonly<Record<Name, () => number | Promise<number>>>,
  rounds: number,
): Promise<Record<Name, Figure>> => {
  const names = Object.keys(cases) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) values[name].push(await cases[name]());
  }
  return Object.fromEntries(names.map((name) => [name, figureOf(values[name])])) as Record<Name, Figure>;
};

/** A number as people read it. */
export const readable = (value: number): string => {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  if (value > 0 && value < 0.1) return value.toPrecision(2);
  return value.toFixed(value >= 10 ? 1 : 2);
};

/** A figure with its spread. */
export const withSpread = ({ median, least, most }: Figure): string =>
  `${readable(median)} (${readable(least)} to ${readable(most)})`;

/** A markdown table. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A markdown table of figures. */
export const figuresTable = (head: string, unit: string, rows: readonly (readonly [string, Figure])[]): string =>
  table(
    [head, `${unit}, median`, 'minimum', 'maximum'],
    rows.map(([name, { median, least, most }]) => [name, readable(median), readable(least), readable(most)]),
  );

/** The value below which a share of all values lies. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
