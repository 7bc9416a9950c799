/** Cases beside the usual ones, each against bare grpc-js: large variables, handlers that wait, and many connectors without jobs. */
import { nodeClient, startGateway } from './client.ts';
import { type Payload, payloads } from './lean/payloads.ts';
import { figureOf, readable, table, wait, withSpread } from './measure.ts';
import { type LapSettings, type Racer, usualLap } from './race.ts';

/** Two clients on the same jobs. */
export interface Pair {
  readonly title: string;
  readonly bare: string;
  readonly ours: string;
  readonly racers: readonly Racer[];
  readonly lap: LapSettings;
}

const pair = (title: string, kind: string, lap: LapSettings, racer: Partial<Racer>, maxJobs?: number): Pair => {
  const bare = `bare grpc-js, ${title}`;
  const ours = `camunda-connectors, ${title}`;
  const common = { push: true, ...racer };
  return {
    title,
    bare,
    ours,
    lap,
    racers: [
      { ...common, name: bare, start: nodeClient(`bare ${kind}`, [], maxJobs) },
      { ...common, name: ours, start: nodeClient(`ours ${kind}`, [], maxJobs) },
    ],
  };
};

const large: LapSettings = { ...usualLap, warmUp: { jobs: 2_000, most: 5_000 }, paced: 60, every: 30, window: 16 };

/** The handler returns the payload, so that it is read, checked and written. */
export const payloadPairs: readonly Pair[] = (Object.keys(payloads) as Payload[]).map((payload) =>
  pair(payload, 'echo', payload === '1 KB' ? usualLap : large, { payload }),
);

const places = 1_024;

/** Each handler waits for 10 ms, in as many places as there are jobs. */
export const waitPair: Pair = pair(`${places} handlers of 10 ms`, 'wait', { ...usualLap, window: places }, {}, places);

const connectors = 1_000;
const settling = 45_000;
const measured = 60_000;

/** CPU of one core with very many job types and no job, when every type has its stream. */
const idleShare = async (path: (file: string) => string, kind: string): Promise<number> => {
  const gateway = await startGateway(path);
  const client = await nodeClient(kind)(path, gateway.address, connectors);
  await wait(settling);
  const from = await client.mark();
  await wait(measured);
  const to = await client.mark();
  await client.stop();
  await gateway.stop();
  return (to.cpu - from.cpu) / (measured * 1_000);
};

/** A table of what many connectors cost that have nothing to do. */
export const manyConnectorsTable = async (path: (file: string) => string, rounds: number): Promise<string> => {
  const kinds = { 'bare grpc-js, stream': 'bare stream', 'camunda-connectors': 'ours stream' } as const;
  const rows: string[][] = [];
  for (const [name, kind] of Object.entries(kinds)) {
    const shares: number[] = [];
    for (let round = 0; round < rounds; round++) shares.push(100 * (await idleShare(path, kind)));
    rows.push([name, `${withSpread(figureOf(shares))} %`]);
  }
  return table([`client, ${readable(connectors)} job types for ${measured / 1_000} s`, 'CPU of one core'], rows);
};
