/** The benchmark's gateway shares jobs among streams as a cluster does: in turn. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import type { Jobs } from '../../bench/lean/jobs.ts';
import { atRate } from '../../bench/lean/pace.ts';
import { createSource, type Source, type StreamTarget } from '../../bench/lean/source.ts';

/** A gateway's source of jobs, each of one byte, and how many of them each stream has received. */
const setUp = (streams: number, write: (count: number) => boolean = () => true) => {
  const received = Array.from({ length: streams }, () => 0);
  const settled = new EventTarget();
  let out = 0;
  const jobs = {
    next: () => {
      out++;
      return Buffer.alloc(1);
    },
    outstanding: () => out,
  } as unknown as Jobs;
  const source: Source = createSource(jobs, {
    writeJob: () => Buffer.alloc(1),
    writeAnswer: (all) => Buffer.concat([...all]),
    writePushed: (job) => job,
  });
  const targets = received.map(
    (_, index): StreamTarget => ({
      write: ({ length }) => {
        received[index]! += length;
        settled.dispatchEvent(new Event('received'));
        return write(length);
      },
    }),
  );
  for (const target of targets) source.openStream(target);
  return { source, targets, received, next: () => once(settled, 'received'), settleAll: () => (out = 0) };
};

suite('jobs and several streams', () => {
  test('single jobs go to the streams in turn', () => {
    const { source, received } = setUp(3);
    for (let job = 0; job < 7; job++) source.offer(true);
    assert.deepEqual(received, [3, 2, 2]);
    assert.equal(source.streams(), 3);
  });

  test('many jobs are shared evenly, and the odd one goes to another stream each time', async () => {
    const { source, received, next, settleAll } = setUp(2);
    const first = next();
    source.flood({ push: true, window: 5 });
    await first;
    assert.deepEqual([...received].sort(), [2, 3]);
    const second = next();
    settleAll();
    source.settled();
    await second;
    assert.deepEqual(received, [5, 5]);
  });

  test('a stream that is full gets a job only if all of them are', () => {
    const { source, targets, received } = setUp(2, () => false);
    for (let job = 0; job < 2; job++) source.offer(true);
    assert.deepEqual(received, [1, 1]);
    source.ready(targets[1]!);
    source.offer(true);
    assert.deepEqual(received, [1, 2]);
    source.offer(true);
    assert.deepEqual(received, [2, 2]);
  });
});

suite('jobs at a rate', () => {
  test('all fall due, also where several do in a millisecond', async () => {
    let times = 0;
    await atRate({ every: 0.01, times: 50 }, () => {
      times++;
    });
    assert.equal(times, 50);
  });
});
