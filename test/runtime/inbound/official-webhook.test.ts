/** What Camunda's own webhook does, and what happens here: the cases of its reference that fit, by their numbers. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defineWebhook, inputError, type WebhookConnector } from 'camunda-connectors';
import { createProcessTest, type WebhookCall } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { chain, end, process as processFile, start } from '../../engine/support/bpmn.ts';

const resources = {
  name: 'p.bpmn',
  content: processFile('p', ...chain(start('start', { message: 'm' }), end())),
};

type Run = WebhookConnector<string, undefined, undefined>['run'];
type Result = Awaited<ReturnType<Run>>;

const webhook = (run: Run | Result, more: object = {}) =>
  defineWebhook({
    ...{ name: 'w', path: '/inbound/w', auth: 'none' },
    run: typeof run === 'function' ? run : () => run,
    ...more,
  });

/** Calls a webhook once. Returns the answer, and the messages that came to the engine. */
const callOnce = async (t: TestContext, given: WebhookConnector, request: WebhookCall = {}) => {
  const processes = await createProcessTest(t, { resources, connectors: { inbound: [given] } });
  const messages: object[] = [];
  processes.engine.on((event) => {
    if (event.kind !== 'message:published') return;
    const { name, correlationKey, messageId, publishedAt, deadline, variables } = event.message;
    messages.push({ name, correlationKey, messageId, timeToLive: deadline - publishedAt, variables });
  });
  const answer = await processes.call(given, request);
  return { answer, messages, processes };
};

const byOrder =
  (more: object = {}): Run =>
  ({ body }) => ({
    publish: { messageName: 'm', correlationKey: (body as { orderId: string }).orderId, variables: {}, ...more },
  });

const hour = 3_600_000;

const publications: readonly (readonly [title: string, run: Run, request: WebhookCall, message: object])[] = [
  ['5.5: a key and the default time to live', byOrder(), { body: { orderId: 'o-1' } }, { correlationKey: 'o-1' }],
  [
    '5.6: a time to live of 10 seconds',
    byOrder({ timeToLive: 10 }),
    { body: { orderId: 'o-1' } },
    { correlationKey: 'o-1', timeToLive: 10_000 },
  ],
  [
    '5.7: an id that run chooses counts more than that of the sender',
    ({ body }) => ({
      publish: { messageName: 'm', correlationKey: '', messageId: (body as { orderId: string }).orderId },
    }),
    { body: { orderId: 'o-1' }, deliveryId: 'x' },
    { messageId: 'o-1' },
  ],
  [
    '5.8: otherwise, the id of the sender counts',
    byOrder(),
    { body: { orderId: 'o-1' }, deliveryId: 'x' },
    { correlationKey: 'o-1', messageId: 'x' },
  ],
  ['5.9: a key that is a number becomes text', byOrder(), { body: { orderId: 42 } }, { correlationKey: '42' }],
  ['5.11: an empty key', () => ({ publish: { messageName: 'm', correlationKey: '' } }), {}, {}],
];

for (const [title, run, request, expected] of publications) {
  test(`case ${title}`, async (t) => {
    const { answer, messages } = await callOnce(t, webhook(run), request);
    assert.deepEqual([answer.status, answer.body], [200, ''], '5.41: without an answer, 200 and no body');
    assert.deepEqual(messages, [
      { name: 'm', correlationKey: '', messageId: '', timeToLive: hour, variables: {}, ...expected },
    ]);
  });
}

test('case 5.10: a body without the key is refused with 422, and nothing is sent', async (t) => {
  const body = v.object({ orderId: v.string() });
  const { answer, messages } = await callOnce(t, webhook(byOrder(), { body }), { body: {} });
  assert.equal(answer.status, 422);
  assert.deepEqual(messages, []);
});

test('case 5.12: a message that the cluster has is answered like the first one', async (t) => {
  const given = webhook(byOrder({ messageId: 'x' }));
  const { answer, messages, processes } = await callOnce(t, given, { body: { orderId: 'o-1' } });
  const again = await processes.call(given, { body: { orderId: 'o-1' } });
  assert.deepEqual([again.status, again.body, again.result], [answer.status, answer.body, 'duplicate']);
  assert.equal(messages.length, 1);
});

test('cases 5.14, 5.15 and 5.42: an event that is not wanted is answered with 200, or with what run says', async (t) => {
  const ignored = await callOnce(t, webhook(undefined));
  assert.deepEqual([ignored.answer.status, ignored.answer.body, ignored.messages], [200, '', []]);
  const refused = await callOnce(
    t,
    webhook(() => {
      throw inputError('Only events of the kind A.');
    }),
  );
  assert.equal(refused.answer.status, 422);
  assert.deepEqual((refused.answer.body as { detail: string }).detail, 'Only events of the kind A.');
  assert.deepEqual(refused.messages, []);
});

test('case 5.44: an error of run is answered with 500, and its text stays inside', async (t) => {
  const { answer } = await callOnce(
    t,
    webhook(() => {
      throw new Error('the database is at 10.0.0.7');
    }),
  );
  assert.deepEqual([answer.status, answer.body], [500, { title: 'Internal error', status: 500 }]);
});

test('case 5.45: run can answer a handshake, and nothing is correlated', async (t) => {
  const { answer, messages } = await callOnce(t, webhook({ answer: { body: { result: 'ok' } } }));
  assert.deepEqual([answer.status, answer.body, messages], [200, { result: 'ok' }, []]);
});

test('5.9: an answer has the status, the headers and the body that run chooses, and text is never a page', async (t) => {
  const { answer } = await callOnce(
    t,
    webhook({ answer: { status: 418, headers: { 'x-a': 'b' }, body: '<script>alert(1)</script>' } }),
  );
  assert.deepEqual([answer.status, answer.headers['x-a'], answer.body], [418, 'b', '<script>alert(1)</script>']);
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
});

for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
  test(`5.9: a webhook with ${method} at the path of an official one`, async (t) => {
    const { answer } = await callOnce(t, webhook({ answer: { body: { ok: true } } }, { method }));
    assert.deepEqual([answer.status, answer.body], [200, { ok: true }]);
  });
}

test('5.9: run sees names of headers in lower case, decoded parameters and the bytes of the body', async (t) => {
  const echo = webhook(({ headers, query, rawBody }) => ({
    answer: { body: { a: headers['x-mixed-case'], query, raw: Buffer.from(rawBody).toString('hex') } },
  }));
  const processes = await createProcessTest(t, { connectors: { inbound: [echo] } });
  const { body } = await processes.call('/inbound/w?a=%C3%BC&a=2&b&c=d%26e', {
    headers: { 'X-Mixed-Case': 'yes', 'content-type': 'application/x-www-form-urlencoded' },
    rawBody: 'x=1',
  });
  assert.deepEqual(body, { a: 'yes', query: { a: ['ü', '2'], b: '', c: 'd&e' }, raw: '783d31' });
});

test('5.9: a body of several parts comes as its bytes, and is not stored', async (t) => {
  const echo = webhook(({ body }) => ({ answer: { body: { bytes: body instanceof Uint8Array } } }));
  const { answer } = await callOnce(t, echo, {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    rawBody: '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
  });
  assert.deepEqual(answer.body, { bytes: true });
});
