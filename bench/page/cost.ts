/** What the page of `dev` costs the engine: CPU and instances a second without it, with it, and with somebody who has it open. */
import { existsSync } from 'node:fs';
import { chooseBrowser } from '../../test/template/browser/support/chromium.ts';
import { type Child, startChild } from '../child.ts';
import { figureOf, readable, table, withSpread } from '../measure.ts';
import type { Lap, ServerRequest } from './server.ts';

/** One way of running `dev`. */
interface Variant {
  readonly name: string;
  readonly page: 'page' | 'none';
  readonly visitor?: 'reader' | 'browser';
}

const without = 'without a page';

const variants: readonly Variant[] = [
  { name: without, page: 'none' },
  { name: 'with the page, which nobody has open', page: 'page' },
  { name: 'open in a program that reads what the page reads', page: 'page', visitor: 'reader' },
  { name: 'open in Chromium', page: 'page', visitor: 'browser' },
];

const warmUp: ServerRequest = { do: 'run', instances: 4_000, atOnce: 64 };
// Long laps: after a pause, the page keeps everything of the first thousand instances, as it never does in a row.
const full: ServerRequest = { do: 'run', instances: 5_000, atOnce: 64 };
const slow: ServerRequest = { do: 'pace', events: 100, seconds: 5 };

/** How often each way of running `dev` is measured in a round. */
const laps = 4;

interface Result {
  readonly full: readonly Lap[];
  readonly slow: Lap;
}

/** A way of running `dev`, at work. */
interface Running {
  readonly variant: Variant;
  readonly server: Child;
  readonly full: Lap[];
}

/**
 * One round: all ways of running `dev` at the same time, of which one works and the others stand still. They take turns lap by lap, so
 * that what slows the machine down for a second or a minute hits all of them, and each begins as often as the others.
 */
const measure = async (
  path: (file: string) => string,
  taking: readonly Variant[],
): Promise<ReadonlyMap<string, Result>> => {
  const children: Child[] = [];
  const start = async (file: string, ...args: readonly string[]): Promise<Child> => {
    const child = await startChild(path(file), { args });
    children.push(child);
    return child;
  };
  try {
    const all: Running[] = [];
    for (const variant of taking) {
      const server = await start('page/server.ts', variant.page);
      if (variant.visitor !== undefined) await start('page/visitor.ts', variant.visitor, String(server.greeting));
      await server.ask<Lap>(warmUp);
      all.push({ variant, server, full: [] });
    }
    for (let lap = 0; lap < laps; lap += 1) {
      for (let index = 0; index < all.length; index += 1) {
        const { server, full: taken } = all[(lap + index) % all.length]!;
        taken.push(await server.ask<Lap>(full));
      }
    }
    const results = new Map<string, Result>();
    for (const { variant, server, full: taken } of all) {
      results.set(variant.name, { full: taken, slow: await server.ask<Lap>(slow) });
    }
    return results;
  } finally {
    for (const child of children.reverse()) await child.stop();
  }
};

const median = (values: readonly number[]): number => figureOf(values).median;
const cpuOf = ({ cpu, instances }: Lap): number => cpu / instances;
const paceOf = ({ instances, seconds }: Lap): number => instances / seconds;
const shareOf = ({ cpu, seconds }: Lap): number => cpu / seconds / 1e4;

/**
 * The cost of the page, in processes of their own for each variant and round.
 *
 * @param path where a compiled file of the benchmark is
 * @param tell takes lines about how far it is
 */
export const costTable = async (
  path: (file: string) => string,
  rounds: number,
  tell: (line: string) => void,
): Promise<string> => {
  const chosen = chooseBrowser(process.env, existsSync);
  const taking = variants.filter(({ visitor }) => visitor !== 'browser' || chosen.kind === 'found');
  const results = new Map<string, Result[]>(taking.map(({ name }) => [name, []]));
  const lapsOf = (name: string, of: (lap: Lap) => number): readonly number[] =>
    results.get(name)!.map((result) => median(result.full.map(of)));
  /** Of each round, the median of the ratios to the lap without a page of the same turn. */
  const ratios = (name: string, of: (lap: Lap) => number): readonly number[] =>
    results.get(name)!.map((result, round) => {
      const base = results.get(without)![round]!;
      return median(result.full.map((lap, turn) => of(lap) / of(base.full[turn]!)));
    });
  for (let round = 1; round <= rounds; round += 1) {
    const measured = await measure(path, taking);
    for (const [name, result] of measured) results.get(name)!.push(result);
    for (const { name } of taking) {
      const [cpu, pace] = [ratios(name, cpuOf), ratios(name, paceOf)].map((each) => readable(each[round - 1]!));
      const taken = readable(lapsOf(name, cpuOf)[round - 1]!);
      tell(`round ${round}: ${name}: ${taken} µs per instance, ratio ${cpu}, of instances/s ${pace}`);
    }
  }
  const events = results.get(without)![0]!.full[0]!;
  return [
    `${rounds} rounds, each with a process of its own for every row. Each process runs ${warmUp.instances} instances to warm up; then all of them take turns: ${laps} laps of`,
    `${full.instances} instances with ${full.atOnce} at a time, of which the median counts. Ratios are to the lap without a page of the same turn. Then ${slow.seconds} s with`,
    `${slow.events} events a second. An instance has ${readable(events.events / events.instances)} events.`,
    '',
    table(
      [
        'dev',
        'CPU per instance, ratio',
        'instances/s, ratio',
        'CPU µs per instance',
        'instances/s',
        `% of a core at ${slow.events} events/s`,
      ],
      taking.map(({ name }) => [
        name,
        withSpread(figureOf(ratios(name, cpuOf))),
        withSpread(figureOf(ratios(name, paceOf))),
        readable(median(lapsOf(name, cpuOf))),
        readable(median(lapsOf(name, paceOf))),
        withSpread(figureOf(results.get(name)!.map((result) => shareOf(result.slow)))),
      ]),
    ),
  ].join('\n');
};
