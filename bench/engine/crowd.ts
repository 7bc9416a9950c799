/** A process with a machine in which very many instances wait. It answers what one more costs, and saves or restores them. */

import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMachine, createRestoration, machineWith } from '../../src/engine/machine/index.ts';
import type { Machine, SnapshotPart } from '../../src/engine/machine/types.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../test/engine/support/bpmn.ts';
import { figureOf } from '../measure.ts';
import { compile } from './compile.ts';

/** What the process is asked for. */
export type CrowdRequest =
  | { readonly do: 'fill'; readonly count: number; readonly wait: 'job' | 'message' }
  | { readonly do: 'more'; readonly count: number }
  | { readonly do: 'save' | 'restore'; readonly path: string };

/** What saving costs. */
export interface Saved {
  /** The longest time in which nothing else could run, in milliseconds. */
  readonly longest: number;
  /** As much of it as the main thread had a CPU; other programs wait for one, too. */
  readonly longestOnCpu: number;
  /** The longest pause of the garbage collector among it, in milliseconds. */
  readonly longestCollection: number;
  readonly seconds: number;
  readonly parts: number;
  readonly bytes: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;

const resources = {
  job: await compile('job.bpmn', processFile('p', ...chain(start(), serviceTask('work', { type: 'work' }), end()))),
  message: await compile(
    'message.bpmn',
    processFile('p', ...chain(start(), catchEvent('wait', { message: { name: 'go', correlationKey: '=id' } }), end())),
  ),
};

let machine: Machine = createMachine({ now: Date.now });
let created = 0;

const create = (): string => {
  created += 1;
  return machine.createInstance({ bpmnProcessId: 'p', variables: { id: `o${created}` } }).processInstanceKey;
};

/** CPU of all threads, in microseconds: the garbage is collected by others, too. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Milliseconds that the main thread has had a CPU, as Linux counts them; elsewhere the time. */
const threadTime = (): number => {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
};

/** Heap bytes per instance. */
const fill = (count: number, wait: 'job' | 'message'): number => {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  machine.deploy([resources[wait]]);
  for (let index = 0; index < count; index += 1) create();
  collectGarbage();
  return (process.memoryUsage().heapUsed - before) / count;
};

/** CPU microseconds for each of so many more instances, which are cancelled afterwards. */
const createMore = (count: number): number => {
  // Otherwise, the cost depends on how many collections of new objects happen to fall into the batch.
  collectGarbage({ type: 'minor' });
  const begun = cpu();
  const keys = Array.from({ length: count }, create);
  collectGarbage({ type: 'minor' });
  const cost = (cpu() - begun) / count;
  for (const key of keys) machine.cancelInstance(key);
  return cost;
};

/** The median of several batches: the first ones find the caches of the machine full of something else. */
const more = (count: number): number => figureOf(Array.from({ length: 7 }, () => createMore(count))).median;

const save = async (path: string): Promise<Saved> => {
  let [longest, longestOnCpu, longestCollection, parts, bytes] = [0, 0, 0, 0, 0];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestCollection = Math.max(longestCollection, duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  const file = createWriteStream(path);
  const begun = performance.now();
  const iterator = machine.snapshotParts();
  for (;;) {
    const [from, fromOnCpu] = [performance.now(), threadTime()];
    const { value, done } = iterator.next();
    if (done === true) break;
    const line = `${JSON.stringify(value)}\n`;
    const isFull = !file.write(line);
    longest = Math.max(longest, performance.now() - from);
    longestOnCpu = Math.max(longestOnCpu, threadTime() - fromOnCpu);
    parts += 1;
    bytes += line.length;
    if (isFull) await once(file, 'drain');
    else await nextTurn();
  }
  file.end();
  await once(file, 'finish');
  await nextTurn();
  observer.disconnect();
  return { longest, longestOnCpu, longestCollection, seconds: (performance.now() - begun) / 1_000, parts, bytes };
};

/** CPU microseconds per instance, without reading the file and parsing its lines. */
const restore = async (path: string): Promise<number> => {
  const restoration = createRestoration();
  let cost = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const part = JSON.parse(line) as SnapshotPart;
    const from = cpu();
    restoration.add(
      part,
      part.resources.map(() => resources.job),
    );
    cost += cpu() - from;
  }
  const from = cpu();
  machine = machineWith({ now: Date.now }, restoration.finish());
  cost += cpu() - from;
  return cost / machine.jobs().length;
};

const answer = (request: CrowdRequest): unknown => {
  if (request.do === 'fill') return fill(request.count, request.wait);
  if (request.do === 'more') return more(request.count);
  return request.do === 'save' ? save(request.path) : restore(request.path);
};

process.on('message', (request: CrowdRequest) => {
  void (async () => process.send?.({ answer: await answer(request) }))();
});
process.on('disconnect', () => process.exit());
process.send?.({ answer: 'ready' });
