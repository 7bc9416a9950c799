/** Webhooks of a runtime on the embedded engine, over HTTP. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineWebhook } from '../../../src/connector/definitions/define-webhook.ts';
import { inputError } from '../../../src/connector/errors.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';
import { catchEvent, chain, end, process as processFile, start } from '../../engine/support/bpmn.ts';
import { call, callJson } from './support/http.ts';
import { serveWebhooks } from './support/serve.ts';

/** A process that `paid` starts and that then waits for `paid` again, under the same key. */
const startOrCorrelate = processFile(
  'order',
  ...chain(
    start('start', { message: 'paid' }),
    catchEvent('again', { message: { name: 'paid', correlationKey: '=orderId' } }),
    end(),
  ),
);

const waiting = processFile(
  'waiting',
  ...chain(start(), catchEvent('wait', { message: { name: 'paid', correlationKey: '=orderId' } }), end()),
);

const paid = defineWebhook({
  name: 'payments',
  path: '/hooks/payments',
  auth: 'none',
  body: v.object({ orderId: v.string(), amount: v.number() }),
  messages: { paid: v.object({ orderId: v.string(), amount: v.number() }) },
  run: ({ body }) => ({ publish: { messageName: 'paid', correlationKey: body.orderId, variables: body } }),
});

test('a call is answered when the cluster has the message, and an instance that waits receives it', async (t) => {
  const { engine, url, event } = await serveWebhooks(t, [paid], waiting);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'waiting', variables: { orderId: 'o-1' } });
  const answer = await callJson(`${url}/hooks/payments`, { orderId: 'o-1', amount: 12 });
  assert.deepEqual([answer.status, answer.body], [200, '']);
  const { state, variables } = await engine.ended(processInstanceKey);
  assert.deepEqual([state, variables], ['COMPLETED', { orderId: 'o-1', amount: 12 }]);
  const ended = await event('call:ended');
  assert.deepEqual(
    [ended.connector, ended.route, ended.status, ended.result],
    ['payments', '/hooks/payments', 200, 'published'],
  );
});

test('of two webhooks with one path, each has its own limit for bodies', async (t) => {
  const sizes = { path: '/hooks/sizes', auth: 'none', run: () => undefined } as const;
  const small = defineWebhook({ ...sizes, name: 'small', method: 'POST', maxBody: 100 });
  const large = defineWebhook({ ...sizes, name: 'large', method: 'PUT', maxBody: 2_000_000 });
  const { url } = await serveWebhooks(t, [small, large], waiting);
  const send = async (method: string, size: number): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await call(`${url}/hooks/sizes`, { method, headers, body: JSON.stringify('x'.repeat(size - 2)) });
    return answer.status;
  };
  assert.deepEqual([await send('POST', 100), await send('POST', 101)], [200, 413]);
  assert.deepEqual([await send('PUT', 2_000_000), await send('PUT', 2_000_001)], [200, 413]);
});

test('case 1: a signed request of GitHub starts a process through its message start event, and its repetition does not (77, 85)', async (t) => {
  const secret = 'hook-secret-1';
  const github = defineWebhook({
    name: 'github',
    path: '/hooks/github',
    auth: { type: 'github', secret: '{{secrets.GITHUB}}' },
    body: v.object({ id: v.string(), amount: v.number(), note: v.string() }),
    run: ({ body }) => ({ publish: { messageName: 'pushed', correlationKey: '', variables: body } }),
  });
  const pushed = processFile('push', ...chain(start('start', { message: 'pushed' }), end()));
  const { engine, url, seen } = await serveWebhooks(t, [github], pushed, {
    secrets: (name) => (name === 'GITHUB' ? secret : undefined),
  });
  const body = '{"id":"evt_1","amount":1250,"note":"Zürich \\u2713"}';
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  assert.equal(signature, 'sha256=b7bca0509538e1702571b8b3d6c47df9f663689ebf72318da02d8c148458ff5c');
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': signature,
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  };
  const answers = [
    await call(`${url}/hooks/github`, { headers, body }),
    await call(`${url}/hooks/github`, { headers, body }),
  ];
  assert.deepEqual(
    answers.map(({ status, body: text }) => [status, text]),
    [
      [200, ''],
      [200, ''],
    ],
  );
  const started = engine.instances().filter(({ bpmnProcessId }) => bpmnProcessId === 'push');
  assert.equal(started.length, 1);
  assert.deepEqual(started[0]!.variables, { id: 'evt_1', amount: 1250, note: 'Zürich ✓' });
  assert.deepEqual(
    seen['call:ended'].map(({ result }) => result),
    ['published', 'duplicate'],
  );
  const forged = await call(`${url}/hooks/github`, {
    headers: { ...headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
    body,
  });
  assert.equal(forged.status, 401);
  assert.doesNotMatch(forged.body, /signature|hook-secret/);
});

test('start or correlate: the first call starts an instance, the second continues it, and its repetition changes nothing (88, 89)', async (t) => {
  const withId = defineWebhook({
    ...paid,
    run: ({ body, headers }) => ({
      publish: { messageName: 'paid', correlationKey: body.orderId, messageId: headers['x-id']!, variables: body },
    }),
  });
  const { engine, url } = await serveWebhooks(t, [withId], startOrCorrelate);
  const send = (id: string) => callJson(`${url}/hooks/payments`, { orderId: 'o-1', amount: 1 }, { 'x-id': id });
  await send('1');
  assert.deepEqual(
    engine.instances().map(({ state }) => state),
    ['ACTIVE'],
  );
  await send('2');
  assert.deepEqual(
    engine.instances().map(({ state }) => state),
    ['COMPLETED'],
  );
  await send('2');
  assert.equal(engine.instances().length, 1);
});

test('several messages of one request have ids of their own, and an answer can be chosen', async (t) => {
  const batch = defineWebhook({
    name: 'batch',
    path: '/hooks/batch',
    auth: 'none',
    body: v.array(v.string()),
    run: ({ body }) => ({
      publish: body.map((text) => ({ messageName: 'item', correlationKey: '', variables: { text } })),
      answer: { status: 202, headers: { 'x-items': String(body.length) }, body: { items: body.length } },
    }),
  });
  const { engine, url, seen } = await serveWebhooks(
    t,
    [batch],
    processFile('item', ...chain(start('start', { message: 'item' }), end())),
  );
  const send = () => callJson(`${url}/hooks/batch`, ['a', 'b'], { 'idempotency-key': 'k' });
  const answer = await send();
  assert.deepEqual([answer.status, answer.body, answer.headers['x-items']], [202, '{"items":2}', '2']);
  assert.deepEqual((await send()).body, '{"items":2}');
  assert.equal(engine.instances().length, 2);
  assert.deepEqual(
    seen['call:ended'].map(({ messages }) => messages.map(({ messageId, duplicate }) => [messageId, duplicate])),
    [
      [
        ['k', false],
        ['k:1', false],
      ],
      [
        ['k', true],
        ['k:1', true],
      ],
    ],
  );
});

test('a request that run ignores, answers or refuses publishes nothing', async (t) => {
  const choosy = defineWebhook({
    name: 'choosy',
    path: '/hooks/choosy',
    auth: 'none',
    body: v.object({ what: v.string() }),
    run: ({ body: { what } }) => {
      if (what === 'ignore') return undefined;
      if (what === 'refuse') throw inputError('There is no such order.');
      if (what === 'break') throw new Error('a secret detail');
      return { answer: { body: `Hello ${what}` } };
    },
  });
  const { url, seen } = await serveWebhooks(t, [choosy], waiting);
  const send = (what?: string) => callJson(`${url}/hooks/choosy`, { what });
  const ignored = await send('ignore');
  assert.deepEqual([ignored.status, ignored.body], [200, '']);
  const answered = await send('Ada');
  assert.deepEqual(
    [answered.status, answered.headers['content-type'], answered.body],
    [200, 'text/plain; charset=utf-8', 'Hello Ada'],
  );
  const refused = await send('refuse');
  assert.deepEqual([refused.status, JSON.parse(refused.body).detail], [422, 'There is no such order.']);
  const misfit = await send();
  assert.deepEqual([misfit.status, JSON.parse(misfit.body).detail], [422, 'The body does not fit: what: is required.']);
  const broken = await send('break');
  assert.equal(broken.status, 500, 'case 123: an error of run is our mistake');
  assert.doesNotMatch(broken.body, /secret detail/);
  assert.deepEqual(
    seen['call:ended'].map(({ result }) => result),
    ['answered', 'answered', 'invalid', 'invalid', 'failed'],
  );
});

test('case 139: two webhooks with one path and different methods; another method is answered with 405 and Allow (122)', async (t) => {
  const read = defineWebhook({
    name: 'read',
    path: '/hooks/payments',
    method: 'GET',
    auth: 'none',
    run: ({ query }) => ({ answer: { body: query } }),
  });
  const { url } = await serveWebhooks(t, [paid, read], waiting);
  const got = await call(`${url}/hooks/payments?a=1&a=2&b=%26`, { method: 'GET' });
  assert.deepEqual(JSON.parse(got.body), { a: ['1', '2'], b: '&' });
  const head = await call(`${url}/hooks/payments`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
  const put = await call(`${url}/hooks/payments`, { method: 'PUT' });
  assert.deepEqual([put.status, put.headers.allow], [405, 'POST, GET, HEAD']);
});

test('case 138: health and metrics can join the server, and a webhook at one of their paths is refused', async (t) => {
  const { url, seen } = await serveWebhooks(t, [paid], waiting, { server: { port: 0, health: true } });
  const ready = await call(`${url}/health/ready`, { method: 'GET' });
  assert.deepEqual([ready.status, JSON.parse(ready.body).status], [200, 'UP']);
  assert.match((await call(`${url}/metrics`, { method: 'GET' })).body, /camunda_connector_connection_up 1/);
  assert.equal((await call(`${url}/health`, { method: 'POST' })).status, 405);
  assert.deepEqual(seen['call:ended'], [], 'probes are no calls');
  const hidden = defineWebhook({ ...paid, path: '/health' });
  assert.throws(
    () => createRuntime({ inbound: [hidden], server: { health: true } }),
    /inbound\[0\]: has the path \/health, which health and metrics have/,
  );
  createRuntime({ inbound: [hidden] });
});
