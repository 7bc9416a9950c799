import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { bpmnError } from '../../src/connector/errors.ts';

const input = v.object({ ask: v.string() });
const output = v.object({
  status: v.picklist(['ok', 'error']),
  tags: v.optional(v.array(v.picklist(['new', 'old']))),
  inner: v.optional(v.object({ level: v.literal(3) })),
});
const parts = { name: 'a', type: 'a', input, output } as const;

test('literals of the output schema need no `as const`, at any depth, synchronous or not', () => {
  const plain = defineOutbound({ ...parts, run: ({ ask }) => (ask === '' ? bpmnError('EMPTY') : { status: 'ok' }) });
  defineOutbound({ ...parts, run: async () => ({ status: 'ok', tags: ['new', 'old'], inner: { level: 3 } }) });
  defineInbound({ name: 'b', input, output, loop: ({ ask }) => (ask === '' ? undefined : { status: 'error' }) });
  assert.equal(plain.kind, 'outbound');
});

test('other literals are refused', () => {
  // @ts-expect-error neither ok nor error
  defineOutbound({ ...parts, run: ({ ask }) => ({ status: ask === '' ? 'ok' : 'okay' }) });
  // @ts-expect-error not one of the tags
  defineOutbound({ ...parts, run: async ({ ask }) => ({ status: 'ok', tags: ['new', ask] }) });
  // @ts-expect-error not the level
  defineInbound({ name: 'b', input, output, loop: () => ({ status: 'ok', inner: { level: 4 } }) });
});
