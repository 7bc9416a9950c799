/** Webhooks whose answer a process makes, on the embedded engine, over HTTP. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import * as v from 'valibot';
import { createConnection } from '../../../../src/connection/index.ts';
import type { Connection } from '../../../../src/connection/port.ts';
import { defineOutbound } from '../../../../src/connector/define.ts';
import { defineWebhook } from '../../../../src/connector/definitions/define-webhook.ts';
import type { WaitSettings } from '../../../../src/connector/webhooks/wait-types.ts';
import { createEngine, type Engine } from '../../../../src/engine/index.ts';
import {
  catchEvent,
  chain,
  end,
  parallelGateway,
  path,
  process as processFile,
  serviceTask,
  start,
} from '../../../engine/support/bpmn.ts';
import { observe } from '../../support/runtime.ts';
import { callJson } from '../support/http.ts';
import { lateCalls, lateTimeout } from '../support/late.ts';
import { serveWebhooks } from '../support/serve.ts';

const input = v.object({ text: v.string() });

/** A webhook that starts a process and waits for what it says. */
const asking = (settings: Omit<WaitSettings<typeof input>, 'input'> = {}, timeout = 60) =>
  defineWebhook({
    name: 'ask',
    path: '/hooks/ask',
    auth: 'none',
    timeout,
    body: v.object({ city: v.string() }),
    messages: { asked: v.object({ city: v.string() }) },
    waits: { input, ...settings },
    run: ({ body }) => ({ publish: { messageName: 'asked', correlationKey: '', variables: body }, wait: true }),
  });

const answering = serviceTask('answer', { type: 'answer-ask', inputs: { text: '="Sunny in " + city' } });

const answers = processFile('asked', ...chain(start('start', { message: 'asked' }), answering, end()));

/** Waits for a job of the test before it answers. */
const slow = processFile(
  'asked',
  ...chain(start('start', { message: 'asked' }), serviceTask('think', { type: 'think' }), answering, end()),
);

/** A connector whose job ends when the test says so. */
const thinking = () => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const think = defineOutbound({ name: 'Think', type: 'think', timeout: 60, input: v.object({}), run: () => opened });
  return { outbound: [think], open };
};

const isThinking = ({ job }: { readonly job: { readonly type: string } }): boolean => job.type === 'think';

const isAnswer = ({ job }: { readonly job: { readonly type: string } }): boolean => job.type === 'answer-ask';

const url = (base: string): string => `${base}/hooks/ask`;

/** The variables of the only instance, when it has ended. */
const endOf = async (engine: Engine): Promise<Readonly<Record<string, unknown>>> =>
  (await engine.ended(engine.instances().find(({ bpmnProcessId }) => bpmnProcessId === 'asked')!.key)).variables;

test('the caller waits for the answer of the process that the call has started', async (t) => {
  const { engine, url: base, seen } = await serveWebhooks(t, [asking()], answers);
  const answer = await callJson(url(base), { city: 'Graz' });
  assert.deepEqual(
    [answer.status, answer.headers['content-type'], answer.body],
    [200, 'application/json', '{"text":"Sunny in Graz"}'],
  );
  const { caller, ...variables } = await endOf(engine);
  assert.deepEqual(variables, { city: 'Graz', answered: true });
  assert.match(String(caller), /^[\w-]{22}\.[\w-]{22}\.\d+$/);
  assert.deepEqual(
    seen['call:ended'].map(({ result, status, messages }) => [result, status, messages.length]),
    [['published', 200, 1]],
  );
  assert.deepEqual(
    engine.instances().map(({ bpmnProcessId }) => bpmnProcessId),
    ['asked'],
    'nothing had to be passed on',
  );
});

test('the definition decides on status, headers and body of the answer', async (t) => {
  const webhook = asking({
    answer: ({ text }) => ({ status: 201, headers: { 'x-city': 'yes' }, body: text }),
    variable: 'reply_to',
  });
  const { engine, url: base } = await serveWebhooks(t, [webhook], answers);
  const answer = await callJson(url(base), { city: 'Graz' });
  assert.deepEqual([answer.status, answer.headers['x-city'], answer.body], [201, 'yes', 'Sunny in Graz']);
  assert.deepEqual(Object.keys(await endOf(engine)).sort(), ['answered', 'city', 'reply_to']);
});

test('case 93: a process slower than the timeout: the caller gets the late answer, and the task learns that nobody was there', async (t) => {
  const { outbound, open } = thinking();
  const {
    engine,
    url: base,
    event,
    seen,
  } = await serveWebhooks(t, [asking({}, lateTimeout)], slow, (on) => ({
    outbound,
    ...lateCalls(on),
  }));
  const answer = await callJson(url(base), { city: 'Graz' });
  assert.deepEqual([answer.status, answer.body], [202, '{"status":"accepted"}']);
  assert.deepEqual([seen['call:ended'][0]!.result, seen['call:ended'][0]!.messages.length], ['late', 1]);
  open();
  await event('job:settled', isAnswer);
  assert.equal((await endOf(engine)).answered, false);
});

test('the late answer is that of the definition', async (t) => {
  const late = { status: 200, headers: { 'x-late': '1' }, body: 'One moment …' };
  const { url: base } = await serveWebhooks(t, [asking({ late }, lateTimeout)], slow, lateCalls);
  const answer = await callJson(url(base), { city: 'Graz' });
  assert.deepEqual([answer.status, answer.headers['x-late'], answer.body], [200, '1', 'One moment …']);
});

test('case 94: a caller that is gone ends the wait; the publication stands, and the task learns that nobody was there', async (t) => {
  const { outbound, open } = thinking();
  const { engine, url: base, event, lines } = await serveWebhooks(t, [asking()], slow, { outbound });
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  const body = '{"city":"Graz"}';
  socket.write(
    `POST /hooks/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await event('job:started', isThinking);
  socket.destroy();
  const ended = await event('call:ended');
  assert.deepEqual([ended.status, ended.result, ended.messages.length], [undefined, 'published', 1]);
  assert.match(lines.join('\n'), /connection closed before the answer/);
  open();
  assert.equal((await endOf(engine)).answered, false);
});

test('of several answers, the first wins', async (t) => {
  const task = (id: string, text: string) =>
    serviceTask(id, { type: 'answer-ask', inputs: { text }, outputs: { [id]: '=answered' } });
  const content = processFile(
    'asked',
    start('start', { message: 'asked' }),
    parallelGateway('fork'),
    task('one', '="one"'),
    task('two', '="two"'),
    parallelGateway('join'),
    task('three', '="three"'),
    end(),
    ...path('start', 'fork', 'one', 'join', 'three', 'end'),
    ...path('fork', 'two', 'join'),
  );
  const { engine, url: base } = await serveWebhooks(t, [asking()], content);
  const { text } = JSON.parse((await callJson(url(base), { city: 'Graz' })).body) as { readonly text: string };
  const { one, two, three } = await endOf(engine);
  assert.deepEqual({ one, two, three }, { one: text === 'one', two: text === 'two', three: false });
});

test('a process that ends without an answer leaves the late one', async (t) => {
  const silent = processFile('asked', ...chain(start('start', { message: 'asked' }), end()));
  const { url: base, seen } = await serveWebhooks(t, [asking({}, lateTimeout)], silent, lateCalls);
  assert.equal((await callJson(url(base), { city: 'Graz' })).status, 202);
  assert.equal(seen['call:ended'][0]!.result, 'late');
});

test('input that does not fit the schema becomes an incident; the caller gets the late answer', async (t) => {
  const wrong = serviceTask('answer', { type: 'answer-ask', inputs: { text: '=null' } });
  const content = processFile('asked', ...chain(start('start', { message: 'asked' }), wrong, end()));
  const { engine, url: base, event } = await serveWebhooks(t, [asking({}, lateTimeout)], content, lateCalls);
  assert.equal((await callJson(url(base), { city: 'Graz' })).status, 202);
  const { outcome } = await event('job:settled');
  assert.deepEqual([outcome.kind, outcome.kind === 'fail' && outcome.retries], ['fail', 0]);
  assert.match(
    outcome.kind === 'fail' ? outcome.message : '',
    /do not fit the input of the connector "answer-ask":\n- text: must not be null/,
  );
  assert.equal(engine.incidents().length, 1);
});

test('an answer that cannot be sent fails the job, and the next attempt can still answer', async (t) => {
  let attempts = 0;
  const webhook = asking({
    answer: ({ text }) => {
      attempts += 1;
      return attempts === 1 ? { status: 99 } : { body: text };
    },
  });
  const { url: base, seen } = await serveWebhooks(t, [webhook], answers);
  assert.equal((await callJson(url(base), { city: 'Graz' })).body, 'Sunny in Graz');
  const outcomes = seen['job:settled'].map(({ outcome }) => (outcome.kind === 'fail' ? outcome.message : outcome.kind));
  assert.match(outcomes[0]!, /The status of an answer must be a whole number from 200 to 599\..*Fix: /s);
});

for (const [title, caller, expected] of [
  [
    'because the instance does not have it',
    {},
    /The process instance has no variable caller, which the messages of the webhook "ask" have\. Fix: start the instance with such a message; .* from =caller to caller/,
  ],
  [
    'because it is something else',
    { caller: 'somebody' },
    /The variable caller must be the one that the messages of the webhook "ask" have\. Fix: let the task see it/,
  ],
] as const) {
  test(`a task that does not see whom to answer, ${title}, fails for good and says so`, async (t) => {
    const { engine, event } = await serveWebhooks(t, [asking()], processFile('p', ...chain(start(), answering, end())));
    engine.createInstance({ bpmnProcessId: 'p', variables: { city: 'Graz', ...caller } });
    const { outcome } = await event('job:settled');
    assert.deepEqual([outcome.kind, outcome.kind === 'fail' && outcome.retries], ['fail', 0]);
    assert.match(outcome.kind === 'fail' ? outcome.message : '', expected);
  });
}

test('beyond maxWaiting, a call is answered with 503 before anything is published', async (t) => {
  const { outbound, open } = thinking();
  const options = { outbound, server: { port: 0, maxWaiting: 1 } };
  const { engine, url: base, seen, event } = await serveWebhooks(t, [asking()], slow, options);
  const first = callJson(url(base), { city: 'Graz' });
  await event('job:started', isThinking);
  const second = await callJson(url(base), { city: 'Linz' });
  assert.deepEqual([second.status, second.headers['retry-after']], [503, '1']);
  assert.match(second.body, /Too many calls wait for the answers of processes\./);
  assert.equal(seen['call:ended'][0]!.messages.length, 0);
  assert.equal(engine.instances().length, 1);
  open();
  assert.equal((await first).body, '{"text":"Sunny in Graz"}');
});

test('a runtime that stops still answers the calls that wait, and takes no new ones', async (t) => {
  const { outbound, open } = thinking();
  const { engine, url: base, runtime, event } = await serveWebhooks(t, [asking()], slow, { outbound });
  const waiting = callJson(url(base), { city: 'Graz' });
  await event('job:started', isThinking);
  const stopped = runtime.stop();
  await assert.rejects(callJson(url(base), { city: 'Linz' }));
  open();
  assert.equal((await waiting).body, '{"text":"Sunny in Graz"}');
  assert.equal((await endOf(engine)).answered, true);
  await stopped;
});

test('a repetition waits for the same answer, and one that comes afterwards gets the late answer at once', async (t) => {
  const engine = await createEngine();
  const cluster = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });
  let known = (): void => {};
  const isKnown = new Promise<void>((resolve) => {
    known = resolve;
  });
  const send: Connection['send'] = (command, options) =>
    cluster.send(command, options).catch((error: unknown) => {
      if (command.kind === 'publishMessage') known();
      throw error;
    });
  const { outbound, open } = thinking();
  const { runtime, event } = observe({
    inbound: [asking()],
    outbound,
    connection: { ...cluster, send },
    server: { port: 0 },
  });
  t.after(async () => {
    await runtime.stop();
    await cluster.close();
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content: slow });
  await runtime.start();
  const { url: base } = await event('server:listening');
  const call = () => callJson(url(base), { city: 'Graz' }, { 'idempotency-key': 'id-1' });
  const first = call();
  await event('job:started', isThinking);
  const second = call();
  await isKnown;
  open();
  const answer = '{"text":"Sunny in Graz"}';
  assert.deepEqual([(await first).body, (await second).body], [answer, answer]);
  assert.equal((await call()).status, 202);
  assert.deepEqual(
    engine.instances().filter(({ bpmnProcessId }) => bpmnProcessId === 'asked').length,
    1,
    'the repetitions have started nothing',
  );
});

test('a call that correlates can wait as well; if no instance waits, it is answered at once', async (t) => {
  const engine = await createEngine({ restPort: 0 });
  const decided = defineWebhook({
    name: 'decided',
    path: '/hooks/ask',
    auth: 'none',
    correlates: true,
    timeout: 60,
    body: v.object({ order: v.string() }),
    waits: { input, type: 'confirm', answer: ({ text }) => ({ body: text }) },
    run: ({ body: { order } }) => ({ correlate: { messageName: 'decided', correlationKey: order }, wait: true }),
  });
  const connection = { restAddress: engine.restAddress! };
  const { runtime, event, seen } = observe({ inbound: [decided], connection, server: { port: 0 } });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  const waiting = catchEvent('wait', { message: { name: 'decided', correlationKey: '=order' } });
  const confirm = serviceTask('confirm', { type: 'confirm', inputs: { text: '="Confirmed: " + order' } });
  await engine.deploy({ name: 'p.bpmn', content: processFile('p', ...chain(start(), waiting, confirm, end())) });
  await runtime.start();
  const { url: base } = await event('server:listening');
  engine.createInstance({ bpmnProcessId: 'p', variables: { order: 'o-1' } });
  assert.equal((await callJson(url(base), { order: 'o-1' })).body, 'Confirmed: o-1');
  assert.equal((await callJson(url(base), { order: 'o-2' })).status, 404);
  assert.deepEqual(
    seen['call:ended'].map(({ result }) => result),
    ['correlated', 'unmatched'],
  );
});
