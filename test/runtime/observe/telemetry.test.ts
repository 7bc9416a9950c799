/** Spans and measurements, through the real SDK of OpenTelemetry. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import * as v from 'valibot';
import { activationType } from '../../../src/connector/activation-names.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError } from '../../../src/connector/errors.ts';
import type { OpenTelemetry } from '../../../src/runtime/observe/open-telemetry.ts';
import { attachTelemetry } from '../../../src/runtime/observe/telemetry.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';
import { connectionFault, createTwin } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

/** Records lines with their levels. */
const recordingLogger = () => {
  const lines: string[] = [];
  const record = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return { lines, debug: record('debug'), warn: record('warn') };
};

const exporter = new InMemorySpanExporter();

const useTraces = (sampler?: Sampler): void => {
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const processor = new SimpleSpanProcessor(exporter);
  const provider = new BasicTracerProvider({
    spanProcessors: [processor],
    ...(sampler === undefined ? {} : { sampler }),
  });
  api.trace.setGlobalTracerProvider(provider);
};

const forgetAll = (): void => {
  exporter.reset();
  api.trace.disable();
  api.metrics.disable();
  api.context.disable();
};

const spanOf = (name: string): ReadableSpan => {
  const found = exporter.getFinishedSpans().filter((span) => span.name === name);
  assert.equal(found.length, 1, `one span ${name} among ${exporter.getFinishedSpans().map((span) => span.name)}`);
  return found[0]!;
};

/** Everything that is exported about the spans. */
const exported = (): string =>
  JSON.stringify(
    exporter
      .getFinishedSpans()
      .map(({ name, attributes, status, events, links, resource }) => [
        ...[name, attributes, status, events, links, resource.attributes],
      ]),
  );

const work = defineOutbound({
  name: 'Work',
  type: 'work',
  input: v.object({ mode: v.string(), token: v.string() }),
  run: async ({ mode, token }) => {
    const tracer = api.trace.getTracer('author');
    await new Promise(setImmediate);
    const span = tracer.startSpan('own');
    span.end();
    if (mode === 'bpmn') throw bpmnError('NO', `no for ${token}`);
    if (mode === 'throw') throw new TypeError(`no for ${token}`);
    return { token };
  },
});

const ticker = defineInbound({
  name: 'ticker',
  cycle: 0.01,
  loop: () => {
    api.trace.getTracer('author').startSpan('own').end();
    return { tick: 'hunter2' };
  },
});

const setUp = async () => {
  const twin = createTwin();
  const test = observe({ outbound: [work], inbound: [ticker], connection: twin.connection });
  // Started within a span that is unrelated to the later jobs.
  const starter = api.trace.getTracer('author').startSpan('starter');
  await api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, starter), () => test.runtime.start());
  starter.end();
  const execute = async (mode: string) => {
    const job = twin.push({
      type: 'work',
      variables: JSON.stringify({ mode, token: 'hunter2' }),
      customHeaders: '{"apiKey":"hunter2"}',
    });
    await test.event('job:settled', (event) => event.job.key === job.key);
    return job;
  };
  return { twin, ...test, execute };
};

describe('spans', () => {
  beforeEach(() => useTraces());
  afterEach(forgetAll);

  test("a job is the root of a trace of its own, and the author's spans are its children", async () => {
    const { runtime, execute } = await setUp();
    const job = await execute('fine');
    await runtime.stop();
    const span = spanOf('process work');
    assert.equal(span.kind, api.SpanKind.CONSUMER);
    assert.equal(span.parentSpanContext, undefined);
    assert.deepEqual(span.status, { code: api.SpanStatusCode.UNSET });
    assert.deepEqual(span.attributes, {
      'messaging.system': 'camunda',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'work',
      'messaging.message.id': job.key,
      'messaging.client.id': 'twin',
      'camunda.connector.name': 'Work',
      'camunda.process_definition.id': 'process',
      'camunda.process_definition.version': 1,
      'camunda.process_definition.key': '2',
      'camunda.process_instance.key': '1',
      'camunda.element.id': 'task',
      'camunda.element_instance.key': `${job.key}0`,
      'camunda.tenant.id': '<default>',
      'camunda.job.retries': 3,
      'camunda.job.outcome': 'completed',
      'camunda.job.delivery': 'accepted',
    });
    const own = spanOf('own');
    assert.equal(own.parentSpanContext?.spanId, span.spanContext().spanId);
    assert.equal(own.spanContext().traceId, span.spanContext().traceId);
  });

  test('a failure is an error with its type and without its text, and a BPMN error is not an error', async () => {
    const { runtime, execute } = await setUp();
    await execute('throw');
    const failed = spanOf('process work');
    assert.deepEqual(failed.status, { code: api.SpanStatusCode.ERROR });
    assert.equal(failed.attributes['error.type'], 'TypeError');
    assert.equal(failed.attributes['camunda.job.outcome'], 'failed');
    assert.equal(failed.attributes['camunda.job.retries_left'], 2);
    assert.doesNotMatch(exported(), /hunter2/);
    exporter.reset();
    await execute('bpmn');
    await runtime.stop();
    const refused = spanOf('process work');
    assert.deepEqual(refused.status, { code: api.SpanStatusCode.UNSET });
    assert.equal(refused.attributes['camunda.job.outcome'], 'bpmn-error');
    assert.doesNotMatch(exported(), /hunter2/);
  });

  test('a command that the cluster rejects is an error of its job', async () => {
    const { twin, runtime, execute } = await setUp();
    twin.onSend = () => connectionFault('PERMISSION_DENIED', 'rejected');
    await execute('fine');
    await runtime.stop();
    const { status, attributes } = spanOf('process work');
    assert.equal(status.code, api.SpanStatusCode.ERROR);
    assert.equal(attributes['error.type'], 'connection');
    assert.equal(attributes['camunda.job.delivery'], 'refused');
  });

  test('a loop and its message have spans, and the span of a loop is the parent of spans that the author starts', async () => {
    const { twin, runtime, event } = await setUp();
    twin.push({ type: activationType, variables: '{"name":"ticker","correlation_key":"hunter2"}' });
    await event('subscription:delivered');
    await runtime.stop();
    const loop = spanOf('loop ticker');
    assert.equal(loop.kind, api.SpanKind.INTERNAL);
    assert.equal(loop.attributes['camunda.loop.result'], 'message');
    assert.equal(spanOf('own').parentSpanContext?.spanId, loop.spanContext().spanId);
    const publish = spanOf('publish ticker');
    assert.equal(publish.kind, api.SpanKind.PRODUCER);
    assert.equal(publish.attributes['camunda.message.delivery'], 'accepted');
    assert.equal(publish.attributes['messaging.operation.type'], 'send');
    for (const span of [loop, publish]) assert.equal(span.parentSpanContext, undefined);
    assert.doesNotMatch(exported(), /hunter2/);
  });
});

test('a sampler that throws loses spans, but neither jobs nor messages', async (t) => {
  t.after(forgetAll);
  useTraces({ shouldSample: () => assert.fail('broken'), toString: () => 'broken' });
  const twin = createTwin();
  const quiet = defineInbound({ ...ticker, loop: () => ({ tick: 1 }) });
  const { runtime, event } = observe({
    outbound: [defineOutbound({ ...work, run: () => ({}) })],
    inbound: [quiet],
    connection: twin.connection,
  });
  await runtime.start();
  twin.push({ type: 'work', variables: '{"mode":"fine","token":"t"}' });
  twin.push({ type: activationType, variables: '{"name":"ticker","correlation_key":"k"}' });
  assert.equal((await event('job:settled', ({ job }) => job.type === 'work')).outcome.kind, 'complete');
  await event('subscription:delivered');
  await runtime.stop();
  assert.deepEqual(exporter.getFinishedSpans(), []);
});

test('measurements have the names, units and labels of the table', async (t) => {
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  api.metrics.setGlobalMeterProvider(provider);
  t.after(async () => {
    forgetAll();
    await provider.shutdown();
  });
  const { runtime, execute } = await setUp();
  await execute('fine');
  await execute('throw');
  await reader.forceFlush();
  await runtime.stop();
  const metrics = memory.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const template = { type: 'work', elementTemplateId: 'unknown', elementTemplateVersion: 'unknown' };
  const points = (name: string) =>
    metrics
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value })));
  assert.deepEqual(points('camunda.connector.outbound.invocations'), [
    { attributes: { action: 'activated', ...template }, value: 2 },
    { attributes: { action: 'completed', ...template }, value: 1 },
    { attributes: { action: 'failed', ...template }, value: 1 },
  ]);
  assert.deepEqual(points('camunda.connector.outbound.in-flight'), [{ attributes: { type: 'work' }, value: 0 }]);
  const [time, ...others] = points('camunda.connector.outbound.execution-time');
  assert.deepEqual(others, []);
  assert.deepEqual(time!.attributes, template);
  const { count, buckets } = time!.value as { count: number; buckets: { boundaries: number[] } };
  assert.equal(count, 2);
  assert.equal(buckets.boundaries[0], 0.005);
  const unit = metrics.find(({ descriptor }) => descriptor.name.endsWith('execution-time'))?.descriptor.unit;
  assert.equal(unit, 's');
  assert.deepEqual(points('camunda.connector.connection.up'), [{ attributes: {}, value: 1 }]);
});

/** Counts the listeners that are added. */
const countingEvents = () => {
  const { on } = createEvents();
  let listeners = 0;
  const counting: typeof on = (name, listener) => {
    listeners++;
    return on(name, listener);
  };
  return { on: counting, listeners: () => listeners };
};

test('without a registered SDK nothing is attached, at no cost', async () => {
  const { on, listeners } = countingEvents();
  const logger = recordingLogger();
  assert.equal(await attachTelemetry(on, logger, async () => api as OpenTelemetry), undefined);
  assert.equal(listeners(), 0);
  assert.deepEqual(logger.lines, []);
});

const reported = (code: string) =>
  Object.assign(new Error("@opentelemetry/api isn't there,\n\nsays the loader"), { code });

for (const [title, problem] of [
  ['as Node.js reports a missing ES module', reported('ERR_MODULE_NOT_FOUND')],
  ['as require and Jest report it', reported('MODULE_NOT_FOUND')],
  ['as Yarn PnP reports it', reported('UNDECLARED_DEPENDENCY')],
  ['as a single executable application reports it', reported('ERR_UNKNOWN_BUILTIN_MODULE')],
  ['as Jest reports an import without its flag', new TypeError('A dynamic import callback was not specified')],
  ['because loading it throws a text', 'no such module'],
  ['because loading it throws nothing at all', undefined],
] as const) {
  test(`without the API nothing is attached: ${title}`, async () => {
    const { on, listeners } = countingEvents();
    const logger = recordingLogger();
    assert.equal(await attachTelemetry(on, logger, () => Promise.reject(problem)), undefined);
    assert.equal(listeners(), 0);
    assert.equal(logger.lines.length, 1);
    assert.match(logger.lines[0]!, /^debug No OpenTelemetry: @opentelemetry\/api cannot be loaded: .+$/);
  });
}

for (const [title, broken] of [
  ['an API without content, such as a mock', {}],
  [
    'an SDK that throws',
    {
      ...api,
      metrics: {
        getMeterProvider: () => {
          throw new Error('out of order');
        },
      },
    },
  ],
] as const) {
  test(`${title} is a warning, and the runtime starts without it`, async () => {
    const { on } = countingEvents();
    const logger = recordingLogger();
    assert.equal(await attachTelemetry(on, logger, async () => broken as unknown as OpenTelemetry), undefined);
    assert.match(logger.lines.join(), /^warn No OpenTelemetry: the registered SDK or @opentelemetry\/api failed: .+$/);
  });
}
