import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluate as evaluateByFeelin } from 'feelin';
import { isFault } from '../../src/common/fault.ts';
import { compileExpression } from '../../src/feel/index.ts';
import { codePoint } from '../support/code-points.ts';
import { evaluate, instant, lookupIn } from './support.ts';

const isJson = (value: unknown): boolean => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint')
    return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  return (prototype === Object.prototype || prototype === null) && Object.values(value as object).every(isJson);
};

const name = fc.constantFrom('a', 'b', 'c', 'order', 'count', 'item', 'missing');

const scalar = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.string({ maxLength: 5 }),
  fc.boolean(),
  fc.constant(null),
);

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const variables = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'order', 'item'), json, {
  maxKeys: 4,
  noNullPrototype: true,
});

const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

/** Random combinations of everything in the grammar. */
const expression = fc.letrec<{ e: string }>((tie) => {
  const e = tie('e');
  return {
    e: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      path,
      fc.constantFrom(
        '1',
        '0',
        '-2.5',
        '"t"',
        '"2026-01-02"',
        'true',
        'null',
        '[]',
        '{}',
        '@"P1D"',
        '@"2026-01-02"',
        'now()',
        '?',
      ),
      fc
        .tuple(e, fc.constantFrom('+', '-', '*', '/', '**', '=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in'), e)
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(e, e, e).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
      fc.tuple(e, e, e).map(([a, b, c]) => `(${a} between ${b} and ${c})`),
      fc.tuple(e, e).map(([a, b]) => `(${a})[${b}]`),
      fc.tuple(e, name).map(([a, key]) => `(${a}).${key}`),
      fc.array(e, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(fc.tuple(name, e), { maxLength: 3 })
        .map((entries) => `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`),
      fc.tuple(name, e, e).map(([n, list, body]) => `(for ${n} in ${list} return ${body})`),
      fc
        .tuple(fc.constantFrom('some', 'every'), name, e, e)
        .map(([kind, n, list, body]) => `(${kind} ${n} in ${list} satisfies ${body})`),
      fc.tuple(name, e, e).map(([n, body, argument]) => `(function(${n}) ${body})(${argument})`),
      fc.tuple(e, e).map(([a, b]) => `(${a} in [${b}..${a}])`),
      fc
        .tuple(
          fc.constantFrom(
            'count',
            'sum',
            'string',
            'number',
            'date',
            'duration',
            'not',
            'is defined',
            'reverse',
            'upper case',
            'to json',
            'get entries',
            'nosuch',
          ),
          e,
        )
        .map(([f, a]) => `${f}(${a})`),
      fc
        .tuple(
          fc.constantFrom(
            'get or else',
            'contains',
            'append',
            'get value',
            'context put',
            'matches',
            'date and time',
            'before',
            'cycle',
            'partition',
          ),
          e,
          e,
        )
        .map(([f, a, b]) => `${f}(${a}, ${b})`),
      fc
        .tuple(e, fc.constantFrom('number', 'list<string>', 'context<a: number>', 'date and time'))
        .map(([a, type]) => `(${a} instance of ${type})`),
    ),
  };
}).e;

const compileOrUndefined = (text: string): ReturnType<typeof compileExpression> | undefined => {
  try {
    return compileExpression(text);
  } catch (error) {
    if (isFault(error, 'feel')) return undefined;
    throw error;
  }
};

test('every text compiles or throws a feel fault', () => {
  const token = fc.constantFrom(
    ...'=()[]{}"\'`.,:+-*/<>!?@#\\ \n'.split(''),
    '..',
    'for',
    'in',
    'return',
    'if',
    'then',
    'else',
    'a',
    'x',
    '1',
    'and',
    'or',
    'not',
    'function',
    'some',
    'date',
    'duration',
    'instance of',
    'between',
    'null',
    '😀',
  );
  const text = fc.oneof(
    fc.string({ unit: codePoint }),
    fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(' ')),
    fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join('')),
    expression.chain((valid) => fc.nat(valid.length).map((cut) => valid.slice(0, cut))),
  );
  let compiled = 0;
  fc.assert(
    fc.property(text, (value) => {
      if (compileOrUndefined(value) !== undefined) compiled++;
    }),
    { numRuns: 1000 },
  );
  // About 60 of the texts are expressions.
  assert.ok(compiled > 20, `only ${compiled} texts compiled`);
});

test('a compiled expression gives JSON or throws a feel fault, whatever the variables', () => {
  let evaluated = 0;
  fc.assert(
    fc.property(expression, variables, (text, values) => {
      const compiled = compileOrUndefined(text);
      if (compiled === undefined) return;
      const asked = new Set<string>();
      try {
        const result = compiled.evaluate(
          (asking) => {
            asked.add(asking);
            return lookupIn(values)(asking);
          },
          { now: () => instant },
        );
        assert.ok(isJson(result));
        evaluated++;
      } catch (error) {
        if (!isFault(error, 'feel')) throw error;
      }
      for (const found of asked) assert.ok(compiled.names.includes(found), `${found} is not among the names`);
    }),
    { numRuns: 1000 },
  );
  assert.ok(evaluated > 200);
});

test('a plain path gives the same value as the general evaluation', () => {
  fc.assert(
    fc.property(path, variables, (text, values) => {
      assert.deepEqual(evaluate(text, values), evaluate(`(${text})`, values));
      assert.deepEqual(evaluate(text, values), evaluate(`[${text}][1]`, values));
    }),
    { numRuns: 500 },
  );
});

// Expressions on which feelin and Camunda agree. They do not on lists of one item (which feelin unwraps), on the order of
// mixed kinds, and on decimals.
const agreed = fc.letrec<{ number: string; truth: string; value: string; whole: string }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small' },
    fc.integer({ min: 0, max: 50 }).map(String),
    fc.constantFrom('a', 'b', 'order.a'),
    fc.tuple(tie('number'), fc.constantFrom('+', '-', '*'), tie('number')).map(([x, sign, y]) => `(${x} ${sign} ${y})`),
    fc.tuple(tie('truth'), tie('number'), tie('number')).map(([x, y, z]) => `(if ${x} then ${y} else ${z})`),
  ),
  truth: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('true', 'false', 'order.yes'),
    fc
      .tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>='), tie('number'))
      .map(([x, sign, y]) => `(${x} ${sign} ${y})`),
    fc.tuple(tie('value'), fc.constantFrom('=', '!='), tie('value')).map(([x, sign, y]) => `(${x} ${sign} ${y})`),
    fc.tuple(tie('truth'), fc.constantFrom('and', 'or'), tie('truth')).map(([x, sign, y]) => `(${x} ${sign} ${y})`),
    fc
      .tuple(tie('number'), tie('number'), tie('number'))
      .map(([x, y, z]) => `(${x} in [min(${y}, ${z})..max(${y}, ${z})])`),
  ),
  value: fc.oneof(
    { depthSize: 'small' },
    tie('number'),
    tie('truth'),
    fc.constantFrom('null', '"t"', 'missing', 'order.missing', 'order.text', '"t" + order.text', 'order.text + 1'),
    fc.tuple(tie('value'), tie('value')).map(([x, y]) => `{p: ${x}, q: ${y}}`),
    fc.tuple(tie('value'), tie('value')).map(([x, y]) => `[${x}, ${y}]`),
  ),
  // Lists that may contain one item are not part of other expressions, so that nothing compares them.
  whole: fc.oneof(
    tie('value'),
    fc.tuple(tie('number'), tie('number')).map(([x, y]) => `[${x}, ${y}, 7][item > ${x}]`),
    fc.tuple(tie('number'), tie('truth')).map(([x, y]) => `(for i in [${x}, 3] return if ${y} then i else i + 1)`),
  ),
}));

test('the results equal those of feelin where feelin agrees with Camunda', () => {
  const number = fc.integer({ min: -50, max: 50 });
  // feelin does not accept an object without a prototype as a context.
  const constraints = { noNullPrototype: true } as const;
  const order = fc.record({ a: number, yes: fc.boolean(), text: fc.string({ maxLength: 3 }) }, constraints);
  const values = fc.record({ a: number, b: number, order }, constraints);
  fc.assert(
    fc.property(agreed.whole, values, (text, context) => {
      // Through JSON text, because feelin can give minus zero.
      const expected = JSON.parse(JSON.stringify(evaluateByFeelin(text, context).value));
      assert.deepEqual(evaluate(text, context), expected);
    }),
    { numRuns: 500 },
  );
});
