/**
 * The cases of sections 1.11 and 2.9 of the runtime's reference that are about what one job yields, by their numbers.
 * Each runs a real connector and looks at the command that would be sent. The cases of `jobTimeout` (2.23 to 2.29) are in
 * time-limit.test.ts, those of sending (2.30 to 2.32) in sender.test.ts, 1.36 to 1.38 also in expression-functions.test.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { fault } from '../../../src/common/fault.ts';
import type { Command } from '../../../src/connection/port.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import { inputError as createInputError, jobError } from '../../../src/connector/errors.ts';
import type { AnyOutboundConnector } from '../../../src/connector/types.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { commandOf } from '../../../src/runtime/send/command.ts';

const connectorError = 'io.camunda.connector.api.error.ConnectorException';
const retryError = 'io.camunda.connector.api.error.ConnectorRetryException';
const inputError = 'io.camunda.connector.api.error.ConnectorInputException';
const feelError = 'io.camunda.connector.feel.FeelEngineWrapperException';

const connector = (run: () => unknown): AnyOutboundConnector =>
  // The official runtime drops a result if no header maps it.
  defineOutbound({ name: 'Test', type: 'test', input: v.looseObject({}), resultVariable: false, run });

const returns = (value: unknown): AnyOutboundConnector => connector(() => value);
const throws = (error: unknown): AnyOutboundConnector =>
  connector(() => {
    throw error;
  });

let runs = 0;
const mustNotRun = connector(() => {
  runs++;
});

/** The official runtime's coded error, in our spelling: any error with a `code`. */
const coded = (message: string, extras: { code?: string | number; variables?: object } = {}): Error =>
  Object.assign(new Error(message), extras);

interface Completes {
  readonly complete: Readonly<Record<string, unknown>>;
}

interface Fails {
  readonly retries: number;
  /** Milliseconds. Default 0. */
  readonly backoff?: number;
  readonly message?: RegExp;
  readonly variables?: Readonly<Record<string, unknown>>;
}

interface Throws {
  readonly code: string;
  readonly message?: string | RegExp;
  readonly variables?: Readonly<Record<string, unknown>>;
}

type Expected = Completes | Fails | Throws;

const matches = (text: string, wanted: string | RegExp): void =>
  typeof wanted === 'string' ? assert.equal(text, wanted) : assert.match(text, wanted);

const check = (command: Command, expected: Expected): void => {
  if ('complete' in expected) {
    assert.ok(command.kind === 'completeJob', JSON.stringify(command));
    assert.deepEqual(JSON.parse(command.variables), expected.complete);
    return;
  }
  if ('code' in expected) {
    assert.ok(command.kind === 'throwError', JSON.stringify(command));
    assert.equal(command.code, expected.code);
    matches(command.message, expected.message ?? '');
    assert.deepEqual(JSON.parse(command.variables), expected.variables ?? {});
    return;
  }
  assert.ok(command.kind === 'failJob', JSON.stringify(command));
  assert.deepEqual([command.retries, command.backoff], [expected.retries, expected.backoff ?? 0]);
  matches(command.message, expected.message ?? /^/);
  if (expected.variables !== undefined) assert.deepEqual(JSON.parse(command.variables), expected.variables);
};

type Case = readonly [
  id: string,
  headers: Readonly<Record<string, string>>,
  connector: AnyOutboundConnector,
  expected: Expected,
  retries?: number,
];

const sized = (bytes: number): string => 'x'.repeat(bytes - '{"big":""}'.length);

const results: readonly Case[] = [
  ['1.1', {}, returns({ a: 1 }), { complete: {} }],
  ['1.2', { resultVariable: 'out' }, returns({ a: 1 }), { complete: { out: { a: 1 } } }],
  ['1.3', { resultVariable: 'out' }, returns(null), { complete: { out: null } }],
  ['1.4', { resultVariable: 'out' }, returns({}), { complete: { out: {} } }],
  ['1.5', { resultVariable: 'out' }, returns([1, 'x']), { complete: { out: [1, 'x'] } }],
  ['1.6', { resultVariable: 'out' }, returns(7), { complete: { out: 7 } }],
  ['1.7', { resultVariable: '\t' }, returns({ a: 1 }), { complete: {} }],
  [
    '1.8',
    { resultExpression: '={x: response.a, y: a}' },
    returns({ a: { b: 2 } }),
    { complete: { x: { b: 2 }, y: { b: 2 } } },
  ],
  ['1.9', { resultExpression: '{x: response.a}' }, returns({ a: 5 }), { complete: { x: 5 } }],
  ['1.10', { resultExpression: '={x: response.nope}' }, returns({ a: 5 }), { complete: { x: null } }],
  ['1.11', { resultExpression: '=response' }, returns({ a: 5, b: null }), { complete: { a: 5, b: null } }],
  [
    '1.12',
    { resultExpression: '=response' },
    returns('text'),
    { retries: 0, message: /^Result expression must return a JSON object.*string/ },
  ],
  [
    '1.13',
    { resultExpression: '=[response]' },
    returns({ a: 1 }),
    { retries: 0, message: /^Result expression must return a JSON object.*array/ },
  ],
  [
    '1.14',
    { resultExpression: '=response.a' },
    returns({ a: 42 }),
    { retries: 0, message: /^Result expression must return a JSON object.*number/ },
  ],
  ['1.15', { resultExpression: '={v: response}' }, returns('text'), { complete: { v: 'text' } }],
  ['1.16', { resultExpression: '={s: response.status}' }, returns(null), { complete: { s: null } }],
  ['1.17', { resultExpression: '=null' }, returns({ a: 1 }), { complete: {} }],
  ['1.18', { resultExpression: '   ' }, returns({ a: 1 }), { complete: {} }],
  [
    '1.19',
    { resultVariable: 'raw', resultExpression: '={n: response.a + 1, gone: null}' },
    returns({ a: 1 }),
    { complete: { raw: { a: 1 }, n: 2, gone: null } },
  ],
  [
    '1.20',
    { resultExpression: '={up: upper case(response.a), u: nosuchfunction(1)}' },
    returns({ a: 'x' }),
    { complete: { up: 'X', u: null } },
  ],
  // A JavaScript date is a point in time; a day is a FEEL date or text.
  [
    '1.21',
    { resultExpression: '={d: response.when}' },
    returns({ when: new Date('2024-03-01T00:00:00Z') }),
    { complete: { d: '2024-03-01T00:00:00.000Z' } },
  ],
  [
    '1.21 (computed)',
    { resultExpression: '={d: date(response.when)}' },
    returns({ when: '2024-03-01' }),
    { complete: { d: '2024-03-01' } },
  ],
  [
    '1.22',
    {
      errorExpression:
        '=if response.state = "bad" then bpmnError("BAD", "state is bad", {state: response.state}) else null',
    },
    returns({ state: 'bad' }),
    { code: 'BAD', message: 'state is bad', variables: { state: 'bad' } },
  ],
  [
    '1.23',
    {
      errorExpression:
        '=if response.state = "bad" then bpmnError("BAD", "state is bad", {state: response.state}) else null',
    },
    returns({ state: 'good' }),
    { complete: {} },
  ],
  [
    '1.24',
    { resultVariable: 'res', errorExpression: '=if res = "bad" then bpmnError("B1") else null' },
    returns('bad'),
    { code: 'B1' },
  ],
  [
    '1.25',
    { errorExpression: '=if error != null then bpmnError(error.code, "was: " + error.message) else null' },
    throws(coded('broken', { code: 'C7' })),
    { code: 'C7', message: 'was: broken' },
  ],
  [
    '1.26',
    { errorExpression: '={errorType: "bpmnError", errorCode: "RAW", errorMessage: "by hand", variables: {k: 1}}' },
    returns({}),
    { code: 'RAW', message: 'by hand', variables: { k: 1 } },
  ],
  ['1.27', { errorExpression: '={}' }, returns({ a: 1 }), { complete: {} }],
  [
    '1.28',
    { errorExpression: '=ignoreError({recovered: true})' },
    throws(coded('x', { code: 'C' })),
    { complete: { recovered: true } },
  ],
  ['1.29', { errorExpression: '=ignoreError()' }, throws(new Error('x')), { complete: {} }],
  [
    '1.30',
    { errorExpression: '=jobError("again", {k: "v"}, job.retries - 1, @"PT20S")' },
    returns({}),
    { retries: 2, backoff: 20_000, message: /^again/, variables: { k: 'v', error: 'again' } },
  ],
  [
    '1.31',
    { errorExpression: '=jobError("stop")' },
    returns({}),
    { retries: 0, message: /^stop/, variables: { error: 'stop' } },
  ],
  [
    '1.32',
    { errorExpression: '=jobError("m", {error: "mine", k: 1})' },
    returns({}),
    { retries: 0, variables: { k: 1, error: 'm' } },
  ],
  [
    '1.33',
    { errorExpression: '=bpmnError(404, "x")' },
    returns({}),
    { retries: 0, message: /Parameter 'errorCode' of function 'bpmnError' must be a String/ },
  ],
  ['1.34', { errorExpression: '=bpmnError("C", "m", "not a context")' }, returns({}), { retries: 0 }],
  [
    '1.35',
    { errorExpression: '="text"' },
    returns({}),
    { retries: 0, message: /Error expression must return a JSON object.*string/ },
  ],
  [
    '1.36',
    { errorExpression: '=jobError("b", {}, 2, backoff(1, duration("PT1S"), 2, duration("PT1M"), 0))' },
    returns({}),
    { retries: 2, backoff: 1_000 },
  ],
  [
    '1.38',
    { resultExpression: '={p: backoff(0)}' },
    returns({}),
    { retries: 2, message: /attempt must be at least 1/ },
  ],
  [
    '1.39',
    { resultVariable: 'big' },
    returns(sized(1_572_865)),
    { retries: 0, message: /1\.5 MB.*1572865.*Create document/s, backoff: 0 },
  ],
  [
    '1.39 (exactly the limit)',
    { resultVariable: 'big' },
    returns(sized(1_572_864)),
    { complete: { big: sized(1_572_864) } },
  ],
  [
    '1.40',
    { resultExpression: '={x: {"camunda.function.type": "f"}}' },
    returns({}),
    { retries: 0, message: /forbidden literal/ },
  ],
  [
    '1.40 (from outside)',
    { resultExpression: '=response' },
    returns({ body: '{"camunda.function.type":"createLink"}' }),
    { retries: 0, message: /forbidden literal/ },
  ],
  [
    '1.40 (not of resultVariable)',
    { resultVariable: 'raw' },
    returns({ 'camunda.function.type': 'f' }),
    { complete: { raw: { 'camunda.function.type': 'f' } } },
  ],
];

/** Rules of sections 1.4 to 1.9 that have no case. */
const rules: readonly Case[] = [
  [
    '1.4 the expression wins for one name',
    { resultVariable: 'v', resultExpression: '={v: 1}' },
    returns(2),
    { complete: { v: 1 } },
  ],
  [
    '1.5 a key named response does not hide the result',
    { resultExpression: '={v: response.response}' },
    returns({ response: 3 }),
    { complete: { v: 3 } },
  ],
  [
    '1.5 job is an ordinary name in the result expression',
    { resultExpression: '={v: job}' },
    returns({ job: 3 }),
    { complete: { v: 3 } },
  ],
  [
    '1.5 job is the job in the error expression',
    { resultExpression: '=response', errorExpression: '=ignoreError({r: job.retries, own: response.job})' },
    returns({ job: 3 }),
    { complete: { r: 3, own: 3 } },
  ],
  [
    '1.5 the error expression sees the mapped variables instead of the response',
    {
      resultVariable: 'api',
      errorExpression: '=ignoreError({a: response.status, b: response.api.status, c: api.status})',
    },
    returns({ status: 200 }),
    { complete: { a: null, b: 200, c: 200 } },
  ],
  [
    '1.5 and the response where nothing was mapped',
    { errorExpression: '=ignoreError({a: response.status, b: status})' },
    returns({ status: 200 }),
    { complete: { a: 200, b: 200 } },
  ],
  [
    '1.5 no error after success',
    { errorExpression: '=ignoreError({e: error, d: is defined(error)})' },
    returns({}),
    { complete: { e: null, d: false } },
  ],
  [
    '1.5 after a failure error is there twice',
    { errorExpression: '=ignoreError({d: is defined(error), same: error = response.error})' },
    throws(new Error('x')),
    { complete: { d: true, same: true } },
  ],
  [
    '1.5 nothing else is in scope',
    { errorExpression: '=ignoreError({a: input, b: retryBackoff})', retryBackoff: 'PT1S' },
    returns({}),
    { complete: { a: null, b: null } },
  ],
  [
    '1.6 a path into null',
    { resultExpression: '={a: response.x.y.z}' },
    returns({ x: null }),
    { complete: { a: null } },
  ],
  [
    '1.6 a known function with too many arguments',
    { resultExpression: '={a: upper case("a", "b")}' },
    returns({}),
    { complete: { a: null } },
  ],
  [
    '1.6 a condition that is not a boolean',
    { resultExpression: '={a: if response.x then 1 else 2}' },
    returns({ x: 'y' }),
    { complete: { a: 2 } },
  ],
  [
    '1.6 values of different types',
    { resultExpression: '={a: if response.x > 1 then 1 else 2}' },
    returns({ x: 'y' }),
    { complete: { a: 2 } },
  ],
  [
    '1.6 an error expression fails as a whole',
    { errorExpression: '=if response.x then bpmnError(1) else bpmnError(1)' },
    returns({}),
    { retries: 0, message: /^Failed to evaluate expression/ },
  ],
  [
    '1.7 a wrong number of arguments is not an error',
    { errorExpression: '=bpmnError()' },
    returns({ a: 1 }),
    { complete: {} },
  ],
  [
    '1.7 documents without a store are rejected, not dropped',
    { resultExpression: '={d: createDocument(response)}' },
    returns('aGk='),
    { retries: 2, message: /no document store/ },
  ],
  [
    '1.8 the variables of an error have a limit as well',
    { errorExpression: '=bpmnError("C", "m", {big: response})' },
    returns(sized(1_572_865)),
    { retries: 0, message: /1\.5 MB/ },
  ],
  [
    '1.8 the literal is forbidden in error expressions as well',
    { errorExpression: '=ignoreError({x: {"camunda.function.type": "f"}})' },
    returns({}),
    { retries: 0, message: /forbidden literal/ },
  ],
  ['1.8 no variables have no size', {}, returns('x'.repeat(2_000_000)), { complete: {} }],
  ['1.9 null', { errorExpression: '=null' }, throws(new Error('boom')), { retries: 2, message: /^boom/ }],
  ['1.9 a blank expression', { errorExpression: ' ' }, returns({}), { complete: {} }],
  [
    '1.9 a bpmnError without code',
    { errorExpression: '={errorType: "bpmnError", errorMessage: "x"}' },
    returns({}),
    { complete: {} },
  ],
  ['1.9 the keys of 8.7', { errorExpression: '={errorType: "bpmnError", code: "x"}' }, returns({}), { complete: {} }],
  [
    '1.9 ignoreError drops what was mapped',
    { resultVariable: 'v', errorExpression: '=ignoreError()' },
    returns(1),
    { complete: {} },
  ],
  ['1.9 another context', { errorExpression: '={a: 1}' }, returns({}), { retries: 0, message: /^Cannot parse/ }],
  [
    '1.9 an unknown type',
    { errorExpression: '={errorType: "BpmnError", errorCode: "A"}' },
    returns({}),
    { retries: 0, message: /^Cannot parse/ },
  ],
  ...(['1', 'true', '[]'] as const).map(
    (value): Case => [
      `1.9 ${value}`,
      { errorExpression: `=${value}` },
      returns({}),
      { retries: 0, message: /^Error expression must return a JSON object/ },
    ],
  ),
  [
    '1.9 a number as code',
    { errorExpression: '={errorType: "bpmnError", errorCode: 404}' },
    returns({}),
    { code: '404' },
  ],
  [
    '1.9 a boolean as message',
    { errorExpression: '={errorType: "bpmnError", errorCode: "A", errorMessage: true}' },
    returns({}),
    { code: 'A', message: 'true' },
  ],
  [
    '1.9 a text as variables',
    { errorExpression: '={errorType: "bpmnError", errorCode: "A", variables: "x"}' },
    returns({}),
    { retries: 0, message: /^Cannot parse.*\n- variables: expected a context/ },
  ],
  [
    '1.9 extra keys',
    { errorExpression: '={errorType: "ignoreError", errorCode: "A", more: 1}' },
    returns({}),
    { complete: {} },
  ],
  [
    '1.9 a jobError by hand, its numbers as text',
    { errorExpression: '={errorType: "jobError", errorMessage: "m", retries: "4", retryBackoff: "PT3S"}' },
    returns({}),
    { retries: 4, backoff: 3_000, variables: { error: 'm' } },
  ],
  [
    '1.9 seconds as back-off',
    { errorExpression: '={errorType: "jobError", errorMessage: "m", retries: 1, retryBackoff: 1.5}' },
    returns({}),
    { retries: 1, backoff: 1_500 },
  ],
  [
    '1.9 a duration as back-off',
    { errorExpression: '={errorType: "jobError", errorMessage: "m", retries: 1, retryBackoff: @"PT1M"}' },
    returns({}),
    { retries: 1, backoff: 60_000 },
  ],
  [
    '1.9 no back-off, and the header is not used',
    { retryBackoff: 'PT9S', errorExpression: '={errorType: "jobError", errorMessage: "m", retries: 1}' },
    returns({}),
    { retries: 1, backoff: 0 },
  ],
  [
    '1.9 a jobError without its parts',
    { errorExpression: '={errorType: "jobError", retryBackoff: "soon"}' },
    returns({}),
    { retries: 0, message: /^Cannot parse.*\n- errorMessage: is required\n- retries: is required\n- retryBackoff: / },
  ],
  ['2.5 negative retries count as 0', { errorExpression: '=jobError("m", {}, -3)' }, returns({}), { retries: 0 }],
  [
    '2.5 more retries than the protocol can carry',
    { errorExpression: '=jobError("m", {}, 10**12)' },
    returns({}),
    { retries: 2 ** 31 - 1 },
  ],
];

const catchAll = '=if error != null then bpmnError("ANY", "caught " + error.message) else null';

const errors: readonly Case[] = [
  [
    '2.1',
    {},
    throws(new Error('boom')),
    { retries: 2, message: /^boom \| Error variables: /, variables: { error: { type: 'Error', message: 'boom' } } },
  ],
  ['2.2', { retryBackoff: 'PT1M' }, throws(new Error('x')), { retries: 2, backoff: 60_000 }],
  ['2.3', { retryBackoff: 'P1D' }, throws(new Error('x')), { retries: 2, backoff: 86_400_000 }],
  [
    '2.4',
    { retryBackoff: 'P1D1S' },
    mustNotRun,
    { retries: 0, message: /^Failed to parse retry backoff header: "P1D1S"/ },
  ],
  ['2.4 (blank)', { retryBackoff: '' }, mustNotRun, { retries: 0, message: /^Failed to parse retry backoff header/ }],
  [
    '2.4 (the back-off of the connector is not used)',
    { retryBackoff: 'soon' },
    { ...mustNotRun, retryBackoff: 30 },
    { retries: 0, backoff: 0 },
  ],
  ['2.5', {}, throws(new Error('x')), { retries: 0 }, 1],
  ['2.5 (none left)', {}, throws(new Error('x')), { retries: 0 }, 0],
  [
    '2.6',
    {},
    throws(coded('m', { code: '1013', variables: { foo: 'bar' } })),
    {
      retries: 2,
      message: /^m \| Error variables: /,
      variables: { error: { type: connectorError, message: 'm', code: '1013', variables: { foo: 'bar' } } },
    },
  ],
  [
    '2.6 (a number as code)',
    {},
    throws(coded('m', { code: 404 })),
    { retries: 2, variables: { error: { type: connectorError, message: 'm', code: '404' } } },
  ],
  ['2.7', {}, throws(coded('m')), { retries: 2, variables: { error: { type: 'Error', message: 'm' } } }],
  [
    '2.7 (a native error)',
    {},
    throws(new TypeError('m')),
    { retries: 2, variables: { error: { type: 'TypeError', message: 'm' } } },
  ],
  [
    '2.7 (variables of an error without a code are not sent)',
    {},
    throws(coded('m', { variables: { secret: 1 } })),
    { retries: 2, variables: { error: { type: 'Error', message: 'm' } } },
  ],
  [
    '2.8',
    { retryBackoff: 'PT9S' },
    throws(createInputError('bad input')),
    {
      retries: 0,
      backoff: 9_000,
      message: /^bad input/,
      variables: { error: { type: inputError, message: 'bad input' } },
    },
  ],
  [
    '2.8 (returned)',
    {},
    returns(createInputError('bad input', { cause: new Error('x') })),
    { retries: 0, variables: { error: { type: inputError, message: 'bad input\nCaused by: x' } } },
  ],
  [
    '2.9 (of an author)',
    {},
    throws(Object.assign(new Error('outer', { cause: createInputError('inner') }), { code: 'C' })),
    { retries: 0, message: /^outer/ },
  ],
  [
    '2.9',
    {},
    throws(Object.assign(new Error('outer', { cause: fault('input', { what: 'inner' }) }), { code: 'C' })),
    { retries: 0, message: /^outer/ },
  ],
  ['2.9 (generic)', {}, throws(new Error('outer', { cause: fault('input', { what: 'inner' }) })), { retries: 0 }],
  [
    '2.9 (not a retry error)',
    {},
    throws(jobError('outer', { cause: fault('input', { what: 'inner' }) })),
    { retries: 2, message: /^outer/ },
  ],
  [
    '2.10',
    {},
    throws(jobError('again')),
    { retries: 2, message: /^again/, variables: { error: { type: retryError, message: 'again' } } },
  ],
  [
    '2.11',
    { retryBackoff: 'PT5S' },
    throws(jobError('a', { retries: 4, backoff: 10, code: 'X' })),
    { retries: 4, backoff: 10_000, variables: { error: { type: retryError, message: 'a', code: 'X' } } },
  ],
  ['2.12', { retryBackoff: 'PT5S' }, throws(jobError('a', { retries: 4 })), { retries: 4, backoff: 5_000 }],
  ['2.13', {}, throws(jobError('a', { retries: 4 })), { retries: 4 }, 4],
  ['2.14', {}, throws(new Error('x'.repeat(8400))), { retries: 2, message: /^x{6000}$/ }],
  [
    '2.15',
    { resultVariable: 'p', errorExpression: '=bpmnError("500", p)' },
    returns('x'.repeat(8400)),
    { code: '500', message: /^x{6000}$/ },
  ],
  [
    '2.16',
    { errorExpression: '=if error.code != null then bpmnError(error.code) else null' },
    throws(coded('m')),
    { retries: 2, message: /^m/ },
  ],
  [
    '2.17',
    { errorExpression: '=if unknownfn(error.code) then bpmnError("X") else null' },
    throws(coded('m', { code: 'C' })),
    { retries: 2, message: /^m/ },
  ],
  [
    '2.18',
    { errorExpression: catchAll, retryBackoff: 'nonsense' },
    mustNotRun,
    { code: 'ANY', message: /retry backoff/ },
  ],
  [
    '2.19',
    { errorExpression: '=jobError("e", {}, job.retries - 1)' },
    throws(new Error('x')),
    { retries: 4, backoff: 0, message: /^e/ },
    5,
  ],
  [
    '2.20',
    { errorExpression: '=bpmnError("C", "m", error.variables)' },
    throws(coded('x', { code: 'K', variables: { a: 1 } })),
    { code: 'C', message: 'm', variables: { a: 1 } },
  ],
  [
    '2.20 (of a jobError)',
    { errorExpression: '=bpmnError("C", "m", error.variables)' },
    throws(jobError('x', { variables: { a: 1 } })),
    { code: 'C', message: 'm', variables: { a: 1 } },
  ],
  [
    '2.21',
    { resultExpression: '={a: ', retryBackoff: 'PT5S' },
    returns({}),
    { retries: 2, backoff: 5_000, message: /^Failed to evaluate expression in the task header resultExpression/ },
  ],
  [
    '2.22',
    { errorExpression: '=(', resultVariable: 'r', retryBackoff: 'PT5S' },
    returns({}),
    { retries: 0, backoff: 0, message: /^Failed to evaluate expression in the task header errorExpression/ },
  ],
];

for (const [id, headers, one, expected, retries = 3] of [...results, ...rules, ...errors]) {
  test(`case ${id}: ${JSON.stringify(headers)}`, async () => {
    runs = 0;
    const outcome = await executeOutbound(one, { retries, customHeaders: headers });
    check(commandOf({ key: '7' }, outcome), expected);
    assert.equal(runs, 0);
  });
}

test('case 2.22: the failed job has only the variable error', async () => {
  const headers = { errorExpression: '=(', resultVariable: 'r' };
  const outcome = await executeOutbound(returns({}), { customHeaders: headers });
  assert.ok(outcome.kind === 'fail', JSON.stringify(outcome));
  assert.deepEqual(outcome.variables, { error: { type: feelError, message: outcome.message } });
});

test('the message of a failed error expression includes the failure that it should have handled', async () => {
  const outcome = await executeOutbound(throws(new Error('boom')), { customHeaders: { errorExpression: '=1' } });
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0, JSON.stringify(outcome));
  assert.match(outcome.message, /^Error expression must return.*\nThe error that it should have handled: boom$/s);
});

test('messages about wrong types and rejected variables contain no values', async () => {
  for (const headers of [
    { resultExpression: '=response' },
    { errorExpression: '=response' },
    { errorExpression: '={errorType: "jobError", errorMessage: {m: response}, retries: response}' },
    { errorExpression: '={errorType: response}' },
  ] as const) {
    const outcome = await executeOutbound(returns('hunter2'), { customHeaders: headers });
    assert.ok(outcome.kind === 'fail' && outcome.retries === 0, JSON.stringify(outcome));
    assert.doesNotMatch(outcome.message, /hunter2/);
  }
});

test('cases 4.7 and 4.8: all violated constraints are reported at once, without values, as an input error without a code', async () => {
  const person = defineOutbound({
    name: 'Person',
    type: 'person',
    input: v.object({ name: v.pipe(v.string(), v.nonEmpty()), age: v.pipe(v.number(), v.maxValue(150)) }),
    run: () => ({}),
  });
  const outcome = await executeOutbound(person, { variables: { age: 160 }, customHeaders: { retryBackoff: 'PT9S' } });
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0 && outcome.backoff === 9_000, JSON.stringify(outcome));
  assert.match(outcome.message, /- name: is required\n- age: expected a number no greater than 150$/);
  assert.doesNotMatch(JSON.stringify(outcome), /160/);
  assert.deepEqual(outcome.variables, { error: { type: inputError, message: outcome.message } });
});
