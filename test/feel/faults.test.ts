import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../src/common/fault.ts';
import { compileExpression } from '../../src/feel/index.ts';
import { evaluate } from './support.ts';

const faultOf = (
  act: () => unknown,
): Error & { readonly position?: { readonly line: number; readonly column: number } } => {
  try {
    act();
  } catch (error) {
    assert.ok(isFault(error, 'feel'), `not a feel fault: ${String(error)}`);
    return error;
  }
  return assert.fail('Nothing was thrown.');
};

test('a syntax fault names the position and what is expected there', async (t) => {
  const cases: readonly (readonly [text: string, line: number, column: number, message: RegExp])[] = [
    ['', 1, 1, /it is empty/],
    ['=', 1, 1, /it is empty/],
    ['  = ', 1, 1, /it is empty/],
    ['// only this', 1, 1, /only a comment/],
    ['1 +', 1, 4, /the text ends: an operand is missing/],
    ['x > ', 1, 4, /the text ends: a value to compare with/],
    ['[1, 2', 1, 6, /the text ends: .*`\]`/],
    ['{a: 1', 1, 6, /the text ends: .*`}`/],
    ['{a: }', 1, 5, /unexpected "}": the entry needs a value/],
    ['(1 + 2', 1, 7, /the text ends: a `\)` is expected/],
    ['count(1', 1, 8, /the text ends: .*`\)`/],
    ['order.', 1, 7, /the text ends: a name is expected/],
    ['if a then b', 1, 12, /`if a then b else c`/],
    ['for x in list', 1, 14, /`for x in list return y`/],
    ['some x in list', 1, 15, /satisfies/],
    ['1 2', 1, 3, /unexpected "2": the expression should have ended/],
    ['{\n  a: 1,\n  b: 2 +\n}', 4, 1, /unexpected "}": an operand is missing/],
    ['"abc', 1, 1, /the string is not closed/],
    ["'abc'", 1, 1, /double quotes/],
    ['`abc', 1, 1, /the name is not closed/],
    ['a == b', 1, 4, /one `=` and a left side/],
    ['==a', 1, 1, /one `=` and a left side/],
    ['a && b', 1, 3, /not FEEL/],
    ['a || b', 1, 3, /not FEEL/],
    ['!a', 1, 1, /`!` is not FEEL/],
    ['first name', 1, 7, /unexpected "name": the expression should have ended here/],
    ['1 /* note', 1, 3, /the comment is not closed/],
    ['5 % 2', 1, 3, /`%` is not FEEL/],
    ['#', 1, 1, /unexpected "#"/],
    ['function(a) external {java: {}}', 1, 1, /external functions are not supported/],
  ];
  for (const [text, line, column, message] of cases) {
    await t.test(JSON.stringify(text), () => {
      const fault = faultOf(() => compileExpression(text));
      assert.match(fault.message, message);
      assert.deepEqual(fault.position, { line, column });
      assert.match(fault.message, new RegExp(`Where: line ${line}, column ${column}\\n`));
      assert.match(fault.message, /Fix: /);
    });
  }
});

test('a caret marks the position, also in a long line', () => {
  assert.match(faultOf(() => compileExpression('ab + + ')).message, /\nab \+ \+\n +\^\n/);
  const { message } = faultOf(() => compileExpression(`[${'1, '.repeat(200)}#]`));
  const lines = message.split('\n');
  const caret = lines.findIndex((line) => /^ *\^$/.test(line));
  assert.equal(lines[caret - 1]![lines[caret]!.length - 1], '#');
  assert.ok(lines[caret - 1]!.length <= 120);
});

test('a text that nests too deeply gives a fault that says so', () => {
  assert.equal(evaluate(`1${' + 1'.repeat(500)}`), 501);
  for (const text of [`1${' + 1'.repeat(30_000)}`, `${'('.repeat(3000)}1${')'.repeat(3000)}`]) {
    assert.match(faultOf(() => compileExpression(text)).message, /nests too deeply/);
  }
});

test('a failed assertion fails the evaluation', () => {
  assert.match(
    faultOf(() => evaluate('assert(x, x != null)')).message,
    /an assertion does not hold\.\nWhere: assert\(x, x != null\)/,
  );
  assert.match(
    faultOf(() => evaluate('{a: assert(x, x > 5, "x is too small")}', { x: 1 })).message,
    /does not hold: x is too small\./,
  );
  assert.match(faultOf(() => evaluate('assert(x, null)')).message, /an assertion does not hold/);
});

test('`?` without a tested value fails the evaluation', () => {
  assert.match(faultOf(() => evaluate('? > 5')).message, /`\?` stands for a tested value/);
});

test('a function in the result is rejected with its path', async (t) => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['function(a) a', /its result is a function/],
    ['{a: [0, function() 1]}', /its result at \["a"\]\[1\] is a function/],
    ['context put({}, "f", function(a) a)', /its result at \["f"\] is a function/],
    ['x', /./],
  ];
  for (const [text, message] of cases.slice(0, -1)) {
    await t.test(text, () => assert.match(faultOf(() => evaluate(text)).message, message));
  }
});

test('values without a JSON form are rejected', () => {
  assert.match(faultOf(() => evaluate('{a: x}', { x: Symbol('s') })).message, /its result at \["a"\] has no JSON form/);
  assert.equal(evaluate('[x]', { x: Number.NaN })?.toString(), '');
});

test('no fault quotes the value of a variable', () => {
  const secret = 's3cr3t-value';
  const cases = ['assert(x, x = 1)', '{a: x.f()}', '[function(a) x]', 'for i in 1..10000000 return x'];
  for (const text of cases) {
    const fault = faultOf(() => evaluate(text, { x: secret }));
    for (const shown of [fault.message, fault.stack ?? '', String(fault.cause ?? '')]) {
      assert.ok(!shown.includes(secret), `${text}: ${shown}`);
    }
    assert.ok(fault.message.includes(text), fault.message);
  }
});

test('an endless evaluation is stopped', () => {
  for (const text of [
    'for i in 1..1000000000000 return i',
    'for i in 1..10000, j in 1..10000 return 1',
    'count(for i in 1..3000 return count(partial)) + count(for i in 1..4000 return partial)',
  ]) {
    assert.match(faultOf(() => evaluate(text)).message, /takes more than 5000000 steps/);
  }
});

test('a fault shortens a long expression', () => {
  const { message } = faultOf(() => evaluate(`assert(1, false) + ${'1 + '.repeat(500)}1`));
  assert.ok(message.length < 500);
});
