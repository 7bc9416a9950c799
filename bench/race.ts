/** Clients against the lean gateway: jobs per second, CPU per job, and how soon a job is picked up. */
import { setTimeout } from 'node:timers/promises';
import { type ClientStart, type Gateway, type RunningClient, startGateway } from './client.ts';
import { countInstructions } from './instructions.ts';
import type { Account } from './lean/jobs.ts';
import type { Payload } from './lean/payloads.ts';
import { machineTime } from './machine.ts';
import { quantile, wait } from './measure.ts';

/** One who takes part. */
export interface Racer {
  /** A short name, by which it is selected. */
  readonly id: string;
  readonly name: string;
  /** Jobs are pushed to it; otherwise it asks. */
  readonly push: boolean;
  /** Default: gRPC. */
  readonly protocol?: 'rest';
  /** What its jobs have beside the usual variables. */
  readonly payload?: Payload;
  readonly start: ClientStart;
  /** What it needs may be missing: it is left out where it fails. */
  readonly optional?: true;
  /** Where the usual lap does not do. */
  readonly lap?: LapSettings;
  /** It takes part in the first round only, since its lap takes long. */
  readonly once?: true;
}

/** How soon jobs that come at a steady rate are picked up. */
export interface Pickups {
  readonly jobsPerSecond: number;
  /** Microseconds of the client's CPU per job. */
  readonly cpuPerJob: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
}

/** What one run of one client gave. */
export interface Lap {
  /** From 1. Ratios are between laps of the same round. */
  readonly round: number;
  readonly jobsPerSecond: number;
  /** Microseconds of the client's CPU per job. */
  readonly cpuPerJob: number;
  /** Of the client, in user mode; absent where they cannot be counted. */
  readonly instructionsPerJob?: number;
  /** The gateway's CPU, as a share of one core. */
  readonly gatewayShare: number;
  /** The CPU of all programs that do not belong to the benchmark, as a share of one core. */
  readonly othersShare: number;
  /** Bytes. */
  readonly rss: number;
  /** With almost no load. */
  readonly idle: Pickups;
  /** At half of the jobs per second that are possible; absent where that would take too long. */
  readonly halfLoad?: Pickups;
  /** Jobs completed twice, completed without having been handed out, or failed; and those still out at the end. */
  readonly wrong: number;
  readonly left: number;
}

/** How long a lap takes. */
export interface LapSettings {
  /** Jobs completed before anything is counted, so that compilers have done their work; or so many milliseconds. */
  readonly warmUp: { readonly jobs: number; readonly most: number };
  /** Milliseconds that are counted. */
  readonly measured: number;
  /** Jobs that come one by one afterwards, and milliseconds between them. */
  readonly paced: number;
  readonly every: number;
  /** The same at half load: so many jobs, or more if that takes less than `least` milliseconds; none if it takes more than `most`. */
  readonly halfLoad: { readonly jobs: number; readonly least: number; readonly most: number } | undefined;
  /** Jobs pushed and not completed, at most. */
  readonly window: number;
  /** Milliseconds of peace before the paced jobs. */
  readonly rest: number;
  /** Milliseconds for what is still out to be completed. */
  readonly drain: number;
}

export const usualLap: LapSettings = {
  warmUp: { jobs: 50_000, most: 10_000 },
  measured: 2_000,
  paced: 120,
  every: 15,
  halfLoad: { jobs: 1_000, least: 2_000, most: 10_000 },
  window: 128,
  rest: 0,
  drain: 20_000,
};

/** For compilers that work while the program runs: they need more time. */
export const warmLap: LapSettings = { ...usualLap, warmUp: { jobs: 50_000, most: 30_000 } };

/** Milliseconds for a client to ask for its first job. */
const startTime = 30_000;

const wrongOf = ({ double, unknown, failed }: Account): number => double + unknown + failed;

const subscribed = async (gateway: Gateway): Promise<void> => {
  const ended = new AbortController();
  const tooLate = setTimeout(startTime, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`The client did not ask for jobs within ${startTime / 1000} s.`);
  });
  try {
    await Promise.race([gateway.ask({ do: 'asked' }), tooLate]);
  } finally {
    ended.abort();
    tooLate.catch(() => {});
  }
};

/** The number of jobs of half load, or none if they would take too long. */
export const jobsAtHalfLoad = (jobsPerSecond: number, settings: LapSettings['halfLoad']): number => {
  if (settings === undefined) return 0;
  const jobs = Math.max(settings.jobs, Math.ceil((jobsPerSecond * settings.least) / 1_000));
  return (jobs / jobsPerSecond) * 1_000 > settings.most ? 0 : jobs;
};

/**
 * @param limit jobs per second that the half is taken of, if the client itself is faster
 */
const measure = async (
  gateway: Gateway,
  client: RunningClient,
  { push, lap: settings = usualLap }: Pick<Racer, 'push' | 'lap'>,
  limit: number,
): Promise<Omit<Lap, 'round'>> => {
  const { warmUp, measured, paced, every, halfLoad, window, rest, drain } = settings;
  await subscribed(gateway);
  // A stream comes after a first request for what waits already.
  if (push) await wait(200);
  await gateway.ask({ do: 'flood', push, window });
  const end = performance.now() + warmUp.most;
  while (performance.now() < end && (await gateway.account()).completed < warmUp.jobs) await wait(20);
  const machineFrom = machineTime();
  const [from, clientFrom] = await Promise.all([gateway.mark(), client.mark()]);
  const [instructions] = await Promise.all([countInstructions(client.pid, measured), wait(measured)]);
  const [to, clientTo] = await Promise.all([gateway.mark(), client.mark()]);
  const machineTo = machineTime();
  let left = await gateway.ask<number>({ do: 'drain', within: drain });
  await wait(rest);

  const pickups = async (jobs: number, interval: number): Promise<Pickups> => {
    await client.listen();
    const before = await client.mark();
    await gateway.ask({ do: 'pace', push, every: interval, jobs });
    const remaining = await gateway.ask<number>({ do: 'drain', within: drain });
    const after = await client.mark();
    left += remaining;
    const times = await client.pickups();
    return {
      jobsPerSecond: 1_000 / interval,
      cpuPerJob: (after.cpu - before.cpu) / (jobs - remaining),
      median: quantile(times, 0.5) / 1_000,
      p99: quantile(times, 0.99) / 1_000,
    };
  };
  const jobs = to.completed - from.completed;
  const microseconds = to.at - from.at;
  const jobsPerSecond = jobs / (microseconds / 1e6);
  const clientTime = clientTo.cpu - clientFrom.cpu;
  const gatewayTime = to.cpu - from.cpu;
  const others = machineTo.busy - machineFrom.busy - clientTime - gatewayTime - (machineTo.own - machineFrom.own);
  const idle = await pickups(paced, every);
  const rate = Math.min(jobsPerSecond, limit) / 2;
  const pacedAtHalf = jobsAtHalfLoad(rate, halfLoad);
  const half = pacedAtHalf === 0 ? undefined : await pickups(pacedAtHalf, 1_000 / rate);
  return {
    jobsPerSecond,
    cpuPerJob: clientTime / jobs,
    ...(instructions === undefined ? {} : { instructionsPerJob: instructions / ((jobsPerSecond * measured) / 1_000) }),
    gatewayShare: gatewayTime / microseconds,
    othersShare: Math.max(0, others) / microseconds,
    rss: clientTo.rss,
    idle,
    ...(half === undefined ? {} : { halfLoad: half }),
    wrong: wrongOf(await gateway.account()),
    left,
  };
};

/**
 * Runs one client against a gateway of its own.
 *
 * @param round from 1
 * @param limit jobs per second that half load is the half of, if the client itself is faster
 */
export const lap = async (
  path: (file: string) => string,
  racer: Racer,
  round: number,
  limit = Number.POSITIVE_INFINITY,
): Promise<Lap> => {
  const gateway = await startGateway(path, [], racer.protocol, racer.payload);
  let client: RunningClient | undefined;
  try {
    client = await racer.start(path, gateway.address, 1);
    return { round, ...(await measure(gateway, client, racer, limit)) };
  } finally {
    await client?.stop();
    await gateway.stop();
  }
};
