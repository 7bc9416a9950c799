/**
 * A connector that must not act twice and that needs a secret. The process passes only a reference to the secret:
 * when the job is executed, {{secrets.PAYMENT_TOKEN}} becomes the value of the environment variable SECRET_PAYMENT_TOKEN.
 *
 * Try it without an engine, with your own service:
 * SECRET_PAYMENT_TOKEN=abc npx tsx examples/payment.ts '{ "url": "http://127.0.0.1:8080", "token": "{{secrets.PAYMENT_TOKEN}}", "amount": 12 }'
 */
import { defineOutbound } from 'camunda-connectors';
import * as v from 'valibot';
import { circuitBreaker, idempotencyKey } from './middleware.ts';
import { tryIfStarted } from './support/try.ts';

// #region connector
export const payment = defineOutbound({
  name: 'Payment',
  type: 'payment',
  input: v.object({
    url: v.pipe(v.string(), v.url()),
    token: v.string(),
    amount: v.number(),
    headers: v.optional(v.record(v.string(), v.string()), {}),
  }),
  output: v.object({ receipt: v.string() }),
  use: [circuitBreaker(), idempotencyKey],
  run: async ({ url, token, amount, headers }, { signal }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ amount }),
      signal,
    });
    if (!response.ok) throw new Error(`The payment service answered ${response.status}: ${await response.text()}`);
    return { receipt: await response.text() };
  },
});
// #endregion

await tryIfStarted(import.meta.url, payment, {
  url: 'http://127.0.0.1:8080',
  token: '{{secrets.PAYMENT_TOKEN}}',
  amount: 12,
});
