/** Spans of webhooks and callbacks of a runtime, through the real SDK of OpenTelemetry. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import * as v from 'valibot';
import { defineInbound } from '../../../src/connector/define.ts';
import { defineWebhook } from '../../../src/connector/definitions/define-webhook.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';
import { chain, end, process as processFile, start } from '../../engine/support/bpmn.ts';
import { createTwin } from '../support/cluster.ts';
import { call, callJson } from './support/http.ts';
import { serveWebhooks } from './support/serve.ts';

const exporter = new InMemorySpanExporter();
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traced = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, baggage: `a=${'b'.repeat(8_000)}` };

beforeEach(() => {
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});
afterEach(() => {
  exporter.reset();
  api.trace.disable();
  api.context.disable();
});

const paid = defineWebhook({
  name: 'payments',
  path: '/hooks/payments',
  auth: { type: 'apiKey', key: 'hunter2' },
  body: v.object({ orderId: v.string() }),
  run: ({ body }) => {
    api.trace.getTracer('author').startSpan('own').end();
    return { publish: { messageName: 'paid', messageId: 'm-1', correlationKey: body.orderId, variables: body } };
  },
});
const approval = defineInbound({ name: 'approval', webhook: {}, expires: 60 });

const started = processFile('p', ...chain(start('start', { message: 'paid' }), end()));

/** The spans with a name, once there is one: the answer of a request arrives before its span ends. */
const spansNamed = (name: string): readonly ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.name === name);

test('129, 131: a call continues the trace of its caller, and everything that it causes is a part of it', async (t) => {
  const { url, event } = await serveWebhooks(t, [paid], started);
  const ended = event('call:ended');
  const answer = await callJson(`${url}/hooks/payments`, { orderId: 'o-1' }, { ...traced, 'x-api-key': 'hunter2' });
  assert.equal(answer.status, 200);
  await ended;
  const [server] = spansNamed('POST /hooks/payments');
  const [own] = spansNamed('own');
  const [publish] = spansNamed('publish payments');
  assert.equal(server?.spanContext().traceId, traceId);
  assert.equal(own?.parentSpanContext?.spanId, server.spanContext().spanId);
  assert.equal(publish?.parentSpanContext?.spanId, server.spanContext().spanId);
  assert.equal(publish.attributes['camunda.message.delivery'], 'accepted');
  const all = exporter.getFinishedSpans().map(({ name, attributes, links }) => [name, attributes, links]);
  assert.doesNotMatch(JSON.stringify(all), /hunter2|o-1|bbbb/);
});

test('132: a long state of a trace is dropped, and the trace continues', async (t) => {
  const { url, event } = await serveWebhooks(t, [paid], started);
  const ended = event('call:ended');
  const tracestate = `a=${'b'.repeat(250)},c=${'d'.repeat(250)},e=${'f'.repeat(90)}`;
  const headers = { traceparent: traced.traceparent, tracestate, 'x-api-key': 'hunter2' };
  assert.equal((await callJson(`${url}/hooks/payments`, { orderId: 'o-1' }, headers)).status, 200);
  await ended;
  const [server] = spansNamed('POST /hooks/payments');
  assert.equal(server?.spanContext().traceId, traceId);
  assert.equal(server?.spanContext().traceState?.serialize() ?? '', '');
});

test('130: with callerTrace `link`, a call is the root of its own trace', async (t) => {
  const server = { port: 0, callerTrace: 'link' } as const;
  const { url, event } = await serveWebhooks(t, [paid], started, { server });
  const ended = event('call:ended');
  assert.equal((await callJson(`${url}/hooks/payments`, {}, traced)).status, 401);
  await ended;
  const [span] = spansNamed('POST /hooks/payments');
  assert.equal(span?.parentSpanContext, undefined);
  assert.deepEqual(
    span?.links.map(({ context }) => context.traceId),
    [traceId],
  );
  assert.equal(span?.attributes['camunda.call.result'], 'refused');
});

test('105: the span of a callback does not contain its address', async (t) => {
  const server = { port: 0, callbackKeys: Buffer.alloc(32, 7).toString('base64') };
  const { url, event } = await serveWebhooks(t, [approval], started, { server });
  const ended = event('call:ended');
  assert.equal((await call(`${url}/callbacks/cb1.hunter2.AAAA`, { headers: traced })).status, 404);
  await ended;
  const [span] = spansNamed('POST /callbacks/…');
  assert.equal(span?.attributes['camunda.connector.name'], 'callback');
  assert.equal(span?.attributes['url.path'], '/callbacks/…');
  assert.doesNotMatch(JSON.stringify(span?.attributes), /hunter2/);
});

test('46: a runtime does not start if a scheme signs the public address, and it is not configured', async () => {
  const sms = defineWebhook({ name: 'sms', path: '/sms', auth: { type: 'twilio', secret: 's' }, run: () => undefined });
  const parts = { connection: createTwin().connection, inbound: [sms], signals: false } as const;
  const runtime = createRuntime({ ...parts, server: { port: 0 } });
  await assert.rejects(
    runtime.start(),
    /webhook "sms"[\s\S]*public address[\s\S]*Fix: .*CAMUNDA_CONNECTORS_PUBLIC_URL/,
  );
  const configured = createRuntime({ ...parts, server: { port: 0, publicUrl: 'https://hooks.example.org' } });
  await configured.start();
  await configured.stop();
});
