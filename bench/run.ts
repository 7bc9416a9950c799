/**
 * `npm run bench`: all benchmarks in one interleaved run. Writes markdown to stdout and progress to stderr.
 * `BENCH_ROUNDS` is the number of rounds of the race, `BENCH_ONLY` names sections, e.g. `race,features`.
 */
import { cpus } from 'node:os';
import { build } from './build.ts';
import { startChild } from './child.ts';
import { nodeClient, tsxClient } from './client.ts';
import { manyConnectorsTable, type Pair, payloadPairs, waitPair } from './corners.ts';
import { crowdFigures } from './engine/million.ts';
import type { FeatureCost } from './features.ts';
import type { FamilyCost } from './feel.ts';
import { growthTable } from './growth.ts';
import { hooksTable } from './hooks/table.ts';
import { type Figure, figuresTable, readable, table } from './measure.ts';
import { otherRacers } from './others/index.ts';
import { coldStartTable, idleTable } from './quiet.ts';
import { type Lap, type LapSettings, lap, type Racer, usualLap } from './race.ts';
import { accountOf, type Laps, pairBar, raceBars, raceTable, restBars } from './race-report.ts';
import { versions } from './versions.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const idleSeconds = 30;
const isLong = process.argv.includes('--long');

const bare = 'bare grpc-js, stream';
const ours = 'camunda-connectors, stream';
const worker = '@camunda8/sdk `createWorker`, defaults';

const nodeRacers: readonly Racer[] = [
  { name: bare, push: true, start: nodeClient('bare stream') },
  { name: ours, push: true, start: nodeClient('ours stream') },
  { name: '@camunda8/sdk `streamJobs`', push: true, start: nodeClient('sdk stream') },
  { name: 'bare grpc-js, polling', push: false, start: nodeClient('bare poll') },
  { name: 'camunda-connectors, polling', push: false, start: nodeClient('ours poll') },
  { name: '@camunda8/sdk `createWorker`, 10 ms, 256 jobs', push: false, start: nodeClient('sdk tuned worker') },
  { name: worker, push: false, start: nodeClient('sdk worker') },
  { name: 'camunda-connectors, stream, not compiled (tsx)', push: true, start: tsxClient('ours stream') },
];

const rest = {
  bare: 'bare node:http',
  ours: 'camunda-connectors over REST',
  connection: 'the REST connection of camunda-connectors alone',
  worker: '@camunda8/orchestration-cluster-api `createJobWorker`',
} as const;

const restRacers: readonly Racer[] = [
  { name: rest.bare, push: false, protocol: 'rest', start: nodeClient('bare rest') },
  { name: rest.ours, push: false, protocol: 'rest', start: nodeClient('ours rest') },
  { name: rest.connection, push: false, protocol: 'rest', start: nodeClient('connection rest') },
  { name: rest.worker, push: false, protocol: 'rest', start: nodeClient('official rest') },
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const bench = await build();

/** One lap of each client per round, one after another; and why a client was left out. */
const laps = async (
  racers: readonly Racer[],
  settings?: LapSettings,
): Promise<{ readonly laps: Laps; readonly notes: readonly string[] }> => {
  const results = new Map<string, Lap[]>(racers.map(({ name }) => [name, []]));
  const notes: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const racer of racers.filter(({ name, once }) => results.has(name) && (round === 1 || once !== true))) {
      try {
        const result = await lap(bench.path, settings === undefined ? racer : { ...racer, lap: settings });
        results.get(racer.name)!.push(result);
        tell(`round ${round}: ${racer.name}: ${readable(result.jobsPerSecond)} jobs/s`);
      } catch (error) {
        if (racer.optional !== true) throw error;
        results.delete(racer.name);
        notes.push(`${racer.name} was left out: ${String(error)}`);
      }
    }
  }
  return { laps: results, notes };
};

const race = async (): Promise<string> => {
  const others = await otherRacers();
  const { laps: results, notes } = await laps([...nodeRacers, ...others.racers]);
  const { window, warmUp, measured, paced, every } = usualLap;
  return [
    `${rounds} interleaved rounds. Figures are medians, with minimum and maximum in parentheses. Each lap consists of a warm-up of`,
    `${warmUp.jobs} jobs or ${warmUp.most / 1000} s, ${measured / 1000} s of load with at most ${window} pushed jobs in progress (a polling client receives what it requests),`,
    `and ${paced} single jobs, one every ${every} ms, for the pickup latency.`,
    '',
    raceTable(results, bare),
    '',
    accountOf(results),
    ...others.notes,
    ...notes,
    '',
    table(['target', 'required', 'measured', 'result'], raceBars(results, { ours, bare, worker })),
  ].join('\n');
};

const restRace = async (): Promise<string> => {
  const { laps: results } = await laps(restRacers);
  return [
    'As above, against a lean gateway over node:http, which answers what is asked for.',
    '',
    raceTable(results, rest.bare),
    '',
    accountOf(results),
    '',
    table(['target', 'required', 'measured', 'result'], restBars(results, rest)),
  ].join('\n');
};

/** Each pair in rounds of its own; the ratios are to the bare client of the same pair. */
const pairs = async (list: readonly Pair[]): Promise<string> => {
  const parts: string[] = [];
  const verdicts: string[][] = [];
  for (const { title, bare: reference, ours: own, racers, lap: settings } of list) {
    const { laps: results } = await laps(racers, settings);
    parts.push(raceTable(results, reference), '', accountOf(results), '');
    verdicts.push(pairBar(title, results, { ours: own, bare: reference }, title === waitPair.title ? 0.95 : 0.9));
  }
  return [...parts, table(['target', 'required', 'measured', 'result'], verdicts)].join('\n');
};

const features = async (): Promise<string> => {
  const child = await startChild(bench.path('features.ts'), { flags: ['--expose-gc'] });
  await child.stop();
  const costs = child.greeting as readonly FeatureCost[];
  return table(
    ['feature', 'additional CPU µs per job', 'minimum', 'maximum', 'total'],
    costs.map(({ name, more, total }) => [
      name,
      readable(more.median),
      readable(more.least),
      readable(more.most),
      readable(total.median),
    ]),
  );
};

const engine = async (): Promise<string> => {
  const child = await startChild(bench.path('engine/main.ts'), { args: [String(rounds)] });
  await child.stop();
  const crowd = await crowdFigures(bench.path, rounds, tell);
  return figuresTable('case', 'value', [...Object.entries(child.greeting as Record<string, Figure>), ...crowd]);
};

const processTests = async (): Promise<string> => {
  const child = await startChild(bench.path('process-tests.ts'), { args: [String(rounds)] });
  await child.stop();
  return figuresTable('case', 'ms', Object.entries(child.greeting as Record<string, Figure>));
};

const feel = async (): Promise<string> => {
  const child = await startChild(bench.path('feel.ts'));
  await child.stop();
  return table(
    ['family', 'CPU µs per evaluation, median', 'the slowest', 'its expression'],
    (child.greeting as readonly FamilyCost[]).map(({ family, median, slowest, slowestExpression }) => [
      family,
      readable(median),
      readable(slowest),
      `\`${slowestExpression}\``,
    ]),
  );
};

const sections: Readonly<Record<string, { readonly title: string; readonly run: () => Promise<string> }>> = {
  race: { title: 'Jobs', run: race },
  rest: { title: 'Jobs over REST', run: restRace },
  payloads: { title: 'Large variables', run: () => pairs(payloadPairs) },
  waits: { title: 'Many handlers that wait', run: () => pairs([waitPair]) },
  hooks: { title: 'Webhooks', run: () => hooksTable(bench.path, rounds, tell) },
  features: { title: 'What each feature costs', run: features },
  growth: {
    title: 'Growth',
    run: () => growthTable(bench.path, [1_000, 10_000, 100_000, ...(isLong ? [1_000_000] : [])], tell),
  },
  idle: { title: 'Idle', run: () => idleTable(bench.path, idleSeconds) },
  connectors: { title: 'Many connectors without jobs', run: () => manyConnectorsTable(bench.path, 1) },
  start: { title: 'Cold start', run: () => coldStartTable(bench.path, rounds) },
  engine: { title: 'The embedded engine', run: engine },
  feel: { title: 'FEEL', run: feel },
  tests: { title: 'Process tests', run: processTests },
};

const only = process.env.BENCH_ONLY?.split(',') ?? Object.keys(sections);
say(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}); ${versions().join(', ')}.`);
for (const [name, { title, run }] of Object.entries(sections)) {
  if (!only.includes(name)) continue;
  tell(`${title} ...`);
  say(`\n## ${title}\n\n${await run()}`);
}
