/** What error expressions see of the library's own errors, and what they cannot replace. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { fault } from '../../../src/common/fault.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError, jobError } from '../../../src/connector/errors.ts';
import type { Outcome } from '../../../src/connector/types.ts';
import { createTimeBudget } from '../../../src/feel/index.ts';
import { applyErrorExpression } from '../../../src/runtime/execute/error-expression.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { loadExpressions } from '../../../src/runtime/execute/expressions/load.ts';
import { mapResult } from '../../../src/runtime/execute/result.ts';
import { createManualClock } from '../support/clock.ts';

const running = (run: () => unknown) =>
  defineOutbound({ name: 'Test', type: 'test', input: v.object({ n: v.optional(v.number()) }), run });

const thrown = (error: unknown) =>
  running(() => {
    throw error;
  });

const execute = (connector: ReturnType<typeof running>, errorExpression: string): Promise<Outcome> =>
  executeOutbound(connector, { customHeaders: { errorExpression } });

const late = bpmnError('LATE', 'three days', { days: 3 });

for (const [how, connector] of [
  ['thrown', thrown(late)],
  ['returned', running(() => late)],
] as const) {
  test(`a ${how} bpmnError is kept if the expression returns null`, async () => {
    const outcome = await execute(connector, '=null');
    assert.deepEqual(outcome, { kind: 'bpmnError', code: 'LATE', message: 'three days', variables: { days: 3 } });
  });

  test(`an expression sees a ${how} bpmnError as error, and may replace it`, async () => {
    const outcome = await execute(
      connector,
      '=if error.code = "LATE" then bpmnError("OVERDUE", error.message, {due: error.variables.days}) else null',
    );
    assert.deepEqual(outcome, { kind: 'bpmnError', code: 'OVERDUE', message: 'three days', variables: { due: 3 } });
    assert.deepEqual(await execute(connector, '=ignoreError({late: true})'), {
      kind: 'complete',
      variables: { late: true },
    });
    const failed = await execute(connector, '=jobError(error.code, {}, job.retries - 1)');
    assert.ok(failed.kind === 'fail' && failed.retries === 2 && failed.message === 'LATE');
  });
}

test('a jobError that is kept sends its own variables and error', async () => {
  const variables = { page: 3, error: 'mine' };
  const outcome = await execute(thrown(jobError('wait', { variables, code: 7, backoff: 2 })), '=null');
  assert.ok(outcome.kind === 'fail' && outcome.backoff === 2_000);
  const type = 'io.camunda.connector.api.error.ConnectorRetryException';
  assert.deepEqual(outcome.variables, { page: 3, error: { type, message: 'wait', code: '7' } });
});

const types: readonly [what: string, type: string, connector: ReturnType<typeof running>, variables?: object][] = [
  ['invalid input', 'io.camunda.connector.api.error.ConnectorInputException', running(() => null), { n: 'x' }],
  ['a result without JSON form', 'OutputError', running(() => () => 1)],
  ['a result that the schema refuses', 'OutputError', { ...running(() => 1), output: v.string() } as never],
  ['a thrown text', 'Error', thrown('plain')],
  ['a DOMException', 'AbortError', thrown(new DOMException('gone', 'AbortError'))],
  ['an error of a class of its own', 'ShelfError', thrown(Object.assign(new Error('x'), { name: 'ShelfError' }))],
  [
    'an error of Node',
    'io.camunda.connector.api.error.ConnectorException',
    thrown(Object.assign(new Error('x'), { code: 'ENOENT' })),
  ],
];

for (const [what, type, connector, variables = {}] of types) {
  test(`error.type of ${what} is ${type}`, async () => {
    const customHeaders = { errorExpression: '=ignoreError({type: error.type})' };
    const outcome = await executeOutbound(connector, { customHeaders, variables: { ...variables } });
    assert.deepEqual(outcome, { kind: 'complete', variables: { type } });
  });
}

test('the message that an expression sees includes the causes', async () => {
  const error = new Error('fetch failed', { cause: new Error('ECONNREFUSED') });
  const outcome = await execute(thrown(error), '=bpmnError("NET", error.message)');
  assert.ok(outcome.kind === 'bpmnError');
  assert.equal(outcome.message, 'fetch failed\nCaused by: ECONNREFUSED');
});

test('the stack of the error behind a jobError is kept for the log', async () => {
  const error = new Error('x');
  const outcome = await execute(thrown(error), '=jobError("handled")');
  assert.ok(outcome.kind === 'fail');
  assert.equal(outcome.cause, error);
});

test('a timeout can be caught', async () => {
  const clock = createManualClock();
  const slow = running(() => new Promise(() => {}));
  const customHeaders = { errorExpression: '=if error.type = "TimeoutError" then bpmnError("SLOW") else null' };
  const outcome = executeOutbound(slow, { customHeaders }, { clock });
  await new Promise(setImmediate);
  clock.advance(10_000);
  assert.deepEqual(await outcome, { kind: 'bpmnError', code: 'SLOW', message: '' });
});

test('the expression is not evaluated for a job that a stopping runtime returns', async () => {
  const controller = new AbortController();
  const customHeaders = { errorExpression: '=ignoreError()' };
  const outcome = executeOutbound(
    running(() => new Promise(() => {})),
    { customHeaders },
    { signal: controller.signal },
  );
  await new Promise(setImmediate);
  controller.abort();
  const settled = await outcome;
  assert.ok(settled.kind === 'fail' && settled.retries === 3);
});

test('variables without a JSON form do not hide the error', async () => {
  const variables: Record<string, unknown> = {};
  variables.self = variables;
  const outcome = await execute(thrown(Object.assign(new Error('m'), { code: 'C', variables })), '=null');
  assert.ok(outcome.kind === 'fail' && outcome.retries === 2);
  assert.match(outcome.message, /^m\nIts variables cannot be sent: /);
});

test('a jobError of an expression keeps its whole message as the variable error; only the message of the command is cut', async () => {
  const long = 'x'.repeat(8_400);
  const outcome = await execute(
    running(() => ({ long })),
    '=jobError(response.long)',
  );
  assert.ok(outcome.kind === 'fail');
  assert.equal(outcome.message.length, 6_000);
  assert.deepEqual(outcome.variables, { error: long });
});

test('a context with a wrong field does not hide the error that it requests', async () => {
  for (const [context, text] of [
    ['{errorType: "jobError", errorMessage: "no stock", retries: "many"}', 'no stock'],
    ['{errorType: "bpmnError", errorCode: "STOCK", errorMessage: "no stock", variables: 7}', 'STOCK: no stock'],
    ['bpmnError("STOCK", "no stock", {id: 10 ** 19})', 'STOCK: no stock'],
  ] as const) {
    const outcome = await execute(
      running(() => ({})),
      `=${context}`,
    );
    assert.ok(outcome.kind === 'fail' && outcome.retries === 0);
    assert.ok(outcome.message.endsWith(`\nThe error that it requested: ${text}`), outcome.message);
  }
});

test('the advice of a message stays out of what an expression builds, and in the message of the job', async () => {
  const connector = defineOutbound({ name: 'Test', type: 'test', input: v.object({ n: v.number() }), run: () => ({}) });
  const failing = (headers: Record<string, string>) =>
    executeOutbound(connector, { variables: { n: 1 }, customHeaders: { ...headers, jobTimeout: 'soon' } });
  const plain = await failing({});
  assert.ok(plain.kind === 'fail');
  assert.match(plain.message, / Fix: write e\.g\. PT10M/);
  const error = await failing({ errorExpression: '=bpmnError("B", error.message, {why: response.error.message})' });
  assert.ok(error.kind === 'bpmnError');
  assert.match(
    error.message,
    /^Failed to parse job timeout header: "soon" is not a duration, or too large to represent\.$/,
  );
  assert.deepEqual(error.variables, { why: error.message });
});

/** What an expression sees as the message of a failed job, and the message of the job itself. */
const messagesOf = async (connector: ReturnType<typeof running>, headers: Readonly<Record<string, string>> = {}) => {
  const plain = await executeOutbound(connector, { customHeaders: headers });
  const seen = await executeOutbound(connector, {
    customHeaders: { ...headers, errorExpression: '=bpmnError("B", error.message)' },
  });
  assert.ok(plain.kind === 'fail' && seen.kind === 'bpmnError');
  return { ofJob: plain.message, seen: seen.message };
};

test('advice stays out of what an expression sees, whichever part of the library gives it', async () => {
  const inner = fault('value', { what: 'A is wrong.', where: 'a.b', fix: 'correct A.' });
  const outer = fault('output', { what: 'B is wrong.', fix: 'correct B,\nand try again.', cause: inner });
  assert.deepEqual(await messagesOf(thrown(outer)), {
    ofJob: 'B is wrong.\nFix: correct B,\nand try again.\nCaused by: A is wrong.\nWhere: a.b\nFix: correct A.',
    seen: 'B is wrong.\nCaused by: A is wrong.\nWhere: a.b',
  });
  const document = await messagesOf(
    running(() => ({})),
    { resultExpression: '={a: createDocument(1)}' },
  );
  assert.match(document.seen, /^createDocument\(…\) cannot make a document: its argument must be base64 text[^\n]*\.$/);
  assert.ok(document.ofJob.startsWith(`${document.seen}\nFix: write createDocument(base64Text)`), document.ofJob);
  const feel = await messagesOf(
    running(() => ({})),
    { resultExpression: '={a: 1 +}' },
  );
  assert.equal(feel.ofJob.split('\nFix: ')[0], feel.seen);
  const value = await messagesOf(running(() => ({ at: new Date(Number.NaN) })));
  assert.match(value.ofJob, /\nFix: check the date/);
  assert.equal(value.ofJob.split('\nFix: ')[0], value.seen);
});

test('what looks like advice in a value or in a schema is left alone', async () => {
  const text = 'PT5X Fix: see page 7';
  const { ofJob, seen } = await messagesOf(
    running(() => ({})),
    { retryBackoff: text },
  );
  assert.equal(seen, `Failed to parse retry backoff header: "${text}" is not a duration.`);
  assert.ok(ofJob.startsWith(`${seen} Fix: write e.g. PT30S`), ofJob);
  const connector = defineOutbound({
    name: 'Test',
    type: 'test',
    input: v.object({}),
    output: v.object({ n: v.pipe(v.number(), v.minValue(2, 'is too small. Fix: order two')) }),
    run: () => ({ n: 1 }),
  });
  const outcome = await executeOutbound(connector, {
    customHeaders: { errorExpression: '=bpmnError("B", error.message)' },
  });
  assert.match(outcome.kind === 'bpmnError' ? outcome.message : '', /n: is too small\. Fix: order two$/);
});

test('what looks like advice in the message of a connector is left alone', async () => {
  const outcome = await execute(thrown(new Error('Paper jam.\nFix: open tray 2')), '=bpmnError("JAM", error.message)');
  assert.equal(outcome.kind === 'bpmnError' && outcome.message, 'Paper jam.\nFix: open tray 2');
});

test('the expressions of a job share their time: a result expression that used it up leaves none to a long error expression', async () => {
  await loadExpressions();
  const slow = 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")';
  const budget = createTimeBudget(50);
  assert.throws(
    () => mapResult({}, { resultExpression: `={r: ${slow}}` }, {}, { random: Math.random, budget }),
    /it takes longer than 0\.05 s/,
  );
  const succeeded = { kind: 'succeeded', response: null, variables: {} } as const;
  const job = { retries: 3, random: Math.random, budget };
  const outcome = applyErrorExpression(succeeded, {
    ...job,
    headers: { errorExpression: `=if ${slow} then 1 else 2` },
  });
  assert.ok(outcome.kind === 'fail', 'the job fails');
  assert.match(outcome.message, /it takes longer than 0\.05 s, together with the expressions before it/);
  const ignored = applyErrorExpression(succeeded, { ...job, headers: { errorExpression: '=ignoreError({a: 1})' } });
  assert.deepEqual(ignored, { kind: 'complete', variables: { a: 1 } });
});
