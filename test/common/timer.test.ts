import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { systemClock } from '../../src/common/clock.ts';
import { startTimeLimit, startTimer, startUnrefTimer } from '../../src/common/timer.ts';
import { createChanges } from '../../src/testing/fixture/changes.ts';

const longest = 2 ** 31 - 1;

/** Runs the body with a fake clock, which `advance` moves. */
const withFakeTime = (body: (advance: (milliseconds: number) => void) => void): void => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const spy = mock.method(globalThis, 'setTimeout');
  try {
    body((milliseconds) => mock.timers.tick(milliseconds));
    // The fake clock accepts any delay; the real one fires at once if the delay is too long.
    for (const { arguments: given } of spy.mock.calls) assert.ok(Number(given[1]) <= longest);
  } finally {
    spy.mock.restore();
    mock.timers.reset();
  }
};

for (const [name, start] of [
  ['startTimer', startTimer],
  ['startUnrefTimer', startUnrefTimer],
  ['systemClock.timer', systemClock.timer],
] as const) {
  describe(name, () => {
    for (const delay of [10, longest, longest + 1, 3 * longest + 5]) {
      test(`fires once, after ${delay} ms`, () =>
        withFakeTime((advance) => {
          let fired = 0;
          start(delay, () => fired++);
          for (let left = delay - 1; left > 0; left -= longest) advance(Math.min(left, longest));
          assert.equal(fired, 0);
          advance(1);
          assert.equal(fired, 1);
          advance(longest);
          assert.equal(fired, 1);
        }));
    }

    test('can be cancelled, also in the middle of a long delay', () =>
      withFakeTime((advance) => {
        const cancel = start(2 * longest, () => assert.fail('It was cancelled.'));
        advance(longest);
        advance(longest - 1);
        cancel();
        advance(longest);
      }));

    test('a delay in the past fires as soon as possible', () =>
      withFakeTime((advance) => {
        let fired = 0;
        start(-5, () => fired++);
        assert.equal(fired, 0);
        advance(1);
        assert.equal(fired, 1);
      }));
  });
}

const openTimers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** Whether the timers that the callback starts keep the process alive. */
const keepsAlive = (start: typeof startTimer): boolean => {
  const before = openTimers();
  const cancel = start(60_000, () => {});
  const after = openTimers();
  cancel();
  return after > before;
};

test('only startTimer keeps the process alive, and a limit with it', () => {
  assert.equal(keepsAlive(startTimer), true);
  assert.equal(keepsAlive(startUnrefTimer), false);
  assert.equal(keepsAlive(startTimeLimit), false);
  assert.equal(
    keepsAlive((delay, act) => startTimeLimit(delay, act, startTimer)),
    true,
  );
});

test('a wait for a change keeps the process alive until it ends, with or without one', async () => {
  const before = openTimers();
  const changes = createChanges();
  const first = changes.next(60_000);
  assert.equal(openTimers(), before + 1);
  changes.notify();
  assert.equal(await first, true);
  assert.equal(openTimers(), before);
  assert.equal(await changes.next(5), false);
});
