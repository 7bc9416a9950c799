/** Webhooks and callbacks in process tests: the test calls them as the world outside would. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { defineInbound, defineWebhook, inputError, type WebhookAuth } from 'camunda-connectors';
import { createProcessTest, testCases } from 'camunda-connectors/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as v from 'valibot';
import { catchEvent, chain, end, process, serviceTask, start } from '../engine/support/bpmn.ts';

const file = (name: string, content: string) => ({ name: `${name}.bpmn`, content });

const received = file('received', process('received', ...chain(start('Start', { message: 'event' }), end('End'))));

/** Activates a callback for each of two keys, and waits for the message of the first one. */
const asked = file(
  'asked',
  process(
    'asked',
    ...chain(
      start('Start'),
      serviceTask('First', {
        type: '_activate_inbound_connector',
        inputs: { name: '="answered"', correlation_key: '="one"' },
      }),
      serviceTask('Second', {
        type: '_activate_inbound_connector',
        inputs: { name: '="answered"', correlation_key: '="two"' },
      }),
      catchEvent('One', { message: { name: 'answered', correlationKey: '="one"' } }),
      catchEvent('Two', { message: { name: 'answered', correlationKey: '="two"' } }),
      end('End'),
    ),
  ),
);

const answered = defineInbound({
  name: 'answered',
  expires: 3600,
  webhook: { body: v.object({ yes: v.boolean() }) },
});

/** A webhook that publishes its whole body. */
const webhookOf = (name: string, auth: WebhookAuth) =>
  defineWebhook({
    name,
    path: `/hooks/${name}`,
    auth,
    run: ({ body, deliveryId = '' }) => ({
      publish: { messageName: 'event', correlationKey: '', variables: { body, deliveryId } },
    }),
  });

const secret = 'a secret of both sides';
const standardSecret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u';
const key = { type: 'apiKey', key: secret } as const;

const signable: Readonly<Record<string, WebhookAuth>> = {
  github: { type: 'github', secret: '{{secrets.SHARED}}' },
  bitbucket: { type: 'bitbucket', secret: [secret, 'an older one'] },
  shopify: { type: 'shopify', secret },
  stripe: { type: 'stripe', secret },
  slack: { type: 'slack', secret },
  zoom: { type: 'zoom', secret, window: 60 },
  standard: { type: 'standard', secret: standardSecret },
  gitlab: { type: 'gitlab', secret },
  'gitlab-signed': { type: 'gitlab', secret: standardSecret, signed: true },
  meta: { type: 'meta', secret },
  twilio: { type: 'twilio', secret },
  graph: { type: 'graph', clientState: secret },
  hmac: { type: 'hmac', secret, header: 'x-sign', signedText: '{method} {path} {url} {body}' },
  basic: { type: 'basic', username: 'Zoë', password: 'a:b' },
  'api-key': key,
  bearer: { ...key, header: 'authorization', prefix: 'Bearer ' },
  query: { ...key, query: 'access key' },
  'event-grid': { type: 'eventGrid', auth: key },
  'cloud-events': { type: 'cloudEvents', auth: key, origins: ['example.com'] },
};

test('a call is signed as the sender would, at the time of processes; without a signature it is refused, and the test learns why', async (t) => {
  const webhooks = Object.entries(signable).map(([name, auth]) => webhookOf(name, auth));
  const processes = await createProcessTest(t, {
    resources: received,
    connectors: { inbound: webhooks },
    secrets: { SHARED: secret },
    now: '2031-05-06T07:08:09Z',
  });
  await processes.elapse('P10D');
  for (const webhook of webhooks) {
    const { name } = webhook;
    const body = name === 'graph' ? { value: [{ subscriptionId: 's' }] } : { id: name, text: 'Zürich ✓' };
    const { status, result, reason } = await processes.call(webhook, { body, query: { page: '1' } });
    assert.deepEqual([status, result], [200, 'published'], `${webhook.name}: ${reason}`);
    const refused = await processes.call(webhook, { body, sign: false });
    assert.deepEqual([refused.status, refused.result], [401, 'refused'], webhook.name);
    assert.match(refused.reason ?? '', /^\S.* /, webhook.name);
  }
  const bodies = processes.instances('received').map((one) => one.state().instance.variables.body);
  assert.equal(bodies.length, webhooks.length);
  assert.deepEqual(bodies.at(0), { id: 'github', text: 'Zürich ✓' });
  assert.deepEqual(bodies[Object.keys(signable).indexOf('twilio')], { id: 'twilio', text: 'Zürich ✓' });
});

test('a header of the call replaces that of the signature, so that a wrong one is refused', async (t) => {
  const github = webhookOf('github', { type: 'github', secret });
  const processes = await createProcessTest(t, { resources: received, connectors: { inbound: [github] } });
  const answer = await processes.call(github, {
    body: {},
    headers: { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` },
  });
  assert.deepEqual(
    [answer.status, answer.reason],
    [401, 'the signature does not belong to the request and to a secret'],
  );
  assert.deepEqual(answer.body, { title: 'Not authenticated', status: 401 });
  assert.equal(answer.headers['content-type'], 'application/problem+json');
});

test('senders that always send an id send another one for each call; with deliveryId, a call is a repetition', async (t) => {
  const github = webhookOf('github', { type: 'github', secret });
  const open = webhookOf('open', 'none');
  const stripe = webhookOf('stripe', { type: 'stripe', secret });
  const processes = await createProcessTest(t, {
    resources: received,
    connectors: { inbound: [github, open, stripe] },
  });
  const results = [];
  for (const call of [{}, {}, { deliveryId: 'd-7' }, { deliveryId: 'd-7' }]) {
    results.push((await processes.call(github, { body: {}, ...call })).result);
  }
  for (const call of [{}, { deliveryId: 'o-1' }, { deliveryId: 'o-1' }]) {
    results.push((await processes.call(open, { body: {}, ...call })).result);
  }
  assert.deepEqual(results, [
    ...['published', 'published', 'published', 'duplicate'],
    ...['published', 'published', 'duplicate'],
  ]);
  await assert.rejects(processes.call(stripe, { body: {}, deliveryId: 'evt_1' }), (error: Error) => {
    assert.match(
      error.message,
      /Senders of the type stripe have no header with the id of an event: it is the field id/,
    );
    assert.match(error.message, /Fix: put the id into the body/);
    return true;
  });
});

test('calls at once are answered, each with what became of it', async (t) => {
  const open = webhookOf('open', 'none');
  const processes = await createProcessTest(t, { resources: received, connectors: { inbound: [open] } });
  const calls = ['a', 'b', 'a', 'c', 'b', 'a'].map((deliveryId) => processes.call(open, { body: {}, deliveryId }));
  const results = (await Promise.all(calls)).map(({ result }) => result);
  assert.deepEqual([...results].sort(), [...Array(3).fill('duplicate'), ...Array(3).fill('published')]);
  assert.equal(processes.instances('received').length, 3);
});

test('a check waits for a call that is not awaited', async (t) => {
  const slow = defineWebhook({
    name: 'slow',
    path: '/slow',
    auth: 'none',
    run: async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      return { publish: { messageName: 'event', correlationKey: '' } };
    },
  });
  const processes = await createProcessTest(t, { resources: received, connectors: { inbound: [slow] } });
  const calling = processes.call(slow);
  await (await processes.started('received')).completed();
  assert.equal((await calling).status, 200);
  assert.deepEqual(
    processes.counts().processes.map(({ flows }) => Object.values(flows)),
    [[1]],
    'coverage counts it',
  );
});

test('a call that waits for the answer of its process gets it, and the test can act meanwhile', async (t) => {
  const asking = defineWebhook({
    name: 'asking',
    path: '/asking',
    auth: 'none',
    waits: { input: v.object({ text: v.string() }) },
    run: () => ({ publish: { messageName: 'asked', correlationKey: '' }, wait: true }),
  });
  const content = process(
    'deciding',
    ...chain(
      start('Start', { message: 'asked' }),
      serviceTask('Decide', { type: 'decide' }),
      serviceTask('Answer', { type: 'answer-asking', inputs: { text: '=decision' } }),
      end('End'),
    ),
  );
  const processes = await createProcessTest(t, {
    resources: file('deciding', content),
    connectors: { inbound: [asking] },
  });
  const calling = processes.call(asking);
  const deciding = await processes.started('deciding');
  await deciding.waitsAt('Decide');
  await (await deciding.job({ type: 'decide' })).end({ decision: 'yes' });
  const { status, body } = await calling;
  assert.deepEqual([status, body], [200, { text: 'yes' }]);
  await deciding.completed({ variables: { answered: true } });
  assert.deepEqual(
    processes.engine.processes().map(({ bpmnProcessId }) => bpmnProcessId),
    ['deciding'],
    'nothing else is deployed',
  );
});

test('an error of run is the reason of the answer 500, and a call that does not fit gets the text of its sender', async (t) => {
  const broken = defineWebhook({
    name: 'broken',
    path: '/broken',
    auth: 'none',
    body: v.object({ kind: v.picklist(['throw', 'refuse']) }),
    run: ({ body }) => {
      if (body.kind === 'throw') throw new Error('no such shelf');
      throw inputError('The shelf is closed.');
    },
  });
  const processes = await createProcessTest(t, { resources: received, connectors: { inbound: [broken] } });
  const thrown = await processes.call(broken, { body: { kind: 'throw' } });
  assert.deepEqual([thrown.status, thrown.result, thrown.reason], [500, 'failed', 'no such shelf']);
  const refused = await processes.call(broken, { body: { kind: 'refuse' } });
  assert.deepEqual([refused.status, (refused.body as { detail: string }).detail], [422, 'The shelf is closed.']);
  const unfit = await processes.call(broken, { rawBody: '{"kind":"buy"}' });
  assert.deepEqual([unfit.status, unfit.result], [422, 'invalid']);
  assert.equal((await processes.call(broken, { rawBody: '{"kind' })).status, 400);
  assert.equal((await processes.call(broken, { method: 'GET' })).status, 405);
  const compressed = await processes.call(broken, { rawBody: '{}', headers: { 'content-encoding': 'gzip' } });
  assert.deepEqual([compressed.status, compressed.result], [415, undefined], 'no webhook has got it');
  assert.equal((await processes.call('/hooks/unknown')).status, 404);
});

test('an instance is called at its latest address, or at that of a key, until the address expires', async (t) => {
  const processes = await createProcessTest(t, { resources: asked, connectors: { inbound: [answered] } });
  const instance = await processes.start('asked');
  const page = await instance.call(answered, { method: 'GET' });
  assert.match(String(page.body), /<button>/);
  await instance.waitsAt('One');
  const second = await instance.call(answered, { body: { yes: true } });
  assert.deepEqual([second.status, second.result], [200, 'published']);
  await instance.waitsAt('One');
  await instance.call(answered, { body: { yes: true }, correlationKey: 'one' });
  await instance.completed({ variables: { yes: true } });
  const late = await instance.call(answered, { body: { yes: false } });
  assert.deepEqual(late.body, { status: 'already received' });
  await processes.elapse('PT1H1S');
  const expired = await instance.call(answered, { body: { yes: false } });
  assert.deepEqual([expired.status, expired.reason], [404, 'The address of a callback is expired.']);
});

test('an instance that has activated nothing cannot be called, and the text says what it has activated', async (t) => {
  const other = defineInbound({ name: 'other', webhook: { timeout: 5 } });
  const processes = await createProcessTest(t, {
    resources: [asked, received],
    connectors: { inbound: [answered, other] },
  });
  const instance = await processes.start('asked');
  await assert.rejects(instance.call(other), (error: Error) => {
    assert.match(error.message, /Expected asked \d+ to have an address for a call of "other"/);
    assert.match(error.message, /has activated "answered" with the key "one"; "answered" with the key "two"/);
    return true;
  });
  await assert.rejects(instance.call(answered, { correlationKey: 'three' }), /of "answered" with the key "three"/);
});

test('what cannot be called is refused, with a fix', async (t) => {
  const github = webhookOf('github', { type: 'github', secret });
  const tokens = webhookOf('tokens', { type: 'jwt', jwks: 'http://127.0.0.1:1/keys' });
  const topics = webhookOf('topics', { type: 'sns', topics: ['arn:aws:sns:eu-west-1:123456789012:orders'] });
  const processes = await createProcessTest(t, {
    resources: received,
    connectors: { inbound: [github, tokens, topics] },
  });
  const without = await createProcessTest(t, { resources: received });
  const call = processes.call as (...given: readonly unknown[]) => Promise<unknown>;
  const cases: readonly (readonly [promise: () => Promise<unknown>, text: RegExp])[] = [
    [() => processes.call(webhookOf('githup', 'none')), /no webhook with the name "githup". Did you mean github\?/],
    [() => processes.call(tokens), /Only the sender of the webhook "tokens" can sign a call: auth is of the type jwt/],
    [() => processes.call(topics, { body: {} }), /Only the sender of the webhook "topics"/],
    [() => processes.call('https://example.org/callbacks/x'), /does not belong to the server of this test/],
    [() => without.call(github), /has neither webhooks nor callbacks/],
    [() => call(answered), /target: a callback has an address for each activation/],
    [() => call(7), /target: expected a webhook of defineWebhook/],
    [() => call(github, { boddy: {} }), /request\.boddy: unknown option. Did you mean body\?/],
    [() => call(github, { body: {}, rawBody: '' }), /request: has both body and rawBody/],
    [() => call(github, { headers: { a: 1 } }), /request\.headers\.a: expected text/],
    [() => call('/callbacks/x', { sign: false }), /request\.sign: unknown option/],
    [() => call(github, { headers: { 'a b': 'c' } }), /has no answer: Header name must be a valid HTTP token/],
  ];
  for (const [promise, text] of cases) {
    await assert.rejects(promise(), (error: Error) => {
      assert.match(error.message, text);
      assert.match(error.message, /Fix: /, String(text));
      return true;
    });
  }
});

test('a webhook with tokens accepts one of the issuer of the test', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' };
  const issuer = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  t.after(() => issuer.close());
  const tokens = webhookOf('tokens', {
    type: 'jwt',
    jwks: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`,
    audience: 'hooks',
  });
  const processes = await createProcessTest(t, { resources: received, connectors: { inbound: [tokens] } });
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setAudience('hooks')
    .setExpirationTime(Math.floor(processes.clock.now() / 1000) + 60)
    .sign(privateKey);
  const call = (): Promise<{ readonly status: number; readonly reason?: string }> =>
    processes.call(tokens, { body: {}, headers: { authorization: `Bearer ${token}` } });
  const { status, reason } = await call();
  assert.equal(status, 200, reason);
  await processes.elapse('PT2M');
  assert.equal((await call()).status, 401, 'the token expires by the time of processes');
});

testCases(test, new URL('cases/support/callback.json', import.meta.url).pathname, {
  resources: [asked],
  // The webhook cannot be called by a test case, so its secret is not asked for.
  connectors: { inbound: [answered, webhookOf('github', { type: 'github', secret: '{{secrets.NOBODY_HAS_IT}}' })] },
});
