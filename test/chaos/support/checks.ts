import assert from 'node:assert/strict';
import type { Scene } from './scene.ts';
import { size } from './size.ts';
import type { Ending, Worker } from './worker.ts';

const eachOnce = (what: string, counts: ReadonlyMap<string, number>, expected: number): void => {
  const repeated = [...counts].filter(([, count]) => count !== 1);
  assert.deepEqual(repeated, [], `${what}: each once`);
  assert.equal(counts.size, expected, `${what}: all`);
};

/** Every instance completed once, every message was delivered once, and nothing is left over. */
export const assertNothingLost = ({ ledger, started, engine }: Scene): void => {
  eachOnce('instances completed', ledger.completed, started());
  eachOnce('messages published', ledger.published, started());
  eachOnce('messages delivered', ledger.correlated, started());
  assert.deepEqual(engine().incidents(), [], 'no incident');
  assert.deepEqual(engine().jobs(), [], 'no job is left');
};

/** No job ran more often than its time ran out, and one more. */
export const assertRunsAccounted = ({ ledger }: Scene, workers: readonly Worker[]): void => {
  const runs = new Map<string, number>();
  for (const worker of workers) {
    for (const [key, count] of worker.runs) runs.set(key, (runs.get(key) ?? 0) + count);
  }
  const excess = [...runs].filter(([key, count]) => count > 1 + (ledger.timedOut.get(key) ?? 0));
  assert.deepEqual(excess, [], 'jobs that ran more often than their time ran out');
};

/** No job ran twice, although some may have been activated for nobody. */
export const assertRanOnce = ({ started }: Scene, workers: readonly Worker[]): void => {
  const runs = workers.flatMap((worker) => [...worker.runs.values()]);
  assert.equal(
    runs.reduce((sum, count) => sum + count, 0),
    started(),
    'runs in all',
  );
};

/** Whether a line tells of work that an outage longer than its time limit has undone. There is one for each job in hand. */
const isUndone = (text: string): boolean => /^(Result lost|Failed): /.test(text);

/** The log of a runtime is short; outages beyond the time limits of jobs, which are for the long form, show in it. */
export const assertQuiet = ({ lines }: Worker, most: number): void => {
  const counted = size.long ? lines.filter(({ text }) => !isUndone(text)) : lines;
  const shown = counted.map(({ level, text }) => `${level}: ${text}`);
  assert.ok(
    counted.length <= most,
    `${counted.length} lines, not more than ${most}:\n${shown.slice(0, 50).join('\n')}`,
  );
  assert.deepEqual(
    shown.filter((line) => line.startsWith('error')),
    [],
    'no line about an error',
  );
};

/** The process ended by itself, without a crash and without a word beside its log. */
export const assertEndedWell = (ending: Ending): void => {
  assert.deepEqual(ending, { code: 0, signal: null, errors: '' });
};

/** Ends the one runtime of a scene, and checks all of it: the work, the runtime's end, and its lines. */
export const assertDone = async (scene: Scene, worker: Worker, lines: number): Promise<void> => {
  assertNothingLost(scene);
  assertRanOnce(scene, [worker]);
  assertRunsAccounted(scene, [worker]);
  assertEndedWell(await worker.end('SIGTERM'));
  assertQuiet(worker, lines);
};
