/** Callbacks of a runtime on the embedded engine, over HTTP. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'node:test';
import * as v from 'valibot';
import { systemClock } from '../../../src/common/clock.ts';
import { defineInbound } from '../../../src/connector/define.ts';
import { inputError } from '../../../src/connector/errors.ts';
import type { Engine } from '../../../src/engine/index.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { observe } from '../support/runtime.ts';
import { call, callJson } from './support/http.ts';
import { serveWebhooks } from './support/serve.ts';

const temporary = { server: { port: 0, callbackKeys: 'temporary' } } as const;

/** A process that activates a callback, and waits for its message. */
const waits = (
  name: string,
  inputs: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): string =>
  processFile(
    'order',
    ...chain(
      start(),
      serviceTask('activate', {
        type: '_activate_inbound_connector',
        inputs: { name, correlation_key: '=orderId', ...inputs },
        headers,
      }),
      catchEvent('wait', { message: { name, correlationKey: '=orderId' } }),
      end(),
    ),
  );

const paid = defineInbound({
  name: 'order_paid',
  expires: 3600,
  output: v.object({ paid: v.boolean(), by: v.optional(v.string()) }),
  webhook: {
    body: v.object({ status: v.string(), by: v.optional(v.string()) }),
    run: ({ body }) => {
      if (body.status === 'nonsense') throw inputError('The status is unknown.');
      return { paid: body.status === 'paid', ...(body.by === undefined ? {} : { by: body.by }) };
    },
  },
});

/** Starts an instance and returns the address that its activation has yielded. */
const startInstance = async (
  engine: Engine,
  orderId: string,
  variable = 'callback_url',
): Promise<{ readonly key: string; readonly address: string }> => {
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'order', variables: { orderId } });
  const found = (): string | undefined => {
    const value = engine.instances().find((one) => one.key === key)?.variables[variable];
    return typeof value === 'string' ? value : undefined;
  };
  const waiting = engine.next((event) => event.kind === 'subscription:opened' && found() !== undefined);
  const address = found();
  if (address === undefined) await waiting;
  else waiting.catch(() => {});
  return { key, address: found()! };
};

test('cases 95 and 99: the activation yields an address, a POST to it becomes the message, and a second one changes nothing', async (t) => {
  const { engine, seen, lines } = await serveWebhooks(t, [paid], waits('order_paid'), temporary);
  const { key, address } = await startInstance(engine, 'order-4711');
  assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/callbacks\/cb1\.[\w-]+\.[\w-]+$/);
  const first = await callJson(address, { status: 'paid', by: 'Ada' });
  assert.deepEqual([first.status, first.body], [200, '{"status":"received"}\n']);
  const { variables } = await engine.ended(key);
  assert.deepEqual(
    { ...variables, callback_url: '' },
    { orderId: 'order-4711', callback_url: '', paid: true, by: 'Ada' },
  );
  const second = await callJson(address, { status: 'paid', by: 'Eve' });
  assert.deepEqual([second.status, second.body], [200, '{"status":"already received"}\n']);
  assert.deepEqual(
    seen['call:ended'].map(({ connector, result }) => [connector, result]),
    [
      ['order_paid', 'published'],
      ['order_paid', 'duplicate'],
    ],
  );
  const [message] = seen['call:ended'][0]!.messages;
  assert.match(
    message!.messageId,
    /^_activate_inbound_connector:\d+$/,
    'the id is that of the activation, from inside the address',
  );
  assert.equal(seen['call:ended'][0]!.route, '/callbacks/…');
  const secret = address.split('/').at(-1)!;
  const told = [...lines, ...seen['call:ended'].map((event) => JSON.stringify(event))];
  assert.equal(
    told.some((line) => line.includes(secret)),
    false,
    'case 105: no line and no event about a call contains the address',
  );
});

test('case 97: GET and HEAD show a page and publish nothing; its button sends the call', async (t) => {
  const approval = defineInbound({
    name: 'approval',
    input: v.object({ amount: v.number() }),
    output: v.object({ approved: v.boolean() }),
    webhook: {
      body: v.object({ decision: v.picklist(['yes', 'no']) }),
      page: ({ amount }) => ({
        title: `Approve <${amount}> EUR?`,
        text: 'Please decide.',
        buttons: [
          { label: 'Approve', values: { decision: 'yes' } },
          { label: 'Reject', values: { decision: 'no' } },
        ],
      }),
      run: ({ body, input }) => ({ approved: body.decision === 'yes' && input.amount < 1000 }),
    },
  });
  const { engine, seen } = await serveWebhooks(t, [approval], waits('approval', { amount: '=250' }), temporary);
  const { key, address } = await startInstance(engine, 'o-1');
  const page = await call(address, { method: 'GET' });
  assert.equal(page.status, 200);
  assert.match(page.body, /<h1>Approve &lt;250&gt; EUR\?<\/h1>/);
  assert.match(
    page.body,
    /<form method="post"><input type="hidden" name="decision" value="yes"><button>Approve<\/button><\/form>/,
  );
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.equal(page.headers['referrer-policy'], 'no-referrer');
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'; form-action 'self'/);
  const head = await call(address, { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
  const options = await call(address, { method: 'OPTIONS' });
  assert.deepEqual([options.status, options.headers.allow], [405, 'POST, GET, HEAD']);
  assert.deepEqual(
    seen['call:ended'].map(({ messages }) => messages.length),
    [0, 0, 0],
  );
  const foreign = await call(address, { headers: { 'content-type': 'text/plain' }, body: 'decision=yes' });
  assert.equal(foreign.status, 415, 'the form of a foreign page could have this type');
  const click = await call(address, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html,*/*' },
    body: 'decision=yes',
  });
  assert.equal(click.status, 200);
  assert.match(click.body, /Thank you/);
  assert.equal((await engine.ended(key)).variables.approved, true);
});

test('a call that does not fit, or that run refuses, leaves the address valid', async (t) => {
  const { engine } = await serveWebhooks(t, [paid], waits('order_paid'), temporary);
  const { key, address } = await startInstance(engine, 'o-1');
  const misfit = await callJson(address, { state: 'paid' });
  assert.deepEqual(
    [misfit.status, JSON.parse(misfit.body).detail],
    [422, 'The body does not fit: status: is required.'],
  );
  const refused = await callJson(address, { status: 'nonsense' });
  assert.deepEqual([refused.status, JSON.parse(refused.body).detail], [422, 'The status is unknown.']);
  assert.equal((await callJson(address, { status: 'paid' })).status, 200);
  assert.equal((await engine.ended(key)).state, 'COMPLETED');
});

test('cases 96 and 98: every other spelling, a forged and an unknown address get one identical refusal', async (t) => {
  const { engine, url } = await serveWebhooks(t, [paid], waits('order_paid'), temporary);
  const { address } = await startInstance(engine, 'o-1');
  const last = address.at(-1)!;
  const other = last === 'A' ? 'B' : 'A';
  const [head, id, sealed] = address.split('/').at(-1)!.split('.') as [string, string, string];
  const wrong = [
    `${address}=`,
    `${address.slice(0, -1)}${other}`,
    `${url}/callbacks/${head}.${id}.${sealed.slice(0, -16)}`,
    `${url}/callbacks/${head}.other.${sealed}`,
    `${url}/callbacks/nonsense`,
    `${url}/callbacks/`,
    `${url}/callbacks`,
  ];
  const answers = [];
  for (const one of wrong) answers.push(await callJson(one, { status: 'paid' }));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [404]);
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1);
  assert.equal((await callJson(address, { status: 'paid' })).status, 200);
});

test('case 98: an expired address is refused like a forged one, and a process can choose a shorter time', async (t) => {
  const { engine, event } = await serveWebhooks(t, [paid], waits('order_paid', { expires_after: '=0.001' }), temporary);
  const { address } = await startInstance(engine, 'o-1');
  // The time in an address is in whole seconds.
  let answer = await callJson(address, { status: 'nonsense' });
  while (answer.status === 422) answer = await callJson(address, { status: 'nonsense' });
  assert.deepEqual([answer.status, JSON.parse(answer.body).detail], [404, 'There is nothing at this address.']);
  const ended = await event('call:ended', ({ result }) => result === 'refused');
  assert.match(String(ended.error), /expired/);
});

test('an address is opened once for a request, so one that expires while the body arrives is served to the end', async (t) => {
  let ahead = 0;
  let opened = 0;
  const date = (): number => {
    opened += 1;
    return systemClock.date() + ahead;
  };
  const options = { ...temporary, clock: { ...systemClock, date } };
  const { engine } = await serveWebhooks(t, [paid], waits('order_paid'), options);
  const { key, address } = await startInstance(engine, 'o-1');
  opened = 0;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', expect: '100-continue' };
    const sent = request(address, { method: 'POST', agent: false, headers });
    sent.on('error', reject);
    sent.on('continue', () => {
      ahead = 3601_000;
      sent.end('{"status":"paid"}');
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.flushHeaders();
  });
  assert.deepEqual([status, opened], [200, 1], 'the time of day is read for nothing else in a call');
  assert.equal((await engine.ended(key)).state, 'COMPLETED');
  assert.equal((await callJson(address, { status: 'paid' })).status, 404, 'the next request finds it expired');
});

test('case 100: the message must outlast the address, in a definition and in an activation', async (t) => {
  assert.throws(
    () => defineInbound({ name: 'a', expires: 7200, messageTimeToLive: 3600, webhook: {} }),
    /messageTimeToLive: must be at least as long as expires.*it is 3600 seconds, and an address is valid for 7200 seconds/,
  );
  const { engine, event } = await serveWebhooks(t, [paid], waits('order_paid', { expires_after: '="P1D"' }), temporary);
  engine.createInstance({ bpmnProcessId: 'order', variables: { orderId: 'o-1' } });
  const { outcome } = await event('job:settled');
  assert.equal(outcome.kind, 'fail');
  assert.match(outcome.kind === 'fail' ? outcome.message : '', /valid for 86400 seconds, .* only 3900 seconds/);
});

test('case 101: without a shared key, a runtime with a callback does not start and says so', async () => {
  const runtime = createRuntime({
    inbound: [paid],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: 1 },
    server: { port: 0 },
    logger: console,
    signals: false,
  });
  await assert.rejects(runtime.start(), (error: Error) => {
    assert.match(error.message, /need a key that all runtimes share/);
    assert.match(error.message, /Fix: set CAMUNDA_CONNECTORS_CALLBACK_KEYS/);
    return true;
  });
});

test('case 102: any runtime with the keys serves an address, also after a rotation', async (t) => {
  const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const first = await serveWebhooks(t, [paid], waits('order_paid'), { server: { port: 0, callbackKeys: older } });
  const { key, address } = await startInstance(first.engine, 'o-1');
  const second = observe({
    inbound: [paid],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: first.engine.port },
    server: { port: 0, callbackKeys: `${newer},${older}` },
  });
  t.after(() => second.runtime.stop());
  await second.runtime.start();
  const { url } = await second.event('server:listening');
  const answer = await callJson(`${url}${new URL(address).pathname}`, { status: 'paid' });
  assert.equal(answer.status, 200);
  assert.equal((await first.engine.ended(key)).state, 'COMPLETED');
});

test('the result headers of the activating task map the message', async (t) => {
  const headers = { resultVariable: 'payment', resultExpression: '={ok: response.paid}' };
  const { engine } = await serveWebhooks(t, [paid], waits('order_paid', {}, headers), temporary);
  const { key, address } = await startInstance(engine, 'o-1');
  await callJson(address, { status: 'paid' });
  const { variables } = await engine.ended(key);
  assert.deepEqual([variables.payment, variables.ok, variables.paid], [{ paid: true }, true, undefined]);
});

test('an answer that fails or is not valid fails the call before anything is published, so that it can be repeated', async (t) => {
  let answers = 0;
  const wrong: readonly (() => unknown)[] = [
    () => {
      throw new Error('no answer');
    },
    () => ({ status: 99 }),
    () => ({ headers: { connection: 'close' } }),
    () => 'text',
  ];
  const confirmed = defineInbound({
    name: 'confirmed',
    output: v.object({ ok: v.boolean() }),
    webhook: { answer: () => (wrong[answers++]?.() ?? { status: 202 }) as { readonly status: number } },
  });
  const { engine, seen } = await serveWebhooks(t, [confirmed], waits('confirmed'), temporary);
  const { key, address } = await startInstance(engine, 'o-1');
  for (const _ of wrong) assert.equal((await callJson(address, { ok: false })).status, 500);
  assert.equal((await callJson(address, { ok: true })).status, 202);
  assert.equal((await engine.ended(key)).variables.ok, true, 'the failed calls have published nothing');
  assert.equal((await callJson(address, { ok: false })).body, '{"status":"already received"}\n');
  assert.deepEqual(
    seen['call:ended'].map(({ result, messages }) => [result, messages.length]),
    [...wrong.map(() => ['failed', 0]), ['published', 1], ['duplicate', 1]],
  );
});

test('each callback has its own limit for bodies, whatever the others allow', async (t) => {
  const small = defineInbound({ name: 'small', webhook: { maxBody: 100 } });
  const large = defineInbound({ name: 'large', webhook: { maxBody: 1_400_000 } });
  const { engine } = await serveWebhooks(t, [small, large], waits('small'), temporary);
  const { key, address } = await startInstance(engine, 'o-1');
  const headers = { 'content-type': 'application/json' };
  const text = (size: number): string => JSON.stringify({ x: 'x'.repeat(size - '{"x":""}'.length) });
  const refused = await call(address, { headers, body: text(101) });
  assert.deepEqual([refused.status, JSON.parse(refused.body).detail], [413, 'The body may have at most 100 bytes.']);
  assert.equal((await call(address, { headers, body: text(100) })).status, 200);
  assert.equal((await engine.ended(key)).state, 'COMPLETED');
});

test('a body that is the message and that no cluster can store is a mistake of the caller', async (t) => {
  const any = defineInbound({ name: 'any', webhook: { maxBody: 4_000_000 } });
  const { engine, seen } = await serveWebhooks(t, [any], waits('any'), temporary);
  const { key, address } = await startInstance(engine, 'o-1');
  const json = { 'content-type': 'application/json' };
  for (const [body, status, detail] of [
    ['{"n":99999999999999999999999}', 422, 'The body has an integer beyond 64 bits. Send it as text.'],
    ['{"list":[{"n":-9223372036854775809}]}', 422, 'The body has an integer beyond 64 bits. Send it as text.'],
    [`{"text":"${'x'.repeat(1_600_000)}"}`, 413, 'The body is larger than 1,572,864 bytes, the limit of a message.'],
    ['[1]', 422, 'The body must be an object.'],
  ] as const) {
    const answer = await call(address, { headers: json, body });
    assert.deepEqual([answer.status, JSON.parse(answer.body).detail], [status, detail]);
  }
  assert.deepEqual(new Set(seen['call:ended'].map(({ result }) => result)), new Set(['invalid']));
  const answer = await call(address, { headers: json, body: '{"n":9223372036854775807,"x":1e30}' });
  assert.equal(answer.status, 200, 'the largest integer can be stored');
  assert.equal((await engine.ended(key)).variables.n, 9223372036854775807n);
});

test('a large body is no mistake if the activating task maps only a part of it', async (t) => {
  const any = defineInbound({ name: 'any', webhook: { maxBody: 4_000_000 } });
  const headers = { resultExpression: '={size: string length(response.text)}' };
  const { engine } = await serveWebhooks(t, [any], waits('any', {}, headers), temporary);
  const { key, address } = await startInstance(engine, 'o-1');
  assert.equal((await callJson(address, { text: 'x'.repeat(1_600_000) })).status, 200);
  assert.equal((await engine.ended(key)).variables.size, 1_600_000);
});
