import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { createRuntime, type RuntimeOptions } from 'camunda-connectors';
import { createEngine, type Engine } from 'camunda-connectors/engine';
import { call } from '../../test/runtime/inbound/support/http.ts';
import { lateCalls, lateTimeout } from '../../test/runtime/inbound/support/late.ts';
import { log } from '../log.ts';
import { approval } from './approval.ts';
import { github } from './github.ts';
import { createPayment, paymentMade } from './payment.ts';
import { startProvider } from './provider.ts';
import { answerLater, lookUp, weather } from './weather.ts';

/** The process of a file on an engine, with a runtime that serves these connectors. */
const setUp = async (t: TestContext, file: string, given: RuntimeOptions | ((engine: Engine) => RuntimeOptions)) => {
  const engine = await createEngine();
  const options = typeof given === 'function' ? given(engine) : given;
  await engine.deploy(new URL(file, import.meta.url).pathname);
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  const runtime = createRuntime({
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    server: { port: 0, callbackKeys: 'temporary' },
    signals: false,
    logger: { debug: line, info: line, warn: line, error: line },
    ...options,
  });
  const listening = new Promise<string>((resolve) => runtime.on('server:listening', ({ url }) => resolve(url)));
  t.after(async () => {
    await runtime.stop();
    if (options.connection !== undefined && 'close' in options.connection) await options.connection.close();
    await engine.stop();
  });
  await runtime.start();
  return { engine, lines, url: await listening };
};

test('a push starts a process, and its redelivery does not', async (t) => {
  const secret = 'a secret of both sides';
  const { engine, lines, url } = await setUp(t, 'push.bpmn', {
    inbound: [github],
    outbound: [log],
    secrets: (name) => (name === 'GITHUB_WEBHOOK' ? secret : undefined),
  });
  const send = (event: string, delivery: string, body: string) =>
    call(`${url}/hooks/github`, {
      headers: {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': delivery,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      body,
    });
  const completed = engine.next((event) => event.kind === 'instance:completed');
  assert.equal((await send('ping', 'd-1', '{"zen":"Keep it logically awesome."}')).status, 200);
  assert.equal((await send('push', 'd-2', '{"ref":"refs/heads/main"}')).status, 200);
  assert.equal((await send('push', 'd-2', '{"ref":"refs/heads/main"}')).status, 200);
  await completed;
  assert.equal(engine.instances().length, 1);
  assert.ok(lines.includes('[log] LogConnector: A push to main'), lines.join('\n'));
});

test('a provider calls back when the customer has paid; its second call changes nothing', async (t) => {
  const provider = await startProvider();
  t.after(() => provider.stop());
  const { engine } = await setUp(t, 'payment.bpmn', {
    inbound: [paymentMade],
    outbound: [createPayment(provider.url)],
  });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'payment', variables: { orderId: '4711' } });
  const { state, variables } = await engine.ended(processInstanceKey);
  assert.deepEqual([state, variables.paid, variables.paymentId], ['COMPLETED', true, 'pay_1']);
  await provider.called(2);
  assert.deepEqual(provider.answers, ['200 {"status":"received"}', '200 {"status":"already received"}']);
});

test('an approval by link: opening it changes nothing, a click decides', async (t) => {
  const { engine, lines } = await setUp(t, 'approval.bpmn', { inbound: [approval], outbound: [log] });
  const waiting = engine.next((event) => event.kind === 'subscription:opened');
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'approval', variables: { orderId: '4711' } });
  await waiting;
  const address = /Please decide: (\S+)/.exec(lines.join('\n'))![1]!;
  const page = await call(address, { method: 'GET' });
  assert.match(
    page.body,
    /<h1>Order 4711<\/h1>.*Do you approve this order\?.*<button>Approve<\/button>.*<button>Reject<\/button>/s,
  );
  assert.equal(engine.instance(processInstanceKey)?.state, 'ACTIVE');
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
  assert.equal((await call(address, { headers, body: 'decision=no' })).status, 200);
  assert.equal((await engine.ended(processInstanceKey)).variables.approved, false);
});

const signingSecret = 'a signing secret';

/** Sends a command as Slack does. */
const command = (url: string, text: string, responseUrl: string) => {
  const body = new URLSearchParams({ text, trigger_id: `t-${text}`, response_url: responseUrl }).toString();
  const time = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${time}:${body}`).digest('hex');
  return call(`${url}/hooks/weather`, {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': time,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
};

const secrets = (name: string) => (name === 'SLACK' ? signingSecret : undefined);

test('a command is answered by its process', async (t) => {
  const { url } = await setUp(t, 'weather.bpmn', { inbound: [weather], outbound: [lookUp, answerLater], secrets });
  const answer = await command(url, 'Graz', 'http://127.0.0.1:1/');
  assert.deepEqual(JSON.parse(answer.body), { response_type: 'in_channel', text: 'Graz: sunny' });
});

test('if the process is slow, the caller learns that the answer comes later, and gets it at another address', async (t) => {
  const server = createServer();
  const received = once(server, 'request').then(async ([request, response]) => {
    const body = await text(request as IncomingMessage);
    (response as ServerResponse).end();
    return body;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  let answer = (): void => {};
  const late = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow = { ...lookUp, run: () => late.then(() => ({ forecast: 'windy' })) };
  const { url } = await setUp(t, 'weather.bpmn', (engine) => ({
    inbound: [{ ...weather, timeout: lateTimeout }],
    outbound: [slow, answerLater],
    secrets,
    ...lateCalls(engine),
  }));
  const first = await command(url, 'Wels', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  assert.deepEqual(JSON.parse(first.body), { response_type: 'ephemeral', text: 'One moment …' });
  answer();
  assert.deepEqual(JSON.parse(await received), { response_type: 'in_channel', text: 'Wels: windy' });
});

test('the functions of a webhook that waits can be called without a runtime', async () => {
  const body = { text: 'Graz', trigger_id: 't-1', response_url: 'https://hooks.slack.com/1' };
  const request = { method: 'POST', path: '/hooks/weather', query: {}, headers: {}, rawBody: Buffer.alloc(0), body };
  const result = await weather.run(request, { logger: console, signal: new AbortController().signal });
  assert.equal(result !== undefined && result !== null && 'wait' in result && result.wait, true);
  assert.deepEqual(weather.waits?.answer?.({ text: 'Graz: sunny' }), {
    body: { response_type: 'in_channel', text: 'Graz: sunny' },
  });
});

test('run can be called without a runtime, and the file of the payment runs on its own', async () => {
  assert.deepEqual(
    await github.run(
      {
        ...{ method: 'POST', path: '/hooks/github', query: {}, rawBody: Buffer.alloc(0) },
        headers: { 'x-github-event': 'push' },
        body: { ref: 'refs/heads/main' },
      },
      { logger: console, signal: new AbortController().signal },
    ),
    { publish: { messageName: 'pushed', correlationKey: '', variables: { branch: 'main' } } },
  );
  const child = spawn(process.execPath, ['--import', 'tsx', new URL('payment.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  assert.match(Buffer.concat(chunks).toString(), /COMPLETED: paid is true/);
});
