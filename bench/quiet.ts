/** What a client costs before the first job and without any: cold start, and CPU while nothing happens. */
import { type ClientStart, nodeClient, startGateway } from './client.ts';
import { type Figure, figureOf, readable, table, wait, withSpread } from './measure.ts';

const clients: Readonly<Record<string, ClientStart>> = {
  'bare grpc-js, stream': nodeClient('bare stream'),
  'camunda-connectors': nodeClient('ours stream'),
  '@camunda8/sdk createWorker': nodeClient('sdk worker'),
  '@camunda8/sdk streamJobs': nodeClient('sdk stream'),
};

/** Milliseconds from the first import to the first request for jobs, as the gateway sees it; and the memory then. */
const coldStart = async (
  path: (file: string) => string,
  start: ClientStart,
): Promise<{ readonly took: number; readonly rss: number }> => {
  const gateway = await startGateway(path);
  const client = await start(path, gateway.address, 1);
  const asked = await gateway.ask<number>({ do: 'asked' });
  const { rss } = await client.mark();
  await client.stop();
  await gateway.stop();
  return { took: (asked - client.begun) / 1_000, rss };
};

export const coldStartTable = async (path: (file: string) => string, rounds: number): Promise<string> => {
  const names = Object.keys(clients);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  const memory = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const { took, rss } = await coldStart(path, clients[name]!);
      times.get(name)!.push(took);
      memory.get(name)!.push(rss);
    }
  }
  const ratioTo = (name: string): Figure =>
    figureOf(times.get('camunda-connectors')!.map((took, round) => took / times.get(name)![round]!));
  return table(
    ['client', 'import to first request, ms', 'camunda-connectors relative to it', 'RSS MB at that point'],
    names.map((name) => [
      name,
      withSpread(figureOf(times.get(name)!)),
      readable(ratioTo(name).median),
      readable(figureOf(memory.get(name)!).median / 1e6),
    ]),
  );
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
