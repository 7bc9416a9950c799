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

/** Values of each kind. */
export const samples: Readonly<Record<string, readonly string[]>> = {
  number: ['0', '1', '-1', '2', '2.5', '-0.5', '10', '100', '3.75', '7'],
  string: ['""', '"a"', '"abc"', '"2026-01-02"', '"1"', '"A b"', '"ä"', '"😀"', '"a.b"', '","'],
  boolean: ['true', 'false'],
  null: ['null'],
  list: ['[]', '[1]', '[1, 2, 3]', '["a", "b"]', '[true, null]', '[[1], [2]]', '[3, 1, 2]', '[{a: 1}]'],
  context: ['{}', '{a: 1}', '{a: {b: 2}}', '{key: "a", value: 1}', '{a: 1, b: "x"}'],
  date: ['@"2026-01-02"', '@"2024-02-29"', '@"1999-12-31"', '@"2026-03-29"'],
  time: ['@"10:00:00"', '@"23:59:59.5"', '@"10:00:00Z"', '@"12:00:00+02:00"', '@"08:00:00@Europe/Berlin"'],
  'date and time': [
    '@"2026-01-02T03:04:05"',
    '@"2026-01-02T03:04:05Z"',
    '@"2026-03-28T02:30:00@Europe/Berlin"',
    '@"2026-10-25T00:30:00+02:00"',
    'now()',
  ],
  'days and time duration': ['@"PT1H"', '@"P1D"', '@"-PT90M"', '@"PT0S"', '@"P2DT3H4M5S"'],
  'years and months duration': ['@"P1Y"', '@"P14M"', '@"-P1M"', '@"P0Y"'],
  function: ['function(x) x', 'function(a, b) a < b'],
};

export const values: readonly string[] = Object.values(samples).flat();

export const operators = ['+', '-', '*', '/', '**', '=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in'] as const;

/** Functions whose results are random, or that only a cluster has, or that a later version of the engine has. */
const leftOut: ReadonlySet<string> = new Set(['uuid', 'random number', 'cycle', 'fromAi', 'from base64']);

export const functionNames: readonly string[] = [...builtins.keys()].filter((name) => !leftOut.has(name));

const names = ['a', 'b', 'x', 'y', 'item', 'count', 'order', 'partial', 'camundaName'];

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
      fc
        .tuple(tree, fc.constantFrom('a', 'b', 'year', 'hours', 'time offset'))
        .map(([a, key]) => branch('(', a, `).${key}`)),
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
        .tuple(tree, fc.constantFrom('number', 'string', 'list', 'date and time', 'Any', 'function'))
        .map(([a, type]) => branch('(', a, ` instance of ${type})`)),
      fc.tuple(tree, tree).map(([a, b]) => branch('{f: function(p, q) ', a, ', r: f(', b, ', 1)}.r')),
      tree.map((a) => branch('-', a)),
    ),
  };
}).tree;

/** Unary tests. */
export const tests: fc.Arbitrary<Tree> = fc.oneof(
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), trees).map(([sign, a]) => branch(`${sign} `, a)),
  fc.array(trees, { minLength: 1, maxLength: 3 }).map((items) => branch(...joined(items))),
  fc.array(trees, { minLength: 1, maxLength: 2 }).map((items) => branch('not(', ...joined(items), ')')),
  fc
    .tuple(fc.constantFrom('[', '(', ']'), trees, trees, fc.constantFrom(']', ')', '['))
    .map(([open, a, b, close]) => branch(open, a, '..', b, close)),
  fc.tuple(trees).map(([a]) => branch('? = ', a)),
  fc.constantFrom('-', 'true', 'false', 'null', '5', '5, 6').map(leaf),
);
