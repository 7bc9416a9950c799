import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { isObjectSchema, variableNames } from '../../src/connector/schema.ts';
import type { Schema } from '../../src/connector/types.ts';

const a = v.object({ kind: v.literal('a'), x: v.string() });
const b = v.strictObject({ kind: v.literal('b'), y: v.optional(v.string()) });
const asyncObject = v.objectAsync({
  id: v.pipeAsync(
    v.string(),
    v.checkAsync(async () => true),
  ),
});

describe('variableNames', () => {
  const cases: readonly (readonly [title: string, schema: Schema, names: readonly string[] | undefined])[] = [
    ['an object', v.object({ p: v.string(), q: v.optional(v.number()) }), ['p', 'q']],
    ['an empty object', v.object({}), []],
    ['a strict object', v.strictObject({ p: v.string() }), ['p']],
    ['an asynchronous object', asyncObject, ['id']],
    [
      'a pipe',
      v.pipe(
        a,
        v.check(() => true),
      ),
      ['kind', 'x'],
    ],
    [
      'an asynchronous pipe',
      v.pipeAsync(
        asyncObject,
        v.checkAsync(async () => true),
      ),
      ['id'],
    ],
    ['a loose object', v.looseObject({ p: v.string() }), undefined],
    ['an object with rest', v.objectWithRest({ p: v.string() }, v.number()), undefined],
    ['a record', v.record(v.string(), v.number()), undefined],
    ['a variant', v.variant('kind', [a, b]), ['kind', 'x', 'y']],
    [
      'a nested variant',
      v.variant('kind', [a, v.variant('sub', [v.object({ kind: v.literal('c'), sub: v.literal(1), z: v.string() })])]),
      ['kind', 'x', 'sub', 'z'],
    ],
    ['a union', v.union([a, b]), ['kind', 'x', 'y']],
    ['an intersection', v.intersect([a, v.object({ z: v.string() })]), ['kind', 'x', 'z']],
    ['a union with a loose option', v.union([a, v.looseObject({})]), undefined],
    ['an intersection with a record', v.intersect([a, v.record(v.string(), v.unknown())]), undefined],
    ['what pick, omit and partial give', v.partial(v.omit(a, ['kind'])), ['x']],
  ];
  for (const [title, schema, names] of cases) {
    test(title, () => assert.deepEqual(variableNames(schema), names));
  }
});

describe('isObjectSchema', () => {
  const cases: readonly (readonly [title: string, value: unknown, expected: boolean])[] = [
    ['an object', a, true],
    ['a strict object', b, true],
    ['a loose object', v.looseObject({}), true],
    ['an object with rest', v.objectWithRest({}, v.string()), true],
    ['a record', v.record(v.string(), v.number()), true],
    ['an asynchronous object', asyncObject, true],
    ['an asynchronous record', v.recordAsync(v.string(), asyncObject), true],
    ['a variant', v.variant('kind', [a, b]), true],
    ['a union of objects', v.union([a, b]), true],
    ['an intersection of objects', v.intersectAsync([a, asyncObject]), true],
    [
      'a pipe that starts with an object',
      v.pipe(
        a,
        v.transform(() => 1),
      ),
      true,
    ],
    ['a pipe that does not', v.pipe(v.unknown(), a), false],
    ['a union with text', v.union([a, v.string()]), false],
    ['an empty union', v.union([]), false],
    ['text', v.string(), false],
    ['a list', v.array(a), false],
    ['an optional object', v.optional(a), false],
    ['an action', v.minLength(1), false],
    ['a plain object', { type: 'object' }, false],
    ['null', null, false],
    ['undefined', undefined, false],
  ];
  for (const [title, value, expected] of cases) {
    test(title, () => assert.equal(isObjectSchema(value), expected));
  }
});
