import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { defineOutbound, executeOutbound, isJobError, jobError } from 'camunda-connectors';
import { outboundContext, recordingLogger } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { circuitBreaker, logInput } from './middleware.ts';
import { payment } from './payment.ts';
import { login } from './secrets.ts';

/** A payment service that answers with the given status and records the headers of each request. */
const service = async (t: TestContext, status: () => number) => {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(status()).end(`for ${request.headers.authorization}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
};

const secrets = (name: string): string | undefined => (name === 'PAYMENT_TOKEN' ? 'a-long-token' : undefined);

test('every attempt of a payment has the same key, and only the service receives the secret', async (t) => {
  let status = 500;
  const { asked, url } = await service(t, () => status);
  const job = { variables: { url, token: '{{secrets.PAYMENT_TOKEN}}', amount: 3 }, elementInstanceKey: '77' };
  const failed = await executeOutbound(payment, job, { secrets });
  assert.ok(failed.kind === 'fail');
  assert.equal(failed.message, 'The payment service answered 500: for Bearer ***');
  status = 200;
  assert.deepEqual(await executeOutbound(payment, job, { secrets }), {
    kind: 'complete',
    variables: { receipt: 'for Bearer ***' },
  });
  assert.deepEqual(
    asked.map((headers) => [headers['idempotency-key'], headers.authorization]),
    [
      ['77', 'Bearer a-long-token'],
      ['77', 'Bearer a-long-token'],
    ],
  );
});

test('a key from the process takes precedence', async (t) => {
  const { asked, url } = await service(t, () => 200);
  const variables = { url, token: 't', amount: 3, headers: { 'idempotency-key': 'mine' } };
  await executeOutbound(payment, { variables });
  assert.equal(asked[0]?.['idempotency-key'], 'mine');
});

test('a service that fails too often is not called during the pause, and is called again after it', async () => {
  let time = 0;
  let works = false;
  let calls = 0;
  const flaky = defineOutbound({
    name: 'Flaky',
    type: 'flaky',
    input: v.object({}),
    use: [circuitBreaker({ failures: 2, pause: 30, now: () => time })],
    run: () => {
      calls++;
      if (!works) throw new Error('down');
      return {};
    },
  });
  const run = () => executeOutbound(flaky, { retries: 3 });
  await run();
  await run();
  time += 10_000;
  const refused = await run();
  assert.equal(calls, 2);
  assert.ok(refused.kind === 'fail');
  assert.deepEqual([refused.retries, refused.backoff], [3, 20_000]);
  time += 20_000;
  await run();
  assert.equal(calls, 3);
  assert.ok((await run()).kind === 'fail' && calls === 3, 'a single failure starts the next pause');
  time += 30_000;
  works = true;
  assert.equal((await run()).kind, 'complete');
  works = false;
  await run();
  await run();
  assert.equal(calls, 6, 'a success resets the count');
});

test('a returned job error also counts as a failure', async () => {
  const breaker = circuitBreaker({ failures: 1, now: () => 0 });
  const first = await breaker({}, outboundContext(), async () => jobError('busy'));
  assert.ok(isJobError(first));
  await assert.rejects(async () => breaker({}, outboundContext(), async () => ({})), /Paused after repeated failures/);
});

test('the logged input contains no secrets', async () => {
  const kept: unknown[][] = [];
  const keep = (...line: unknown[]): void => void kept.push(line);
  const logger = { ...recordingLogger(), debug: keep };
  const variables = { user: 'ada', password: '{{secrets.PAYMENT_TOKEN}}' };
  await executeOutbound(login, { variables, key: '9' }, { logger, secrets, use: [logInput] });
  assert.deepEqual(kept, [['input of job 9:', { user: 'ada', password: '***' }]]);
  assert.deepEqual(logger.lines, ['ada logs in with ***']);
});
