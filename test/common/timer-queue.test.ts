import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTimerQueue, type QueuedTimer } from '../../src/common/timer-queue.ts';
import { createManualClock } from '../runtime/support/clock.ts';

test('callbacks run in the order of their times, on one timer of the clock', () => {
  const clock = createManualClock();
  const timers = createTimerQueue(clock);
  const done: string[] = [];
  timers.at(30, () => done.push('c'));
  timers.at(10, () => done.push('a'));
  timers.at(20, () => done.push('b'));
  assert.deepEqual(clock.timers(), [10]);
  clock.advance(15);
  assert.deepEqual(done, ['a']);
  assert.deepEqual(clock.timers(), [5]);
  clock.advance(15);
  assert.deepEqual(done, ['a', 'b', 'c']);
  assert.deepEqual(clock.timers(), []);
});

test('a callback that is already due runs soon, but not synchronously', () => {
  const clock = createManualClock();
  const timers = createTimerQueue(clock);
  let done = false;
  timers.at(-5, () => {
    done = true;
  });
  assert.equal(done, false);
  clock.advance(0);
  assert.equal(done, true);
});

test('a cancelled callback does not run, and the last one cancels the timer of the clock', () => {
  const clock = createManualClock();
  const timers = createTimerQueue(clock);
  const timer = timers.at(10, () => assert.fail('cancelled'));
  timers.cancel(timer);
  timers.cancel(timer);
  timers.cancel(undefined);
  assert.deepEqual(clock.timers(), []);
  clock.advance(20);
});

test('clear cancels all timers, and cancelling one of them afterwards changes nothing', () => {
  const clock = createManualClock();
  const timers = createTimerQueue(clock);
  const queued = [5, 6, 7].map((due) => timers.at(due, () => assert.fail('cleared')));
  timers.clear();
  for (const timer of queued) timers.cancel(timer);
  clock.advance(10);
  let done = 0;
  timers.at(12, () => done++);
  clock.advance(2);
  assert.equal(done, 1);
});

test('other timers run between many callbacks that are due together', () => {
  const clock = createManualClock();
  const timers = createTimerQueue(clock);
  let done = 0;
  for (let count = 0; count < 100; count++) timers.at(10, () => done++);
  const seen: number[] = [];
  // A timer that represents everything else that waits for its turn.
  const watch = (): void => {
    seen.push(done);
    if (done < 100) clock.timer(0, watch);
  };
  clock.timer(10, watch);
  clock.advance(10);
  assert.equal(done, 100);
  assert.ok(seen.length > 3, `${seen.length} turns`);
});

test('exactly the callbacks that were not cancelled run, in order', () => {
  const step = fc.record({ due: fc.nat(50), cancel: fc.option(fc.nat(), { nil: undefined }), wait: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = createManualClock();
      const timers = createTimerQueue(clock);
      const open = new Map<number, { readonly due: number; readonly timer: QueuedTimer }>();
      const times: number[] = [];
      steps.forEach(({ due, cancel, wait }, id) => {
        const at = Math.max(due, clock.now());
        const timer = timers.at(due, () => {
          assert.ok(open.delete(id), `${id} was cancelled or has already run`);
          times.push(at);
        });
        open.set(id, { due: at, timer });
        const chosen = cancel === undefined ? undefined : [...open][cancel % open.size];
        if (chosen !== undefined) {
          open.delete(chosen[0]);
          timers.cancel(chosen[1].timer);
        }
        clock.advance(wait);
        for (const one of open.values()) assert.ok(one.due > clock.now(), 'late');
      });
      clock.advance(100);
      assert.equal(open.size, 0);
      assert.deepEqual(clock.timers(), []);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    }),
  );
});
