import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProcessTest, mockOutbound } from 'camunda-connectors/testing';
import { log } from '../log.ts';
import { github } from './github.ts';
import { createPayment, paymentMade } from './payment.ts';

// #region webhook
test('a push starts a process, and its redelivery does not', async (t) => {
  const processes = await createProcessTest(t, {
    resources: 'examples/webhooks/push.bpmn',
    connectors: { inbound: [github], outbound: [log] },
    secrets: { GITHUB_WEBHOOK: 'a secret of both sides' },
  });
  const push = { headers: { 'x-github-event': 'push' }, deliveryId: 'd-1', body: { ref: 'refs/heads/main' } };

  const { status, result } = await processes.call(github, push);
  assert.deepEqual([status, result], [200, 'published']);
  await (await processes.started('push')).completed({ variables: { branch: 'main' } });

  assert.equal((await processes.call(github, push)).result, 'duplicate');
  assert.equal(processes.instances('push').length, 1);
});
// #endregion

// #region callback
test('the customer pays after two days, and then the address is no longer valid', async (t) => {
  const provider = mockOutbound(createPayment('https://provider.example.org'), { paymentId: 'pay_1' });
  const processes = await createProcessTest(t, {
    resources: 'examples/webhooks/payment.bpmn',
    connectors: { inbound: [paymentMade], outbound: [provider] },
  });
  const order = await processes.start('payment', { orderId: '4711' });
  await order.waitsForMessage('payment_made', '4711');
  assert.equal((await order.call(paymentMade, { rawBody: '{"status":"perhaps"}' })).status, 422);

  await processes.elapse('P2D');
  assert.equal((await order.call(paymentMade, { body: { status: 'paid' } })).status, 404);
  await order.waitsAt('Paid');
});

test('the provider calls the address that it was given', async (t) => {
  const provider = mockOutbound(createPayment('https://provider.example.org'), { paymentId: 'pay_1' });
  const processes = await createProcessTest(t, {
    resources: 'examples/webhooks/payment.bpmn',
    connectors: { inbound: [paymentMade], outbound: [provider] },
  });
  const order = await processes.start('payment', { orderId: '4711' });
  await order.waitsAt('Paid');
  const { callbackUrl } = provider.calls[0]!.input;

  const { body } = await processes.call(callbackUrl, { body: { status: 'paid' } });
  assert.deepEqual(body, { status: 'received' });
  await order.completed({ variables: { paid: true, paymentId: 'pay_1' } });
});
// #endregion
