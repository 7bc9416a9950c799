/** What the benchmark reports of its figures. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Bar, barsTable, enoughRounds, verdict } from '../../bench/bars.ts';
import { countIn } from '../../bench/instructions.ts';
import { type Figure, figureOf } from '../../bench/measure.ts';
import { jobsAtHalfLoad, type Lap, usualLap } from '../../bench/race.ts';
import { conditionsOf, pickupTable, raceBars, raceTable, ratio, values } from '../../bench/race-report.ts';

const rounds = (count: number, value: number): Figure => figureOf(Array.from({ length: count }, () => value));

const lap = (round: number, jobsPerSecond: number, more: Partial<Lap> = {}): Lap => ({
  ...{ round, jobsPerSecond, cpuPerJob: 1e6 / jobsPerSecond, gatewayShare: 0.3, othersShare: 0, rss: 1e8 },
  ...{ idle: { jobsPerSecond: 67, cpuPerJob: 900, median: 0.5, p99: 1 }, wrong: 0, left: 0 },
  ...more,
});

suite('a figure', () => {
  const cases: readonly (readonly [readonly number[], number])[] = [
    [[7], 7],
    [[10, 2], 6],
    [[3, 100, 1], 3],
    [[4, 1, 3, 100], 3.5],
  ];
  for (const [values, median] of cases) {
    test(`of ${values} has the median ${median}`, () => {
      const [least, most] = [Math.min(...values), Math.max(...values)];
      assert.deepEqual(figureOf(values), { median, least, most, count: values.length });
    });
  }

  test('needs a measurement', () => {
    assert.throws(() => figureOf([]), { message: 'No measurement was made.' });
  });
});

suite('bars', () => {
  const bar = (wanted: Bar['wanted'], measured: Figure | string): Bar => ({
    what: 'it',
    wanted,
    required: 1.5,
    measured,
  });

  const cases: readonly (readonly [Bar, string])[] = [
    [bar('at least', rounds(enoughRounds, 1.5)), 'met'],
    [bar('at least', rounds(enoughRounds, 1.4)), 'missed by 0.10'],
    [bar('at most', rounds(enoughRounds, 1.5)), 'met'],
    [bar('at most', rounds(enoughRounds, 1.75)), 'missed by 0.25'],
    [bar('at least', rounds(3, 2)), 'met so far (3 rounds)'],
    [bar('at most', rounds(1, 1)), 'met so far (1 round)'],
    [bar('at most', rounds(4, 2)), 'missed by 0.50 so far (4 rounds)'],
    [bar('at most', 'not measured'), 'not measured'],
  ];
  for (const [given, result] of cases) {
    const { measured } = given;
    const what = typeof measured === 'string' ? measured : `${measured.median} in ${measured.count} rounds`;
    test(`${given.wanted} 1.5, ${what}: ${result}`, () => assert.equal(verdict(given), result));
  }

  test('a bar without a figure has a dash in its place', () => {
    assert.match(barsTable([bar('at most', 'not measured')]), /\| it \| at most 1\.5 \| – \| not measured \|$/);
  });

  test('the unit stands behind both numbers', () => {
    const text = barsTable([{ ...bar('at most', rounds(5, 0.5)), unit: '%' }]);
    assert.match(text, /\| at most 1\.5 % \| 0\.50 \(0\.50 to 0\.50\) % \| met \|$/);
  });
});

suite('ratios', () => {
  test('compare laps of the same round only', () => {
    const own = [lap(1, 200), lap(3, 900), lap(4, 100)];
    const others = [lap(1, 100), lap(2, 1), lap(3, 300)];
    assert.deepEqual(ratio(own, others, values.speed), { median: 2.5, least: 2, most: 3, count: 2 });
  });

  test('are undefined without a common round or without the value', () => {
    assert.equal(ratio([lap(1, 1)], [lap(2, 1)], values.speed), undefined);
    assert.equal(ratio([lap(1, 1)], [lap(1, 1)], values.pickupAtHalfLoad), undefined);
  });
});

suite('the tables of a race', () => {
  const halfLoad = { jobsPerSecond: 50, cpuPerJob: 200, median: 0.4, p99: 2 };
  const laps = new Map([
    ['bare', [lap(1, 100, { halfLoad })]],
    ['ours', [lap(1, 200, { halfLoad: { ...halfLoad, cpuPerJob: 100, p99: 1 } })]],
    ['slower', [lap(1, 80, { halfLoad: { ...halfLoad, jobsPerSecond: 40 } })]],
    ['slow', [lap(1, 10)]],
  ]);

  test('have a column of instructions only if they could be counted', () => {
    assert.doesNotMatch(raceTable(laps, 'bare'), /instructions/);
    const counted = new Map([...laps, ['counted', [lap(1, 100, { instructionsPerJob: 250_000 })]]]);
    assert.match(raceTable(counted, 'bare'), /\| thousand instructions per job \|/);
    assert.match(raceTable(counted, 'bare'), /\| counted \|.*\| 250 \|/);
  });

  test('show half load, compare it where the rates are the same, and have a dash for a client that is too slow for it', () => {
    const lines = pickupTable(laps, 'bare').split('\n');
    assert.equal(
      lines[3],
      '| ours | 1.00 (1.00 to 1.00) | 0.50 | 1.00 | 1.00 (1.00 to 1.00) | 0.50 (0.50 to 0.50) | 0.40 | 1.00 | 0.50 (0.50 to 0.50) | 100 | 50.0 |',
    );
    assert.equal(lines[4], '| slower | 1.00 (1.00 to 1.00) | 0.50 | 1.00 | – | – | 0.40 | 2.00 | – | 200 | 40.0 |');
    assert.equal(lines[5], '| slow | 1.00 (1.00 to 1.00) | 0.50 | 1.00 | – | – | – | – | – | – | – |');
  });

  test('leave the bar against Java open where its client did not take part', () => {
    const bars = raceBars(laps, { ours: 'ours', bare: 'bare', worker: 'slow' });
    const results = Object.fromEntries(bars.map((bar) => [bar.what.replace(/, relative to/, ':'), verdict(bar)]));
    assert.deepEqual(results, {
      'jobs/s with streaming: the bare client': 'met so far (1 round)',
      'CPU per job with streaming: the bare client': 'met so far (1 round)',
      'median pickup latency with streaming: the bare client': 'met so far (1 round)',
      'CPU per job with streaming: a warm worker in Java': 'not measured',
      "jobs/s with streaming: the SDK's createWorker": 'met so far (1 round)',
    });
  });

  test('say how busy the machine was, and how many rounds a bar needs', () => {
    assert.equal(
      conditionsOf(laps),
      'Other programs had 0.00 % of one core (0.00 to 0.00) during the laps, so the machine was idle otherwise.\nBars count as met after 5 rounds; this report has 1.',
    );
    const once = new Map([['bare', [0, 0, 1.3].map((othersShare, index) => lap(index + 1, 100, { othersShare }))]]);
    assert.match(
      conditionsOf(once),
      /^Other programs had 0\.00 % .* so the machine was idle otherwise during most laps, but not/,
    );
    const five = new Map([['bare', [1, 2, 3, 4, 5].map((round) => lap(round, 100, { othersShare: 1.2 }))]]);
    assert.match(conditionsOf(five), /^Other programs had 120 % .* so the machine was busy: [^\n]*$/);
  });
});

suite('half load', () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ['a fast client gets jobs for two seconds', 4_000, 8_000],
    ['a slower one gets a thousand', 200, 1_000],
    ['one that would take longer than ten seconds gets none', 99, 0],
  ];
  for (const [title, jobsPerSecond, jobs] of cases) {
    test(title, () => assert.equal(jobsAtHalfLoad(jobsPerSecond, usualLap.halfLoad), jobs));
  }
});

suite('the output of perf', () => {
  const cases: readonly (readonly [string, number | string])[] = [
    ['11250326,,instructions:u,1000000,100.00,,\n', 11_250_326],
    ['<not supported>,,instructions:u,0,100.00,,\n', '<not supported>'],
    ['\n12,,instructions:u,1,100.00,0.5,insn per cycle\n', 12],
    ['Error:\nNo permission to enable instructions:u event.', 'No permission to enable instructions:u event.'],
  ];
  for (const [output, count] of cases) {
    test(`has ${count}`, () => assert.equal(countIn(output), count));
  }
});
