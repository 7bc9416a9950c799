/** The tables of a race. The ratios to the bare client of the same round come first. */
import { type Bar, enoughRounds } from './bars.ts';
import { type Figure, figureOf, readable, table, withSpread } from './measure.ts';
import type { Lap } from './race.ts';

/** The laps of each client, by its name. */
export type Laps = ReadonlyMap<string, readonly Lap[]>;

type Value = (lap: Lap) => number | undefined;

/** What is compared. */
export const values = {
  speed: ({ jobsPerSecond }) => jobsPerSecond,
  cpu: ({ cpuPerJob }) => cpuPerJob,
  instructions: ({ instructionsPerJob }) => instructionsPerJob,
  pickup: ({ idle }) => idle.median,
  pickupAtHalfLoad: ({ halfLoad }) => halfLoad?.median,
  cpuAtHalfLoad: ({ halfLoad }) => halfLoad?.cpuPerJob,
  slowPickupAtHalfLoad: ({ halfLoad }) => halfLoad?.p99,
} as const satisfies Readonly<Record<string, Value>>;

/**
 * A figure of each lap divided by that of another client's lap in the same round; `undefined` if they share no round.
 *
 * @param isComparable whether two laps can be compared; default: always
 */
export const ratio = (
  laps: readonly Lap[],
  others: readonly Lap[],
  of: Value,
  isComparable: (lap: Lap, other: Lap) => boolean = () => true,
): Figure | undefined => {
  const ratios = laps.flatMap((lap) => {
    const other = others.find((one) => one.round === lap.round && isComparable(lap, one));
    const [own, reference] = [of(lap), other === undefined ? undefined : of(other)];
    return own === undefined || reference === undefined ? [] : [own / reference];
  });
  return ratios.length === 0 ? undefined : figureOf(ratios);
};

/** Whether both had almost the same rate at half load. A client that is slower than the bare one has fewer jobs per second. */
const sameHalfLoad = (lap: Lap, other: Lap): boolean => {
  const [own, reference] = [lap.halfLoad?.jobsPerSecond, other.halfLoad?.jobsPerSecond];
  return own !== undefined && reference !== undefined && own > 0.9 * reference;
};

const median = (laps: readonly Lap[], of: Value, factor = 1): string => {
  const known = laps.map(of).filter((value) => value !== undefined);
  return known.length === 0 ? '–' : readable(figureOf(known).median * factor);
};

const spread = (figure: Figure | undefined): string => (figure === undefined ? '–' : withSpread(figure));

/** Jobs per second, CPU and memory. */
export const raceTable = (laps: Laps, reference: string): string => {
  const others = laps.get(reference) ?? [];
  const counted = [...laps.values()].flat().some(({ instructionsPerJob }) => instructionsPerJob !== undefined);
  return table(
    [
      'client',
      'jobs/s relative to bare',
      'CPU per job relative to bare',
      ...(counted ? ['instructions per job relative to bare'] : []),
      'jobs/s',
      'CPU µs per job',
      ...(counted ? ['thousand instructions per job'] : []),
      'RSS MB',
      'CPU of the gateway',
    ],
    [...laps].map(([name, own]) => [
      name,
      spread(ratio(own, others, values.speed)),
      spread(ratio(own, others, values.cpu)),
      ...(counted ? [spread(ratio(own, others, values.instructions))] : []),
      median(own, values.speed),
      median(own, values.cpu),
      ...(counted ? [median(own, values.instructions, 1e-3)] : []),
      median(own, ({ rss }) => rss, 1e-6),
      `${median(own, ({ gatewayShare }) => gatewayShare, 100)} %`,
    ]),
  );
};

/** How soon jobs are picked up, with almost no load and at half load. */
export const pickupTable = (laps: Laps, reference: string): string => {
  const others = laps.get(reference) ?? [];
  return table(
    [
      'client',
      'idle: p50 relative to bare',
      'p50 ms',
      'p99 ms',
      'half load: p50 relative to bare',
      'p99 relative to bare',
      'p50 ms',
      'p99 ms',
      'CPU per job relative to bare',
      'CPU µs per job',
      'jobs/s',
    ],
    [...laps].map(([name, own]) => [
      name,
      spread(ratio(own, others, values.pickup)),
      median(own, values.pickup),
      median(own, ({ idle }) => idle.p99),
      spread(ratio(own, others, values.pickupAtHalfLoad, sameHalfLoad)),
      spread(ratio(own, others, values.slowPickupAtHalfLoad, sameHalfLoad)),
      median(own, values.pickupAtHalfLoad),
      median(own, values.slowPickupAtHalfLoad),
      spread(ratio(own, others, values.cpuAtHalfLoad, sameHalfLoad)),
      median(own, values.cpuAtHalfLoad),
      median(own, ({ halfLoad }) => halfLoad?.jobsPerSecond),
    ]),
  );
};

/** Names of the clients that bars are about; the one in Java is absent where it did not take part. */
export interface RaceNames {
  readonly ours: string;
  readonly bare: string;
  readonly worker: string;
  readonly java?: string | undefined;
}

/** The ratio of two clients for a bar, or why there is none. */
const ratioOf = (laps: Laps, own: string, other: string | undefined, of: Value): Figure | string =>
  ratio(laps.get(own) ?? [], (other === undefined ? undefined : laps.get(other)) ?? [], of) ?? 'not measured';

/** The bars of the race, with our figures. */
export const raceBars = (laps: Laps, { ours, bare, worker, java }: RaceNames): readonly Bar[] => [
  {
    ...{ what: 'jobs/s with streaming, relative to the bare client', wanted: 'at least', required: 1.5 },
    measured: ratioOf(laps, ours, bare, values.speed),
  },
  {
    ...{ what: 'CPU per job with streaming, relative to the bare client', wanted: 'at most', required: 0.65 },
    measured: ratioOf(laps, ours, bare, values.cpu),
  },
  {
    ...{ what: 'median pickup latency with streaming, relative to the bare client', wanted: 'at most', required: 1.1 },
    measured: ratioOf(laps, ours, bare, values.pickup),
  },
  {
    ...{ what: 'CPU per job with streaming, relative to a warm worker in Java', wanted: 'at most', required: 1.2 },
    measured: ratioOf(laps, ours, java, values.cpu),
  },
  {
    ...{ what: "jobs/s with streaming, relative to the SDK's createWorker", wanted: 'at least', required: 15 },
    measured: ratioOf(laps, ours, worker, values.speed),
  },
];

/** The bar of two clients on the same jobs. */
export const pairBar = (
  title: string,
  laps: Laps,
  { ours, bare }: { readonly ours: string; readonly bare: string },
  required: number,
): Bar => ({
  ...{ what: `jobs/s, ${title}, relative to the bare client`, wanted: 'at least', required },
  measured: ratioOf(laps, ours, bare, values.speed),
});

/** The bars of the race over REST, with our figures. */
export const restBars = (laps: Laps, { ours, bare, worker }: RaceNames): readonly Bar[] => [
  {
    ...{ what: 'jobs/s over REST, relative to bare node:http', wanted: 'at least', required: 0.85 },
    measured: ratioOf(laps, ours, bare, values.speed),
  },
  {
    ...{ what: 'jobs/s over REST, relative to the official worker', wanted: 'at least', required: 2.5 },
    measured: ratioOf(laps, ours, worker, values.speed),
  },
  {
    ...{ what: 'median pickup latency over REST, relative to bare node:http', wanted: 'at most', required: 1.5 },
    measured: ratioOf(laps, ours, bare, values.pickup),
  },
];

/** Jobs with a wrong ending in any lap, and those that were never completed. */
export const accountOf = (laps: Laps): string => {
  const troubled = [...laps].flatMap(([name, own]) => {
    const wrong = own.reduce((sum, lap) => sum + lap.wrong, 0);
    const left = own.reduce((sum, lap) => sum + lap.left, 0);
    return wrong + left === 0 ? [] : [`${name}: ${wrong} jobs completed twice or failed, ${left} never completed.`];
  });
  return troubled.length === 0 ? 'Every job was completed exactly once.' : troubled.join('\n');
};

/** Shares of a core that other programs may take before a report calls the machine busy. */
const busyShare = 0.1;

/** What disturbs the figures: too few rounds, and other programs. */
export const conditionsOf = (laps: Laps): string => {
  const all = [...laps.values()].flat();
  const rounds = new Set(all.map(({ round }) => round)).size;
  const others = figureOf(all.map(({ othersShare }) => othersShare));
  const share = ({ median, least, most }: Figure): string =>
    `${readable(median * 100)} % of one core (${readable(least * 100)} to ${readable(most * 100)})`;
  const state = (): string => {
    if (others.median > busyShare) return 'busy: rely on the CPU per job rather than on jobs per second and latencies';
    return others.most > busyShare ? 'idle otherwise during most laps, but not during all' : 'idle otherwise';
  };
  return [
    `Other programs had ${share(others)} during the laps, so the machine was ${state()}.`,
    ...(rounds >= enoughRounds ? [] : [`Bars count as met after ${enoughRounds} rounds; this report has ${rounds}.`]),
  ].join('\n');
};
