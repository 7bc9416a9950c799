import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTime } from '../../src/common/clock.ts';

/** A machine whose times a test moves. */
const setUp = ({ resolution = 10 } = {}) => {
  let steady = 500;
  let date = 1_900_000_000_000;
  let uptime = 7_000_000;
  let asked = 0;
  const now = createTime({
    steady: () => steady,
    date: () => date,
    uptime: () => {
      asked += 1;
      return Math.floor(uptime / resolution) * resolution;
    },
  });
  return {
    now,
    asked: () => asked,
    run: (milliseconds: number) => {
      steady += milliseconds;
      date += milliseconds;
      uptime += milliseconds;
    },
    sleep: (milliseconds: number) => {
      date += milliseconds;
      uptime += milliseconds;
    },
    setDate: (by: number) => {
      date += by;
    },
  };
};

test('the time runs on while the machine sleeps', () => {
  const { now, run, sleep } = setUp();
  assert.equal(now(), 500);
  run(1_000);
  assert.equal(now(), 1_500);
  sleep(60_000);
  assert.equal(now(), 61_500);
  run(10);
  sleep(3_600_000);
  run(10);
  assert.equal(now(), 3_661_520);
});

for (const by of [3_600_000, -7_200_000, 999, -999]) {
  test(`setting the clock by ${by} ms does not move the time`, () => {
    const { now, run, setDate } = setUp();
    run(1_000);
    setDate(by);
    assert.equal(now(), 1_500);
    run(1_000);
    assert.equal(now(), 2_500);
  });
}

test('the time never goes back, although the uptime is in whole seconds', () => {
  const { now, run, sleep, setDate } = setUp({ resolution: 1_000 });
  let before = now();
  for (let round = 0; round < 200; round += 1) {
    run(373);
    if (round % 7 === 0) sleep(1_000 * (round % 11));
    if (round % 5 === 0) setDate(round % 2 === 0 ? 5_000 : -5_000);
    const time = now();
    assert.ok(time >= before, `round ${round}`);
    before = time;
  }
});

test('the uptime, which is slow to read, is asked only if the time of day has jumped', () => {
  const { now, run, sleep, asked } = setUp();
  for (let round = 0; round < 100; round += 1) {
    run(50);
    now();
  }
  assert.equal(asked(), 1);
  sleep(10_000);
  now();
  now();
  assert.equal(asked(), 2);
});
