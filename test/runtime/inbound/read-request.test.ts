import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRequest } from '../../../src/runtime/inbound/calls/read-request.ts';
import { deliveryIdFor } from '../../../src/runtime/inbound/delivery-id.ts';
import { createVerifier } from '../../../src/runtime/inbound/verify/verifier.ts';
import { post } from './support/requests.ts';

test('69: a message of SNS is JSON, although Amazon declares it as text', async () => {
  const auth = { type: 'sns', topics: ['arn:aws:sns:eu-west-1:123456789012:orders'] } as const;
  const { bodyFormat: format } = createVerifier({ webhook: 'x', auth });
  const raw = post({ 'content-type': 'text/plain; charset=UTF-8' }, '{"MessageId":"m-1"}');
  const read = await readRequest({ format, deliveryIdOf: deliveryIdFor(auth) }, raw);
  assert.deepEqual(read.ok && [read.request.body, read.request.deliveryId], [{ MessageId: 'm-1' }, 'm-1']);
});

test('121: of two content types, the first one counts', async () => {
  const twice = post([
    ['Content-Type', 'application/json'],
    ['content-type', 'text/plain'],
  ]);
  const read = await readRequest({}, { ...twice, body: Buffer.from('{"a":1}') });
  assert.deepEqual(read.ok && read.request.body, { a: 1 });
});

test('the text of other senders stays text', async () => {
  const { bodyFormat: format } = createVerifier({ webhook: 'x', auth: 'none' });
  const read = await readRequest({ format }, post({ 'content-type': 'text/plain' }, '{}'));
  assert.equal(read.ok && read.request.body, '{}');
});
