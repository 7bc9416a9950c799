/** Spans of calls from outside, through the real SDK of OpenTelemetry. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { createCallTracing } from '../../../src/runtime/observe/call-spans.ts';
import type { CallHead, CallTracing, TracedCallEnd } from '../../../src/runtime/shared/call-tracing.ts';

const exporter = new InMemorySpanExporter();
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

const setUp = (sampler?: Sampler): CallTracing => {
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const processor = new SimpleSpanProcessor(exporter);
  const provider = new BasicTracerProvider({
    spanProcessors: [processor],
    ...(sampler === undefined ? {} : { sampler }),
  });
  api.trace.setGlobalTracerProvider(provider);
  return createCallTracing(api, provider.getTracer('camunda-connectors'));
};

const head = (parts: Partial<CallHead> = {}): CallHead => ({
  connector: 'payments',
  method: 'POST',
  route: '/hooks/payments',
  headers: [
    ['traceparent', `00-${traceId}-${spanId}-01`],
    ['tracestate', 'vendor=1'],
    ['authorization', 'hunter2'],
  ],
  trace: 'continue',
  ...parts,
});
const end = (status = 200, parts: Partial<TracedCallEnd> = {}): TracedCallEnd => ({
  answer: { status },
  result: 'published',
  ...parts,
});

const spanNamed = (name: string): ReadableSpan => {
  const found = exporter.getFinishedSpans().filter((span) => span.name === name);
  assert.equal(found.length, 1, `one span ${name}`);
  return found[0]!;
};

describe('spans of calls', () => {
  let tracing: CallTracing;
  beforeEach(() => {
    tracing = setUp();
  });
  afterEach(() => {
    exporter.reset();
    api.trace.disable();
    api.context.disable();
  });

  test('129: a call continues the trace of its caller, and its message is a part of it', async () => {
    const result = await tracing.call(head(), async () => {
      const message = { connector: 'payments', messageName: 'paid', messageId: 'evt_1' };
      await tracing.message(message, async () => {
        api.trace.getTracer('author').startSpan('own').end();
        return { kind: 'duplicate' };
      });
      return end();
    });
    assert.deepEqual(result, end());
    const span = spanNamed('POST /hooks/payments');
    assert.equal(span.kind, api.SpanKind.SERVER);
    assert.equal(span.spanContext().traceId, traceId);
    assert.equal(span.spanContext().traceState?.serialize(), 'vendor=1');
    assert.equal(span.parentSpanContext?.spanId, spanId);
    assert.deepEqual(span.status, { code: api.SpanStatusCode.UNSET });
    assert.deepEqual(span.attributes, {
      'http.request.method': 'POST',
      'http.route': '/hooks/payments',
      'url.path': '/hooks/payments',
      'url.scheme': 'http',
      'camunda.connector.name': 'payments',
      'camunda.call.result': 'published',
      'http.response.status_code': 200,
    });
    const message = spanNamed('publish payments');
    assert.equal(message.kind, api.SpanKind.PRODUCER);
    assert.equal(message.parentSpanContext?.spanId, span.spanContext().spanId);
    assert.deepEqual(message.attributes, {
      'messaging.system': 'camunda',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'paid',
      'messaging.message.id': 'evt_1',
      'camunda.connector.name': 'payments',
      'camunda.message.delivery': 'duplicate',
    });
    assert.equal(spanNamed('own').parentSpanContext?.spanId, message.spanContext().spanId);
    const all = exporter.getFinishedSpans().map(({ name, attributes, links }) => [name, attributes, links]);
    assert.doesNotMatch(JSON.stringify(all), /hunter2/);
  });

  test('129: without a valid trace, a call is the root of its own', async () => {
    await tracing.call(head({ headers: [['traceparent', 'X']] }), async () => end());
    const span = spanNamed('POST /hooks/payments');
    assert.deepEqual([span.parentSpanContext, span.links], [undefined, []]);
  });

  test('130: with `link`, a call is the root of its own trace, with a link to that of its caller', async () => {
    await tracing.call(head({ trace: 'link' }), async () => end());
    const span = spanNamed('POST /hooks/payments');
    assert.equal(span.parentSpanContext, undefined);
    assert.notEqual(span.spanContext().traceId, traceId);
    assert.deepEqual(
      span.links.map(({ context }) => [context.traceId, context.spanId]),
      [[traceId, spanId]],
    );
  });

  test('130: with `link`, the sampled flag of a stranger has no effect', async () => {
    tracing = setUp(new ParentBasedSampler({ root: new AlwaysOffSampler() }));
    await tracing.call(head({ trace: 'link' }), async () => end());
    assert.deepEqual(exporter.getFinishedSpans(), []);
    await tracing.call(head(), async () => end());
    assert.equal(exporter.getFinishedSpans().length, 1, 'with `continue`, it decides');
  });

  test('with `ignore`, the trace of a caller leaves no mark', async () => {
    await tracing.call(head({ trace: 'ignore' }), async () => end());
    const span = spanNamed('POST /hooks/payments');
    assert.deepEqual([span.parentSpanContext, span.links], [undefined, []]);
    assert.notEqual(span.spanContext().traceId, traceId);
  });

  test('a failure on our side is an error without its text, and a refusal is none', async () => {
    await tracing.call(head(), async () => end(500, { result: 'failed', error: new TypeError('hunter2') }));
    const failed = spanNamed('POST /hooks/payments');
    assert.deepEqual(failed.status, { code: api.SpanStatusCode.ERROR });
    assert.equal(failed.attributes['error.type'], 'TypeError');
    exporter.reset();
    await tracing.call(head(), async () => end(401, { result: 'refused', error: new TypeError('hunter2') }));
    const refused = spanNamed('POST /hooks/payments');
    assert.deepEqual(refused.status, { code: api.SpanStatusCode.UNSET });
    assert.equal('error.type' in refused.attributes, false);
  });

  test('a message that the cluster does not take is an error', async () => {
    const message = { connector: 'payments', messageName: 'paid', messageId: '' };
    await tracing.message(message, async () => ({ kind: 'expired', error: new TypeError('hunter2') }));
    const span = spanNamed('publish payments');
    assert.deepEqual(span.status, { code: api.SpanStatusCode.ERROR });
    assert.equal('messaging.message.id' in span.attributes, false);
  });

  test('105, 140: the name of a span contains nothing that the caller chose', async () => {
    await tracing.call(head({ method: 'BREW', route: '/callbacks/{address}', connector: 'callback' }), async () =>
      end(200, { connector: 'approval' }),
    );
    const span = spanNamed('_OTHER /callbacks/{address}');
    assert.equal(span.attributes['url.path'], '/callbacks/{address}');
    assert.equal(span.attributes['camunda.connector.name'], 'approval');
  });

  test('the span that another library made for the request is used', async () => {
    const other = api.trace.getTracer('http').startSpan('POST', { kind: api.SpanKind.SERVER });
    await api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, other), () =>
      tracing.call(head(), async () => {
        api.trace.getTracer('author').startSpan('own').end();
        return end();
      }),
    );
    assert.equal(other.isRecording(), true, 'its own library ends it');
    other.end();
    assert.deepEqual(
      exporter.getFinishedSpans().map(({ name }) => name),
      ['own', 'POST'],
    );
    assert.equal(spanNamed('own').parentSpanContext?.spanId, other.spanContext().spanId);
    assert.equal(spanNamed('POST').attributes['http.route'], '/hooks/payments');
  });

  test('a span around the start of the server is not the parent of calls', async () => {
    const starter = api.trace.getTracer('author').startSpan('starter');
    await api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, starter), () =>
      tracing.call(head({ headers: [] }), async () => end()),
    );
    assert.equal(spanNamed('POST /hooks/payments').parentSpanContext, undefined);
    starter.end();
  });
});

test('a sampler that throws loses spans, but no calls and no messages', async (t) => {
  t.after(() => {
    exporter.reset();
    api.trace.disable();
    api.context.disable();
  });
  const tracing = setUp({ shouldSample: () => assert.fail('broken'), toString: () => 'broken' });
  assert.deepEqual(await tracing.call(head(), async () => end()), end());
  const message = { connector: 'payments', messageName: 'paid', messageId: '' };
  assert.deepEqual(await tracing.message(message, async () => ({ kind: 'accepted' })), { kind: 'accepted' });
});
