/** Random expressions as trees, so that a difference can be made smaller by leaving parts out. */
import fc from 'fast-check';
import { builtins } from '../../src/feel/functions/index.ts';

/** Texts and smaller trees in turn. */
export interface Tree {
  readonly parts: readonly (string | Tree)[];
}

export const render = ({ parts }: Tree): string =>
  parts.map((part) => (typeof part === 'string' ? part : render(part))).join('');

const leaf = (text: string): Tree => ({ parts: [text] });

/** Values of each kind, at least eight, so that two kinds have more than fifty pairs. */
export const samples: Readonly<Record<string, readonly string[]>> = {
  number: ['0', '1', '-1', '2', '2.5', '-0.5', '10', '100', '3.75', '7'],
  string: ['""', '"a"', '"abc"', '"2026-01-02"', '"1"', '"A b"', '"ä"', '"😀"', '"a.b"', '","'],
  boolean: ['true', 'false', 'not(true)', '1 = 1', '1 > 2', 'true and true', 'false or false', 'is defined(1)'],
  null: ['null', 'missing', '[][1]', '{}.a', 'number("x")', '1 + "a"', 'not(1)', 'if false then 1 else null'],
  list: ['[]', '[1]', '[1, 2, 3]', '["a", "b"]', '[true, null]', '[[1], [2]]', '[3, 1, 2]', '[{a: 1}]'],
  context: [
    ...['{}', '{a: 1}', '{a: {b: 2}}', '{key: "a", value: 1}', '{a: 1, b: "x"}', '{b: null}', '{a: [1]}'],
    '{f: function(x) x, a: 1}',
  ],
  range: ['(1..3)', '[2..5)', '(0..1]', '["a".."c"]', '(@"PT1H"..@"P1D"]', '[1..1]', '(7..10)', '[-1..0.5]'],
  date: [
    ...['@"2026-01-02"', '@"2024-02-29"', '@"1999-12-31"', '@"2026-03-29"', '@"2026-12-31"', '@"2100-02-28"'],
    ...['date(2026, 1, 31)', 'today()'],
  ],
  time: [
    ...['@"10:00:00"', '@"23:59:59.5"', '@"10:00:00Z"', '@"12:00:00+02:00"', '@"08:00:00@Europe/Berlin"'],
    ...['@"00:00:00"', 'time(12, 30, 0)', '@"23:30:00-05:00"'],
  ],
  'date and time': [
    ...['@"2026-01-02T03:04:05"', '@"2026-01-02T03:04:05Z"', '@"2026-03-28T02:30:00@Europe/Berlin"'],
    ...['@"2026-10-25T00:30:00+02:00"', 'now()', '@"2024-02-29T23:59:59.25"', '@"2026-01-02T00:00:00-11:00"'],
    '@"2026-10-25T02:30:00@Europe/Berlin"',
  ],
  'days and time duration': [
    ...['@"PT1H"', '@"P1D"', '@"-PT90M"', '@"PT0S"', '@"P2DT3H4M5S"', '@"PT0.5S"', '@"-P1D"', '@"PT36H"'],
  ],
  'years and months duration': [
    ...['@"P1Y"', '@"P14M"', '@"-P1M"', '@"P0Y"', '@"P1M"', '@"-P2Y3M"', '@"P24M"', '@"P12M"'],
  ],
  function: [
    ...['function(x) x', 'function(a, b) a < b', 'function() 1', 'function(x) null', 'function(x) {a: x}'],
    ...['function(a, b) a > b', 'function(x) x + 1', 'function(a) [a]'],
  ],
};

export const values: readonly string[] = Object.values(samples).flat();

export const operators = ['+', '-', '*', '/', '**', '=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in'] as const;

/** Functions whose results are random, or that only a cluster has, or that a later version of the engine has. */
const leftOut: ReadonlySet<string> = new Set(['uuid', 'random number', 'cycle', 'fromAi', 'from base64']);

export const functionNames: readonly string[] = [...builtins.keys()].filter((name) => !leftOut.has(name));

const names = ['a', 'b', 'f', 'x', 'y', 'item', 'count', 'order', 'partial', 'camundaName'];

const properties = [
  ...['a', 'b', 'f', 'key', 'value', 'year', 'month', 'day', 'weekday', 'hour', 'minute', 'second', 'time offset'],
  ...['timezone', 'years', 'months', 'days', 'hours', 'minutes', 'seconds', 'start', 'end', 'start included'],
];

/** A function with the names of the parameters of one of its signatures, in any order. */
const namedCall = fc
  .constantFrom(...functionNames.flatMap((name) => builtins.get(name)!.map((fn) => [name, fn.parameters] as const)))
  .filter(([, parameters]) => parameters.length > 0)
  .chain(([name, parameters]) =>
    fc.tuple(
      fc.constant(name),
      fc.shuffledSubarray([...parameters], { minLength: 1, maxLength: Math.min(3, parameters.length) }),
    ),
  );

const text = fc.constantFrom('""', '"abc"', '"aXb1 c"', '"a-b_c"', '"äÄß"', '"line\\nbreak"', '"😀a"', '"2026-01-02"');

const pattern = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'a',
        'b',
        '.',
        '[a-c]',
        '[^a]',
        '\\\\d',
        '\\\\w',
        '\\\\s',
        '(a|b)',
        '(?i)x',
        '(?:b)',
        '^',
        '$',
        '-',
        '[\\\\w-]',
      ),
      fc.constantFrom('', '', '*', '+', '?', '{2}', '+?', '*+'),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => `"${parts.map(([atom, times]) => (/^[$^]$|^\(\?i\)/.test(atom) ? atom : atom + times)).join('')}"`);

const branch = (...parts: readonly (string | Tree)[]): Tree => ({ parts });

const joined = (items: readonly Tree[]): readonly (string | Tree)[] =>
  items.flatMap((item, index) => (index === 0 ? [item] : [', ', item]));

/** Random trees of everything in the grammar. */
export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => {
  const tree = tie('tree');
  const name = fc.constantFrom(...names);
  return {
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...values).map(leaf),
      name.map(leaf),
      fc.tuple(tree, fc.constantFrom(...operators), tree).map(([a, sign, b]) => branch(a, ` ${sign} `, b)),
      fc.tuple(tree, fc.constantFrom(...operators), tree).map(([a, sign, b]) => branch('(', a, ` ${sign} `, b, ')')),
      fc.tuple(tree, tree, tree).map(([a, b, c]) => branch('(if ', a, ' then ', b, ' else ', c, ')')),
      fc.tuple(tree, tree, tree).map(([a, b, c]) => branch('(', a, ' between ', b, ' and ', c, ')')),
      fc.tuple(tree, tree).map(([a, b]) => branch('(', a, ')[', b, ']')),
      fc.tuple(tree, fc.constantFrom(...properties)).map(([a, key]) => branch('(', a, `).${key}`)),
      fc.array(tree, { maxLength: 3 }).map((items) => branch('[', ...joined(items), ']')),
      fc
        .array(fc.tuple(name, tree), { maxLength: 3 })
        .map((entries) => branch('{', ...joined(entries.map(([key, value]) => branch(`${key}: `, value))), '}')),
      fc.tuple(name, tree, tree).map(([n, list, body]) => branch(`(for ${n} in (`, list, ') return ', body, ')')),
      fc
        .tuple(fc.constantFrom('some', 'every'), name, tree, tree)
        .map(([kind, n, list, body]) => branch(`(${kind} ${n} in (`, list, ') satisfies ', body, ')')),
      fc.tuple(tree, tree, tree).map(([a, b, c]) => branch('(', a, ' in [', b, '..', c, '])')),
      fc.tuple(tree, tree).map(([a, b]) => branch('(', a, ' in (? = ', b, ', > ', b, '))')),
      fc
        .tuple(fc.constantFrom(...functionNames), fc.array(tree, { minLength: 1, maxLength: 3 }))
        .map(([f, args]) => branch(`${f}(`, ...joined(args), ')')),
      fc
        .tuple(namedCall, fc.array(tree, { minLength: 3, maxLength: 3 }))
        .map(([[f, parameters], args]) =>
          branch(
            `${f}(`,
            ...joined(
              parameters.slice(0, args.length).map((parameter, index) => branch(`${parameter}: `, args[index]!)),
            ),
            ')',
          ),
        ),
      fc
        .tuple(fc.constantFrom('matches', 'split', 'extract'), text, pattern)
        .map(([f, input, regex]) => branch(`${f}(`, leaf(input), ', ', leaf(regex), ')')),
      fc
        .tuple(
          text,
          pattern,
          fc.constantFrom('"-"', '"[$0]"', '"$1"', '""'),
          fc.constantFrom('', ', "i"', ', "x"', ', "s"'),
        )
        .map(([input, regex, by, flags]) => branch('replace(', leaf(input), ', ', leaf(regex), `, ${by}${flags})`)),
      fc
        .tuple(tree, fc.constantFrom('number', 'string', 'list', 'date and time', 'Any', 'function'))
        .map(([a, type]) => branch('(', a, ` instance of ${type})`)),
      fc.tuple(tree, tree).map(([a, b]) => branch('{f: function(p, q) ', a, ', r: f(', b, ', 1)}.r')),
      tree.map((a) => branch('-', a)),
    ),
  };
}).tree;

const sign = fc.constantFrom('<', '<=', '>', '>=');

const sample = fc.constantFrom(...values).map(leaf);

/** The endpoints and values of unary tests: mostly simple ones. */
const operand = fc.oneof({ weight: 3, arbitrary: sample }, { weight: 1, arbitrary: trees });

const interval = fc
  .tuple(fc.constantFrom('[', '(', ']'), operand, operand, fc.constantFrom(']', ')', '['))
  .map(([open, a, b, close]) => branch(open, a, '..', b, close));

const simpleTest = fc.oneof(
  fc.tuple(sign, operand).map(([operator, a]) => branch(`${operator} `, a)),
  interval,
  operand,
  fc.tuple(fc.constantFrom('=', '!=', '<', '>='), operand).map(([operator, a]) => branch(`? ${operator} `, a)),
  fc.tuple(sign, operand, sign, operand).map(([x, a, y, b]) => branch(`? ${x} `, a, ` and ? ${y} `, b)),
  fc.tuple(fc.constantFrom('list contains', 'contains', 'count'), operand).map(([f, a]) => branch(`${f}(?, `, a, ')')),
  fc.tuple(operand).map(([a]) => branch('? in (', a, ')')),
);

/** Unary tests: every kind that DMN has, alone, as alternatives and negated. */
export const tests: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 3, arbitrary: simpleTest },
  { weight: 2, arbitrary: fc.array(simpleTest, { minLength: 2, maxLength: 3 }).map((all) => branch(...joined(all))) },
  {
    weight: 2,
    arbitrary: fc.array(simpleTest, { minLength: 1, maxLength: 2 }).map((all) => branch('not(', ...joined(all), ')')),
  },
  fc.constantFrom('-', 'true', 'false', 'null', '5', '5, 6', 'not(5)', '"a", "b"').map(leaf),
);
