/** What a webhook adds to a server that publishes a message by itself. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { barsTable } from '../bars.ts';
import { startChild } from '../child.ts';
import { type Figure, figureOf, quantile, readable, table, wait, withSpread } from '../measure.ts';

/** Calls a second, and seconds of a lap. */
const rate = 200;
const seconds = 10;

/** Milliseconds from the beginning of a call to the end of its answer. */
const timeOf = (port: number, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const id = randomUUID();
    const headers = { 'content-type': 'application/json', 'idempotency-key': id };
    const sent = request({ host: '127.0.0.1', port, path: '/hook', method: 'POST', agent, headers });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`A call was answered with ${response.statusCode}.`));
      });
    });
    sent.end(JSON.stringify({ id, amount: 12.5 }));
  });

/** Calls at the rate, whatever the answers take. */
const lap = async (port: number, calls: number): Promise<readonly number[]> => {
  // Between two laps, the server closes connections that are kept too long.
  const agent = new Agent({ keepAlive: true });
  const times: Promise<number>[] = [];
  const began = performance.now();
  try {
    while (times.length < calls) {
      const due = Math.floor(((performance.now() - began) / 1000) * rate);
      while (times.length < Math.min(due, calls)) times.push(timeOf(port, agent));
      await wait(1);
    }
    return await Promise.all(times);
  } finally {
    agent.destroy();
  }
};

/**
 * @param path where a compiled file of the benchmark is
 * @param tell takes lines about how far it is
 */
export const hooksTable = async (
  path: (file: string) => string,
  rounds: number,
  tell: (line: string) => void,
): Promise<string> => {
  const start = (...args: readonly string[]) => startChild(path('hooks/server.ts'), { args });
  const engine = await start('engine');
  const bare = await start('bare', String(engine.greeting));
  const ours = await start('ours', String(engine.greeting));
  const medians: Record<'bare' | 'ours', number[]> = { bare: [], ours: [] };
  const slow: Record<'bare' | 'ours', number[]> = { bare: [], ours: [] };
  try {
    for (const { greeting } of [bare, ours]) await lap(Number(greeting), rate * 2);
    for (let round = 1; round <= rounds; round++) {
      for (const [name, { greeting }] of [
        ['bare', bare],
        ['ours', ours],
      ] as const) {
        const times = await lap(Number(greeting), rate * seconds);
        medians[name].push(quantile(times, 0.5));
        slow[name].push(quantile(times, 0.99));
        tell(`round ${round}: ${name}: ${readable(medians[name].at(-1)!)} ms`);
      }
    }
  } finally {
    for (const child of [ours, bare, engine]) await child.stop();
  }
  const ratio = (values: Record<'bare' | 'ours', number[]>): Figure =>
    figureOf(values.ours.map((value, round) => value / values.bare[round]!));
  const row = (name: string, of: 'bare' | 'ours'): readonly string[] => [
    ...[name, withSpread(figureOf(medians[of])), withSpread(figureOf(slow[of]))],
  ];
  return [
    `${rate} calls a second for ${seconds} s, ${rounds} interleaved rounds, on the embedded engine in a process of its own.`,
    '',
    table(
      ['server', 'ms per call, median', 'ms per call, 99th percentile'],
      [row('bare node:http with the publication', 'bare'), row('camunda-connectors, a webhook that publishes', 'ours')],
    ),
    '',
    barsTable([
      {
        ...{ what: 'median of a webhook that publishes / bare node:http', wanted: 'at most', required: 1.5 },
        measured: ratio(medians),
      },
      { ...{ what: '99th percentile of the same', wanted: 'at most', required: 3 }, measured: ratio(slow) },
    ]),
  ].join('\n');
};
