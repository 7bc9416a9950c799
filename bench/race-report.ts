/** The table of a race. The ratios to the bare client of the same round come first. */
import { type Figure, figureOf, readable, table, withSpread } from './measure.ts';
import type { Lap } from './race.ts';

/** The laps of each client, by round. */
export type Laps = ReadonlyMap<string, readonly Lap[]>;

const head = [
  'client',
  'jobs/s relative to bare',
  'CPU per job relative to bare',
  'pickup relative to bare',
  'jobs/s',
  'CPU µs per job',
  'pickup p50 ms',
  'pickup p99 ms',
  'RSS MB',
  'CPU of the gateway',
];

/** A figure of each lap divided by that of another client's lap in the same round. */
const ratio = (laps: readonly Lap[], others: readonly Lap[], of: (lap: Lap) => number): Figure =>
  figureOf(laps.map((lap, round) => of(lap) / of(others[round]!)));

export const raceTable = (laps: Laps, reference: string): string => {
  const others = laps.get(reference) ?? [];
  const median = (own: readonly Lap[], of: (lap: Lap) => number): string => readable(figureOf(own.map(of)).median);
  return table(
    head,
    [...laps].map(([name, own]) => [
      name,
      withSpread(ratio(own, others, ({ jobsPerSecond }) => jobsPerSecond)),
      withSpread(ratio(own, others, ({ cpuPerJob }) => cpuPerJob)),
      withSpread(ratio(own, others, ({ pickupMedian }) => pickupMedian)),
      median(own, ({ jobsPerSecond }) => jobsPerSecond),
      median(own, ({ cpuPerJob }) => cpuPerJob),
      median(own, ({ pickupMedian }) => pickupMedian),
      median(own, ({ pickupP99 }) => pickupP99),
      median(own, ({ rss }) => rss / 1e6),
      `${median(own, ({ gatewayShare }) => gatewayShare * 100)} %`,
    ]),
  );
};

/** One row about a target: whether it is met, or by how much it is missed. */
const verdict = (what: string, { median, least, most }: Figure, bar: number, wanted: 'least' | 'most'): string[] => {
  const met = wanted === 'least' ? median >= bar : median <= bar;
  return [
    what,
    `at ${wanted} ${bar}`,
    `${readable(median)} (${readable(least)} to ${readable(most)})`,
    met ? 'met' : `missed by ${readable(Math.abs(median - bar))}`,
  ];
};

/** The targets of the race, with our figures. */
export const raceBars = (
  laps: Laps,
  names: { readonly ours: string; readonly bare: string; readonly worker: string },
): readonly string[][] => {
  const of = (name: string): readonly Lap[] => laps.get(name) ?? [];
  const [ours, bare, worker] = [of(names.ours), of(names.bare), of(names.worker)];
  const speed = ({ jobsPerSecond }: Lap): number => jobsPerSecond;
  return [
    verdict('jobs/s with streaming, relative to the bare client', ratio(ours, bare, speed), 0.85, 'least'),
    verdict("jobs/s with streaming, relative to the SDK's createWorker", ratio(ours, worker, speed), 15, 'least'),
    verdict(
      'median pickup latency with streaming, relative to the bare client',
      ratio(ours, bare, ({ pickupMedian }) => pickupMedian),
      1.3,
      'most',
    ),
  ];
};

/** The target of two clients on the same jobs. */
export const pairBar = (
  title: string,
  laps: Laps,
  names: { readonly ours: string; readonly bare: string },
  bar: number,
): string[] =>
  verdict(
    `jobs/s, ${title}, relative to the bare client`,
    ratio(laps.get(names.ours) ?? [], laps.get(names.bare) ?? [], ({ jobsPerSecond }) => jobsPerSecond),
    bar,
    'least',
  );

/** The targets of the race over REST, with our figures. */
export const restBars = (
  laps: Laps,
  names: { readonly ours: string; readonly bare: string; readonly worker: string },
): readonly string[][] => {
  const of = (name: string): readonly Lap[] => laps.get(name) ?? [];
  const [ours, bare, worker] = [of(names.ours), of(names.bare), of(names.worker)];
  const speed = ({ jobsPerSecond }: Lap): number => jobsPerSecond;
  return [
    verdict('jobs/s over REST, relative to bare node:http', ratio(ours, bare, speed), 0.85, 'least'),
    verdict('jobs/s over REST, relative to the official worker', ratio(ours, worker, speed), 2.5, 'least'),
    verdict(
      'median pickup latency over REST, relative to bare node:http',
      ratio(ours, bare, ({ pickupMedian }) => pickupMedian),
      1.5,
      'most',
    ),
  ];
};

/** Jobs with a wrong ending in any lap, and those that were never completed. */
export const accountOf = (laps: Laps): string => {
  const all = [...laps].flatMap(([name, own]) => own.map((lap) => ({ name, ...lap })));
  const troubled = all.filter(({ wrong, left }) => wrong + left > 0);
  if (troubled.length === 0) return 'Every job was completed exactly once.';
  return troubled
    .map(({ name, wrong, left }) => `${name}: ${wrong} jobs completed twice or failed, ${left} never completed.`)
    .join('\n');
};
