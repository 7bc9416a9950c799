import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCalls } from '../../src/feel/index.ts';

const parameters = ['value', 'description', 'type'];

const cases: readonly (readonly [source: string, calls: unknown])[] = [
  ['x + 1', []],
  ['fromAi(toolCall.q)', [{ value: { path: ['toolCall', 'q'] } }]],
  [
    'fromAi(toolCall.q, "what", "string")',
    [{ value: { path: ['toolCall', 'q'] }, description: { value: 'what' }, type: { value: 'string' } }],
  ],
  ['fromAi(type: null, value: q)', [{ value: { path: ['q'] }, type: { value: null } }]],
  [
    '[1 + fromAi(a), fromAi(b, {x: [1, -2]})]',
    [{ value: { path: ['a'] } }, { value: { path: ['b'] }, description: { value: { x: [1, -2] } } }],
  ],
  ['fromAi(fromAi(a))', [{}, { value: { path: ['a'] } }]],
  ['fromAi(a, b + "x")', [{ value: { path: ['a'] } }]],
  ['other.fromAi(a)', []],
];

for (const [source, calls] of cases) {
  test(`the calls in ${source}`, () => assert.deepEqual(findCalls(source, 'fromAi', parameters), calls));
}
