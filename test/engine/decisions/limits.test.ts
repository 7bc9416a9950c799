import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileDmn } from '../../../src/engine/decisions/compile-dmn.ts';
import type { DecisionResult } from '../../../src/engine/decisions/types.ts';
import type { Lookup, TimeBudget } from '../../../src/feel/types.ts';
import { context, decision, dmn, fn, literal, model, table } from '../support/dmn.ts';

/** Evaluates the decision `d` within the time that is left to a command. */
const evaluateWithin = async (
  xml: string,
  budget: TimeBudget,
  lookup: Lookup = () => undefined,
  random?: () => number,
): Promise<DecisionResult> => {
  const compiled = await compileDmn('d.dmn', new TextEncoder().encode(xml));
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.problems));
  const d = compiled.requirements.decisions.find(({ id }) => id === 'd');
  assert.ok(d, 'The file has the decision d.');
  return d.evaluate(lookup, random === undefined ? { budget } : { budget, random });
};

/** An expression that would take hours. */
const slow = `matches("${'a'.repeat(40)}!", "(a|aa)+$")`;

const files: readonly (readonly [title: string, xml: string])[] = [
  ['an expression', dmn(decision('d', literal(slow)))],
  ['an input entry', dmn(decision('d', table({ inputs: ['1'], rules: [[`? = 1 and ${slow}`, '1']] })))],
  ['an output entry', dmn(decision('d', table({ inputs: [], rules: [[slow]] })))],
  ['a required decision', dmn(decision('r', literal(slow)), decision('d', literal('r'), { requires: ['r'] }))],
  ['a function', dmn(decision('d', context(['f', fn(['x'], literal(slow))], [undefined, literal('f(1)')])))],
  [
    'a function of another decision',
    dmn(decision('r', literal(`{f: function(x) ${slow}}`)), decision('d', literal('r.f(1)'), { requires: ['r'] })),
  ],
];

describe('a decision that takes too long fails, because of', () => {
  for (const [title, xml] of files) {
    test(title, async () => {
      const budget = { total: 100, left: 100 };
      const { output, failure } = await evaluateWithin(xml, budget);
      assert.equal(output, null);
      assert.match(failure?.reason ?? '', /it takes longer than/);
      assert.ok(budget.left < 100, 'The evaluation used time of its command.');
    });
  }

  test('a business knowledge model, whose failure is null, but not in time', async () => {
    const xml = dmn(
      model('b', 'f', ['x'], literal(slow)),
      decision('r', literal('f(1)'), { knows: ['b'] }),
      decision('d', literal('r'), { requires: ['r'] }),
    );
    const { failure } = await evaluateWithin(xml, { total: 100, left: 100 });
    assert.match(failure?.reason ?? '', /it takes longer than/);
  });
});

test('a business knowledge model is in the trace once for each call, though the expression that calls it starts again', async () => {
  const called = '{one: f(1), two: f(2), loop: count(for i in 1..20000 return i)}';
  const xml = dmn(model('b', 'f', ['x'], literal('x + 1')), decision('d', literal(called), { knows: ['b'] }));
  const { output, evaluated } = await evaluateWithin(xml, { total: 60_000, left: 60_000 });
  assert.deepEqual(output, { one: 2, two: 3, loop: 20_000 });
  assert.deepEqual(
    evaluated.map((each) => [each.id, each.output]),
    [
      ['b', 2],
      ['b', 3],
      ['d', output],
    ],
  );
});

describe('a decision is evaluated once more if the process is stopped meanwhile, with all its time:', () => {
  const required = (text: string): string =>
    dmn(decision('r', literal(text)), decision('d', literal('r + 1'), { requires: ['r'] }));
  const called = dmn(
    model('b', 'f', ['x'], literal('x + a')),
    decision('r', literal('f(1)'), { knows: ['b'] }),
    decision('d', literal('r'), { requires: ['r'] }),
  );
  const cases: readonly (readonly [title: string, xml: string, output: unknown])[] = [
    ['a function', dmn(decision('d', context(['f', fn(['x'], literal('x + a'))], [undefined, literal('f(1)')]))), 2],
    ['a business knowledge model', called, 2],
    [
      'a table',
      dmn(
        decision(
          'd',
          table({
            inputs: ['a', 'a'],
            rules: [
              ['1', '1', '"one"'],
              ['2', '2', '"two"'],
            ],
          }),
        ),
      ),
      'one',
    ],
    ['a loop', required('count(for i in 1..20000 return a)'), 20_001],
    ['a short expression', required('a + 1'), 3],
  ];

  for (const [title, xml, output] of cases) {
    test(title, async (t) => {
      let ahead = 0;
      const now = performance.now.bind(performance);
      t.mock.method(performance, 'now', () => now() + ahead);
      // Longer than a decision may take, and once: the clock goes on, but the process uses no time of the CPU.
      const lookup: Lookup = (name) => {
        if (name !== 'a') return undefined;
        ahead = 100_000;
        return 1;
      };
      const result = await evaluateWithin(xml, { total: 60_000, left: 60_000 }, lookup);
      assert.equal(result.failure, undefined);
      assert.deepEqual(result.output, output);
      const ids = result.evaluated.map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)], 'Each decision is in the trace once.');
    });
  }

  test('a wait, after which it gets the same random numbers', async () => {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    let reads = 0;
    const lookup: Lookup = (name) => {
      if (name !== 'a') return undefined;
      reads += 1;
      if (reads === 1) Atomics.wait(cell, 0, 0, 10_000);
      return reads;
    };
    const numbers = [0.1, 0.2];
    const xml = dmn(
      decision('d', context(['f', fn(['x'], literal('x + a'))], [undefined, literal('[random number(), f(1)]')])),
    );
    const result = await evaluateWithin(xml, { total: 300, left: 300 }, lookup, () => numbers.shift() ?? 1);
    // A slow machine may begin again more often, and draw more numbers: the first one stays.
    assert.deepEqual([result.failure, (result.output as readonly unknown[])[0]], [undefined, 0.1]);
    assert.ok(reads >= 2, `a was read ${reads} times.`);
  });
});
