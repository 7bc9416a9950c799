/**
 * A payment: the process hands the provider an address, and the provider calls it when the customer has paid.
 *
 * Try it with a provider on this machine that pays at once: npx tsx examples/webhooks/payment.ts
 */
import { createRuntime, defineInbound, defineOutbound } from 'camunda-connectors';
import { createEngine } from 'camunda-connectors/engine';
import * as v from 'valibot';
import { isStarted } from '../support/try.ts';
import { startProvider } from './provider.ts';

// #region connectors
/** Asks the provider for a payment. The job's key makes a repetition harmless. */
export const createPayment = (provider: string) =>
  defineOutbound({
    name: 'Create payment',
    type: 'create-payment',
    input: v.object({ orderId: v.string(), callbackUrl: v.string() }),
    output: v.object({ paymentId: v.string() }),
    run: async ({ orderId, callbackUrl }, { job, signal }) => {
      const response = await fetch(`${provider}/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': job.key },
        body: JSON.stringify({ orderId, notify: callbackUrl }),
        signal,
      });
      if (!response.ok) throw new Error(`The provider answered ${response.status}`);
      const { paymentId } = (await response.json()) as { paymentId: string };
      return { paymentId };
    },
  });

/** Waits for the provider's call. */
export const paymentMade = defineInbound({
  name: 'payment_made',
  expires: 86_400,
  output: v.object({ paid: v.boolean() }),
  webhook: {
    body: v.object({ status: v.picklist(['paid', 'declined']) }),
    run: ({ body }) => ({ paid: body.status === 'paid' }),
  },
});
// #endregion

if (isStarted(import.meta.url)) {
  const provider = await startProvider();
  const engine = await createEngine();
  await engine.deploy(new URL('payment.bpmn', import.meta.url).pathname);
  const runtime = createRuntime({
    outbound: [createPayment(provider.url)],
    inbound: [paymentMade],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    server: { port: 0, callbackKeys: 'temporary' },
  });
  await runtime.start();
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'payment', variables: { orderId: '4711' } });
  const { state, variables } = await engine.ended(processInstanceKey);
  console.log(`${state}: paid is ${variables.paid}`);
  await provider.called(2);
  await runtime.stop();
  await engine.stop();
  await provider.stop();
}
