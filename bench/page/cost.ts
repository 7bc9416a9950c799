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

const warmUp: ServerRequest = { do: 'run', instances: 2_000, atOnce: 64 };
const full: ServerRequest = { do: 'run', instances: 2_000, atOnce: 64 };
const slow: ServerRequest = { do: 'pace', events: 100, seconds: 10 };

interface Result {
  readonly full: readonly Lap[];
  readonly slow: Lap;
}

const laps = 3;

const measure = async (path: (file: string) => string, { page, visitor }: Variant): Promise<Result> => {
  const children: Child[] = [];
  const start = async (file: string, ...args: readonly string[]): Promise<Child> => {
    const child = await startChild(path(file), { args });
    children.push(child);
    return child;
  };
  try {
    const server = await start('page/server.ts', page);
    if (visitor !== undefined) await start('page/visitor.ts', visitor, String(server.greeting));
    await server.ask<Lap>(warmUp);
    const all: Lap[] = [];
    for (let index = 0; index < laps; index += 1) all.push(await server.ask<Lap>(full));
    return { full: all, slow: await server.ask<Lap>(slow) };
  } finally {
    for (const child of children.reverse()) await child.stop();
  }
};

const median = (values: readonly number[]): number => figureOf(values).median;
const cpuOf = ({ cpu, instances }: Lap): number => cpu / instances;
const shareOf = ({ cpu, seconds }: Lap): number => cpu / seconds / 1e4;

/**
 * The cost of the page, in processes of their own for each variant and round, one after the other.
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
  for (let round = 1; round <= rounds; round += 1) {
    for (const variant of taking) {
      const result = await measure(path, variant);
      results.get(variant.name)!.push(result);
      const cpu = median(result.full.map(cpuOf));
      tell(`round ${round}: ${variant.name}: ${readable(cpu)} µs per instance`);
    }
  }
  const cpu = (name: string): readonly number[] => results.get(name)!.map(({ full }) => median(full.map(cpuOf)));
  const pace = (name: string): readonly number[] =>
    results.get(name)!.map(({ full }) => median(full.map(({ instances, seconds }) => instances / seconds)));
  const share = (name: string): readonly number[] => results.get(name)!.map(({ slow }) => shareOf(slow));
  const ratios = (of: (name: string) => readonly number[], name: string): readonly number[] =>
    of(name).map((value, round) => value / of(without)[round]!);
  const events = results.get(without)![0]!.full[0]!;
  return [
    `${rounds} interleaved rounds, each in processes of its own: a warm-up of ${warmUp.instances} instances, ${laps} laps of ${full.instances} with ${full.atOnce} at a time, of which the`,
    `median counts, and ${slow.seconds} s with ${slow.events} events a second. An instance has ${readable(events.events / events.instances)} events. Ratios are to the run without a page of the same round.`,
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
        withSpread(figureOf(ratios(cpu, name))),
        withSpread(figureOf(ratios(pace, name))),
        readable(median(cpu(name))),
        readable(median(pace(name))),
        withSpread(figureOf(share(name))),
      ]),
    ),
  ].join('\n');
};
