/** What a client costs before the first job and without any: cold start, and CPU while nothing happens. */
import { type Bar, barsTable } from './bars.ts';
import { type ClientStart, nodeClient, startGateway } from './client.ts';
import { type Figure, figureOf, readable, table, wait, withSpread } from './measure.ts';

const bare = 'bare grpc-js, stream';
const ours = 'camunda-connectors';

const clients: Readonly<Record<string, ClientStart>> = {
  [bare]: nodeClient('bare stream'),
  [ours]: nodeClient('ours stream'),
  '@camunda8/sdk createWorker': nodeClient('sdk worker'),
  '@camunda8/sdk streamJobs': nodeClient('sdk stream'),
};

/** What a client took until its first request for jobs. */
interface Start {
  /** Milliseconds from the first import, as the gateway sees it. */
  readonly took: number;
  /** Milliseconds of CPU since the process began. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}

const coldStart = async (path: (file: string) => string, start: ClientStart): Promise<Start> => {
  const gateway = await startGateway(path);
  const client = await start(path, gateway.address, 1);
  const asked = await gateway.ask<number>({ do: 'asked' });
  const { cpu, rss } = await client.mark();
  await client.stop();
  await gateway.stop();
  return { took: (asked - client.begun) / 1_000, cpu: cpu / 1_000, rss };
};

export const coldStartTable = async (path: (file: string) => string, rounds: number): Promise<string> => {
  const names = Object.keys(clients);
  const starts = new Map<string, Start[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) starts.get(name)!.push(await coldStart(path, clients[name]!));
  }
  const relative = (name: string, of: (start: Start) => number): Figure =>
    figureOf(starts.get(name)!.map((start, round) => of(start) / of(starts.get(bare)![round]!)));
  const took = ({ took }: Start): number => took;
  const cpu = ({ cpu }: Start): number => cpu;
  const rss = ({ rss }: Start): number => rss;
  const bar = (what: string, required: number, of: (start: Start) => number): Bar => ({
    ...{ what, wanted: 'at most', required, measured: relative(ours, of) },
  });
  return [
    table(
      [
        ...['client', 'import to first request, ms', 'relative to bare', 'CPU until then, ms', 'relative to bare'],
        ...['RSS MB then', 'relative to bare'],
      ],
      names.map((name) => [
        name,
        ...[took, cpu].flatMap((of) => [
          withSpread(figureOf(starts.get(name)!.map(of))),
          readable(relative(name, of).median),
        ]),
        readable(figureOf(starts.get(name)!.map(rss)).median / 1e6),
        readable(relative(name, rss).median),
      ]),
    ),
    '',
    barsTable([
      bar('import to first request, relative to the bare client', 1.1, took),
      bar('RSS at the first request, relative to the bare client', 1, rss),
    ]),
  ].join('\n');
};

const connectors = 10;
const settling = 3_000;

/** Percent of a core that each client takes with ten workers and no job; all at once, so that the time is shared. */
export const idleTable = async (path: (file: string) => string, seconds: number): Promise<string> => {
  const runs = await Promise.all(
    Object.entries(clients).map(async ([name, start]) => {
      const gateway = await startGateway(path);
      return { name, gateway, client: await start(path, gateway.address, connectors) };
    }),
  );
  await wait(settling);
  const rows = await Promise.all(
    runs.map(async ({ name, client, gateway }) => {
      const from = await client.mark();
      await wait(seconds * 1_000);
      const to = await client.mark();
      await client.stop();
      await gateway.stop();
      return [name, `${readable((to.cpu - from.cpu) / (seconds * 1e4))} %`];
    }),
  );
  return table([`client, ${connectors} workers for ${seconds} s`, 'CPU of one core'], rows);
};
