/**
 * `npm run bench`: the rows that decide, in less than ten minutes. `npm run bench:long`: everything. Writes markdown to stdout
 * and progress to stderr. `bench/README.md` describes the variables that select sections, rows and rounds.
 */
import { cpus } from 'node:os';
import { barsTable } from './bars.ts';
import { build } from './build.ts';
import { startChild } from './child.ts';
import { manyConnectorsTable, type Pair, payloadPairs, waitPair } from './corners.ts';
import { crowdFigures } from './engine/million.ts';
import type { FeatureCost } from './features.ts';
import type { FamilyCost } from './feel.ts';
import { growthTable } from './growth.ts';
import { hooksTable } from './hooks/table.ts';
import { installTable } from './install.ts';
import { instructionsProblem } from './instructions.ts';
import { createKeeper } from './kept.ts';
import { type Figure, figuresTable, readable, table } from './measure.ts';
import { otherIds, otherRacers } from './others/index.ts';
import { pageTable } from './page/table.ts';
import { processesTable } from './processes/table.ts';
import { coldStartTable, idleTable } from './quiet.ts';
import { lap, type Racer, usualLap } from './race.ts';
import {
  accountOf,
  conditionsOf,
  type Laps,
  pairBar,
  pickupTable,
  raceBars,
  raceTable,
  restBars,
} from './race-report.ts';
import { decidingRows, names, nodeRacers, restNames, restRacers } from './rows.ts';
import { readSettings } from './settings.ts';
import { versions } from './versions.ts';

const idleSeconds = 30;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs one lap of each client per round, one after another, and reads those that are kept. */
const laps = async (
  section: string,
  racers: readonly Racer[],
): Promise<{ readonly laps: Laps; readonly java?: string | undefined; readonly notes: readonly string[] }> => {
  const done = keeper.read(section).reduce((last, { lap: { round } }) => Math.max(last, round), 0);
  const failed = new Set<string>();
  const notes: string[] = [];
  const [reference] = racers;
  for (let round = done + 1; round <= done + rounds; round++) {
    let limit: number | undefined;
    for (const racer of racers.filter(({ name, once }) => !failed.has(name) && (round === 1 || once !== true))) {
      const { id, name } = racer;
      try {
        const result = await lap(bench.path, racer, round, limit);
        if (racer === reference) limit = result.jobsPerSecond;
        keeper.add({ section, id, name, lap: result });
        tell(
          `round ${round}: ${name}: ${readable(result.jobsPerSecond)} jobs/s, ${readable(result.cpuPerJob)} µs per job`,
        );
      } catch (error) {
        if (racer.optional !== true) throw error;
        failed.add(name);
        notes.push(`${name} was left out: ${String(error)}`);
      }
    }
  }
  const kept = keeper.read(section);
  const lapNames = new Set([...racers, ...kept].map(({ name }) => name));
  const results = [...lapNames].map(
    (name) => [name, kept.filter((one) => one.name === name).map((one) => one.lap)] as const,
  );
  return {
    laps: new Map(results.filter(([, own]) => own.length > 0)),
    java: kept.find(({ id }) => id === 'java')?.name,
    notes,
  };
};

/** The tables that every race has. */
const raceTables = (results: Laps, reference: string): readonly string[] => [
  raceTable(results, reference),
  '',
  pickupTable(results, reference),
  '',
  accountOf(results),
  conditionsOf(results),
];

const withoutInstructions = (problem: string): string =>
  `Instructions per job are left out: ${problem}. Valgrind is no substitute: it makes Node.js so slow that it probably counts mostly the compilers.`;

const race = async (): Promise<string> => {
  const others = await otherRacers(settings.hasRow);
  const racers = [...nodeRacers.filter(({ id }) => settings.hasRow(id)), ...others.racers];
  const { laps: results, java, notes } = await laps('race', racers);
  const { window, warmUp, measured, paced, every } = usualLap;
  const problem = await instructionsProblem();
  return [
    `Interleaved rounds. Figures are medians, with minimum and maximum in parentheses. Each lap consists of a warm-up of`,
    `${readable(warmUp.jobs)} jobs or ${warmUp.most / 1000} s, ${measured / 1000} s of load with at most ${window} pushed jobs in progress (a polling client receives what it requests),`,
    `${paced} single jobs, one every ${every} ms, for the pickup latency, and at least 1,000 jobs at half of the jobs per second that the`,
    'client itself or the bare one completes, whichever is less.',
    '',
    ...raceTables(results, names.bare),
    ...(problem === undefined ? [] : [withoutInstructions(problem)]),
    ...others.notes,
    ...notes,
    '',
    barsTable(raceBars(results, { ...names, java })),
  ].join('\n');
};

const restRace = async (): Promise<string> => {
  const { laps: results } = await laps('rest', restRacers);
  return [
    'As above, against a lean gateway over node:http, which answers what is asked for.',
    '',
    ...raceTables(results, restNames.bare),
    '',
    barsTable(restBars(results, restNames)),
  ].join('\n');
};

/** Each pair in rounds of its own; the ratios are to the bare client of the same pair. */
const pairs = async (list: readonly Pair[]): Promise<string> => {
  const parts: string[] = [];
  const bars = [];
  for (const { title, bare, ours, required, racers } of list) {
    const { laps: results } = await laps(title, racers);
    parts.push(raceTable(results, bare), '', accountOf(results), conditionsOf(results), '');
    bars.push(pairBar(title, results, { ours, bare }, required));
  }
  return [...parts, barsTable(bars)].join('\n');
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
  processes: { title: 'Several processes', run: () => processesTable(bench.path, keeper, rounds, tell) },
  payloads: { title: 'Large variables', run: () => pairs(payloadPairs) },
  waits: { title: 'Many handlers that wait', run: () => pairs([waitPair]) },
  connectors: { title: 'Many connectors without jobs', run: () => manyConnectorsTable(bench.path, rounds) },
  start: { title: 'Cold start', run: () => coldStartTable(bench.path, rounds) },
  install: { title: 'Size of an installation', run: () => installTable(tell) },
  rest: { title: 'Jobs over REST', run: restRace },
  hooks: { title: 'Webhooks', run: () => hooksTable(bench.path, rounds, tell) },
  features: { title: 'What each feature costs', run: features },
  growth: { title: 'Growth', run: () => growthTable(bench.path, [1_000, 10_000, 100_000, 1_000_000], tell) },
  idle: { title: 'Idle', run: () => idleTable(bench.path, idleSeconds) },
  engine: { title: 'The embedded engine', run: engine },
  feel: { title: 'FEEL', run: feel },
  tests: { title: 'Process tests', run: processTests },
  page: { title: 'The page of dev', run: () => pageTable(bench.path, rounds, tell) },
};

const machine = `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}); ${versions().join(', ')}`;

const prepare = () => {
  try {
    const settings = readSettings(process.argv.slice(2), process.env, {
      sections: Object.keys(sections),
      rows: [...nodeRacers.map(({ id }) => id), ...otherIds],
      decidingRows,
    });
    return { settings, keeper: createKeeper(settings.keep, machine) };
  } catch (error) {
    tell((error as Error).message);
    process.exit(1);
  }
};

const { settings, keeper } = prepare();
const { rounds } = settings;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const bench = await build();
say(`${machine}.`);
for (const name of settings.sections) {
  const { title, run } = sections[name]!;
  tell(`${title} ...`);
  say(`\n## ${title}\n\n${await run()}`);
}
