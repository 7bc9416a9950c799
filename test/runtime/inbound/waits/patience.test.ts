import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPatience } from '../../../../src/runtime/inbound/waits/patience.ts';

/** The patience of a runtime on a clock that the test moves. Callers wait for a minute. */
const start = () => {
  const clock = { time: 0 };
  const patience = createPatience({ now: () => clock.time });
  const begin = (holder: string, count: number) => Array.from({ length: count }, () => patience.begin(holder, 60_000));
  return { clock, begin };
};

type Waits = ReturnType<ReturnType<typeof start>['begin']>;

/** How many wait as long as their callers do, and how many wait for 3 seconds. */
const counted = (waits: Waits): readonly number[] =>
  [60_000, 3_000].map((longest) => waits.filter((wait) => wait.longest === longest).length);

const endAll = (waits: Waits, how: 'taken' | 'expired' | 'failed'): void => {
  for (const wait of waits) wait.end(how);
};

test('64 answers to one runtime wait as long as their callers do, the others for 3 seconds', () => {
  const { begin } = start();
  assert.deepEqual(counted(begin('a', 100)), [64, 36]);
  assert.deepEqual(counted(begin('b', 1)), [1, 0]);
});

test('a burst for four runtimes that are gone leaves half of the 256 places after 3 seconds', () => {
  const { begin } = start();
  const waits = Array.from({ length: 64 }, () => ['a', 'b', 'c', 'd'].flatMap((holder) => begin(holder, 1))).flat();
  assert.deepEqual(counted(waits), [128, 128]);
});

test('a runtime that has taken nothing for 3 seconds gets 8 patient answers until it takes one', () => {
  const { begin, clock } = start();
  const early = begin('a', 4);
  clock.time = 2_999;
  early.push(...begin('a', 10));
  assert.deepEqual(counted(early), [14, 0]);
  clock.time = 3_000;
  assert.deepEqual(counted(begin('a', 3)), [0, 3]);
  endAll(early.splice(4), 'failed');
  assert.deepEqual(counted(begin('a', 5)), [4, 1]);
  early[0]!.end('taken');
  assert.deepEqual(counted(begin('a', 20)), [20, 0]);
});

test('a runtime whose time was over stays silent until it takes an answer', () => {
  const { begin, clock } = start();
  endAll(begin('a', 3), 'expired');
  clock.time = 1_000_000;
  const waits = begin('a', 10);
  assert.deepEqual(counted(waits), [8, 2]);
  endAll(waits, 'taken');
  assert.deepEqual(counted(begin('a', 10)), [10, 0]);
});

test('answers that the cluster did not take say nothing about the runtime', () => {
  const { begin, clock } = start();
  const waits = begin('a', 64);
  clock.time = 10_000;
  endAll(waits, 'failed');
  assert.deepEqual(counted(begin('a', 64)), [64, 0]);
});

test('of runtimes that are gone, a thousand are remembered', () => {
  const { begin } = start();
  for (let index = 0; index <= 1_000; index++) endAll(begin(String(index), 1), 'expired');
  assert.deepEqual(counted(begin('0', 9)), [9, 0]);
  assert.deepEqual(counted(begin('1000', 9)), [8, 1]);
});

test('a runtime is not forgotten while answers to it and to a thousand others are under way', () => {
  const { begin } = start();
  const patient = Array.from({ length: 128 }, (_, index) => begin(String(index), 1)).flat();
  for (let index = 0; index < 1_000; index++) begin(String(index), 1);
  endAll(patient, 'failed');
  assert.deepEqual(counted(begin('late', 100)), [64, 36]);
});

test('no wait is longer than that of the caller', () => {
  const patience = createPatience({ now: () => 0 });
  const waits = Array.from({ length: 65 }, () => patience.begin('a', 1_000));
  assert.deepEqual([...new Set(waits.map(({ longest }) => longest))], [1_000]);
});
