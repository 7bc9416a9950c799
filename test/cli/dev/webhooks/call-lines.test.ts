import assert from 'node:assert/strict';
import { test } from 'node:test';
import { devServer } from '../../../../src/cli/dev/webhooks/show-webhooks.ts';
import { callLine } from '../../../../src/cli/dev/webhooks/webhook-lines.ts';

test('a line about a call names its messages and its end', () => {
  const message = { messageName: 'paid', correlationKey: 'o-1', messageId: 'e', duplicate: false };
  const call = {
    ...({ connector: 'a', method: 'POST', route: '/a', took: 1, result: 'published', messages: [message] } as const),
    status: 200,
  };
  assert.equal(callLine(call), 'POST /a -> 200, published: paid with the key "o-1"');
  const { status: _, ...closed } = call;
  assert.equal(
    callLine({ ...closed, messages: [{ ...message, correlationKey: '' }] }),
    'POST /a -> closed before the answer, published: paid',
  );
});

test('a line about a call says why it was refused, on one line', () => {
  const refused = { connector: 'a', method: 'POST', route: '/a', took: 1, result: 'refused', messages: [] } as const;
  const reason = 'the header x-hub-signature-256\nis missing';
  assert.equal(
    callLine({ ...refused, status: 401, reason }),
    'POST /a -> 401, refused: the header x-hub-signature-256 | is missing',
  );
});

test('without keys in the environment, a session has a key of its own', () => {
  assert.match(devServer({}).callbackKeys ?? '', /^[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(devServer({ CAMUNDA_CONNECTORS_CALLBACK_KEYS: 'k' }), {});
});
