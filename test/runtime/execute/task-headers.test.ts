import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import type { JsonText } from '../../../src/connector/types.ts';
import { executeJob } from '../../../src/runtime/execute/job-execution.ts';
import {
  connectorHeaders,
  operationHeaders,
  readTaskHeaders,
  type TaskHeaders,
} from '../../../src/runtime/execute/task-headers.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';

type Found = Partial<TaskHeaders> & Pick<TaskHeaders, 'problems'>;

/** Without the headers that are absent, and without the texts. */
const found = ({ all: _all, problems, ...values }: TaskHeaders): Found => ({
  ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
  problems,
});

const read = (headers: object): Found => {
  const parsed = readTaskHeaders({ customHeaders: JSON.stringify(headers) as JsonText }, operationHeaders);
  assert.deepEqual(parsed.all, headers);
  assert.deepEqual(readTaskHeaders({ customHeaders: headers as Record<string, string> }, operationHeaders), parsed);
  return found(parsed);
};

test('every header is read, with its value', () => {
  const texts = { resultVariable: 'out', resultExpression: '={a: 1}', errorExpression: '=null', operation: 'lend' };
  assert.deepEqual(read({ ...texts, retryBackoff: 'PT5S', jobTimeout: 'PT10M', other: 'x' }), {
    ...texts,
    retryBackoff: 5_000,
    jobTimeout: 600_000,
    problems: {},
  });
});

test('blank headers are absent, except for the operation and the back-off', () => {
  const blank = { resultVariable: ' ', resultExpression: '', errorExpression: '\t', jobTimeout: ' ', operation: '' };
  assert.deepEqual(read(blank), { operation: '', problems: {} });
  assert.deepEqual(Object.keys(read({ retryBackoff: '' }).problems), ['retryBackoff']);
});

test('durations that cannot be used are problems, and leave their header without a value', () => {
  const { problems, ...values } = read({ retryBackoff: 'soon', jobTimeout: 'PT0S', resultVariable: 'out' });
  assert.deepEqual(values, { resultVariable: 'out' });
  assert.match(
    problems.retryBackoff!.full,
    /^Failed to parse retry backoff header: "soon" is not a duration\. Fix: write e\.g\. PT30S/,
  );
  assert.match(
    problems.jobTimeout!.full,
    /^The job timeout header must be a positive duration .* "PT0S"\. Fix: write e\.g\. PT10M/,
  );
});

test('a header that the task does not have is not read', () => {
  const { all, operation } = readTaskHeaders({ customHeaders: { operation: 'lend' } }, connectorHeaders);
  assert.deepEqual([all, operation], [{ operation: 'lend' }, undefined]);
});

test('a negative back-off is none', () => assert.equal(read({ retryBackoff: '-PT5M' }).retryBackoff, 0));

for (const customHeaders of [undefined, '', '{}', '{"a":"b"}'] as (JsonText | undefined)[]) {
  test(`headers ${customHeaders} set nothing`, () => {
    const headers = readTaskHeaders(customHeaders === undefined ? {} : { customHeaders }, operationHeaders);
    assert.deepEqual(headers.all, customHeaders === '{"a":"b"}' ? { a: 'b' } : {});
    assert.deepEqual(found(headers), { problems: {} });
  });
}

test('names that every object has are not headers', () => {
  const { operation } = readTaskHeaders({ customHeaders: Object.create({ operation: 'lend' }) }, operationHeaders);
  assert.equal(operation, undefined);
});

test('a header that is not text is left out', () => {
  const { all, resultVariable } = readTaskHeaders(
    { customHeaders: '{"resultVariable":1,"b":"c"}' as JsonText },
    connectorHeaders,
  );
  assert.deepEqual([all, resultVariable], [{ b: 'c' }, undefined]);
});

test('headers that are not a JSON object are a fault', () => {
  for (const customHeaders of ['[1]', '{'] as JsonText[]) {
    assert.throws(
      () => readTaskHeaders({ customHeaders }, connectorHeaders),
      (error) => isFault(error, 'value') && /^The custom headers/.test(error.message),
    );
  }
});

test('a header whose name is nearly the name of one that is read gets a warning, once per task', async () => {
  const lines: string[] = [];
  const logger = { ...silentLogger, warn: (line: string) => void lines.push(line) };
  const connector = defineOutbound({ name: 'Test', type: 'test', input: v.object({}), run: () => ({}) });
  const customHeaders = { resultExprssion: '={}', result: 'mine', operations: 'mine', retryBackoff: 'PT1S' };
  const task = (elementId: string) =>
    executeJob(connector, { bpmnProcessId: 'order', elementId, customHeaders }, { logger });
  await task('a');
  await task('a');
  await task('b');
  const line = (id: string) =>
    `The header "resultExprssion" of the task ${id} (process order) is not read. Did you mean resultExpression?`;
  assert.deepEqual(lines, [line('a'), line('b')]);
});
