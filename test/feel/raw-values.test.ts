/** The results of expressions as FEEL values, and functions that are FEEL values. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileExpression, functionOf, isFunction, kindOf, toJson } from '../../src/feel/index.ts';

const nothing = (): undefined => undefined;

describe('value() keeps the kind of the result', () => {
  const kinds: readonly (readonly [text: string, kind: string])[] = [
    ['date("2026-01-01")', 'date'],
    ['@"10:00:00"', 'time'],
    ['@"2026-01-01T10:00:00Z" + @"PT1H"', 'date and time'],
    ['duration("PT1H")', 'days and time duration'],
    ['duration("P1Y")', 'years and months duration'],
    ['function(x) x', 'function'],
    ['1 + 1', 'number'],
    ['"a"', 'string'],
    ['nothing', 'null'],
    ['a.b', 'null'],
    ['{a: date("2026-01-01")}.a', 'date'],
    ['[date("2026-01-01")][1]', 'date'],
  ];
  for (const [text, kind] of kinds) {
    test(`${text} is a ${kind}`, () => {
      assert.equal(kindOf(compileExpression(text).value(nothing)), kind);
    });
  }
});

test('an expression reads a value of another one as a variable', () => {
  const day = compileExpression('date("2026-01-01")').value(nothing);
  const next = compileExpression('day + duration("P1D")');
  assert.equal(
    next.evaluate((name) => (name === 'day' ? day : undefined)),
    '2026-01-02',
  );
  const same = compileExpression('day').value(() => day);
  assert.equal(toJson(same), '2026-01-01');
});

test('value() fails where evaluate() fails, with the reason and the expression', () => {
  const expression = compileExpression('assert(x, false)');
  for (const run of [expression.value, expression.evaluate]) {
    assert.throws(
      () => run(nothing),
      (error: Error & { reason?: string; expression?: string }) => {
        assert.equal(error.expression, 'assert(x, false)');
        assert.ok(error.message.includes(error.reason ?? 'no reason'), error.message);
        return true;
      },
    );
  }
});

describe('a function that is a FEEL value', () => {
  const double = functionOf({ parameters: ['n'], call: ([n]) => (n as number) * 2 });
  const run = (text: string, functions = { double }): unknown =>
    compileExpression(text).evaluate(nothing, { functions });

  test('is called by position and by name', () => {
    assert.equal(run('double(4)'), 8);
    assert.equal(run('double(n: 4)'), 8);
    assert.equal(run('double(double(1))'), 4);
  });

  test('is not called with other arguments', () => {
    assert.equal(run('double(1, 2)'), null);
    assert.equal(run('double(m: 1)'), null);
  });

  test('hides the function of FEEL with its name only for calls with its parameters', () => {
    const count = functionOf({ parameters: ['list'], call: () => 42 });
    const abs = functionOf({ parameters: ['a', 'b'], call: () => 42 });
    const functions = { count, abs } as unknown as { double: typeof double };
    assert.equal(run('count([1])', functions), 42);
    assert.equal(run('abs(-1)', functions), 1);
  });

  test('can come from an expression', () => {
    const triple = compileExpression('function(x) x * 3').value(nothing);
    assert.ok(isFunction(triple), 'The result is a function.');
    assert.equal(run('double(2)', { double: triple }), 6);
  });
});
