import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPlaces } from '../../src/feel/index.ts';

/** The places as `path=name`, then those that are lost as `!name`. */
const cases: readonly [source: string, found: readonly string[]][] = [
  ['v.T', ['=T']],
  ['v.`db-password`', ['=db-password']],
  ['v.db-password', ['=db']],
  ['"Bearer " + v.T', ['=T']],
  ['"a" + v.A + "b" + v.B', ['=A', '=B']],
  ['{a: v.T, b: {c: "x" + v.U}}', ['a=T', 'b.c=U']],
  ['{"a b": v.T}', ['a b=T']],
  ['if x then v.T else v.U', ['=T', '=U']],
  ['{a: if x then "y" + v.T else null}', ['a=T']],
  ['(v.T)', ['=T']],
  ['[v.T]', ['!T']],
  ['[1, {a: v.T}]', ['!T']],
  ['{a: [v.T]}', ['!T']],
  ['if c then {a: v.T} else null', ['!T']],
  ['if c then (if d then v.T else {a: v.U}) else null', ['=T', '!U']],
  ['v.T.length', ['=T/length']],
  ['v', []],
  ['other.v.T', []],
  ['w.T', []],
  ['"v.T"', []],
  ['if v.T = "x" then 1 else 2', []],
  ['string length(v.T)', []],
];

for (const [source, found] of cases) {
  test(`places in ${source}`, () => {
    const { places, lost } = findPlaces(source, ['v']);
    assert.deepEqual(
      [
        ...places.map(({ path, names }) => `${path.join('.')}=${names.join('/')}`),
        ...lost.map(({ names }) => `!${names.join('/')}`),
      ],
      found,
    );
  });
}

test('a prefix may have several names', () => {
  assert.deepEqual(findPlaces('a.b.T + a.T', ['a', 'b']).places, [{ path: [], names: ['T'] }]);
});

test('all constant texts are found', () => {
  assert.deepEqual(findPlaces('{a: ["x", if "y" = b then 1 else c("z")]}', ['v']).texts, ['x', 'y', 'z']);
});
