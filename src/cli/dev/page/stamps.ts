/**
 * What the long reads of the page depend on, as a short text: as long as it is the same, the page keeps what it has. It reads with each
 * event, and most events are about something else.
 */
import type { Key } from '../../../engine/index.ts';
import type { InstanceHistory } from './history/entry.ts';
import { entriesOf, eventOf } from './history/entry.ts';
import { waitRows } from './queries/instance.ts';
import type { JobFacts, Sources } from './sources.ts';

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** A number for a list that is replaced when it changes. */
const numberOf = (list: object | undefined): number => {
  if (list === undefined) return 0;
  let number = numbers.get(list);
  if (number === undefined) {
    lastNumber += 1;
    number = lastNumber;
    numbers.set(list, number);
  }
  return number;
};

/** The jobs of an instance, as of its last entry. */
const jobKeys = new WeakMap<InstanceHistory, { readonly seq: number; readonly keys: readonly Key[] }>();

const jobKeysOf = (known: InstanceHistory): readonly Key[] => {
  const seq = known.last?.seq ?? 0;
  const before = jobKeys.get(known);
  if (before?.seq === seq) return before.keys;
  const keys = new Set<Key>();
  for (const entry of entriesOf(known)) {
    const event = eventOf(entry);
    if (event !== undefined && 'job' in event) keys.add(event.job.key);
  }
  const found = { seq, keys: [...keys] };
  jobKeys.set(known, found);
  return found.keys;
};

/** What the connectors have said of a job: they say it a moment after the engine. */
const factsStamp = ({ settled, open }: JobFacts): string =>
  `${settled.length}/${settled.at(-1)?.took ?? ''}/${Object.keys(open ?? {}).join()}`;

/**
 * What the read of an instance depends on: its own entries, what it waits for, what the connectors say of its jobs, and what is loaded and
 * deployed.
 *
 * @returns `undefined` if there is no such instance
 */
export const instanceStamp = (sources: Sources, key: Key): string | undefined => {
  const engine = sources.engine();
  const instance = engine.instance(key);
  if (instance === undefined) return undefined;
  const known = sources.history.instance(key);
  const now = engine.now();
  const expected = sources.inbound?.expected() ?? [];
  const waits = waitRows(instance.state === 'ACTIVE' ? engine.waits(key) : [], now, expected);
  const jobs = known === undefined ? [] : jobKeysOf(known);
  return JSON.stringify([
    ...[known?.last?.seq, known?.length, instance.state, waits],
    ...[numberOf(sources.processes()), numberOf(sources.advice?.hints()), [...sources.jobTypes()]],
    ...[jobs.map((job) => factsStamp(sources.attempts(job))), jobs.map((job) => sources.advice?.reasons(job).length)],
  ]);
};

/**
 * What the read of the advice about a process depends on: the hints, and what its instances wait for, whose texts can name times.
 *
 * @param key of the version
 */
export const adviceStamp = (sources: Sources, key: string): string => {
  const waiting: unknown[] = [];
  for (const [instance, waits] of sources.advice?.waits() ?? []) {
    if (sources.history.instance(instance)?.definition === key) waiting.push([instance, numberOf(waits)]);
  }
  const second = Math.floor(sources.engine().now() / 1_000);
  return JSON.stringify([
    ...[numberOf(sources.processes()), numberOf(sources.advice?.hints()), waiting],
    ...(waiting.length === 0 ? [] : [second, sources.inbound?.expected()]),
  ]);
};
