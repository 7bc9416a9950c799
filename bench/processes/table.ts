/** What it costs to share the same jobs among several processes. */
import { barsTable } from '../bars.ts';
import { type Child, startChild } from '../child.ts';
import { type Gateway, startGateway } from '../client.ts';
import { type Figure, figureOf, readable, table, wait, withSpread } from '../measure.ts';
import type { ProcessMark } from './program.ts';

/** A number of processes and the jobs per second that all of them get together. */
interface Case {
  readonly processes: number;
  readonly rate: number;
}

const cases: readonly Case[] = [
  { processes: 1, rate: 4_000 },
  { processes: 2, rate: 4_000 },
  { processes: 1, rate: 2_000 },
];

const warmUp = { jobs: 50_000, most: 10_000 };
/** Milliseconds at the rate before and while the CPU is measured. */
const settling = 1_000;
const measured = 4_000;
const drain = 10_000;

interface Outcome {
  /** Microseconds of the CPU of all processes per job. */
  readonly cpuPerJob: number;
  readonly jobsPerSecond: number;
  /** Shares of the jobs, by process; the process that only supervises has none. */
  readonly shares: readonly number[];
  /** Bytes of all processes. */
  readonly rss: number;
  readonly gatewayShare: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const streamsOpened = async (gateway: Gateway, count: number): Promise<void> => {
  const end = performance.now() + 30_000;
  while ((await gateway.ask<number>({ do: 'streams' })) < count) {
    if (performance.now() > end) throw new Error(`${count} processes did not open their streams within 30 s.`);
    await wait(20);
  }
};

const measure = async (gateway: Gateway, program: Child, { processes, rate }: Case): Promise<Outcome> => {
  await streamsOpened(gateway, processes);
  const window = 64 * processes;
  await gateway.ask({ do: 'flood', push: true, window });
  const end = performance.now() + warmUp.most;
  while (performance.now() < end && (await gateway.account()).completed < warmUp.jobs) await wait(20);
  await gateway.ask({ do: 'drain', within: drain });
  const pace = (milliseconds: number): Promise<unknown> =>
    gateway.ask({ do: 'pace', push: true, every: 1_000 / rate, jobs: (rate * milliseconds) / 1_000, window });
  await pace(settling);
  const [from, before] = await Promise.all([gateway.mark(), program.ask<readonly ProcessMark[]>('mark')]);
  await pace(measured);
  const [to, after] = await Promise.all([gateway.mark(), program.ask<readonly ProcessMark[]>('mark')]);
  const left = await gateway.ask<number>({ do: 'drain', within: drain });
  if (left > 0) throw new Error(`${left} jobs were not completed within ${drain / 1_000} s.`);
  const jobs = after.map((mark, index) => mark.jobs - before[index]!.jobs);
  const microseconds = to.at - from.at;
  return {
    cpuPerJob: sum(after.map((mark, index) => mark.cpu - before[index]!.cpu)) / sum(jobs),
    jobsPerSecond: sum(jobs) / (microseconds / 1e6),
    // With several processes, the first mark is that of the supervisor.
    shares: (processes === 1 ? jobs : jobs.slice(1)).map((own) => own / sum(jobs)),
    rss: sum(after.map(({ rss }) => rss)),
    gatewayShare: (to.cpu - from.cpu) / microseconds,
  };
};

const lap = async (path: (file: string) => string, one: Case): Promise<Outcome> => {
  const gateway = await startGateway(path);
  let program: Child | undefined;
  try {
    program = await startChild(path('processes/program.ts'), { args: [gateway.address, String(one.processes)] });
    return await measure(gateway, program, one);
  } finally {
    await program?.stop();
    await gateway.stop();
  }
};

/**
 * @param path where a compiled file of the benchmark is
 * @param tell takes lines about how far it is
 */
export const processesTable = async (
  path: (file: string) => string,
  rounds: number,
  tell: (line: string) => void,
): Promise<string> => {
  const outcomes = cases.map((): Outcome[] => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, one] of cases.entries()) {
      const outcome = await lap(path, one);
      outcomes[index]!.push(outcome);
      tell(`round ${round}: ${one.processes} at ${one.rate} jobs/s: ${readable(outcome.cpuPerJob)} µs per job`);
    }
  }
  const relative = (index: number, to = 0): Figure =>
    figureOf(outcomes[index]!.map(({ cpuPerJob }, round) => cpuPerJob / outcomes[to]![round]!.cpuPerJob));
  const median = (index: number, of: (outcome: Outcome) => number): string =>
    readable(figureOf(outcomes[index]!.map(of)).median);
  const split = (index: number): string =>
    outcomes[index]![0]!.shares.map((_, place) => `${median(index, ({ shares }) => shares[place]! * 100)} %`).join(
      ' and ',
    );
  return [
    'Jobs are pushed at a fixed rate to the streams of all processes in turn. The CPU is that of all processes, with the one that supervises.',
    '',
    table(
      [
        ...['processes', 'jobs/s of all', 'CPU per job relative to one process', 'CPU µs per job', 'jobs by process'],
        ...['RSS MB of all', 'CPU of the gateway'],
      ],
      cases.map(({ processes }, index) => [
        String(processes),
        median(index, ({ jobsPerSecond }) => jobsPerSecond),
        withSpread(relative(index)),
        median(index, ({ cpuPerJob }) => cpuPerJob),
        split(index),
        median(index, ({ rss }) => rss / 1e6),
        `${median(index, ({ gatewayShare }) => gatewayShare * 100)} %`,
      ]),
    ),
    '',
    barsTable([
      {
        ...{ what: 'CPU per job with two processes at the same rate, relative to one', wanted: 'at most' },
        ...{ required: 1.1, measured: relative(1) },
      },
      {
        ...{ what: 'the same, relative to one process that has as many jobs as each of the two', wanted: 'at most' },
        ...{ required: 1.1, measured: relative(1, 2) },
      },
    ]),
  ].join('\n');
};
