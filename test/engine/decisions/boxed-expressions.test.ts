import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { context, decision, dmn, fn, invocation, list, literal, model, relation, table } from '../support/dmn.ts';
import { evaluate, failureOf, outputOf, problemsOf } from './support.ts';

const d = (logic: string, knows: readonly string[] = []): string => decision('d', logic, { knows });
const bad = literal('assert(1, false)');

describe('a context', () => {
  test('gives its entries; each one sees those before it', async () => {
    assert.deepEqual(await outputOf(dmn(d(context(['a', literal('1')], ['b', literal('a + 1')])))), { a: 1, b: 2 });
    assert.deepEqual(await outputOf(dmn(d(context(['my a', literal('1')], ['b', literal('`my a` + 1')])))), {
      'my a': 1,
      b: 2,
    });
    assert.deepEqual(await outputOf(dmn(d(context(['a', literal('1')], ['a', literal('a + 1')])))), { a: 2 });
  });

  test('gives its last entry if that has no name', async () => {
    const sum = context(['a', literal('1')], ['b', literal('2')], [undefined, literal('a + b')]);
    assert.equal(await outputOf(dmn(d(sum))), 3);
  });

  test('contains other logic, of which only the decision is in the trace', async () => {
    const nested = dmn(d(context(['a', literal('1')], ['t', table({ inputs: ['a'], rules: [['1', '"yes"']] })])));
    const { output, evaluated } = await evaluate(nested);
    assert.deepEqual(output, { a: 1, t: 'yes' });
    assert.deepEqual(
      evaluated.map(({ id, type }) => [id, type]),
      [['d', 'CONTEXT']],
    );
  });

  test('contains functions, which later entries call', async () => {
    const calling = (body: string, text: string, parameters = ['x']): string =>
      dmn(d(context(['k', literal('3')], ['f', fn(parameters, literal(body))], [undefined, literal(text)])));
    assert.equal(await outputOf(calling('x * k', 'f(4)')), 12);
    assert.equal(await outputOf(calling('x - y', 'f(y: 1, x: 3)', ['x', 'y'])), 2);
    assert.equal(await outputOf(calling('2', 'f()', [])), 2);
    assert.equal(await outputOf(calling('x', 'f()')), null);
    assert.equal(await outputOf(calling('x', 'f("a")', ['x:number'])), null);
    assert.equal(await outputOf(calling('assert(x, false)', 'f(1)')), null);
  });

  test('fails with an entry, and has no functions in its result', async () => {
    assert.match(await failureOf(dmn(d(context(['a', bad])))), /assert/);
    assert.deepEqual(await outputOf(dmn(d(context(['f', fn(['x'], literal('x'))], ['a', literal('f(1)')])))), { a: 1 });
  });
});

test('a list and a relation', async () => {
  assert.deepEqual(await outputOf(dmn(d(list(literal('1'), literal('a'), list(literal('2'))))), { a: 5 }), [1, 5, [2]]);
  assert.deepEqual(await outputOf(dmn(d(list()))), []);
  const rows = relation(
    ['a', 'b'],
    [literal('1'), literal('2')],
    [literal('3'), table({ inputs: [], rules: [['4']] })],
  );
  assert.deepEqual(await outputOf(dmn(d(rows))), [
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ]);
  assert.match(await failureOf(dmn(d(list(literal('1'), bad)))), /assert/);
});

describe('an invocation', () => {
  const f = model('b', 'f', ['x'], literal('x + 1'));

  test('calls a business knowledge model', async () => {
    const xml = dmn(f, d(invocation('f', { x: literal('a * 2') }), ['b']));
    const { output, evaluated } = await evaluate(xml, { a: 5 });
    assert.equal(output, 11);
    assert.deepEqual(
      evaluated.map(({ id, type }) => [id, type]),
      [
        ['b', 'LITERAL_EXPRESSION'],
        ['d', 'INVOCATION'],
      ],
    );
  });

  test('reads what has no binding outside, also the results of required decisions', async () => {
    const sees = model('b', 'f', ['x'], literal('[x, y, r]'));
    const caller = decision('d', invocation('f', { y: literal('2') }), { requires: ['r'], knows: ['b'] });
    assert.deepEqual(await outputOf(dmn(sees, decision('r', literal('100')), caller), { x: 77 }), [77, 2, 100]);
  });

  test('fails with what it calls, and with an argument of the wrong type', async () => {
    const failing = dmn(model('b', 'f', ['x'], bad), d(invocation('f', { x: literal('1') }), ['b']));
    assert.match(await failureOf(failing), /assert/);
    const typed = dmn(model('b', 'f', ['x:number'], literal('x')), d(invocation('f', { x: literal('"s"') }), ['b']));
    assert.equal(await failureOf(typed), "expected 'number' but found a string");
  });

  test('names a required business knowledge model, with literal expressions as arguments', async () => {
    const found = await problemsOf(dmn(f, d(invocation('f', { x: table({ inputs: [], rules: [['1']] }) }))));
    assert.deepEqual(
      found.map(({ text }) => text),
      [
        'No required business knowledge model has the name "f". Add a knowledge requirement.',
        'The value of a parameter must be a literal expression, but is a <decisionTable>.',
      ],
    );
  });
});

test('a business knowledge model contains other logic', async () => {
  const bodies: readonly (readonly [string, unknown])[] = [
    [context(['a', literal('x')]), { a: 2 }],
    [list(literal('x')), [2]],
    [relation(['a'], [literal('x')]), [{ a: 2 }]],
  ];
  for (const [body, expected] of bodies) {
    assert.deepEqual(await outputOf(dmn(model('b', 'f', ['x'], body), d(literal('f(2)'), ['b']))), expected);
  }
});

test('a required decision can give a function, or a context with one', async () => {
  const caller = (text: string): string => decision('d', literal(text), { requires: ['r'] });
  assert.equal(await outputOf(dmn(decision('r', literal('function(x) x * 2')), caller('r(4)'))), 8);
  assert.equal(await outputOf(dmn(decision('r', literal('{f: function(x) x * 2}')), caller('r.f(4)'))), 8);
});
