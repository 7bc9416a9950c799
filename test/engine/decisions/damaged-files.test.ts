import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileDmn } from '../../../src/engine/decisions/compile-dmn.ts';
import { context, decision, dmn, fn, invocation, list, literal, model, relation, table } from '../support/dmn.ts';

const whole = dmn(
  model('b', 'f', ['x:number'], literal('x + 1')),
  decision(
    'base',
    table({
      hitPolicy: 'COLLECT',
      aggregation: 'SUM',
      rules: [
        ['> 1, < 0', '2'],
        ['-', '3'],
      ],
    }),
    {
      variable: { name: 'v', typeRef: 'number' },
    },
  ),
  decision('boxed', context(['g', fn(['y'], literal('y'))], ['l', list(literal('1'))], [undefined, literal('g(1)')])),
  decision('rows', relation(['a'], [literal('1')])),
  decision('call', invocation('f', { x: literal('v') }), { requires: ['base'], knows: ['b'], versionTag: 'v1' }),
);

/** A part of the file replaced by another part of it, or by other characters. */
const damaged = fc
  .tuple(
    fc.nat(whole.length),
    fc.nat(60),
    fc.oneof(
      fc.tuple(fc.nat(whole.length), fc.nat(120)).map(([from, length]) => whole.slice(from, from + length)),
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        '<',
        '>',
        '"',
        '&',
        '</',
        '/>',
        '<text>',
        '</decision>',
        ' id="d"',
        '\u0000',
        'href="#call"',
        '=',
        '()',
      ),
    ),
  )
  .map(([from, length, text]) => whole.slice(0, from) + text + whole.slice(from + length));

test('a damaged file compiles, or is refused with its problems; its decisions are evaluated, or fail', async () => {
  const seen = { accepted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(damaged, async (xml) => {
      const compiled = await compileDmn('d.dmn', new TextEncoder().encode(xml));
      if (!compiled.ok) {
        seen.refused += 1;
        assert.ok(compiled.problems.length > 0, 'A refusal needs a reason.');
        for (const { element, text } of compiled.problems) {
          assert.ok(element !== '' && text !== '', 'A problem needs an element and a text.');
        }
        return;
      }
      seen.accepted += 1;
      for (const { evaluate } of compiled.requirements.decisions) {
        const { output, failure } = evaluate(() => undefined, {});
        assert.ok(failure === undefined || output === null, 'A failed decision has no output.');
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(seen.accepted > 0 && seen.refused > 0, 'Both must occur.');
});

test('bytes that are not text are refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const compiled = await compileDmn('d.dmn', bytes);
      assert.equal(compiled.ok, false);
    }),
    { numRuns: 200 },
  );
});

test('deep nesting is refused or read', async () => {
  const depth = 3000;
  const deep = dmn(decision('d', `${'<list>'.repeat(depth)}${literal('1')}${'</list>'.repeat(depth)}`));
  const compiled = await compileDmn('d.dmn', new TextEncoder().encode(deep));
  assert.ok(compiled.ok || compiled.problems.length === 1, 'There is one reason at most.');
  if (!compiled.ok) return;
  const { output, failure } = compiled.requirements.decisions[0]!.evaluate(() => undefined, {});
  assert.ok(Array.isArray(output) || failure !== undefined, 'The decision gives a list, or fails.');
});
