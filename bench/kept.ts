/** Laps in a file, so that several runs make one report: a round now, and another one when the machine is idle again. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Lap } from './race.ts';

/** A lap of a race, unless a section measures something else, and whose it is. */
export interface KeptLap<One = Lap> {
  readonly section: string;
  /** The client's short name. */
  readonly id: string;
  /** The client's name in the report. */
  readonly name: string;
  readonly lap: One;
}

/** Keeps laps. */
export interface Keeper {
  /** Those of a section, in the order of their measurement. */
  read<One = Lap>(section: string): readonly KeptLap<One>[];
  add<One = Lap>(kept: KeptLap<One>): void;
}

/**
 * @param file absent: laps are kept until the process ends
 * @param machine what figures depend on; laps of another machine or other versions are not mixed with these
 */
export const createKeeper = (file: string | undefined, machine: string): Keeper => {
  const laps: KeptLap<unknown>[] = [];
  if (file !== undefined && existsSync(file)) {
    const [first = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
    if (JSON.parse(first) !== machine) {
      throw new Error(
        `${file} has laps of ${JSON.parse(first)}, but this is ${machine}. Fix: set BENCH_KEEP to another file.`,
      );
    }
    laps.push(...lines.map((line) => JSON.parse(line) as KeptLap<unknown>));
  } else if (file !== undefined) appendFileSync(file, `${JSON.stringify(machine)}\n`);
  return {
    read: <One>(section: string) => laps.filter((lap) => lap.section === section) as KeptLap<One>[],
    add: (kept) => {
      laps.push(kept);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(kept)}\n`);
    },
  };
};
