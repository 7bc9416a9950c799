/** Cases beside the usual ones, each against bare grpc-js: large variables, handlers that wait, and many connectors without jobs. */
import { barsTable } from './bars.ts';
import { nodeClient, startGateway } from './client.ts';
import { type Payload, payloads } from './lean/payloads.ts';
import { figureOf, readable, table, wait, withSpread } from './measure.ts';
import { type LapSettings, type Racer, usualLap } from './race.ts';

/** Two clients on the same jobs. */
export interface Pair {
  readonly title: string;
  /** What is required of our jobs per second, relative to the bare client. */
  readonly required: number;
  readonly bare: string;
  readonly ours: string;
  readonly racers: readonly Racer[];
}

const pair = (
  { title, required }: Pick<Pair, 'title' | 'required'>,
  kind: string,
  lap: LapSettings,
  racer: Partial<Racer>,
  maxJobs?: number,
): Pair => {
  const bare = `bare grpc-js, ${title}`;
  const ours = `camunda-connectors, ${title}`;
  const common = { push: true, lap, ...racer };
  return {
    ...{ title, required, bare, ours },
    racers: [
      { ...common, id: 'bare', name: bare, start: nodeClient(`bare ${kind}`, [], maxJobs) },
      { ...common, id: 'ours', name: ours, start: nodeClient(`ours ${kind}`, [], maxJobs) },
    ],
  };
};

const withoutHalfLoad: LapSettings = { ...usualLap, halfLoad: undefined };

const large: LapSettings = {
  ...withoutHalfLoad,
  ...{ warmUp: { jobs: 2_000, most: 5_000 }, paced: 60, every: 30, window: 16 },
};

/** The handler returns the payload, so that it is read, checked and written. */
export const payloadPairs: readonly Pair[] = (Object.keys(payloads) as Payload[]).map((payload) =>
  pair({ title: payload, required: 0.9 }, 'echo', payload === '1 KB' ? withoutHalfLoad : large, { payload }),
);

const places = 1_024;

/** Each handler waits for 10 ms, in as many places as there are jobs. */
export const waitPair: Pair = pair(
  { title: `${places} handlers of 10 ms`, required: 0.95 },
  'wait',
  { ...withoutHalfLoad, window: places },
  {},
  places,
);

const connectors = 1_000;
const settling = 45_000;
const measured = 20_000;

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
  const shares = Object.keys(kinds).map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, kind] of Object.values(kinds).entries())
      shares[index]!.push(100 * (await idleShare(path, kind)));
  }
  return [
    table(
      [`client, ${readable(connectors)} job types for ${measured / 1_000} s`, 'CPU of one core'],
      Object.keys(kinds).map((name, index) => [name, `${withSpread(figureOf(shares[index]!))} %`]),
    ),
    '',
    barsTable([
      {
        ...{ what: `CPU of one core with ${readable(connectors)} job types and no jobs`, wanted: 'at most' },
        ...{ required: 2, unit: '%', measured: figureOf(shares[1]!) },
      },
    ]),
  ].join('\n');
};
