/** What the compiler infers for webhooks and callbacks. The code does not run: `npm run types` is the test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound } from '../../src/connector/define.ts';
import { defineWebhook } from '../../src/connector/definitions/define-webhook.ts';
import type { InboundConnector } from '../../src/connector/types.ts';
import type { CallbackConnector, CallbackContext } from '../../src/connector/webhooks/callback-types.ts';
import type { AnyWebhook, WebhookContext } from '../../src/connector/webhooks/types.ts';
import type { AnyInbound } from '../../src/runtime/options.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectEqual = <A>(_: A) => ({ to: <B>(..._proof: Equal<A, B> extends true ? [] : [never]): void => {} });

/** Wraps code that must compile but not run. */
const compiles = (title: string, body: () => void): void => {
  test(title, () => assert.equal(typeof body, 'function'));
};

const common = { name: 'payments', path: '/payments', auth: 'none' } as const;
const body = v.object({ orderId: v.string(), amount: v.pipe(v.string(), v.transform(Number)) });
const messages = {
  paid: v.object({ amount: v.number() }),
  failed: v.object({ reason: v.picklist(['card', 'limit']) }),
};

compiles("run gets the output type of the body's schema", () => {
  defineWebhook({
    ...common,
    body,
    run: (request, context) => {
      expectEqual(request.body).to<{ orderId: string; amount: number }>();
      expectEqual(request.deliveryId).to<string | undefined>();
      expectEqual(context).to<WebhookContext>();
      return undefined;
    },
  });
  defineWebhook({
    ...common,
    run: (request) => {
      expectEqual(request.body).to<unknown>();
      return { answer: { status: 204 } };
    },
  });
  // @ts-expect-error the schema has no such field
  defineWebhook({ ...common, body, run: ({ body: { order } }) => ({ answer: { body: order } }) });
});

compiles('with messages, their names and variables are checked', () => {
  defineWebhook({
    ...common,
    body,
    messages,
    run: ({ body: { orderId, amount } }) =>
      amount > 0
        ? { publish: { messageName: 'paid', correlationKey: orderId, variables: { amount } } }
        : { publish: [{ messageName: 'failed', correlationKey: orderId, variables: { reason: 'card' } }] },
  });
  defineWebhook({
    ...common,
    messages,
    // @ts-expect-error no such message
    run: () => ({ publish: { messageName: 'payed', correlationKey: '', variables: { amount: 1 } } }),
  });
  defineWebhook({
    ...common,
    messages,
    // @ts-expect-error the variables of another message
    run: () => ({ publish: { messageName: 'paid', correlationKey: '', variables: { reason: 'card' } } }),
  });
});

compiles('without messages, any name and variables fit, but a key is required', () => {
  defineWebhook({
    ...common,
    run: () => ({ publish: { messageName: 'any', correlationKey: 7n, variables: { a: [1] } } }),
  });
  // @ts-expect-error a message without a key would only start instances; '' says so
  defineWebhook({ ...common, run: () => ({ publish: { messageName: 'any' } }) });
  // @ts-expect-error auth is required
  defineWebhook({ name: 'a', path: '/a', run: () => undefined });
});

compiles('a webhook that waits gets the answer from what its task passes', () => {
  const waiting = defineWebhook({
    ...common,
    body,
    messages,
    waits: {
      input: v.object({ text: v.pipe(v.string(), v.transform(Number)) }),
      answer: (input) => {
        expectEqual(input).to<{ text: number }>();
        return { body: input.text };
      },
    },
    run: ({ body: { orderId, amount } }) => ({
      publish: { messageName: 'paid', correlationKey: orderId, variables: { amount } },
      wait: amount > 0,
    }),
  });
  waiting.waits?.answer?.({ text: 1 });
  const one: AnyInbound = waiting;
  // @ts-expect-error waits needs the schema of what the task passes
  defineWebhook({ ...common, waits: {}, run: () => undefined });
  // @ts-expect-error wait is a flag
  defineWebhook({ ...common, run: () => ({ publish: { messageName: 'a', correlationKey: '' }, wait: 'yes' }) });
  return one;
});

compiles('a callback gets its body and what the process passed, and returns the variables of the message', () => {
  const paid = defineInbound({
    name: 'paid',
    input: v.object({ orderId: v.string() }),
    output: v.object({ paid: v.boolean() }),
    webhook: {
      body,
      page: (input) => {
        expectEqual(input).to<{ orderId: string }>();
        return { title: input.orderId };
      },
      run: (request, context) => {
        expectEqual(request.body).to<{ orderId: string; amount: number }>();
        expectEqual(request.input).to<{ orderId: string }>();
        expectEqual(context).to<CallbackContext>();
        return { paid: request.body.amount > 0 };
      },
    },
  });
  expectEqual(paid).to<
    CallbackConnector<
      'paid',
      v.ObjectSchema<{ readonly orderId: v.StringSchema<undefined> }, undefined>,
      v.ObjectSchema<{ readonly paid: v.BooleanSchema<undefined> }, undefined>,
      typeof body
    >
  >();
  defineInbound({
    name: 'paid',
    output: v.object({ paid: v.boolean() }),
    // @ts-expect-error the message has another type
    webhook: { run: () => ({ paid: 'yes' }) },
  });
  // @ts-expect-error a connector has either loop or webhook
  defineInbound({ name: 'both', webhook: { run: () => ({}) }, loop: () => undefined });
});

compiles('a callback without any setting is a callback, and so is its copy', () => {
  const plain = defineInbound({ name: 'plain', webhook: {} });
  expectEqual(plain).to<CallbackConnector<'plain', undefined, undefined, undefined>>();
  expectEqual(defineInbound({ ...plain, expires: 60 })).to<
    CallbackConnector<'plain', undefined, undefined, undefined>
  >();
  const output = v.object({ paid: v.boolean() });
  expectEqual(defineInbound({ name: 'typed', output, webhook: {} })).to<
    CallbackConnector<'typed', undefined, typeof output, undefined>
  >();
  const loop = defineInbound({ name: 'loop', loop: () => undefined });
  expectEqual(loop).to<InboundConnector<'loop', undefined, undefined, undefined>>();
});

compiles('a runtime takes all of them', () => {
  const webhook = defineWebhook({ ...common, body, messages, run: () => undefined });
  const callback = defineInbound({ name: 'a', webhook: { body, run: () => ({}) } });
  const plain = defineInbound({ name: 'b', webhook: {} });
  const loop = defineInbound({ name: 'c', loop: () => undefined });
  const all: readonly AnyInbound[] = [webhook, callback, plain, loop];
  const webhooks: readonly AnyWebhook[] = [webhook];
  return [all, webhooks];
});
