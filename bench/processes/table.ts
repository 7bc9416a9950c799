/** What it costs to share the same jobs among several processes, and what a low rate costs any client. */
import { barsTable } from '../bars.ts';
import { startChild } from '../child.ts';
import { type Gateway, nodeClient, startGateway } from '../client.ts';
import type { Keeper } from '../kept.ts';
import { type Figure, figureOf, readable, table, wait, withSpread } from '../measure.ts';
import type { ProcessMark } from './program.ts';

/** A number of processes and the jobs per second that all of them get together. */
interface Case {
  readonly client: 'ours' | 'bare';
  readonly processes: number;
  readonly rate: number;
}

/** Jobs per second. */
const rates = { high: 4_000, low: 2_000 };

const alone = (client: Case['client'], rate: number): Case => ({ client, processes: 1, rate });

const both: Case = { client: 'ours', processes: 2, rate: rates.high };

const cases: readonly Case[] = [
  alone('ours', rates.high),
  both,
  alone('ours', rates.low),
  alone('bare', rates.high),
  alone('bare', rates.low),
];

const clientNames: Readonly<Record<Case['client'], string>> = {
  ours: 'camunda-connectors',
  bare: 'bare grpc-js, stream',
};

/** The processes of a client. */
interface Program {
  marks(): Promise<readonly ProcessMark[]>;
  stop(): Promise<void>;
}

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

const startOurs = async (path: (file: string) => string, { address }: Gateway, processes: number): Promise<Program> => {
  const { ask, stop } = await startChild(path('processes/program.ts'), { args: [address, String(processes)] });
  return { marks: () => ask('mark'), stop };
};

/** It is one process, so its jobs are those that the gateway counts. */
const startBare = async (path: (file: string) => string, gateway: Gateway): Promise<Program> => {
  const client = await nodeClient('bare stream')(path, gateway.address, 1);
  return {
    marks: async () => {
      const [{ cpu, rss }, { completed }] = await Promise.all([client.mark(), gateway.account()]);
      return [{ cpu, rss, jobs: completed }];
    },
    stop: client.stop,
  };
};

const measure = async (gateway: Gateway, program: Program, { processes, rate }: Case): Promise<Outcome> => {
  await streamsOpened(gateway, processes);
  const window = 64 * processes;
  await gateway.ask({ do: 'flood', push: true, window });
  const end = performance.now() + warmUp.most;
  while (performance.now() < end && (await gateway.account()).completed < warmUp.jobs) await wait(20);
  await gateway.ask({ do: 'drain', within: drain });
  const pace = (milliseconds: number): Promise<unknown> =>
    gateway.ask({ do: 'pace', push: true, every: 1_000 / rate, jobs: (rate * milliseconds) / 1_000, window });
  await pace(settling);
  const [from, before] = [await gateway.mark(), await program.marks()];
  await pace(measured);
  const [to, after] = [await gateway.mark(), await program.marks()];
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
  let program: Program | undefined;
  try {
    program = await (one.client === 'bare' ? startBare(path, gateway) : startOurs(path, gateway, one.processes));
    return await measure(gateway, program, one);
  } finally {
    await program?.stop();
    await gateway.stop();
  }
};

const section = 'processes';

const nameOf = ({ client, processes, rate }: Case): string => `${clientNames[client]}, ${processes} at ${rate}`;

/**
 * @param path where a compiled file of the benchmark is
 * @param keeper has the laps of earlier runs, and takes those of this one
 * @param tell takes lines about how far it is
 */
export const processesTable = async (
  path: (file: string) => string,
  keeper: Keeper,
  rounds: number,
  tell: (line: string) => void,
): Promise<string> => {
  const kept = (one: Case): readonly Outcome[] =>
    keeper
      .read<Outcome>(section)
      .filter(({ name }) => name === nameOf(one))
      .map(({ lap }) => lap);
  const done = Math.min(...cases.map((one) => kept(one).length));
  for (let round = done + 1; round <= done + rounds; round++) {
    for (const one of cases) {
      const outcome = await lap(path, one);
      keeper.add({ section, id: one.client, name: nameOf(one), lap: outcome });
      tell(`round ${round}: ${nameOf(one)} jobs/s: ${readable(outcome.cpuPerJob)} µs per job`);
    }
  }
  const outcomes = cases.map((one) => kept(one).slice(0, done + rounds));
  const place = (wanted: Case): number => cases.findIndex((one) => nameOf(one) === nameOf(wanted));
  const relative = (one: Case, to: Case): Figure =>
    figureOf(outcomes[place(one)]!.map(({ cpuPerJob }, round) => cpuPerJob / outcomes[place(to)]![round]!.cpuPerJob));
  const median = (one: Case, of: (outcome: Outcome) => number): string =>
    readable(figureOf(outcomes[place(one)]!.map(of)).median);
  const split = (one: Case): string =>
    outcomes[place(one)]![0]!.shares.map((_, index) => `${median(one, ({ shares }) => shares[index]! * 100)} %`).join(
      ' and ',
    );
  const low = (client: Case['client']): Figure => relative(alone(client, rates.low), alone(client, rates.high));
  return [
    'Jobs are pushed at a fixed rate to the streams of all processes in turn. The CPU is that of all processes, with the one that supervises.',
    '',
    table(
      [
        ...['client', 'processes', 'jobs/s of all', 'CPU per job relative to one process at the higher rate'],
        ...['relative to bare at the same rate', 'CPU µs per job', 'jobs by process', 'RSS MB of all'],
        'CPU of the gateway',
      ],
      cases.map((one) => [
        clientNames[one.client],
        String(one.processes),
        median(one, ({ jobsPerSecond }) => jobsPerSecond),
        withSpread(relative(one, alone(one.client, rates.high))),
        withSpread(relative(one, alone('bare', one.rate))),
        median(one, ({ cpuPerJob }) => cpuPerJob),
        split(one),
        median(one, ({ rss }) => rss / 1e6),
        `${median(one, ({ gatewayShare }) => gatewayShare * 100)} %`,
      ]),
    ),
    '',
    `At the lower rate, a job takes ${withSpread(low('ours'))} times the CPU in one process, and ${withSpread(low('bare'))} times with the bare client.`,
    '',
    barsTable([
      {
        ...{ what: 'CPU per job with two processes at the same rate, relative to one', wanted: 'at most' },
        ...{ required: 1.1, measured: relative(both, alone('ours', rates.high)) },
      },
      {
        ...{ what: 'the same, relative to one process that has as many jobs as each of the two', wanted: 'at most' },
        ...{ required: 1.1, measured: relative(both, alone('ours', rates.low)) },
      },
    ]),
  ].join('\n');
};
