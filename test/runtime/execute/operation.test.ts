/** Connectors made of several operations: sections 4.1 and 4.4 of the runtime's reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { checkConnector, defineOutbound } from '../../../src/connector/define.ts';
import { jobError } from '../../../src/connector/errors.ts';
import { hints } from '../../../src/connector/hints.ts';
import { connectorVariables } from '../../../src/connector/operations.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { createManualClock } from '../support/clock.ts';

const shelf = defineOutbound({
  name: 'Shelf',
  type: 'shelf',
  operations: {
    lend: {
      name: 'Lend a book',
      input: v.object({ who: v.string(), days: v.optional(v.number()) }),
      output: v.object({ until: v.number() }),
      run: ({ who, days }) => ({ until: (days ?? 14) + who.length }),
    },
    count: {
      input: v.object({ books: v.array(v.object({ isbn: v.string(), copies: v.number() })) }),
      run: ({ books }) => books.reduce((sum, { copies }) => sum + copies, 0),
    },
    refuse: {
      input: v.object({}),
      run: () => {
        throw jobError('closed', { code: 'RE', retries: 5 });
      },
    },
  },
});

const execute = (operation: string | undefined, variables: object = {}, headers: Record<string, string> = {}) =>
  executeOutbound(shelf, {
    variables: { ...variables },
    customHeaders: { ...headers, ...(operation === undefined ? {} : { operation }) },
  });

test('the header selects the operation', async () => {
  assert.deepEqual(await execute('lend', { who: 'Ada' }), { kind: 'complete', variables: { until: 17 } });
});

test('case 4.10: without the header no operation runs', async () => {
  const outcome = await execute(undefined);
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0);
  assert.match(outcome.message, /^Operation ID is missing in the job context custom headers\..*lend, count, refuse/);
});

for (const id of ['x', '', ' ', '__proto__', 'constructor', 'toString']) {
  test(`case 4.11: an operation ${JSON.stringify(id)} is not found`, async () => {
    const outcome = await execute(id);
    assert.ok(outcome.kind === 'fail' && outcome.retries === 0);
    assert.ok(outcome.message.startsWith(`Operation not found: ${id}.`), outcome.message);
    assert.match(outcome.message, /lend, count, refuse/);
  });
}

const toned = defineOutbound({
  name: 'Toned',
  type: 'toned',
  operations: {
    say: {
      input: v.object({
        text: v.string(),
        tone: v.pipe(v.picklist(['soft', 'loud']), hints({ target: 'header' })),
        times: v.pipe(v.optional(v.number(), 1), hints({ target: 'header', binding: 'repeat' })),
      }),
      run: ({ text, tone, times }) => ({ said: (tone === 'loud' ? text.toUpperCase() : text).repeat(times) }),
    },
  },
});

const say = (headers: Record<string, string>, variables: object = {}) =>
  executeOutbound(toned, { variables: { text: 'hi', ...variables }, customHeaders: { operation: 'say', ...headers } });

test('an operation declares a task header as a parameter, which is converted as its schema says', async () => {
  assert.deepEqual(await say({ tone: 'loud', repeat: '2' }), { kind: 'complete', variables: { said: 'HIHI' } });
  assert.deepEqual(await say({ tone: 'soft' }, { tone: 'loud' }), { kind: 'complete', variables: { said: 'hi' } });
  assert.deepEqual(connectorVariables(toned), ['text']);
});

test('case 4.14: a missing required header is named', async () => {
  const outcome = await say({}, { tone: 'loud' });
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0, JSON.stringify(outcome));
  assert.match(
    outcome.message,
    /^Required header 'tone' is missing in the job headers\. Fix: add it to the task headers/,
  );
  const wrong = await say({ tone: 'shrill' });
  assert.ok(wrong.kind === 'fail' && wrong.retries === 0, JSON.stringify(wrong));
  assert.match(
    wrong.message,
    /^The job's variables do not fit the input of the operation "say" of the connector "toned":\n- tone: /,
  );
});

test('case 4.12: a missing required variable is named', async () => {
  const outcome = await execute('lend');
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0);
  assert.match(outcome.message, /operation "lend" of the connector "shelf":\n- who: is required$/);
});

test('case 4.13: an optional variable may be missing or null', async () => {
  assert.deepEqual(await execute('lend', { who: '', days: null }), { kind: 'complete', variables: { until: 14 } });
});

test('case 4.15: a list of objects is checked item by item', async () => {
  const books = [
    { isbn: 'a', copies: '2' },
    { isbn: 'b', copies: 3 },
  ];
  assert.deepEqual(await execute('count', { books }, { resultVariable: 'n' }), {
    kind: 'complete',
    variables: { n: 5 },
  });
  const outcome = await execute('count', { books: [{ isbn: 'a' }] });
  assert.match(outcome.kind === 'fail' ? outcome.message : '', /books\[0\]\.copies: is required/);
});

test("case 4.16: an operation's jobError keeps its code and its retries", async () => {
  const outcome = await execute('refuse');
  assert.ok(outcome.kind === 'fail' && outcome.retries === 5);
  assert.deepEqual(outcome.variables, {
    error: { type: 'io.camunda.connector.api.error.ConnectorRetryException', message: 'closed', code: 'RE' },
  });
});

test('case 4.17: the variables of all operations are fetched, or all variables if one operation may need any', () => {
  assert.deepEqual(connectorVariables(shelf), ['who', 'days', 'books']);
  const { lend } = shelf.operations;
  const any = { input: v.looseObject({}), run: () => null };
  assert.equal(
    connectorVariables(defineOutbound({ name: 'a', type: 'a', operations: { lend, any } as never }) as never),
    undefined,
  );
});

test('of several invalid headers, the operation is reported first, then retryBackoff, then jobTimeout', async () => {
  const headers = { retryBackoff: 'soon', jobTimeout: 'soon' };
  const messages = [
    await execute('x', {}, headers),
    await execute('lend', { who: 'Ada' }, headers),
    await execute('lend', { who: 'Ada' }, { jobTimeout: 'soon' }),
  ].map((outcome) => (outcome.kind === 'fail' ? outcome.message.slice(0, 19) : outcome.kind));
  assert.deepEqual(messages, ['Operation not found', 'Failed to parse ret', 'Failed to parse job']);
});

test('other connectors ignore the header', async () => {
  const plain = defineOutbound({ name: 'a', type: 'a', input: v.object({}), run: () => ({ a: 1 }) });
  const outcome = await executeOutbound(plain, { customHeaders: { operation: 'x' } });
  assert.deepEqual(outcome, { kind: 'complete', variables: { a: 1 } });
});

test('an unknown operation reaches the error expression', async () => {
  const outcome = await execute('x', {}, { errorExpression: '=bpmnError("NO_OPERATION", error.message)' });
  assert.ok(outcome.kind === 'bpmnError' && outcome.code === 'NO_OPERATION');
  assert.match(outcome.message, /^Operation not found: x/);
});

test("an operation's result is validated by its own schema, and the message names the operation", async () => {
  const wrong = defineOutbound({
    name: 'a',
    type: 'a',
    operations: { one: { input: v.object({}), output: v.object({ n: v.number() }), run: () => ({ n: 'x' }) as never } },
  });
  const outcome = await executeOutbound(wrong, { customHeaders: { operation: 'one' } });
  assert.match(
    outcome.kind === 'fail' ? outcome.message : '',
    /result of the operation "one" of the connector "a" .*\n- n: expected a number/,
  );
});

test('the timeout and the settings of the connector apply to each operation', async () => {
  const clock = createManualClock();
  const slow = defineOutbound({
    name: 'a',
    type: 'a',
    timeout: 3,
    retryBackoff: 7,
    operations: { one: { input: v.object({}), run: () => new Promise(() => {}) } },
  });
  const outcome = executeOutbound(slow, { customHeaders: { operation: 'one' } }, { clock });
  await new Promise(setImmediate);
  clock.advance(3_000);
  const settled = await outcome;
  assert.ok(settled.kind === 'fail' && settled.backoff === 7_000);
  assert.match(settled.message, /operation "one" of the connector "a" did not end within its timeout of 3 s/);
});

test('middleware sees the input of the operation', async () => {
  const seen: unknown[] = [];
  const note = (input: unknown, _context: unknown, next: () => Promise<unknown>): Promise<unknown> => {
    seen.push(input);
    return next();
  };
  const used = { ...shelf, use: [note] };
  await executeOutbound(used, { variables: { who: 'Ada' }, customHeaders: { operation: 'lend' } });
  assert.deepEqual(seen, [{ who: 'Ada' }]);
});

test('a connector with operations is frozen data, and a copy is a connector', async () => {
  assert.ok(Object.isFrozen(shelf) && Object.isFrozen(shelf.operations) && Object.isFrozen(shelf.operations.lend));
  assert.deepEqual(checkConnector({ ...shelf, type: 'shelf:v2' }), []);
});

test('all problems of operations are reported at once', () => {
  const run = (): void => {};
  const faults: readonly [operations: unknown, problems: readonly string[]][] = [
    [{}, ['operations: expected at least one operation']],
    [[], ['operations: expected operations by their ids, but got an empty list']],
    [null, ['operations: expected operations by their ids, but got null']],
    [
      { one: { run, colour: 'red' }, two: 7, ' ': { input: v.object({}), run }, three: { input: v.string(), run: 1 } },
      [
        'operations.one.input: is missing',
        'operations.one.colour: unknown property of operations. Known: name, description, input, output, run',
        'operations.two: expected an object, but got 7',
        'operations[" "]: the id must not be blank',
        'operations.three.input: expected a valibot schema of an object (object, strictObject, looseObject, variant, …), but got a schema of type "string"',
        'operations.three.run: expected a function, but got 1',
      ],
    ],
  ];
  for (const [operations, problems] of faults) {
    assert.deepEqual(checkConnector({ ...shelf, operations }), problems);
  }
  assert.deepEqual(checkConnector({ ...shelf, input: v.object({}), output: v.object({}), run }), [
    'input: belongs to each operation; move it there',
    'output: belongs to each operation; move it there',
    'run: belongs to each operation; move it there',
  ]);
});
