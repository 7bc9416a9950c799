import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError, jobError } from '../../../src/connector/errors.ts';
import type { AnyOutboundConnector, Outcome } from '../../../src/connector/types.ts';
import type { JobInput } from '../../../src/runtime/execute/job.ts';
import { executeJob } from '../../../src/runtime/execute/job-execution.ts';
import { commandOf } from '../../../src/runtime/send/command.ts';
import { largestVariables } from '../../../src/runtime/shared/stored-variables.ts';
import { createManualClock } from '../support/clock.ts';

type Extras = Partial<Pick<AnyOutboundConnector, 'output' | 'resultVariable' | 'timeout' | 'input'>>;

/** A connector with a given `run`. */
const connector = (run: AnyOutboundConnector['run'], extras: Extras = {}): AnyOutboundConnector =>
  defineOutbound({ name: 'Test', type: 'test', input: v.looseObject({}), run, ...extras } as never);

const returning = (value: unknown, extras?: Extras): AnyOutboundConnector => connector(() => value as never, extras);

const throwing = (value: unknown): AnyOutboundConnector =>
  connector(() => {
    throw value;
  });

const complete = (variables: Readonly<Record<string, unknown>>): Outcome => ({ kind: 'complete', variables });

const run = (one: AnyOutboundConnector, customHeaders: Record<string, string> = {}, job: JobInput = {}) =>
  executeJob(one, { customHeaders, ...job });

const mapped: readonly [what: string, headers: Record<string, string>, result: unknown, variables: object][] = [
  ['nothing is null', { resultVariable: 'out' }, undefined, { out: null }],
  ['a harmless name', { resultVariable: '__proto__' }, 1, JSON.parse('{"__proto__":1}')],
  ['a date', { resultExpression: '={d: response.when}' }, { when: new Date(0) }, { d: '1970-01-01T00:00:00.000Z' }],
  ['a big number', { resultVariable: 'n' }, 2n ** 63n - 1n, { n: 2n ** 63n - 1n }],
];

for (const [what, headers, result, variables] of mapped) {
  test(`results: ${what}`, async () => {
    assert.deepEqual(await run(returning(result), headers), complete(variables as Record<string, unknown>));
  });
}

const unasked: readonly [
  what: string,
  resultVariable: string | false | undefined,
  result: unknown,
  variables: object,
][] = [
  ['1.1: false drops an object', false, { a: 1 }, {}],
  ['a name takes an object', 'own', { a: 1 }, { own: { a: 1 } }],
  ['a name takes a list', 'own', [1], { own: [1] }],
  ['a name takes nothing as null', 'own', undefined, { own: null }],
  ['nothing merges an object', undefined, { a: 1, b: null }, { a: 1, b: null }],
  ['nothing merges a map', undefined, new Map([['a', 1]]), { a: 1 }],
  ['nothing drops a number', undefined, 7, {}],
  ['nothing drops a list', undefined, [1], {}],
  ['nothing drops null', undefined, null, {}],
];

for (const [what, resultVariable, result, variables] of unasked) {
  test(`without headers, the connector's resultVariable: ${what}`, async () => {
    const extras = resultVariable === undefined ? {} : { resultVariable };
    assert.deepEqual(await run(returning(result, extras)), complete(variables as Record<string, unknown>));
  });
}

test('a dropped scalar is logged at level debug, without its value', async () => {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  const logger = { debug: note, info: note, warn: note, error: note };
  await executeJob(returning('hunter2'), {}, { logger });
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /string is dropped/);
  assert.doesNotMatch(lines[0]!, /hunter2/);
});

/** Failures: what the connector does, with 3 retries, and what the outcome says. */
const failures: readonly [
  what: string,
  connector: AnyOutboundConnector,
  headers: Record<string, string>,
  expected: { retries: number; backoff: number; message: RegExp },
][] = [
  ['a negative header', throwing(new Error('x')), { retryBackoff: '-PT5M' }, { retries: 2, backoff: 0, message: /x/ }],
  ['a returned job error', returning(jobError('a', { retries: 0 })), {}, { retries: 0, backoff: 0, message: /a/ }],
  [
    'a job error with numbers that are too large',
    throwing(jobError('a', { retries: 2 ** 40, backoff: 1e300 })),
    {},
    { retries: 2 ** 31 - 1, backoff: Number.MAX_SAFE_INTEGER, message: /a/ },
  ],
  ['a thrown text', throwing('plain'), {}, { retries: 2, backoff: 0, message: /^plain$/ }],
  ['thrown null', throwing(null), {}, { retries: 2, backoff: 0, message: /^null was thrown$/ }],
  ['thrown undefined', throwing(undefined), {}, { retries: 2, backoff: 0, message: /^undefined was thrown$/ }],
  ['a frozen error', throwing(Object.freeze(new Error('cold'))), {}, { retries: 2, backoff: 0, message: /^cold$/ }],
  [
    'a rejected promise',
    connector(() => Promise.reject(new Error('late'))),
    {},
    { retries: 2, backoff: 0, message: /^late$/ },
  ],
  ['a result with NaN', returning({ list: [1, Number.NaN] }), {}, { retries: 2, backoff: 0, message: /list\[1\]/ }],
  [
    'a result with a function',
    returning({ f: () => 1 }),
    {},
    { retries: 2, backoff: 0, message: /f: a function has no JSON form/ },
  ],
  [
    'a result that the output refuses',
    returning({ n: 'hunter2' }, { output: v.object({ n: v.number() }) }),
    {},
    { retries: 2, backoff: 0, message: /output schema:\n- n: expected a number/ },
  ],
  [
    'a BPMN error whose variables have no JSON form',
    throwing(bpmnError('C', 'm', { f: () => 1 })),
    {},
    { retries: 2, backoff: 0, message: /^BPMN error C: m\n/ },
  ],
  [
    'a job error whose variables have no JSON form',
    throwing(jobError('a', { retries: 7, variables: { f: () => 1 } })),
    {},
    { retries: 7, backoff: 0, message: /^a\n/ },
  ],
];

for (const [what, one, headers, { retries, backoff, message }] of failures) {
  test(`failure ${what}`, async () => {
    const outcome = await run(one, headers);
    assert.ok(outcome.kind === 'fail');
    assert.deepEqual({ retries: outcome.retries, backoff: outcome.backoff }, { retries, backoff });
    assert.match(outcome.message, message);
    assert.doesNotMatch(outcome.message, /hunter2/);
  });
}

test('a message includes the causes but never the stack, which is kept for the log', async () => {
  const error = new Error('fetch failed', { cause: new Error('ECONNREFUSED') });
  const outcome = await run(throwing(error));
  assert.ok(outcome.kind === 'fail');
  assert.equal(outcome.message, 'fetch failed\nCaused by: ECONNREFUSED');
  assert.equal(outcome.cause, error);
});

test('the variables of a failure are sent', async () => {
  const outcome = await run(throwing(jobError('a', { variables: { at: new Date(0) } })));
  assert.ok(outcome.kind === 'fail');
  const variables = { at: '1970-01-01T00:00:00.000Z' };
  const type = 'io.camunda.connector.api.error.ConnectorRetryException';
  assert.deepEqual(outcome.variables, { ...variables, error: { type, message: 'a' } });
});

for (const [how, one] of [
  ['thrown', throwing(bpmnError('LATE', 'too late', { days: 3 }))],
  ['returned', returning(bpmnError('LATE', 'too late', { days: 3 }), { output: v.object({ other: v.string() }) })],
] as const) {
  test(`a ${how} BPMN error is an outcome of kind bpmnError`, async () => {
    assert.deepEqual(await run(one), { kind: 'bpmnError', code: 'LATE', message: 'too late', variables: { days: 3 } });
  });
}

const typed = defineOutbound({
  name: 'Typed',
  type: 'typed',
  input: v.object({ name: v.string(), age: v.pipe(v.number(), v.maxValue(150)) }),
  run: ({ name }) => ({ hello: name }),
});

test('variables are validated before run, and every invalid field is named without its value', async () => {
  const outcome = await executeJob(typed, { retries: 3, variables: { age: 4711 } });
  assert.ok(outcome.kind === 'fail');
  assert.equal(outcome.retries, 0);
  assert.match(outcome.message, /"typed":\n- name: is required\n- age: /);
  assert.doesNotMatch(outcome.message, /4711/);
});

test('case 2.8: invalid input has the back-off of the header', async () => {
  const outcome = await executeJob(typed, { customHeaders: { retryBackoff: 'PT9S' } });
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0 && outcome.backoff === 9_000);
});

const documents: readonly [what: string, job: JobInput][] = [
  ['variables that are not JSON', { variables: '{"password":"hunter2"' }],
  ['variables that are a list', { variables: '["hunter2"]' }],
  ['headers that are not JSON', { customHeaders: 'hunter2' }],
];

for (const [what, job] of documents) {
  test(`${what} fail for good, unquoted`, async () => {
    const outcome = await executeJob(returning({}), job);
    assert.ok(outcome.kind === 'fail');
    assert.equal(outcome.retries, 0);
    assert.doesNotMatch(outcome.message, /hunter2/);
  });
}

test('a job of JSON text is parsed without loss', async () => {
  const big = connector((input) => input as never);
  const outcome = await executeJob(big, { variables: '{"id":9007199254740993}', customHeaders: '{"x":"y"}' });
  assert.deepEqual(outcome, complete({ id: '9007199254740993' }));
});

test('run receives the whole job', async () => {
  const outcome = await executeJob(
    connector(
      (_, { job }) => ({ key: job.key, type: job.type, retries: job.retries, own: job.customHeaders.own }) as never,
    ),
    { key: '9', customHeaders: '{"own":"h","resultVariable":"r"}' },
  );
  assert.deepEqual(outcome, complete({ r: { key: '9', type: 'test', retries: 3, own: 'h' } }));
});

test('the output schema may transform the result', async () => {
  const output = v.object({
    n: v.pipe(
      v.number(),
      v.transform((n) => n * 2),
    ),
  });
  assert.deepEqual(await run(returning({ n: 2, more: 1 }, { output })), complete({ n: 4 }));
});

test('asynchronous schemas work on both sides', async () => {
  const check = v.checkAsync(async () => true);
  const both = connector((input) => input as never, {
    input: v.pipeAsync(v.objectAsync({ a: v.number() }), check as never),
    output: v.objectAsync({ a: v.number() }),
  });
  assert.deepEqual(await run(both, {}, { variables: { a: 1 } }), complete({ a: 1 }));
});

test('a run that exceeds its timeout is aborted and fails; its late result is dropped', async () => {
  const clock = createManualClock();
  const late = deferred<object>();
  const reasons: { kind?: string }[] = [];
  const slow = connector(
    (_, { signal }) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
      });
      return late.promise as never;
    },
    { timeout: 2 },
  );
  const outcome = executeJob(slow, {}, { clock });
  await new Promise(setImmediate);
  clock.advance(1_999);
  assert.deepEqual(reasons, []);
  clock.advance(1);
  const settled = await outcome;
  assert.ok(settled.kind === 'fail');
  assert.equal(settled.retries, 2);
  assert.match(settled.message, /did not end within its timeout of 2 s/);
  assert.deepEqual(
    reasons.map(({ kind }) => kind),
    ['timeout'],
  );
  late.reject(new Error('too late to matter'));
  await new Promise(setImmediate);
});

test('the timeout also ends a validation of the input that hangs', async () => {
  const clock = createManualClock();
  const hanging = v.pipeAsync(
    v.objectAsync({}),
    v.checkAsync(() => new Promise<boolean>(() => {})),
  );
  const outcome = executeJob(
    connector(() => ({}) as never, { input: hanging, timeout: 1 }),
    {},
    { clock },
  );
  await new Promise(setImmediate);
  clock.advance(1_000);
  assert.equal((await outcome).kind, 'fail');
});

test('a runtime that stops aborts run, and no attempt is lost', async () => {
  const controller = new AbortController();
  let aborted = false;
  const slow = connector((_, { signal }) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise<never>(() => {});
  });
  const outcome = executeJob(slow, { retries: 1 }, { signal: controller.signal });
  await new Promise(setImmediate);
  controller.abort();
  const settled = await outcome;
  assert.ok(settled.kind === 'fail' && settled.retries === 1 && settled.backoff === 0);
  assert.ok(aborted);
});

test('a stopped runtime does not start a job', async () => {
  let calls = 0;
  const counting = connector(() => {
    calls++;
    return {} as never;
  });
  const outcome = await executeJob(counting, {}, { signal: AbortSignal.abort() });
  assert.ok(outcome.kind === 'fail' && outcome.retries === 3);
  assert.equal(calls, 0);
});

test('no timer is left behind', async () => {
  const clock = createManualClock();
  await executeJob(returning({}), {}, { clock });
  await executeJob(throwing(new Error('x')), {}, { clock });
  assert.deepEqual(clock.timers(), []);
});

const deferred = <T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } => {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};

const anything = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  fc.anything().map((value) => jobError('j', { variables: { value } })),
  fc.anything().map((value) => bpmnError('B', 'm', { value })),
  fc.constantFrom(Symbol('s'), () => 1),
);

const expressions = fc.oneof(
  fc.constantFrom('=response', '={a: response}', '=a', '={', '=[1]', '=null', '', '=response.b.c', '={x: backoff(1)}'),
  fc.string(),
);

const errorExpressions = fc.oneof(
  expressions,
  fc.constantFrom(
    '=ignoreError()',
    '=ignoreError({v: response})',
    '=if error != null then bpmnError(error.code, error.message, error.variables) else null',
    '=bpmnError("C", "m", response)',
    '=jobError(error.message, {response: response}, job.retries - 1, backoff(job.retries))',
    '={errorType: "jobError", errorMessage: response, retries: response, retryBackoff: response, variables: response}',
    '={errorType: "bpmnError", errorCode: response, errorMessage: response, variables: response}',
    '={errorType: response}',
  ),
);

const durations = fc.oneof(fc.constantFrom('PT1S', 'x', '', '-PT1S', 'P1D', 'PT0.0001S'), fc.string());

const trap = (): never => {
  throw new Error('trap');
};

for (const [how, make] of [
  ['thrown', throwing],
  ['returned', returning],
] as const) {
  test(`a ${how} object whose every access throws is a failure`, async () => {
    const outcome = await run(make(new Proxy({}, { has: trap, get: trap, getPrototypeOf: trap, ownKeys: trap })));
    assert.ok(outcome.kind === 'fail' && outcome.retries === 2);
  });
}

test('any job and any run yield one outcome that can be sent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        variables: fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), fc.json()),
        retries: fc.integer({ min: 0, max: 5 }),
        headers: fc.record(
          {
            resultVariable: fc.string(),
            resultExpression: expressions,
            errorExpression: errorExpressions,
            retryBackoff: durations,
            jobTimeout: durations,
            operation: fc.oneof(fc.constant('one'), fc.string()),
          },
          { requiredKeys: [] },
        ),
        value: anything,
        throws: fc.boolean(),
        several: fc.boolean(),
        retryBackoff: fc.constantFrom(undefined, 3, { initial: 1 }, () => Number.NaN),
      }),
      async ({ variables, retries, headers, value, throws, several, retryBackoff }) => {
        const { input, ...plain } = throws ? throwing(value) : returning(value);
        const one = several
          ? { ...plain, run: undefined, operations: { one: { input, run: plain.run } } }
          : { ...plain, input };
        const outcome = await executeJob({ ...one, retryBackoff } as AnyOutboundConnector, {
          customHeaders: headers,
          variables,
          retries,
        });
        const command = commandOf({ key: '7' }, outcome);
        if (command.kind === 'failJob') {
          assert.ok(Number.isSafeInteger(command.retries) && command.retries >= 0 && command.retries < 2 ** 31);
          assert.ok(Number.isSafeInteger(command.backoff) && command.backoff >= 0);
          assert.ok(command.message.length <= 6000);
        } else if (command.kind === 'throwError') {
          assert.ok(command.message.length <= 6000);
        } else {
          assert.equal(command.kind, 'completeJob');
        }
        assert.equal(typeof JSON.parse('variables' in command ? command.variables : ''), 'object');
      },
    ),
    { numRuns: 500 },
  );
});

const tooMuch = { text: 'x'.repeat(largestVariables) };

const oversized: readonly [what: string, one: AnyOutboundConnector, message: RegExp][] = [
  ['a thrown bpmnError', throwing(bpmnError('LATE', 'too late', tooMuch)), /^BPMN error LATE: too late\n/],
  ['a returned bpmnError', returning(bpmnError('LATE', 'too late', tooMuch)), /^BPMN error LATE: too late\n/],
  ['a jobError', throwing(jobError('busy', { retries: 7, variables: tooMuch })), /^busy\n/],
  ['an error with a code', throwing(Object.assign(new Error('m'), { code: 'C', variables: tooMuch })), /^m\n/],
];

for (const [what, one, message] of oversized) {
  test(`variables of ${what} above 1.5 MB are refused for good, and its message stays`, async () => {
    const outcome = await run(one);
    assert.ok(outcome.kind === 'fail');
    assert.equal(outcome.retries, 0);
    assert.match(outcome.message, message);
    assert.match(outcome.message, /larger than 1\.5 MB: 1572\d{3} bytes/);
    assert.ok(Buffer.byteLength(JSON.stringify(commandOf({ key: '7' }, outcome))) < 20_000);
  });
}

const unstorable: readonly [what: string, headers: Record<string, string>, one: AnyOutboundConnector, path: RegExp][] =
  [
    ['the first integer beyond 64 bits', {}, returning({ id: 2n ** 63n }), /: id is an integer/],
    ['a negative one', {}, returning({ id: -(2n ** 63n) - 1n }), /: id is an integer/],
    ['a number', {}, returning({ rows: [{}, { 'a b': 1e20 }] }), /: rows\[1\]\["a b"\] is an integer/],
    ['one that an expression makes', { resultExpression: '={v: 10 ** 19}' }, returning({}), /: v is an integer/],
    ['one in a named variable', { resultVariable: 'out' }, returning([2n ** 70n]), /: out\[0\] is an integer/],
    [
      'one in a bpmnError',
      {},
      throwing(bpmnError('LATE', 'x', { id: 2n ** 64n })),
      /^BPMN error LATE: x\n.*id is an integer/,
    ],
    [
      'one in a jobError',
      {},
      throwing(jobError('busy', { variables: { id: 2n ** 64n } })),
      /^busy\n.*id is an integer/,
    ],
    [
      'one in the variables of an error expression',
      { errorExpression: '=bpmnError("B", "m", {id: 10 ** 19})' },
      returning({}),
      /: id is an integer/,
    ],
  ];

for (const [what, headers, one, path] of unstorable) {
  test(`an integer that no cluster can store fails the job for good with its path: ${what}`, async () => {
    const outcome = await run(one, headers);
    assert.ok(outcome.kind === 'fail');
    assert.equal(outcome.retries, 0);
    assert.match(outcome.message, path);
    assert.match(outcome.message, /Fix: return it as text\./);
  });
}

test('the largest and the smallest integers, and numbers with an exponent, are stored', async () => {
  const value = { high: 2n ** 63n - 1n, low: -(2n ** 63n), huge: 1e21, tiny: 1e-300, text: '9'.repeat(40) };
  assert.deepEqual(await run(returning(value)), complete(value));
});

test('an invalid header jobTimeout has no back-off', async () => {
  const outcome = await run(returning({}), { jobTimeout: 'soon', retryBackoff: 'PT9S' });
  assert.ok(outcome.kind === 'fail');
  assert.deepEqual([outcome.retries, outcome.backoff], [0, 0]);
});

test('the last attempt of a job that counts down with jobError keeps its error', async () => {
  const counting = connector((_input, { job }) => {
    throw jobError('the service is busy', { retries: job.retries - 2 });
  });
  const outcome = await run(counting, {}, { retries: 1 });
  assert.ok(outcome.kind === 'fail');
  assert.deepEqual([outcome.retries, outcome.message], [0, 'the service is busy']);
});

test('a bpmnError without a code fails the job with its message', async () => {
  for (const code of ['', ' ', undefined, 7]) {
    const outcome = await run(throwing(bpmnError(code as string, 'no stock', { left: 0 })));
    assert.ok(outcome.kind === 'fail');
    assert.equal(outcome.retries, 2);
    assert.match(outcome.message, /^no stock\nbpmnError\(code, …\) needs the error code/);
  }
});
