import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decision, dmn, literal, model, table } from '../support/dmn.ts';
import { evaluate, failureOf, outputOf, problemsOf } from './support.ts';

const idsOf = async (xml: string, variables = {}): Promise<readonly string[]> =>
  (await evaluate(xml, variables)).evaluated.map(({ id }) => id);

describe('required decisions', () => {
  test('are evaluated before the decision, in document order (case 273)', async () => {
    const xml = dmn(
      decision('price', literal('p * 2')),
      decision('tax', literal('p / 10')),
      decision('d', literal('price + tax'), { requires: ['price', 'tax'] }),
    );
    assert.equal(await outputOf(xml, { p: 10 }), 21);
    assert.deepEqual(await idsOf(xml, { p: 10 }), ['price', 'tax', 'd']);
  });

  test('are read by the name of their variable, or else by their id (case 274)', async () => {
    const base = (variable?: { readonly name: string }): string =>
      decision('base', literal('5'), { ...(variable && { variable }) });
    const both = decision('d', literal('[v, base]'), { requires: ['base'] });
    assert.deepEqual(await outputOf(dmn(base({ name: 'v' }), both)), [5, null]);
    assert.deepEqual(await outputOf(dmn(base(), both)), [null, 5]);
    const quoted = decision('d', literal('`my v` + 1'), { requires: ['base'] });
    assert.equal(await outputOf(dmn(base({ name: 'my v' }), quoted)), 6);
  });

  test('hide variables of the same name (case 275)', async () => {
    const xml = dmn(decision('r', literal('5')), decision('d', literal('r'), { requires: ['r'] }));
    assert.equal(await outputOf(xml, { r: 99 }), 5);
  });

  test('are evaluated once for each decision that requires them (case 276)', async () => {
    const xml = dmn(
      decision('base', literal('1')),
      decision('a', literal('base'), { requires: ['base'] }),
      decision('b', literal('base'), { requires: ['base'] }),
      decision('d', literal('a + b'), { requires: ['b', 'a'] }),
    );
    assert.deepEqual(await idsOf(xml), ['base', 'b', 'base', 'a', 'd']);
  });

  test('do not see each other, and are not seen through another', async () => {
    const xml = dmn(
      decision('base', literal('1')),
      decision('mid', literal('base + 1'), { requires: ['base'] }),
      decision('d', literal('[base, mid]'), { requires: ['mid'] }),
    );
    assert.deepEqual(await outputOf(xml), [null, 2]);
  });

  test('keep temporal values', async () => {
    const xml = dmn(
      decision('base', literal('date("2026-01-01")')),
      decision('d', literal('base + duration("P1D")'), { requires: ['base'] }),
    );
    assert.equal(await outputOf(xml), '2026-01-02');
  });

  test('that fail end the evaluation: the failed one is the last in the trace', async () => {
    const xml = dmn(
      decision('fine', literal('1')),
      decision('bad', literal('assert(1, false)')),
      decision('d', literal('bad'), { requires: ['fine', 'bad'] }),
    );
    const { evaluated, failure } = await evaluate(xml);
    assert.equal(failure?.decisionId, 'bad');
    assert.deepEqual(
      evaluated.map(({ id, output }) => [id, output]),
      [
        ['fine', 1],
        ['bad', null],
      ],
    );
  });

  test('that do not exist are refused', async () => {
    assert.deepEqual(await problemsOf(dmn(decision('d', literal('1'), { requires: ['nope'] }))), [
      { element: 'd', text: 'It requires the decision "#nope", which does not exist in the file.' },
    ]);
    const input = '<inputData id="i" name="i"/>';
    assert.equal((await problemsOf(dmn(input, decision('d', literal('1'), { requires: ['i'] })))).length, 1);
  });

  test('in a circle are refused (case 277)', async () => {
    const circle = dmn(
      decision('a', literal('1'), { requires: ['b'] }),
      decision('b', literal('1'), { requires: ['a'] }),
      decision('outside', literal('1'), { requires: ['a'] }),
    );
    assert.deepEqual(await problemsOf(circle), [
      { element: 'a', text: 'It requires itself in a circle, through "b". Remove a requirement.' },
      { element: 'b', text: 'It requires itself in a circle, through "a". Remove a requirement.' },
    ]);
    assert.equal((await problemsOf(dmn(decision('d', literal('1'), { requires: ['d'] })))).length, 1);
  });

  test('that double with each level end with a failure, not with the memory', async () => {
    const levels = Array.from({ length: 40 }, (_, level) =>
      level === 0
        ? decision('l0', literal('1'))
        : decision(`l${level}`, literal('1'), { requires: [`l${level - 1}`, `l${level - 1}`] }),
    );
    const { failure, evaluated } = await evaluate(dmn(...levels), {}, 'l39');
    // Whichever limit is reached first; the time is only on a very slow machine.
    assert.match(failure?.reason ?? '', /more than 10000 decisions|it takes longer than 3 s/);
    assert.ok(evaluated.length < 10_100, `There are ${evaluated.length} entries.`);
  });

  test('in a chain of thousands are evaluated, or fail', async () => {
    const chain = Array.from({ length: 5000 }, (_, at) =>
      decision(`c${at}`, literal('1'), at === 0 ? {} : { requires: [`c${at - 1}`] }),
    );
    const { output, failure } = await evaluate(dmn(...chain), {}, 'c4999');
    assert.ok(output === 1 || failure?.reason === 'its requirements nest too deeply', failure?.reason);
  });
});

describe('the type of a decision’s variable (case 278)', () => {
  const typed = (typeRef: string, text: string): string =>
    dmn(decision('d', literal(text), { variable: { name: 'v', typeRef } }));

  const right: readonly (readonly [string, string])[] = [
    ['number', '1.5'],
    ['number', 'null'],
    ['feel:number', '1'],
    ['string', '"x"'],
    ['boolean', 'true'],
    ['date', 'date("2026-01-01")'],
    ['time', 'time("10:00:00")'],
    ['dateTime', 'date and time("2026-01-01T00:00:00Z")'],
    ['dayTimeDuration', 'duration("PT1H")'],
    ['yearMonthDuration', 'duration("P1Y")'],
  ];
  for (const [type, text] of right) {
    test(`${type} accepts ${text}`, async () => {
      assert.equal((await evaluate(typed(type, text))).failure, undefined);
    });
  }

  const wrong: readonly (readonly [string, string, string])[] = [
    ['number', '"x"', 'string'],
    ['number', '[1]', 'list'],
    ['feel:number', '"x"', 'string'],
    ['string', '1', 'number'],
    ['boolean', '1', 'number'],
    ['date', '"2026-01-01"', 'string'],
    ['date', 'date and time("2026-01-01T00:00:00")', 'date and time'],
    ['yearMonthDuration', 'duration("PT1H")', 'days and time duration'],
  ];
  for (const [type, text, found] of wrong) {
    test(`${type} refuses ${text}`, async () => {
      const expected = `expected '${type.replace('feel:', '')}' but found a ${found}`;
      assert.equal(await failureOf(typed(type, text)), expected);
    });
  }

  for (const type of ['foo', 'Number', 'integer', 'ns:number', 'date and time', '']) {
    test(`'${type}' is not checked`, async () => {
      assert.equal(await outputOf(typed(type, '"x"')), 'x');
    });
  }

  test('the types of inputs, outputs and literal expressions are not checked', async () => {
    assert.equal(await outputOf(dmn(decision('d', literal('"x"', { typeRef: 'number' })))), 'x');
    const out = table({ rules: [['-', '"x"']] }).replace('<output ', '<output typeRef="number" ');
    assert.equal(await outputOf(dmn(decision('d', out))), 'x');
  });
});

describe('business knowledge models', () => {
  const f = model('b', 'f', ['x'], literal('x + 1'));
  const using = (text: string, knows: readonly string[] = ['b']): string => decision('d', literal(text), { knows });

  test('are functions by their name (case 280)', async () => {
    assert.equal(await outputOf(dmn(f, using('f(2)'))), 3);
    assert.equal(await outputOf(dmn(model('b', 'f', ['x', 'y'], literal('x - y')), using('f(y: 1, x: 5)'))), 4);
    assert.equal(await outputOf(dmn(model('b', 'my f', ['x'], literal('x')), using('`my f`(2)'))), 2);
    assert.equal(await outputOf(dmn(model('b', 'count', ['list'], literal('42')), using('count([1])'))), 42);
  });

  const asNull: readonly (readonly [title: string, xml: string])[] = [
    ['with other arguments', dmn(f, using('f(2, 3)'))],
    ['by its id', dmn(f, using('b(2)'))],
    ['that is not required', dmn(f, using('f(2)', []))],
    [
      'that another one requires',
      dmn(model('c', 'g', ['y'], literal('y')), model('b', 'f', ['x'], literal('g(x)'), ['c']), using('g(2)')),
    ],
    ['with an argument of the wrong type', dmn(model('b', 'f', ['x:number'], literal('x')), using('f("s")'))],
    ['that fails', dmn(model('b', 'f', ['x'], literal('assert(x, false)')), using('f(1)'))],
    ['without logic', dmn('<businessKnowledgeModel id="b" name="f"/>', using('f(1)'))],
  ];
  for (const [title, xml] of asNull) {
    test(`a call of one ${title} gives null`, async () => {
      assert.equal(await outputOf(xml), null);
    });
  }

  test('see the variables, but not the results of required decisions', async () => {
    const sees = model('b', 'f', ['x'], literal('[x, v, r]'));
    const xml = dmn(
      sees,
      decision('r', literal('100')),
      decision('d', literal('f(2)'), { requires: ['r'], knows: ['b'] }),
    );
    assert.deepEqual(await outputOf(xml, { v: 10 }), [2, 10, null]);
  });

  test('can require others, and are in the trace', async () => {
    const nested = dmn(
      model('c', 'g', ['y'], literal('y * 2')),
      model('b', 'f', ['x'], literal('g(x) + 1'), ['c']),
      using('f(2)'),
    );
    assert.equal(await outputOf(nested), 5);
    assert.deepEqual(await idsOf(nested), ['c', 'b', 'd']);
  });

  test('can contain a decision table, and be called in the entries of one', async () => {
    const size = model(
      'b',
      'f',
      ['x'],
      table({
        rules: [
          ['> 1', '"big"'],
          ['<= 1', '"small"'],
        ],
      }),
    );
    assert.equal(await outputOf(dmn(size, using('f(2)'))), 'big');
    const caller = decision('d', table({ inputs: ['f(x)'], rules: [['f(1)', 'f(5)']] }), { knows: ['b'] });
    assert.equal(await outputOf(dmn(f, caller), { x: 1 }), 6);
    assert.equal(await outputOf(dmn(f, caller), { x: 2 }), null);
  });

  test('in a circle are refused', async () => {
    const circle = dmn(
      model('c', 'g', [], literal('1'), ['b']),
      model('b', 'f', [], literal('1'), ['c']),
      using('f()'),
    );
    assert.deepEqual(
      (await problemsOf(circle)).map(({ element }) => element),
      ['c', 'b'],
    );
  });

  test('that no decision requires are not read', async () => {
    assert.equal(await outputOf(dmn(model('b', 'f', [], literal('1 +')), decision('d', literal('1')))), 1);
  });
});

test('a literal expression with a missing variable gives null (case 279)', async () => {
  assert.equal(await outputOf(dmn(decision('d', literal('a + b'))), { a: 1, b: 2 }), 3);
  assert.equal(await outputOf(dmn(decision('d', literal('a + b'))), { a: 1 }), null);
});
