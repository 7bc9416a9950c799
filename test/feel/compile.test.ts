import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression, isExpression, parseTemporal, temporalKind } from '../../src/feel/index.ts';
import { evaluate, lookupIn } from './support.ts';

test('an expression starts with =', () => {
  assert.equal(isExpression('=x'), true);
  assert.equal(isExpression('='), true);
  for (const text of ['x', '', ' =x', 'a=b']) assert.equal(isExpression(text), false, text);
});

test('the source is the text without = and whitespace', () => {
  for (const text of ['x + 1', '=x + 1', '= x + 1 ', ' =\n x + 1\n'])
    assert.equal(compileExpression(text).source, 'x + 1');
});

test('the same text is compiled once, and a full cache drops its oldest entry', () => {
  const first = compileExpression('=cached + 1');
  assert.equal(compileExpression('=cached + 1'), first);
  for (let index = 0; index < 2000; index++) compileExpression(`=filler${index}`);
  assert.notEqual(compileExpression('=cached + 1'), first);
});

test('names are the variables that the expression reads', async (t) => {
  const cases: readonly (readonly [text: string, names: readonly string[]])[] = [
    ['1', []],
    ['x', ['x']],
    ['order.customer.name', ['order']],
    ['x + y * x', ['x', 'y']],
    ['`a-b`.c', ['a-b']],
    ['a-b', ['a', 'b']],
    ['count(list)', ['list']],
    ['count(list) + count', ['list', 'count']],
    ['date', ['date']],
    ['date("2026-01-02")', []],
    ['date and time(text)', ['text']],
    ['get or else(x, default)', ['x', 'default']],
    ['custom(x)', ['x']],
    ['f(a: x)', ['x']],
    ['{a: x, b: a + y, c: {d: b}}', ['x', 'y']],
    ['{x: x}', ['x']],
    ['for i in list return i * factor', ['list', 'factor']],
    ['for i in list, j in i.children return j', ['list', 'i']],
    ['for i in i return i', ['i']],
    ['for i in list return partial', ['list']],
    ['partial', ['partial']],
    ['some i in list satisfies i > limit', ['list', 'limit']],
    ['function(a, b) a + b + c', ['c']],
    ['sort(list, function(a, b) a < b)', ['list']],
    ['list[item > limit]', ['list', 'limit']],
    ['list[> limit]', ['list', 'cellInput', 'limit']],
    // Inside a filter, a name can be a key of the item or a variable.
    ['list[price > 1]', ['list', 'price']],
    ['list[item.price > 1].name', ['list']],
    ['item', ['item']],
    ['x in (? > limit, [low..high])', ['x', 'limit', 'low', 'high']],
    ['x between low and high', ['x', 'low', 'high']],
    ['x instance of number', ['x']],
    ['if a then b else c', ['a', 'b', 'c']],
    ['o.f(x)', ['o', 'x']],
  ];
  for (const [text, names] of cases) {
    await t.test(text, () => assert.deepEqual(compileExpression(text).names, names));
  }
});

test('only the names of the expression are looked up', () => {
  const asked = new Set<string>();
  const { names, evaluate: run } = compileExpression(
    '{a: x, b: list[item > y], c: for i in list return i + a, d: count(list)}',
  );
  run((name) => {
    asked.add(name);
    return name === 'list' ? [1, 2] : 1;
  });
  assert.deepEqual([...asked].sort(), ['list', 'x', 'y']);
  assert.deepEqual([...names].sort(), ['list', 'x', 'y']);
});

test('a variable and a function of the same name do not hide each other', () => {
  const variables = {
    date: 'd',
    count: 7,
    string: 's',
    number: 1,
    duration: 'u',
    sum: 3,
    now: 'n',
    list: [1, 2],
    not: 4,
    item: 9,
  };
  assert.deepEqual(
    evaluate(
      '[count(list), count + 1, sum(list), sum, string(number), string, number("2"), duration, now, not(true), not]',
      variables,
    ),
    [2, 8, 3, 3, '1', 's', 2, 'u', 'n', false, 4],
  );
  assert.deepEqual(evaluate('[date, date("2026-01-02"), duration("PT1S"), now()]', variables), [
    'd',
    '2026-01-02',
    'PT1S',
    '2026-01-02T03:04:05Z',
  ]);
  assert.equal(evaluate('count'), null);
  assert.equal(evaluate('date'), null);
  assert.equal(evaluate('count + 1'), null);
  assert.equal(evaluate('item', variables), 9);
});

test('a plain path gives the value itself, not a copy', () => {
  const order = { lines: [{ price: 1 }] };
  assert.equal(evaluate('order', { order }), order);
  assert.equal(evaluate('order.lines', { order }), order.lines);
  assert.equal(
    evaluate('order.id', { order: Object.assign(Object.create(null), { id: 9007199254740993n }) }),
    9007199254740993n,
  );
});

test('an evaluation does not change variables', () => {
  const variables = { list: [3, 1, 2], order: { a: { b: 1 } } };
  const before = structuredClone(variables);
  for (const text of [
    'sort(list, function(a, b) a < b)',
    'append(list, 1)',
    'reverse(list)',
    'context put(order, ["a", "b"], 2)',
    'context merge(order, {a: 1})',
  ]) {
    evaluate(text, variables);
  }
  assert.deepEqual(variables, before);
});

test('supplied functions', async (t) => {
  const functions = {
    shout: Object.assign((text: unknown, sign: unknown = '!') => `${String(text).toUpperCase()}${String(sign)}`, {
      parameters: ['text', 'sign'],
    }),
    kind: (value: unknown) => temporalKind(value) ?? typeof value,
    pause: () => parseTemporal('PT5S'),
    count: () => 'supplied',
    fail: () => {
      throw new Error("Parameter 'code' must be a String");
    },
  };
  const run = (text: string): unknown => evaluate(text, { x: 'a' }, { functions });

  await t.test('receive values', () => assert.equal(run('shout(x)'), 'A!'));
  await t.test('accept named arguments', () => assert.equal(run('shout(sign: "?", text: x)'), 'A?'));
  await t.test('receive null for an omitted named argument, and nothing at the end', () => {
    assert.equal(run('shout(text: x)'), 'A!');
    assert.equal(run('shout(sign: "?")'), 'NULL?');
  });
  await t.test('give null for an unknown argument name', () => assert.equal(run('shout(txt: x)'), null));
  await t.test('receive temporal values as objects', () =>
    assert.deepEqual(run('[kind(@"PT1S"), kind("PT1S"), kind(today()), kind(missing)]'), [
      'days and time duration',
      'string',
      'date',
      'object',
    ]),
  );
  await t.test('can return temporal values', () => assert.deepEqual(run('[pause(), pause() * 2]'), ['PT5S', 'PT10S']));
  await t.test('take precedence over built-in functions', () => assert.equal(run('count([1])'), 'supplied'));
  await t.test('do not include names that objects inherit', () => assert.equal(run('toString()'), null));
  await t.test('fail the evaluation with their message', () =>
    assert.throws(() => run('{a: fail()}'), {
      kind: 'feel',
      message: /fail\(\) failed: Parameter 'code' must be a String/,
    }),
  );
});

test('a supplied function can create and recognise temporal values', () => {
  assert.equal(String(parseTemporal('P1DT2H')), 'P1DT2H');
  assert.equal(temporalKind(parseTemporal('P1M')), 'years and months duration');
  assert.equal(temporalKind(parseTemporal('2026-01-02T03:04:05Z')), 'date and time');
  assert.equal(temporalKind(parseTemporal('10:00:00')), 'time');
  assert.equal(parseTemporal('garbage'), undefined);
  assert.equal(String(parseTemporal('-0001-01-01')), '-0001-01-01');
});

test('now() and today() use the given clock', () => {
  const run = compileExpression('[now(), today()]').evaluate;
  assert.deepEqual(run(lookupIn({}), { now: () => 0 }), ['1970-01-01T00:00:00Z', '1970-01-01']);
  assert.deepEqual(run(lookupIn({}), { now: () => 86_399_999 }), ['1970-01-01T23:59:59.999Z', '1970-01-01']);
});
