import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type JobMessage,
  readVariables,
  toBatches,
  writeVariables,
} from '../../../src/engine/gateway/messages/grpc-messages.ts';

const jobOf = (key: string, size: number): JobMessage => ({
  key,
  type: 'a',
  processInstanceKey: '1',
  bpmnProcessId: 'p',
  processDefinitionVersion: 1,
  processDefinitionKey: '2',
  elementId: 'task',
  elementInstanceKey: '3',
  customHeaders: '{}',
  worker: 'w',
  retries: 3,
  deadline: 0,
  variables: 'x'.repeat(size),
  tenantId: '<default>',
  kind: 'BPMN_ELEMENT',
  listenerEventType: 'UNSPECIFIED',
  tags: [],
});

test('batches contain every job once, in order, and exceed the limit only for a single job', () => {
  const limit = 10_000;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 15_000 }), { maxLength: 30 }), (sizes) => {
      const jobs = sizes.map((size, index) => jobOf(String(index), size));
      const batches = toBatches(jobs, limit);
      assert.deepEqual(batches.flat(), jobs);
      for (const batch of batches) {
        const bytes = batch.reduce((sum, { variables }) => sum + variables.length, 0);
        assert.ok(batch.length === 1 || bytes <= limit);
      }
    }),
  );
});

test('small jobs are sent together', () => {
  const jobs = Array.from({ length: 100 }, (_, index) => jobOf(String(index), 10));
  assert.equal(toBatches(jobs).length, 1);
});

test('variables are parsed and written without loss', () => {
  const text = '{"big":9007199254740993,"nested":{"list":[1,2.5,null]},"text":"ü😀"}';
  assert.equal(writeVariables(readVariables(text)), text);
  assert.deepEqual(readVariables(''), {});
});

test('case 30: only the named variables that exist are written', () => {
  assert.equal(writeVariables({ x: 1, y: 2 }, ['x', 'nope']), '{"x":1}');
  assert.equal(writeVariables({ x: 1 }, ['toString']), '{}');
  assert.equal(writeVariables({ x: 1 }), '{"x":1}');
});
