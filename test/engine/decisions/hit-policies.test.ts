import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decision, dmn, type TableOptions, table } from '../support/dmn.ts';
import { evaluate, failureOf, outputOf, problemsOf } from './support.ts';

const one = { x: 1 };
const file = (options: TableOptions): string => dmn(decision('d', table(options)));

/** Rules that all match 1, with these output entries. */
const rules = (...outputs: readonly (string | readonly string[])[]): readonly (readonly string[])[] =>
  outputs.map((output) => ['1', ...(typeof output === 'string' ? [output] : output)]);

const letters = rules('"a"', '"b"', '"c"');
const values = ['"c","a","b"'];

/** What each hit policy makes of three, one and no matching rule. */
const policies: readonly (readonly [name: string, options: TableOptions, three: unknown, single: unknown])[] = [
  ['FIRST', { hitPolicy: 'FIRST' }, 'a', 'a'],
  ['RULE ORDER', { hitPolicy: 'RULE ORDER' }, ['a', 'b', 'c'], ['a']],
  ['COLLECT', { hitPolicy: 'COLLECT' }, ['a', 'b', 'c'], ['a']],
  ['COLLECT with COUNT', { hitPolicy: 'COLLECT', aggregation: 'COUNT' }, 3, 1],
  ['PRIORITY', { hitPolicy: 'PRIORITY', values }, 'c', 'a'],
  ['PRIORITY without values', { hitPolicy: 'PRIORITY' }, 'a', 'a'],
  ['OUTPUT ORDER', { hitPolicy: 'OUTPUT ORDER', values }, ['c', 'a', 'b'], ['a']],
  [
    'OUTPUT ORDER with blanks between the values',
    { hitPolicy: 'OUTPUT ORDER', values: ['"c", "b" , "a"'] },
    ['c', 'b', 'a'],
    ['a'],
  ],
  ['OUTPUT ORDER without values', { hitPolicy: 'OUTPUT ORDER' }, ['a', 'b', 'c'], ['a']],
  ['OUTPUT ORDER with an unlisted value', { hitPolicy: 'OUTPUT ORDER', values: ['"c","b"'] }, ['c', 'b', 'a'], ['a']],
];

for (const [name, options, three, single] of policies) {
  test(`${name}: three matching rules, one, and none (cases 263, 264 and 265)`, async () => {
    assert.deepEqual(await outputOf(file({ ...options, rules: letters }), one), three);
    assert.deepEqual(await outputOf(file({ ...options, rules: rules('"a"') }), one), single);
    assert.equal(await outputOf(file({ ...options, rules: rules('"a"') }), { x: 2 }), null);
  });
}

describe('UNIQUE', () => {
  const dish = file({ inputs: ['season'], outputs: ['dish'], rules: [['"Winter"', '"Stew"']] });

  test('gives the output of the rule that matches, or null (case 259)', async () => {
    assert.equal(await outputOf(dish, { season: 'Winter' }), 'Stew');
    assert.equal(await outputOf(dish, { season: 'Summer' }), null);
  });

  test('is the default, and fails for two rules, even with equal outputs (case 261)', async () => {
    for (const outputs of [rules('"a"', '"b"'), rules('"a"', '"a"')]) {
      for (const hitPolicy of [{}, { hitPolicy: 'UNIQUE' }]) {
        const reason = await failureOf(file({ ...hitPolicy, rules: outputs }), one);
        assert.equal(reason, "multiple values aren't allowed for UNIQUE hit policy, but the rules 1, 2 match");
      }
    }
  });

  test('ignores an aggregation', async () => {
    assert.equal(await outputOf(file({ hitPolicy: 'UNIQUE', aggregation: 'SUM', rules: rules('"a"') }), one), 'a');
  });
});

describe('ANY', () => {
  const any = { hitPolicy: 'ANY' };

  test('gives equal outputs of several rules once (case 262)', async () => {
    assert.equal(await outputOf(file({ ...any, rules: rules('"a"', '"a"') }), one), 'a');
    const two = { ...any, outputs: ['o', 'p'], rules: rules(['"a"', '1'], ['"a"', '1.0']) };
    assert.deepEqual(await outputOf(file(two), one), { o: 'a', p: 1 });
  });

  test('fails for different outputs, also for a date and its text (case 262)', async () => {
    for (const outputs of [rules('"a"', '"b"'), rules('date("2026-01-01")', '"2026-01-01"')]) {
      const reason = await failureOf(file({ ...any, rules: outputs }), one);
      assert.equal(reason, "different values aren't allowed for ANY hit policy, but the rules 1, 2 match");
    }
  });
});

describe('FIRST', () => {
  test('fails if an entry of a later rule fails (case 263)', async () => {
    const later = [
      ['1', '"a"'],
      ['assert(?, false)', '"b"'],
    ];
    assert.match(await failureOf(file({ hitPolicy: 'FIRST', rules: later }), one), /assert\(\?, false\)/);
  });

  test('does not evaluate the outputs of later rules', async () => {
    const { output, evaluated } = await evaluate(
      file({ hitPolicy: 'FIRST', rules: rules('"a"', 'assert(x, false)') }),
      one,
    );
    assert.equal(output, 'a');
    assert.deepEqual(
      evaluated[0]?.matchedRules.map(({ ruleIndex }) => ruleIndex),
      [1],
    );
  });
});

describe('COLLECT with an aggregation', () => {
  const collect = (aggregation: string, ...outputs: readonly string[]): string =>
    file({ hitPolicy: 'COLLECT', aggregation, rules: rules(...outputs) });

  for (const [aggregation, expected] of [
    ['SUM', 0.6],
    ['MIN', 0.1],
    ['MAX', 0.3],
    ['COUNT', 3],
  ] as const) {
    test(`${aggregation} of 0.3, 0.1 and 0.2 is ${expected}; of nothing it is null (case 265)`, async () => {
      assert.equal(await outputOf(collect(aggregation, '0.3', '0.1', '0.2'), one), expected);
      assert.equal(await outputOf(collect(aggregation, '0.3'), { x: 2 }), null);
    });
  }

  test('SUM of 100 and 200 is 300 (case 265)', async () => {
    assert.equal(await outputOf(collect('SUM', '100', '200'), one), 300);
  });

  test('SUM, MIN and MAX need numbers; COUNT does not (case 266)', async () => {
    for (const aggregation of ['SUM', 'MIN', 'MAX']) {
      assert.equal(await failureOf(collect(aggregation, '1', '"b"'), one), 'expected number but found a string');
      assert.equal(await failureOf(collect(aggregation, '1', 'null'), one), 'expected number but found a null');
    }
    assert.equal(await outputOf(collect('COUNT', '1', '"b"'), one), 2);
  });

  test('allows only one output (case 267)', async () => {
    const [problem] = await problemsOf(
      file({ hitPolicy: 'COLLECT', aggregation: 'SUM', outputs: ['o', 'p'], rules: rules(['1', '2']) }),
    );
    assert.deepEqual(problem, {
      element: 'd > decisionTable',
      text: 'The hit policy COLLECT with SUM allows only one output, but there are 2.',
    });
  });
});

describe('outputs', () => {
  test('several make an object with their names (case 260)', async () => {
    const two = file({ outputs: ['name', 'price'], rules: rules(['"Stew"', '12.5']) });
    assert.deepEqual(await outputOf(two, one), { name: 'Stew', price: 12.5 });
  });

  test('several need names (case 267)', async () => {
    const found = await problemsOf(file({ outputs: ['o', undefined], rules: rules(['1', '2']) }));
    assert.deepEqual(found, [
      { element: 'out2', text: 'The output has no name. If there are several outputs, each one needs a name.' },
    ]);
    assert.deepEqual(await problemsOf(file({ outputs: [undefined], rules: rules('1') })), []);
  });

  test('PRIORITY compares the outputs from left to right', async () => {
    const two: TableOptions = {
      outputs: ['o', 'p'],
      values: ['"b","a"', '1,2'],
      rules: rules(['"a"', '2'], ['"b"', '2'], ['"b"', '1']),
    };
    assert.deepEqual(await outputOf(file({ ...two, hitPolicy: 'PRIORITY' }), one), { o: 'b', p: 1 });
    assert.deepEqual(await outputOf(file({ ...two, hitPolicy: 'OUTPUT ORDER' }), one), [
      { o: 'b', p: 1 },
      { o: 'b', p: 2 },
      { o: 'a', p: 2 },
    ]);
  });

  test('the default entries are the output if no rule matches (case 268)', async () => {
    const none = { x: 2 };
    assert.equal(await outputOf(file({ defaults: ['"x"'], rules: rules('1') }), none), 'x');
    assert.equal(await outputOf(file({ hitPolicy: 'COLLECT', defaults: ['"x"'], rules: rules('1') }), none), 'x');
    const two = { outputs: ['o', 'p'], rules: rules(['1', '2']) };
    assert.deepEqual(await outputOf(file({ ...two, defaults: ['"a"', 'x + 1'] }), none), { o: 'a', p: 3 });
    assert.equal(await outputOf(file({ ...two, defaults: ['"a"'] }), none), 'a');
  });
});

test('the trace has the inputs and the matched rules, also of a table that fails', async () => {
  const { evaluated, failure } = await evaluate(file({ rules: rules('"a"', '"b"') }), one);
  assert.equal(failure?.decisionId, 'd');
  const outputs = (value: string) => [{ id: 'out1', name: 'out', value }];
  assert.deepEqual(evaluated, [
    {
      id: 'd',
      name: 'Decision d',
      type: 'DECISION_TABLE',
      output: null,
      inputs: [{ id: 'in1', name: 'Input 1', value: 1 }],
      matchedRules: [
        { ruleId: 'rule1', ruleIndex: 1, outputs: outputs('a') },
        { ruleId: 'rule2', ruleIndex: 2, outputs: outputs('b') },
      ],
    },
  ]);
});
