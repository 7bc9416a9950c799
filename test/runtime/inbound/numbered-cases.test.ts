/** Numbered cases about webhooks that need a process and the time of processes. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { defineInbound, defineWebhook } from 'camunda-connectors';
import { createProcessTest } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { catchEvent, chain, end, process as processFile, serviceTask, start, task } from '../../engine/support/bpmn.ts';
import { call } from './support/http.ts';
import { serveWebhooks } from './support/serve.ts';

const file = (content: string) => ({ name: 'p.bpmn', content });

const started = file(processFile('p', ...chain(start('start', { message: 'event' }), end())));

/** Starts with a message, and waits for another one of the same instance. */
const occupied = file(
  processFile(
    'p',
    ...chain(
      start('start', { message: { name: 'event', correlationKey: '=key' } }),
      catchEvent('wait', { message: { name: 'go', correlationKey: '=key' } }),
      end(),
    ),
  ),
);

/** Starts with a message, and continues with the next one of the same name and key. */
const startOrContinue = file(
  processFile(
    'p',
    ...chain(
      start('start', { message: 'event' }),
      task('between'),
      catchEvent('wait', { message: { name: 'event', correlationKey: '=key' } }),
      end(),
    ),
  ),
);

const hook = (messageTimeToLive = 3600) =>
  defineWebhook({
    name: 'hook',
    path: '/hook',
    auth: 'none',
    messageTimeToLive,
    body: v.object({ key: v.string() }),
    run: ({ body }) => ({ publish: { messageName: 'event', correlationKey: body.key, variables: body } }),
  });

test('case 25: a thin event of Stripe is plain data, and its id is the id of the message', async (t) => {
  const stripe = defineWebhook({
    name: 'stripe',
    path: '/stripe',
    auth: { type: 'stripe', secret: 'whsec_test_secret_1' },
    run: ({ body, deliveryId = '' }) => ({
      publish: { messageName: 'event', correlationKey: '', variables: { body, deliveryId } },
    }),
  });
  const processes = await createProcessTest(t, { resources: started, connectors: { inbound: [stripe] } });
  const thin = {
    id: 'evt_test_65R',
    object: 'v2.core.event',
    type: 'v1.billing.meter.error_report_triggered',
    created: '2026-01-01T00:00:00.000Z',
    related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
  };
  assert.equal((await processes.call(stripe, { body: thin })).result, 'published');
  assert.equal((await processes.call(stripe, { body: thin })).result, 'duplicate');
  const instance = await processes.started('p');
  await instance.completed({ variables: { body: thin, deliveryId: 'evt_test_65R' } });
});

test('case 84: a repetition within the time to live changes nothing, and one after it counts anew', async (t) => {
  const open = hook(3600);
  const processes = await createProcessTest(t, { resources: started, connectors: { inbound: [open] } });
  const repeat = async () => (await processes.call(open, { body: { key: '' }, deliveryId: 'd-1' })).result;
  assert.equal(await repeat(), 'published');
  await processes.elapse('PT59M59S');
  assert.equal(await repeat(), 'duplicate');
  await processes.elapse('PT1M2S');
  assert.equal(await repeat(), 'published');
  assert.equal(processes.instances('p').length, 2);
});

test('case 86: with time to live 0, a message for a key that has an active instance is lost, although the call is answered with 200', async (t) => {
  const open = hook(0);
  const processes = await createProcessTest(t, { resources: occupied, connectors: { inbound: [open] } });
  const send = () => processes.call(open, { body: { key: 'k' } });
  assert.equal((await send()).status, 200);
  assert.equal((await send()).status, 200);
  const [first, ...others] = processes.instances('p');
  assert.equal(others.length, 0, 'one active instance for the key');
  await processes.publish({ name: 'go', correlationKey: 'k' });
  await first!.completed();
  assert.equal(processes.instances('p').length, 1, 'the second message is lost');
});

test('case 87: with a time to live, the message waits, and starts an instance when the active one has ended', async (t) => {
  const open = hook(3600);
  const processes = await createProcessTest(t, { resources: occupied, connectors: { inbound: [open] } });
  await processes.call(open, { body: { key: 'k' }, deliveryId: 'd-1' });
  await processes.call(open, { body: { key: 'k' }, deliveryId: 'd-2' });
  const [first, ...others] = processes.instances('p');
  assert.equal(others.length, 0, 'one active instance for the key');
  await processes.publish({ name: 'go', correlationKey: 'k', timeToLive: 0 });
  await first!.completed();
  const both = processes.instances('p');
  assert.equal(both.length, 2);
  await both[1]!.waitsAt('wait');
});

test('case 90: two calls at once with the same new key: one starts an instance, and the other continues it', async (t) => {
  const open = hook(3600);
  const processes = await createProcessTest(t, { resources: startOrContinue, connectors: { inbound: [open] } });
  for (const key of ['a', 'b', 'c', 'd']) {
    const most = processes.instances('p').length + 1;
    const answers = await Promise.all(
      ['1', '2'].map((id) => processes.call(open, { body: { key }, deliveryId: `${key}-${id}` })),
    );
    assert.deepEqual(
      answers.map(({ status, result }) => [status, result]),
      [
        [200, 'published'],
        [200, 'published'],
      ],
    );
    const instances = processes.instances('p');
    assert.equal(instances.length, most, 'never two instances for a key');
    await instances.at(-1)!.completed();
  }
});

test('case 118: a body that no cluster can store is a mistake of its sender, and not of the webhook', async (t) => {
  const pass = defineWebhook({
    name: 'pass',
    path: '/pass',
    auth: 'none',
    maxBody: 4_000_000,
    run: ({ body }) => ({ publish: { messageName: 'event', correlationKey: '', variables: { body } } }),
  });
  const own = defineWebhook({
    ...pass,
    ...{ name: 'own', path: '/own' },
    run: () => ({ publish: { messageName: 'event', correlationKey: '', variables: { n: 2n ** 64n } } }),
  });
  const processes = await createProcessTest(t, { resources: started, connectors: { inbound: [pass, own] } });
  const send = async (rawBody: string) => (await processes.call(pass, { rawBody })).status;
  assert.equal(await send('{"n":9223372036854775807}'), 200);
  assert.equal(await send('{"n":9223372036854775808}'), 422);
  assert.equal(await send('[[18446744073709551616]]'), 422);
  assert.equal(await send(JSON.stringify('a'.repeat(1_600_000))), 413);
  assert.equal((await processes.call(own)).status, 500, 'what run makes is our mistake');
  assert.equal(processes.instances('p').length, 1);
});

test('case 118: ids that are not Unicode stay different, and a repetition of one is recognised', async (t) => {
  const ids = defineWebhook({
    name: 'ids',
    path: '/ids',
    auth: 'none',
    body: v.object({ id: v.string() }),
    run: ({ body }) => ({ publish: { messageName: 'event', correlationKey: '', messageId: body.id, variables: body } }),
  });
  const processes = await createProcessTest(t, { resources: started, connectors: { inbound: [ids] } });
  const results = [];
  for (const half of ['d800', 'd801', 'd800', 'dfff']) {
    results.push((await processes.call(ids, { rawBody: `{"id":"\\u${half}"}` })).result);
  }
  assert.deepEqual(results, ['published', 'published', 'duplicate', 'published']);
});

const evil = 'evil.example.org';

test('case 125: no answer of the library leads to an address of the request', async (t) => {
  const callback = defineInbound({ name: 'called', webhook: { body: v.object({ yes: v.string() }) } });
  const content = processFile(
    'p',
    ...chain(
      start(),
      serviceTask('activate', {
        type: '_activate_inbound_connector',
        inputs: { name: '="called"', correlation_key: '="k"' },
      }),
      end(),
    ),
  );
  const { engine, url } = await serveWebhooks(t, [hook(), callback], content, {
    server: { port: 0, callbackKeys: 'temporary' },
  });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const address = String((await engine.ended(processInstanceKey)).variables.callback_url);
  const query = `?next=https://${evil}/&redirect_uri=//${evil}&url=${evil}`;
  const headers = {
    ...{ host: evil, origin: `https://${evil}`, referer: `https://${evil}/a` },
    ...{ 'x-forwarded-host': evil, 'x-original-url': `https://${evil}/`, accept: 'text/html' },
  };
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  const answers = [
    await call(`${address}${query}`, { method: 'GET', headers }),
    await call(`${address}${query}`, { method: 'HEAD', headers }),
    await call(`${address}${query}`, { headers: form, body: `no=1&next=https://${evil}` }),
    await call(`${address}${query}`, { headers: form, body: `yes=1&next=https://${evil}` }),
    await call(`${address}${query}`, { headers: form, body: 'yes=1' }),
    await call(`${address}x${query}`, { headers: form, body: 'yes=1' }),
    await call(`${url}/hook${query}`, { headers, body: '{"other":1}' }),
    await call(`${url}/hook/${query}`, { headers, body: '{}' }),
    await call(`${url}/hook${query}`, { method: 'GET', headers }),
    await call(`${url}/${query}`, { method: 'GET', headers }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 422, 200, 200, 404, 422, 404, 405, 404],
  );
  for (const answer of answers) {
    assert.equal(answer.headers.location, undefined);
    assert.equal(answer.headers.refresh, undefined);
    assert.doesNotMatch(answer.body, new RegExp(evil), 'nothing of the request comes back');
    assert.doesNotMatch(answer.body, /action=|href=|http-equiv|<script/i, 'a form posts to its own address');
  }
});

test('case V33: a challenge like that of X is answered by run, for a token of the form that its sender uses', async (t) => {
  const secret = 'consumer_secret_1';
  const challenge = defineWebhook({
    name: 'challenge',
    path: '/x',
    method: 'GET',
    auth: 'none',
    run: ({ query: { crc_token: token } }) => {
      if (typeof token !== 'string' || !/^[\w-]{1,128}$/.test(token)) return { answer: { status: 400 } };
      const digest = createHmac('sha256', secret).update(token).digest('base64');
      return { answer: { body: { response_token: `sha256=${digest}` } } };
    },
  });
  const processes = await createProcessTest(t, { resources: started, connectors: { inbound: [challenge] } });
  const ask = (token: string) => processes.call(challenge, { query: { crc_token: token } });
  assert.deepEqual((await ask('crc-abc')).body, {
    response_token: 'sha256=iYXJK9vKJPssuzxiHN5NHDdapTEWWHIefTa65Jh2K78=',
  });
  assert.equal((await ask('{"event":"forged"}')).status, 400, 'no signature for the body of an event');
});
