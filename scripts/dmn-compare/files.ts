/** Random DMN files: two decisions, of which one requires the other and a business knowledge model. */
import fc from 'fast-check';
import {
  context,
  decision,
  dmn,
  invocation,
  list,
  literal,
  model,
  relation,
  table,
} from '../../test/engine/support/dmn.ts';
import { render, samples, tests, trees } from '../feel-fuzz/grammar.ts';
import type { Question } from './judge.ts';

const expression: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '1',
      '2',
      '"a"',
      '"b"',
      'null',
      'x',
      'y',
      'r',
      'v',
      'f(x)',
      'x + 1',
      'assert(x, x != null)',
    ),
  },
  { weight: 1, arbitrary: trees.map(render) },
);

const entry: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '-',
      '',
      '1',
      '2',
      '"a"',
      '> 1',
      '<= 2',
      '1, 2',
      'not(1)',
      '[1..3]',
      'x',
      '? = y',
      'null',
      'f(?) = 2',
    ),
  },
  { weight: 1, arbitrary: tests.map(render) },
);

const hitPolicy = fc.constantFrom(
  undefined,
  'UNIQUE',
  'ANY',
  'FIRST',
  'RULE ORDER',
  'COLLECT',
  'PRIORITY',
  'OUTPUT ORDER',
);

const decisionTable: fc.Arbitrary<string> = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 4 }))
  .chain(([inputs, outputs, rules]) => {
    const both = (count: number, text: fc.Arbitrary<string>) => fc.array(text, { minLength: count, maxLength: count });
    const rule = fc
      .tuple(both(inputs, entry), both(outputs, expression))
      .map(([tests_, results]) => [...tests_, ...results]);
    return fc
      .record({
        // Ids are unique in a file.
        prefix: fc.nat().map((number) => `t${number}-`),
        hitPolicy,
        aggregation: fc.constantFrom(undefined, undefined, 'SUM', 'MIN', 'MAX', 'COUNT'),
        inputs: both(inputs, expression),
        outputs: fc.constant(['o', 'p'].slice(0, outputs)),
        rules: fc.array(rule, { minLength: rules, maxLength: rules }),
        defaults: fc.option(both(outputs, expression), { nil: [] }),
        values: fc.constantFrom([], ['"b","a"'], ['2,1', '"a","b"']),
      })
      .map(({ hitPolicy: policy, aggregation, ...rest }) =>
        table({
          ...(policy === undefined ? {} : { hitPolicy: policy }),
          ...(aggregation === undefined ? {} : { aggregation }),
          ...rest,
        }),
      );
  });

const logic: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: decisionTable },
  { weight: 2, arbitrary: expression.map((text) => literal(text)) },
  {
    weight: 1,
    arbitrary: fc.tuple(expression, expression).map(([a, b]) => context(['a', literal(a)], ['b', literal(b)])),
  },
  { weight: 1, arbitrary: fc.tuple(expression, decisionTable).map(([a, b]) => list(literal(a), b)) },
  {
    weight: 1,
    arbitrary: fc.tuple(expression, expression).map(([a, b]) => relation(['a', 'b'], [literal(a), literal(b)])),
  },
  { weight: 1, arbitrary: expression.map((x) => invocation('f', { x: literal(x) })) },
);

const type = fc.constantFrom(undefined, undefined, undefined, 'number', 'string', 'boolean', 'date', 'Any');

/** Camunda's engine gets variables as Java objects, which lose the name of a zone, and functions altogether. */
const written: readonly string[] = Object.values(samples)
  .flat()
  .filter((text) => !/@[A-Z]\w*\/|function/.test(text));

const value: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('1', '2', '3', '"a"', '"b"', 'null', 'true') },
  { weight: 1, arbitrary: fc.constantFrom(...written) },
);

/** Entries of decision tables as people write them. */
const entries: readonly string[] = [
  ...[
    '-',
    '',
    '1',
    '"a"',
    'true',
    'null',
    '> 1',
    '>= 2',
    '< "b"',
    '<= 2',
    '1, 2',
    '"a", "b"',
    '> 5, < 3',
    'not(1)',
    'not("a", "b")',
  ],
  ...[
    '[1..3]',
    '(1..3)',
    ']1..3[',
    '["a".."c"]',
    '[1, 2]',
    'x = 1',
    '? > 1 and ? < 9',
    '? in [1..2]',
    '? = null',
    'y',
    'not(y)',
  ],
  ...[
    'contains(?, "a")',
    'list contains(?, 1)',
    'count(?) > 1',
    '? instance of number',
    'if ? = 1 then true else false',
    'cellInput',
  ],
  ...[
    'date("2026-01-01")',
    '< date("2026-01-02")',
    '[date("2026-01-01")..date("2026-02-01")]',
    '> duration("PT1M")',
    '{a: 1}',
    '?.a = 1',
  ],
];

const inputs: readonly string[] = [
  ...['1', '2', '"a"', '"abc"', 'true', 'null', '[1]', '[1, 2]', '{a: 1}'],
  ...['date("2026-01-01")', 'time("10:00:00")', 'duration("PT1H")', 'date and time("2026-01-01T10:00:00Z")'],
];

/** One decision table for each entry and input. */
export const unaryTests: readonly Question[] = entries.flatMap((text) =>
  inputs.map((input) => ({
    xml: dmn(decision('d', table({ inputs: [input], rules: [[text, '"match"']] }))),
    decisionId: 'd',
    variables: '{x: 1, y: 2}',
  })),
);

/** Random questions. The decision is `d`, its variables are `x` and `y`. */
export const questions: fc.Arbitrary<Question> = fc
  .record({ body: expression, required: logic, asked: logic, requiredType: type, askedType: type, x: value, y: value })
  .map(({ body, required, asked, requiredType, askedType, x, y }) => {
    const typed = (name: string, typeRef: string | undefined) =>
      typeRef === undefined ? {} : { variable: { name, typeRef } };
    return {
      xml: dmn(
        model('b', 'f', ['x'], literal(body)),
        decision('r', required, { ...typed('v', requiredType), knows: ['b'] }),
        decision('d', asked, { ...typed('w', askedType), requires: ['r'], knows: ['b'] }),
      ),
      decisionId: 'd',
      variables: `{x: ${x}, y: ${y}}`,
    };
  });
