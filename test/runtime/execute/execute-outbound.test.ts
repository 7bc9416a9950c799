import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';

const log = defineOutbound({ name: 'Log', type: 'log', input: v.object({}), run: () => ({ done: true }) });
const ticker = defineInbound({ name: 'ticker', loop: () => ({}) });
const job = { variables: {} };

const refused: readonly (readonly [what: string, args: readonly unknown[], messages: readonly RegExp[]])[] = [
  ['no connector', [undefined, job], [/connector: expected a connector as defineOutbound/]],
  ['a function as connector', [() => 1, job], [/connector: expected a connector/]],
  ['an inbound connector', [ticker, job], [/connector: expected an outbound connector, but got an inbound one/]],
  ['an invalid copy', [{ ...log, timeout: 0, run: 1 }, job], [/connector: timeout: /, /connector: run: /]],
  ['no job', [log], [/job: expected an object, e\.g\. \{ variables/]],
  ['variables that are not an object', [log, { variables: 5 }], [/job\.variables: expected an object, or JSON text/]],
  ['headers in a list', [log, { customHeaders: [] }], [/job\.customHeaders: expected an object/]],
  ['retries as text', [log, { retries: '3' }], [/job\.retries: expected a whole number/]],
  ['services that are not an object', [log, job, 'x'], [/services: expected an object/]],
  ['an invalid logger', [log, job, { logger: {} }], [/services\.logger: .* no function debug, info, warn, error/]],
  ['a misspelt service', [log, job, { loger: console }], [/services\.loger: unknown option\. Did you mean logger\?/]],
  [
    'a controller as signal',
    [log, job, { signal: new AbortController() }],
    [/services\.signal: expected an AbortSignal/],
  ],
  [
    'everything wrong at once',
    [{}, null, { clock: 1 }],
    [/connector: /, /job: expected an object/, /services\.clock: expected a clock/],
  ],
];

for (const [what, args, messages] of refused) {
  test(`a job is not executed with ${what}`, async () => {
    await assert.rejects(executeOutbound(...(args as [never, never])), (error) => {
      assert.equal(isFault(error, 'definition'), true, String(error));
      for (const message of messages) assert.match((error as Error).message, message);
      return true;
    });
  });
}

test('a job is executed with all services', async () => {
  const services = { logger: console, secrets: false, use: [], signal: new AbortController().signal } as const;
  const outcome = { kind: 'complete', variables: { done: true } };
  assert.deepEqual(await executeOutbound(log, job, services), outcome);
  assert.deepEqual(await executeOutbound(log, { variables: '{}', customHeaders: '{}' }), outcome);
});
