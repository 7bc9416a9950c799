/** What the page shows of webhooks and callbacks, without secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressSecret, inbound, inboundCount } from '../../../../../src/cli/dev/page/queries/inbound.ts';
import type { Sources } from '../../../../../src/cli/dev/page/sources.ts';
import type { CallbackAddress, InboundRecord, RecordedCall } from '../../../../../src/cli/dev/session.ts';
import { authText } from '../../../../../src/cli/dev/webhooks/auth-text.ts';
import { eventLine, isAboutCall } from '../../../../../src/cli/dev/webhooks/event-lines.ts';
import { connectorFacts } from '../../../../../src/cli/modules/connector-facts.ts';
import type { WebhookAuth } from '../../../../../src/connector/webhooks/auth-types.ts';
import { defineInbound, defineWebhook } from '../../../../../src/index.ts';

const url = 'http://127.0.0.1:8085';

const address = (id: string): CallbackAddress => ({
  ...{ id, connector: 'paid', messageName: 'paid', correlationKey: 'o', variable: 'callback_url' },
  ...{ address: `${url}/callbacks/sealed-${id}`, expiresAt: 7 },
  ...{ processInstanceKey: '1', bpmnProcessId: 'order', elementId: 'Address' },
});

const request = {
  ...{ method: 'POST', path: '/callbacks/sealed-1', query: 'token=hunter2' },
  ...{ headers: [['authorization', 'hunter2']] as const, body: Buffer.from('hunter2') },
};

const recorded = (number: number, more: Partial<RecordedCall> = {}): RecordedCall => ({
  ...{ number, at: 5 },
  call: {
    ...{ connector: 'paid', method: 'POST', route: '/callbacks/…', took: 3, status: 422, messages: [] },
    ...{ result: 'invalid', reason: 'The body\ndoes not fit' },
  },
  ...more,
});

const sourcesOf = (auth: WebhookAuth, record: Partial<InboundRecord> = {}): Sources => {
  const connectors = connectorFacts({
    outbound: [],
    inbound: [
      defineWebhook({ name: 'bills', path: '/bills', auth, run: () => undefined }),
      defineInbound({ name: 'paid', webhook: {} }),
    ],
  });
  return {
    connectors: () => connectors,
    inbound: {
      ...{ server: () => ({ url, publicUrl: 'https://a.example' }), addresses: () => [], calls: () => [] },
      ...{ expected: () => [], ...record },
    },
  } as unknown as Sources;
};

test('a webhook has its address, its authentication and a command without its secret', () => {
  const { webhooks } = inbound(sourcesOf({ type: 'github', secret: 'hunter2' }));
  const [{ command, ...row }] = webhooks as [(typeof webhooks)[0]];
  assert.deepEqual(row, {
    ...{ name: 'bills', method: 'POST', address: 'https://a.example/bills', authentication: 'signature of GitHub' },
  });
  assert.match(command?.text ?? '', /curl .*'https:\/\/a\.example\/bills'/);
  assert.equal(command?.needs, 'WEBHOOK_SECRET (the secret of the webhook)');
  assert.match(command?.examples ?? '', /^Edit the body and the header x-github-event/);
  assert.doesNotMatch(JSON.stringify(webhooks), /hunter2/);
});

test('one that only its sender can call has no command, and none has one before the server listens', () => {
  const [sns] = inbound(sourcesOf({ type: 'sns', topics: ['arn:aws:sns:eu-west-1:123456789012:a'] })).webhooks;
  assert.equal(sns?.command, undefined);
  const [early] = inbound(sourcesOf('none', { server: () => undefined })).webhooks;
  assert.deepEqual(early, { name: 'bills', method: 'POST', address: '/bills', authentication: 'no authentication' });
});

test('addresses are listed without what is secret; one is read by its id', () => {
  const addresses = [address('1'), address('3')];
  const sources = sourcesOf('none', { addresses: () => addresses });
  const shown = inbound(sources);
  assert.deepEqual(
    shown.addresses.map(({ id }) => id),
    ['1', '3'],
  );
  assert.doesNotMatch(JSON.stringify(shown), /sealed/);
  assert.equal(inboundCount(sources), 3, 'a webhook and two addresses');
  assert.deepEqual(addressSecret(sources, '1'), {
    address: `${url}/callbacks/sealed-1`,
    command: `body="{\\"hello\\":\\"world\\"}"; curl -sS -i -X POST '${url}/callbacks/sealed-1' -H "content-type: application/json" --data-raw "$body"`,
  });
  assert.equal(addressSecret(sources, '4'), undefined);
});

test('a long list of addresses is cut, and says how many there are', () => {
  const addresses = Array.from({ length: 203 }, (_, index) => address(String(index)));
  const { addresses: rows, moreAddresses } = inbound(sourcesOf('none', { addresses: () => addresses }));
  assert.deepEqual([rows.length, moreAddresses], [200, 3]);
});

test('calls are listed with what they did and why they were refused, without their requests, the last one first', () => {
  const stored = { connector: 'paid', request };
  const calls = [recorded(1, { stored }), recorded(2)];
  const shown = inbound(sourcesOf('none', { calls: () => calls }));
  const row = {
    ...{ at: 5, connector: 'paid', method: 'POST', route: '/callbacks/…', took: 3, status: 422 },
    ...{ result: 'invalid', isProblem: true, reason: 'The body | does not fit' },
  };
  assert.deepEqual(shown.calls, [
    { ...row, number: 2, isRepeatable: false },
    { ...row, number: 1, isRepeatable: true },
  ]);
  assert.doesNotMatch(JSON.stringify(shown), /hunter2|sealed/);
});

test('a recording has none of it', () => {
  const sources = {} as unknown as Sources;
  const { webhooks, addresses, calls } = inbound(sources);
  assert.deepEqual([webhooks, addresses, calls, inboundCount(sources)], [[], [], [], 0]);
});

for (const [auth, text] of [
  ['none', 'no authentication'],
  [{ type: 'basic', username: 'a', password: 'b' }, 'user name and password'],
  [{ type: 'eventGrid', auth: { type: 'apiKey', key: 'k' } }, 'Azure Event Grid, API key'],
] as const) {
  test(`how a request proves who has sent it: ${text}`, () => assert.equal(authText(auth), text));
}

test('the log of the page has a line for each call and each address, without what is secret', () => {
  const { call } = recorded(1);
  assert.deepEqual(eventLine({ kind: 'call:ended', call, request }), {
    level: 'warn',
    text: 'POST /callbacks/… -> 422, invalid: The body | does not fit',
  });
  assert.equal(eventLine({ kind: 'call:ended', call: { ...call, result: 'answered' } })?.level, 'info');
  assert.deepEqual(eventLine({ kind: 'callback:addressed', callback: address('1') }), {
    ...{ level: 'info', text: 'The callback paid has an address for the key "o".', instance: '1' },
  });
  assert.equal(eventLine({ kind: 'subscription:ended', id: '1' }), undefined);
  assert.ok(isAboutCall('Call of "paid" (POST /callbacks/…): not valid, status 422, 3 ms'), 'a line of the runtime');
  assert.ok(!isAboutCall('Calling'), 'a line of a connector');
});
