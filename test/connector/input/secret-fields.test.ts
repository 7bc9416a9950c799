import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { hints } from '../../../src/connector/hints.ts';
import { secretFields } from '../../../src/connector/input/secret-fields.ts';
import type { Schema } from '../../../src/connector/types.ts';

const secret = v.pipe(v.string(), hints({ secret: true }));

interface Tree {
  readonly key: string;
  readonly inner?: Tree | undefined;
}
const tree: v.GenericSchema<Tree> = v.object({ key: secret, inner: v.optional(v.lazy(() => tree)) });
const endless: v.GenericSchema<unknown> = v.lazy(() => endless);

const cases: readonly [
  what: string,
  schema: Schema,
  variables: Record<string, unknown>,
  found: Record<string, string>,
][] = [
  ['no hint', v.object({ a: v.string() }), { a: 'x' }, {}],
  ['a field', v.object({ a: secret, b: v.string() }), { a: 'x', b: 'y' }, { a: 'x' }],
  ['a hint before other items of a pipe', v.object({ a: v.pipe(secret, v.minLength(1)) }), { a: 'x' }, { a: 'x' }],
  [
    'a hint outside a wrapper',
    v.object({ a: v.pipe(v.optional(v.string()), hints({ secret: true })) }),
    { a: 'x' },
    { a: 'x' },
  ],
  ['a hint inside wrappers', v.object({ a: v.nullish(v.optional(secret)) }), { a: 'x' }, { a: 'x' }],
  ['absent, null and empty values', v.object({ a: secret, b: secret, c: secret }), { b: null, c: '' }, {}],
  ['numbers', v.object({ a: v.pipe(v.number(), hints({ secret: true })) }), { a: 4711 }, { a: '4711' }],
  ['a nested field', v.object({ a: v.object({ b: secret }) }), { a: { b: 'x' } }, { 'a.b': 'x' }],
  ['lists', v.object({ a: v.array(secret) }), { a: ['x', 'y'] }, { 'a[0]': 'x', 'a[1]': 'y' }],
  ['a single value for a list', v.object({ a: v.array(secret) }), { a: 'x' }, { a: 'x' }],
  ['tuples', v.object({ a: v.tuple([v.string(), secret]) }), { a: ['x', 'y'] }, { 'a[1]': 'y' }],
  ['records', v.object({ a: v.record(v.string(), secret) }), { a: { k: 'x' } }, { 'a.k': 'x' }],
  ['the rest of an object', v.objectWithRest({ a: v.string() }, secret), { a: 'x', b: 'y' }, { b: 'y' }],
  [
    'a hint on an object covers everything inside',
    v.object({ a: v.pipe(v.object({ b: v.string(), c: v.array(v.number()) }), hints({ secret: true })) }),
    { a: { b: 'x', c: [1] } },
    { 'a.b': 'x', 'a.c[0]': '1' },
  ],
  [
    'variants, whichever is chosen',
    v.variant('t', [v.object({ t: v.literal('a'), k: secret }), v.object({ t: v.literal('b'), l: secret })]),
    { t: 'b', k: 'x', l: 'y' },
    { k: 'x', l: 'y' },
  ],
  ['unions of a field', v.object({ a: v.union([v.number(), secret]) }), { a: 'x' }, { a: 'x' }],
  [
    'intersections',
    v.intersect([v.object({ a: v.string() }), v.object({ b: secret })]),
    { a: 'x', b: 'y' },
    { b: 'y' },
  ],
  [
    'a credential',
    v.object({
      login: v.pipe(
        v.object({ user: v.string(), key: secret }),
        hints({ credential: { id: 'acme:login:1', name: 'Acme' } }),
      ),
    }),
    { login: { user: 'ann', key: 'x' } },
    { 'login.key': 'x' },
  ],
  [
    'a recursive schema',
    tree as Schema,
    { key: 'x', inner: { key: 'y', inner: { key: 'z' } } },
    { key: 'x', 'inner.key': 'y', 'inner.inner.key': 'z' },
  ],
  ['a schema that is only itself', v.object({ a: endless, b: secret }), { a: 'x', b: 'y' }, { b: 'y' }],
  [
    'names of Object.prototype',
    v.object({ a: secret }),
    JSON.parse('{"a":"x","__proto__":{"b":1},"constructor":"c"}'),
    { a: 'x' },
  ],
];

for (const [what, schema, variables, found] of cases) {
  test(`secret fields: ${what}`, () => {
    const fields = secretFields(schema, variables);
    assert.deepEqual(Object.fromEntries(fields.map(({ path, text }) => [path, text])), found);
  });
}

test('fields that are not in the schema are never looked at', () => {
  const variables = Object.defineProperty({ a: 'x' }, 'other', { enumerable: true, get: () => ({ secret: 'y' }) });
  assert.deepEqual(secretFields(v.looseObject({ a: secret }), variables), [{ path: 'a', text: 'x' }]);
});
