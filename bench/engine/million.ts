/** Whether the engine slows down with the instances that wait in it, and what it costs to save and restore them. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../child.ts';
import { type Figure, figureOf } from '../measure.ts';
import { removeAtExit } from '../temporary.ts';
import type { CrowdRequest, Saved } from './crowd.ts';

const few = 10_000;
const many = 1_000_000;
const batch = 10_000;

/** In one process, the garbage of the large crowd would be collected at the cost of the small one. */
const startCrowd = (path: (file: string) => string): Promise<Child> =>
  startChild(path('engine/crowd.ts'), { flags: ['--max-old-space-size=4096'] });

const ask = <Answer>(crowd: Child, request: CrowdRequest): Promise<Answer> => crowd.ask(request);

/**
 * @param rounds how often the cost of one more instance is measured, few and many waiting in turn
 * @param tell takes lines about how far it is
 */
export const crowdFigures = async (
  path: (file: string) => string,
  rounds: number,
  tell: (line: string) => void,
): Promise<readonly (readonly [name: string, figure: Figure])[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-crowd-'));
  removeAtExit(folder);
  const file = join(folder, 'state.jsonl');
  const [small, large] = await Promise.all([startCrowd(path), startCrowd(path)]);
  await ask(small, { do: 'fill', count: few, wait: 'job' });
  tell(`${many.toLocaleString('en-US')} instances ...`);
  const heap = await ask<number>(large, { do: 'fill', count: many, wait: 'job' });
  for (let round = 0; round < 10; round += 1) await ask(small, { do: 'more', count: batch });
  await ask(large, { do: 'more', count: batch });
  const costs: { few: number[]; many: number[]; ratio: number[] } = { few: [], many: [], ratio: [] };
  for (let round = 0; round < rounds * 5; round += 1) {
    const [cheap, dear] = [
      await ask<number>(small, { do: 'more', count: batch }),
      await ask<number>(large, { do: 'more', count: batch }),
    ];
    costs.few.push(cheap);
    costs.many.push(dear);
    costs.ratio.push(dear / cheap);
  }
  await small.stop();
  tell('the snapshot ...');
  const saved: Saved[] = [];
  for (let round = 0; round < Math.min(rounds, 2); round += 1) {
    saved.push(await ask<Saved>(large, { do: 'save', path: file }));
  }
  await large.stop();
  const restored = await startCrowd(path);
  const restoring = await ask<number>(restored, { do: 'restore', path: file });
  await restored.stop();
  const messages = await startCrowd(path);
  const messageHeap = await ask<number>(messages, { do: 'fill', count: many, wait: 'message' });
  await messages.stop();
  return [
    ['CPU of one more instance, 10,000 waiting (µs)', figureOf(costs.few)],
    ['CPU of one more instance, 1,000,000 waiting (µs)', figureOf(costs.many)],
    ['the same, relative to 10,000 waiting', figureOf(costs.ratio)],
    ['heap per instance that waits for a job, 1,000,000 waiting (bytes)', figureOf([heap])],
    ['heap per instance that waits for a message, 1,000,000 waiting (bytes)', figureOf([messageHeap])],
    ['snapshot in parts, 1,000,000 waiting: longest block (ms)', figureOf(saved.map(({ longest }) => longest))],
    ['as much of it as the main thread had a CPU (ms)', figureOf(saved.map(({ longestOnCpu }) => longestOnCpu))],
    [
      'the longest pause of the garbage collector meanwhile (ms)',
      figureOf(saved.map((each) => each.longestCollection)),
    ],
    ['the whole snapshot, written to a file (s)', figureOf(saved.map(({ seconds }) => seconds))],
    ['restoring it: CPU per instance, without reading the file (µs)', figureOf([restoring])],
  ];
};
