import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestClock } from '../../src/engine/host/test-clock.ts';

/** An object with due times, like an engine. */
const createSchedule = (clock: ReturnType<typeof createTestClock>, ...dueTimes: number[]) => {
  const left = [...dueTimes].sort((a, b) => a - b);
  const fired: { due: number; at: number }[] = [];
  const leave = clock.onAdvance(
    () => {
      while (left[0] !== undefined && left[0] <= clock.now())
        fired.push({ due: left.shift() as number, at: clock.now() });
    },
    () => left[0],
  );
  return { fired, left, leave };
};

test('the clock stands still until it is advanced', () => {
  const clock = createTestClock(5000);
  assert.equal(clock.now(), 5000);
  clock.advance(250);
  assert.equal(clock.now(), 5250);
  clock.advance(0);
  assert.equal(clock.now(), 5250);
});

test('the default start is the same in every run', () => {
  assert.equal(createTestClock().now(), createTestClock().now());
  assert.notEqual(createTestClock().now() % 1000, 0);
});

test('everything that falls due during an advance fires in order, at its own due time', () => {
  const clock = createTestClock(1000);
  const one = createSchedule(clock, 1300, 1100, 5000);
  const other = createSchedule(clock, 1200);
  const times: number[] = [];
  clock.onAdvance(() => times.push(clock.now()));
  clock.advance(1000);
  assert.deepEqual(one.fired, [
    { due: 1100, at: 1100 },
    { due: 1300, at: 1300 },
  ]);
  assert.deepEqual(other.fired, [{ due: 1200, at: 1200 }]);
  assert.deepEqual(one.left, [5000]);
  assert.deepEqual(times, [1000, 1100, 1200, 1300, 2000]);
});

test('items that are scheduled during an advance fire as well', () => {
  const clock = createTestClock(0);
  const at: number[] = [];
  let due: number | undefined = 10;
  clock.onAdvance(
    () => {
      if (due === undefined || due > clock.now()) return;
      at.push(clock.now());
      due = at.length < 3 ? due + 10 : undefined;
    },
    () => due,
  );
  clock.advance(100);
  assert.deepEqual(at, [10, 20, 30]);
});

test('an item that stays due does not stop the clock', () => {
  const clock = createTestClock(0);
  clock.onAdvance(
    () => {},
    () => 0,
  );
  clock.advance(50);
  assert.equal(clock.now(), 50);
});

test('an unsubscribed listener is not called', () => {
  const clock = createTestClock(0);
  const schedule = createSchedule(clock, 10);
  schedule.leave();
  clock.advance(20);
  assert.deepEqual(schedule.fired, []);
});

test('a clock that runs follows real time, and stands still when it is paused', () => {
  const clock = createTestClock(1000);
  const changes: boolean[] = [];
  clock.onAdvance(() => changes.push(clock.running));
  clock.run();
  clock.run();
  const began = clock.now();
  const until = performance.now() + 5;
  while (performance.now() < until);
  assert.ok(clock.now() >= began + 4, 'time has passed');
  clock.pause();
  clock.pause();
  const paused = clock.now();
  const later = performance.now() + 5;
  while (performance.now() < later);
  assert.equal(clock.now(), paused);
  assert.deepEqual(changes, [true, false]);
});

test('a clock that runs can be advanced: due times on the way are exact, and it runs on', () => {
  const clock = createTestClock(1000);
  const { fired } = createSchedule(clock, 500_000, 700_000);
  clock.run();
  clock.advance(1_000_000);
  assert.deepEqual(fired, [
    { due: 500_000, at: 500_000 },
    { due: 700_000, at: 700_000 },
  ]);
  assert.equal(clock.running, true);
  assert.ok(clock.now() >= 1_001_000, 'the clock has jumped');
  clock.pause();
});

test('advanceTo moves the clock to a time, and never back', () => {
  const clock = createTestClock(1000);
  clock.advanceTo(5000);
  assert.equal(clock.now(), 5000);
  clock.advanceTo(5000);
  for (const bad of [4999, 5000.5, Number.NaN, -1]) assert.throws(() => clock.advanceTo(bad), TypeError);
  assert.equal(clock.now(), 5000);
  clock.run();
  clock.advanceTo(1);
  clock.pause();
  assert.ok(clock.now() >= 5000, 'a running clock does not go back either');
});

for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`advance(${bad}) and a start of ${bad} are rejected`, () => {
    assert.throws(() => createTestClock(bad), TypeError);
    assert.throws(() => createTestClock(0).advance(bad), TypeError);
  });
}
