/** Clients against the lean gateway: jobs per second, CPU per job, and how soon a job is picked up. */

import { setTimeout } from 'node:timers/promises';
import { type ClientStart, type Gateway, type RunningClient, startGateway } from './client.ts';
import type { Account } from './lean/jobs.ts';
import type { Payload } from './lean/payloads.ts';
import { quantile, wait } from './measure.ts';

/** One who takes part. */
export interface Racer {
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

/** What one run of one client gave. */
export interface Lap {
  readonly jobsPerSecond: number;
  /** Microseconds of the client's CPU per job. */
  readonly cpuPerJob: number;
  /** The gateway's CPU, as a share of one core. */
  readonly gatewayShare: number;
  /** Bytes. */
  readonly rss: number;
  /** Milliseconds. */
  readonly pickupMedian: number;
  readonly pickupP99: number;
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
  /** Jobs pushed and not completed, at most. */
  readonly window: number;
  /** Milliseconds of peace before the paced jobs. */
  readonly rest: number;
  /** Milliseconds for what is still out to be completed. */
  readonly drain: number;
}

export const usualLap: LapSettings = {
  warmUp: { jobs: 5_000, most: 4_000 },
  measured: 2_000,
  paced: 120,
  every: 15,
  window: 128,
  rest: 0,
  drain: 5_000,
};

/** For compilers that work while the program runs: they need more jobs and more time. */
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

const measure = async (
  gateway: Gateway,
  client: RunningClient,
  push: boolean,
  { warmUp, measured, paced, every, window, rest, drain }: LapSettings,
): Promise<Lap> => {
  await subscribed(gateway);
  // A stream comes after a first request for what waits already.
  if (push) await wait(200);
  await gateway.ask({ do: 'flood', push, window });
  const end = performance.now() + warmUp.most;
  while (performance.now() < end && (await gateway.account()).completed < warmUp.jobs) await wait(20);
  const [from, clientFrom] = await Promise.all([gateway.mark(), client.mark()]);
  await wait(measured);
  const [to, clientTo] = await Promise.all([gateway.mark(), client.mark()]);
  const left = await gateway.ask<number>({ do: 'drain', within: drain });
  await wait(rest);
  await client.listen();
  await gateway.ask({ do: 'pace', push, every, jobs: paced });
  const lost = await gateway.ask<number>({ do: 'drain', within: drain });
  const pickups = await client.pickups();
  const account = await gateway.account();
  const jobs = to.completed - from.completed;
  const microseconds = to.at - from.at;
  return {
    jobsPerSecond: jobs / (microseconds / 1e6),
    cpuPerJob: (clientTo.cpu - clientFrom.cpu) / jobs,
    gatewayShare: (to.cpu - from.cpu) / microseconds,
    rss: clientTo.rss,
    pickupMedian: quantile(pickups, 0.5) / 1_000,
    pickupP99: quantile(pickups, 0.99) / 1_000,
    wrong: wrongOf(account),
    left: left + lost,
  };
};

/** Runs one client against a gateway of its own. */
export const lap = async (
  path: (file: string) => string,
  { push, protocol, payload, start, lap: settings = usualLap }: Racer,
): Promise<Lap> => {
  const gateway = await startGateway(path, [], protocol, payload);
  let client: RunningClient | undefined;
  try {
    client = await start(path, gateway.address, 1);
    return await measure(gateway, client, push, settings);
  } finally {
    await client?.stop();
    await gateway.stop();
  }
};
