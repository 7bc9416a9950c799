import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLanes } from '../../../../src/connection/rest/http/lanes.ts';

test('held requests leave places for short ones, and go first when they wait', () => {
  const { short, held, free } = createLanes(4, 2);
  const begun: string[] = [];
  const enter = (lane: typeof short, name: string): (() => void) => lane.enter(() => void begun.push(name));
  for (const name of ['h1', 'h2', 'h3']) enter(held, name);
  assert.deepEqual(begun, ['h1', 'h2']);
  for (const name of ['s1', 's2', 's3', 's4']) enter(short, name);
  assert.deepEqual(begun, ['h1', 'h2', 's1', 's2']);
  enter(free, 'f1');
  assert.equal(begun.at(-1), 'f1');
  short.leave();
  assert.equal(begun.at(-1), 's3');
  held.leave();
  assert.equal(begun.at(-1), 'h3');
  short.leave();
  assert.equal(begun.at(-1), 's4');
});

test('without held requests, short ones have all places', () => {
  const { short } = createLanes(4, 2);
  const begun: number[] = [];
  for (let count = 0; count < 6; count += 1) short.enter(() => void begun.push(count));
  assert.deepEqual(begun, [0, 1, 2, 3]);
});

test('who leaves the queue gets no place, and costs none', () => {
  const { short } = createLanes(1, 1);
  const begun: number[] = [];
  short.enter(() => void begun.push(1));
  const leave = short.enter(() => void begun.push(2));
  const begin = short.enter(() => void begun.push(3));
  leave();
  leave();
  short.leave();
  assert.deepEqual(begun, [1, 3]);
  begin();
  short.leave();
  short.enter(() => void begun.push(4));
  assert.deepEqual(begun, [1, 3, 4]);
});
