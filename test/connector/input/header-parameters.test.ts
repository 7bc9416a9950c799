/** Entries of an input that are in task headers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { hints } from '../../../src/connector/hints.ts';
import { headerParameters, withHeaders } from '../../../src/connector/input/header-parameters.ts';

const header = (schema: v.GenericSchema, binding?: string): v.GenericSchema =>
  v.pipe(schema, hints({ target: 'header', ...(binding === undefined ? {} : { binding }) }));

const input = v.object({
  mode: header(v.string()),
  level: header(v.optional(v.number()), 'my-level'),
  deep: v.object({ flag: header(v.boolean()) }),
  maybe: v.optional(v.object({ x: header(v.string()) })),
  kind: v.variant('type', [
    v.object({ type: v.literal('a'), y: header(v.string()) }),
    v.object({ type: v.literal('b') }),
  ]),
  plain: v.string(),
});

test('are found at any depth; those that the input has in any case are required', () => {
  assert.deepEqual(
    headerParameters(input).map(({ path, header: name, required }) => [path.join('.'), name, required]),
    [
      ['mode', 'mode', true],
      ['level', 'my-level', false],
      ['deep.flag', 'deep.flag', true],
      ['maybe.x', 'maybe.x', false],
      ['kind.y', 'kind.y', false],
    ],
  );
  const parts = v.intersect([v.object({ a: header(v.string()) }), v.object({ b: header(v.nullish(v.string())) })]);
  assert.deepEqual(
    headerParameters(parts).map(({ required }) => required),
    [true, false],
  );
  assert.deepEqual(headerParameters(v.object({ a: v.optional(header(v.string())) }))[0]?.required, false);
  assert.deepEqual(headerParameters(v.object({ a: v.fallback(header(v.string()), 'x') as never })).length, 1);
  assert.deepEqual(headerParameters(v.object({ a: v.string() })), []);
});

test('take the place of variables of the same name', () => {
  const variables = { mode: 'variable', deep: { other: 1 }, plain: 'p', kind: { type: 'a', y: 'variable' } };
  const headers = { mode: 'm', 'my-level': '3', 'deep.flag': 'true', mode2: 'no' };
  assert.deepEqual(withHeaders(input, variables, headers), {
    variables: { mode: 'm', level: '3', deep: { other: 1, flag: 'true' }, plain: 'p', kind: { type: 'a' } },
    missing: [],
  });
  // The given variables stay as they are.
  assert.deepEqual(variables.deep, { other: 1 });
});

test('are missing without a header, and with an empty one', () => {
  const { variables, missing } = withHeaders(input, { mode: 'variable' }, { mode: '', level: 'x' });
  assert.deepEqual([variables, missing], [{}, ['mode', 'deep.flag']]);
});

test('may have names that every object inherits', () => {
  const odd = v.object({
    a: header(v.optional(v.string()), 'constructor'),
    b: header(v.optional(v.string()), '__proto__'),
  });
  assert.deepEqual(withHeaders(odd, {}, {}).variables, {});
  assert.deepEqual(withHeaders(odd, {}, { ['__proto__']: 'x' } as never).variables.a, undefined);
});
