/** No expression hangs or ends the process: one that takes too long or produces too much gives a fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../src/common/fault.ts';
import { compileExpression, createTimeBudget, refill, withTimeLimit } from '../../src/feel/index.ts';

const evaluate = (text: string, longest?: number): unknown =>
  compileExpression(text).evaluate(() => undefined, longest === undefined ? {} : { longest });

const faultOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(isFault(error, 'feel'), `not a feel fault: ${String(error)}`);
    return error.message;
  }
  return assert.fail('Nothing was thrown.');
};

const rounds = (write: (index: number) => string): readonly string[] =>
  Array.from({ length: 40 }, (_, index) => write(index));

/** A context in which each entry is built from the entry before it. */
const chain = (first: string, next: (previous: string) => string): string =>
  `{x0: ${first}, ${rounds((index) => `x${index + 1}: ${next(`x${index}`)}`).join(', ')}}`;

const large = /it produces a value that is too large/;
const steps = /more than 5000000 steps/;

const tooMuch: readonly (readonly [text: string, message: RegExp])[] = [
  [chain('[1]', (x) => `[${x}, ${x}]`), large],
  [chain('{}', (x) => `{a: ${x}, b: ${x}}`), large],
  [`string(${chain('[1]', (x) => `[${x}, ${x}]`)}.x40)`, large],
  [`to json(${chain('[1]', (x) => `[${x}, ${x}]`)}.x40)`, large],
  [`flatten(${chain('[1]', (x) => `[${x}, ${x}]`)}.x40)`, large],
  [chain('[1]', (x) => `concatenate(${x}, ${x})`), steps],
  [chain('"abcdefgh"', (x) => `${x} + ${x}`), steps],
  [chain('"abcdefgh"', (x) => `string join([${x}, ${x}])`), steps],
  ['for i in 1..1000000000000 return i', steps],
  ['for i in 1..3000000 return {a: i, b: i}', steps],
  ['sum(for a in 1..3000, b in 1..3000 return a * b)', steps],
  ['for i in 1..100000 return partial', steps],
];

for (const [text, message] of tooMuch) {
  test(`${text.slice(0, 60)} is rejected`, () => {
    assert.match(
      faultOf(() => evaluate(text, 60_000)),
      message,
    );
  });
}

const runaway = '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"';

const tooLong: readonly string[] = [
  `matches(${runaway}, "^(a+)+$")`,
  `matches(pattern: "^(a+)+$", input: ${runaway})`,
  `replace(${runaway}, "(a|aa)+$", "x")`,
  `split(${runaway}, "(a*)*b")`,
  `extract(${runaway}, "(a*)*b")`,
  `{p: "(a*)*b", r: matches(${runaway}, p)}`,
  `${chain('[1]', (x) => `[${x}, ${x}]`).slice(0, -1)}, r: x40 = x40}.r`,
  `for a in [[1]] return ${rounds(() => 'for a in [[a, a]] return ').join('')}a = a`,
  '{all: for i in 1..40 return if i = 1 then [1] else [partial[-1], partial[-1]], r: all[-1] = all[-1]}.r',
  'some i in 1..100000 satisfies count(distinct values(for j in 1..3000 return {j: j})) = i',
];

for (const text of tooLong) {
  test(`${text.slice(0, 60)} is stopped at the time limit`, () => {
    assert.match(
      faultOf(() => evaluate(text, 100)),
      /it takes longer than 0\.1 s/,
    );
  });
}

test('evaluations share a budget: one that is used up stops the next long one, but no short one', () => {
  const budget = createTimeBudget(100);
  const within = (text: string, longest = 60_000): unknown =>
    compileExpression(text).evaluate(() => undefined, { budget, longest });
  const slow = tooLong[0]!;
  assert.match(
    faultOf(() => within(slow, 20)),
    /it takes longer than 0\.02 s/,
  );
  // The timer that stops an evaluation may be early by a fraction of a millisecond.
  assert.ok(budget.left < 90, 'the time of an evaluation that was stopped counts');
  const together = /it takes longer than 0\.1 s, together with the expressions before it/;
  assert.match(
    faultOf(() => within(slow)),
    together,
  );
  assert.ok(budget.left < 5, 'the budget is used up');
  assert.match(
    faultOf(() => within(slow)),
    together,
  );
  assert.equal(within('1 + 1'), 2);
  assert.equal(within('matches("ab", "^a.$")', 60_000), true);
  refill(budget);
  assert.equal(budget.left, 100);
});

test('evaluations that cannot take long do not count', () => {
  const budget = createTimeBudget(100);
  for (let round = 0; round < 100; round += 1) {
    compileExpression('=1 + 2 * 3').evaluate(() => undefined, { budget });
  }
  assert.equal(budget.left, 100);
});

test('an evaluation that was stopped does not affect others', () => {
  faultOf(() => evaluate(tooLong[0]!, 20));
  assert.equal(evaluate('matches("ab", "^(a|b)+$")'), true);
  assert.deepEqual(evaluate('for i in 1..3 return i'), [1, 2, 3]);
});

test('a loop that takes longer than its trial gives the same result', () => {
  assert.equal(evaluate('sum(for i in 1..9000 return i)'), 40_504_500);
  assert.equal(evaluate('sum(for i in 1..90000 return i)', 60_000), 4_050_045_000);
  assert.equal(evaluate('count((for i in 1..90000 return {n: i})[n > 89990])', 60_000), 10);
});

test('a loop that takes longer than its trial draws each random number once, and tells that it starts again', () => {
  const numbers = [0.1, 0.2, 0.3, 0.4];
  let restarts = 0;
  const options = {
    random: () => numbers.shift() ?? assert.fail('Too many numbers were drawn.'),
    onRestart: () => {
      restarts += 1;
    },
    longest: 60_000,
  };
  const loop = 'for i in 1..20000 return i';
  const text = `[random number(), random number(), count(${loop}), random number()]`;
  const result = compileExpression(text).evaluate(() => undefined, options);
  assert.deepEqual([result, numbers, restarts], [[0.1, 0.2, 20_000, 0.3], [0.4], 1]);
});

test('a call that was stopped instead of working is made again, and one that works too long is not', () => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let calls = 0;
  const late = (): Error => new Error('late');
  const stopped = (): number => {
    calls += 1;
    if (calls === 1) Atomics.wait(cell, 0, 0, 10_000);
    return calls;
  };
  assert.equal(withTimeLimit(200, stopped, late), 2);
  const idle = (): unknown => Atomics.wait(cell, 0, 0, 10_000);
  assert.throws(() => withTimeLimit(50, idle, late), /late/);
  assert.throws(
    () =>
      withTimeLimit(
        50,
        () => {
          for (;;);
        },
        late,
      ),
    /late/,
  );
});

test('an error inside a loop passes the time limit unchanged', () => {
  assert.match(
    faultOf(() => evaluate('for i in [1] return assert(i, false, "as asked")')),
    /an assertion does not hold: as asked/,
  );
});

test('a text that the parser cannot handle gives a fault and is not parsed again', () => {
  const text = '{a:'.repeat(3_000);
  const first = faultOf(() => compileExpression(text));
  assert.match(first, /does not parse/);
  let again: unknown;
  try {
    compileExpression(text);
  } catch (error) {
    again = error;
  }
  assert.throws(
    () => compileExpression(text),
    (error) => error === again,
  );
});

test('items of large lists are not compared one by one', () => {
  assert.equal(evaluate('count(distinct values(for i in 1..100000 return i))', 60_000), 100_000);
  assert.equal(evaluate('count(duplicate values(for i in 1..100000 return modulo(i, 50000)))', 60_000), 50_000);
  assert.equal(evaluate('count(union(for i in 1..50000 return i, for i in 1..50000 return i))', 60_000), 50_000);
  assert.deepEqual(evaluate('mode(for i in 1..300000 return if i > 299998 then 7 else i)', 60_000), [7]);
});

test('equal values of all kinds are found', () => {
  assert.deepEqual(
    evaluate('distinct values([1, 1.0, "1", true, true, null, null, [1], [1], {a: 1}, {a: 1}, @"P1D", @"PT24H"])'),
    [1, '1', true, null, [1], { a: 1 }, 'P1D'],
  );
  assert.deepEqual(evaluate('duplicate values([1, 2, 1, null, null, {a: 1}, "x", {a: 1.0}])'), [1, null, { a: 1 }]);
  assert.deepEqual(evaluate('distinct values([9007199254740993, 9007199254740993, 10**20, 10**20])'), [
    9_007_199_254_740_993n,
    1e20,
  ]);
});
