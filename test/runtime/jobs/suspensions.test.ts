import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchSuspensions } from '../../../src/runtime/jobs/suspensions.ts';

/** A watch with a time and signs of life that a test makes. */
const setUp = () => {
  let now = 1_000;
  let live = (): void => assert.fail('no interval was started');
  let stopped = 0;
  const lengths: number[] = [];
  const suspensions = watchSuspensions(
    { now: () => now },
    (length) => lengths.push(length),
    (milliseconds, act) => {
      assert.equal(milliseconds, 1_000);
      live = act;
      return () => {
        stopped += 1;
      };
    },
  );
  return {
    suspensions,
    lengths,
    live: () => live(),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    stopped: () => stopped,
  };
};

test('nothing has waited while the process shows signs of life, also late ones', () => {
  const { suspensions, lengths, live, pass } = setUp();
  for (const late of [0, 100, 1_400]) {
    pass(1_000 + late);
    assert.equal(suspensions.unread(), 0);
    live();
    assert.equal(suspensions.unread(), 0);
  }
  assert.deepEqual(lengths, []);
});

test('what is read first after a suspension may have waited since the last sign of life', () => {
  const { suspensions, lengths, live, pass } = setUp();
  pass(1_000);
  live();
  pass(75_000);
  assert.equal(suspensions.unread(), 75_000, 'before the first sign of life');
  assert.deepEqual(lengths, []);
  live();
  assert.deepEqual(lengths, [75_000]);
  for (let second = 1; second <= 4; second += 1) {
    pass(1_000);
    live();
    assert.equal(suspensions.unread(), 75_000 + second * 1_000, 'while it catches up');
  }
  pass(1_000);
  live();
  assert.equal(suspensions.unread(), 0, 'when it has caught up');
  assert.deepEqual(lengths, [75_000]);
});

test('the watch can be stopped, and does not keep the process alive', () => {
  const { suspensions, stopped } = setUp();
  suspensions.stop();
  assert.equal(stopped(), 1);
  const real = watchSuspensions({ now: () => 0 }, () => assert.fail('there was no suspension'));
  assert.ok(!process.getActiveResourcesInfo().includes('Timeout'), 'its timer does not keep the process alive');
  real.stop();
});
