import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decision, dmn, table } from '../support/dmn.ts';
import { failureOf, outputOf, problemsOf } from './support.ts';

const file = (entry: string, input = 'x'): string =>
  dmn(decision('d', table({ inputs: [input], rules: [[entry, '"match"']] })));

const matches = async (entry: string, x: unknown): Promise<boolean> => {
  const output = await outputOf(file(entry), { x, limit: 7 });
  assert.ok(output === null || output === 'match', `The output is ${output}.`);
  return output === 'match';
};

describe('an input entry', () => {
  const cases: readonly (readonly [entry: string, input: unknown, expected: boolean, number: number])[] = [
    ['> 5, < 3', 2, true, 269],
    ['> 5, < 3', 4, false, 269],
    ['> 5, < 3', 7, true, 269],
    ['-', 1, true, 270],
    ['', 1, true, 270],
    [' - ', 1, true, 270],
    ['null', null, true, 270],
    ['not("a","b")', 'c', true, 270],
    ['not("a","b")', 'a', false, 270],
    ['[1..3]', 2, true, 270],
    ['[1..3]', 4, false, 270],
    ['? > 1 and ? < 9', 5, true, 270],
    ['? > 1 and ? < 9', 9, false, 270],
    ['limit', 7, true, 270],
    ['[1,2]', 2, true, 270],
    ['[1,2]', 3, false, 270],
    ['"x"', 5, false, 272],
    ['5 + "a"', 5, false, 272],
    ['nothing', 5, false, 272],
    ['nothing', null, true, 272],
    ['{a: 1}', 5, false, 272],
    ['string length(?)', 3, false, 272],
    ['true', 1, false, 272],
    ['?', true, true, 272],
    ['contains(?, "a")', 'cat', true, 270],
    ['x = 1', 1, true, 270],
  ];
  for (const [entry, input, expected, number] of cases) {
    const verb = expected ? 'matches' : 'does not match';
    test(`\`${entry}\` ${verb} ${JSON.stringify(input)} (case ${number})`, async () => {
      assert.equal(await matches(entry, input), expected);
    });
  }

  test('compares temporal values', async () => {
    const entry = file('< date("2026-01-02")', 'date(x)');
    assert.equal(await outputOf(entry, { x: '2026-01-01' }), 'match');
    assert.equal(await outputOf(entry, { x: '2026-01-02' }), null);
  });

  test('that fails makes the decision fail', async () => {
    assert.match(
      await failureOf(file('assert(?, false)'), { x: 5 }),
      /^failed to evaluate expression 'assert\(\?, false\)'/,
    );
    assert.equal(await outputOf(file('5, assert(?, false)'), { x: 5 }), 'match');
  });
});

test('a missing input is null: `-` matches, `< 5` does not (case 271)', async () => {
  assert.equal(await outputOf(file('-')), 'match');
  assert.equal(await outputOf(file('-', 'x.y')), 'match');
  assert.equal(await outputOf(file('< 5')), null);
});

test('the entries of a rule are tested from left to right up to the first that does not match', async () => {
  const two = dmn(decision('d', table({ inputs: ['x', 'y'], rules: [['2', 'assert(?, false)', '1']] })));
  assert.equal(await outputOf(two, { x: 1, y: 1 }), null);
  assert.match(await failureOf(two, { x: 2, y: 1 }), /assert/);
});

test('missing entries of a rule match, and surplus ones are ignored', async () => {
  const rule = (entries: string): string =>
    dmn(
      decision(
        'd',
        table({ inputs: ['x', 'y'] }).replace('</decisionTable>', `<rule>${entries}</rule></decisionTable>`),
      ),
    );
  const entry = '<inputEntry><text>1</text></inputEntry>';
  const output = '<outputEntry><text>"match"</text></outputEntry>';
  assert.equal(await outputOf(rule(`${entry}${output}`), { x: 1, y: 9 }), 'match');
  assert.equal(await outputOf(rule(`${entry.repeat(3)}${output}${output}`), { x: 1, y: 1 }), 'match');
});

test('a table without inputs or rules is evaluated', async () => {
  assert.equal(await outputOf(dmn(decision('d', table({ inputs: [], rules: [['1']] })))), 1);
  assert.equal(await outputOf(dmn(decision('d', table({})))), null);
});

test('an entry that does not parse is refused', async () => {
  for (const entry of ['> >', 'not(-)', '1,-', '= 5']) {
    const [problem, second] = await problemsOf(file(entry));
    assert.equal(problem?.element, 'rule1 > unaryTests');
    assert.match(problem.text, /^The FEEL expression does not parse/);
    assert.equal(second, undefined);
  }
});
