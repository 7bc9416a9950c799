/**
 * What an operator sees of a runtime: fields of log lines, measurements, spans, and the answers of the health server.
 *
 * After an intended change: `UPDATE_PUBLIC=1 npx tsx scripts/test.ts test/public`, then review the difference.
 */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import * as api from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import * as v from 'valibot';
import { createEngine } from '../../src/engine/index.ts';
import { defineInbound, defineOutbound, jobError, type Logger, serveHealth } from '../../src/index.ts';
import { logEvents } from '../../src/runtime/observe/log-messages.ts';
import { createLogger, type LogStreams } from '../../src/runtime/observe/log-output.ts';
import { recordMetrics } from '../../src/runtime/observe/metrics.ts';
import { createPrometheusRecorder } from '../../src/runtime/observe/prometheus.ts';
import { attachTelemetry } from '../../src/runtime/observe/telemetry.ts';
import { createEvents } from '../../src/runtime/shared/events.ts';
import { silentLogger } from '../../src/runtime/shared/logger.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { connectionFault, createTwin, topologyOf } from '../runtime/support/cluster.ts';
import { observe } from '../runtime/support/runtime.ts';
import { connectTo, order, waitingProcess } from '../runtime/support/subscriptions.ts';
import { emitSamples } from './support/samples.ts';
import { checkSnapshot } from './support/snapshot.ts';

interface LineReader {
  readonly logger: Logger;
  /** The lines since the last call. */
  take(): readonly Readonly<Record<string, unknown>>[];
}

/** The runtime's own logger with JSON lines, and what it wrote. */
const readLines = async (): Promise<LineReader> => {
  let text = '';
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  const streams = { stdout, stderr: stdout } as unknown as LogStreams;
  const logger = await createLogger({ level: 'debug', format: 'json' }, streams);
  const take = () => {
    const lines = text.split('\n').filter((line) => line !== '');
    text = '';
    return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  };
  return { logger, take };
};

const fieldsOf = (line: Readonly<Record<string, unknown>>): string =>
  Object.keys(line)
    .filter((name) => !['time', 'level', 'message'].includes(name))
    .sort()
    .join(', ');

const sorted = (lines: Iterable<string>): readonly string[] => [...new Set(lines)].sort();

test('the levels and fields of log lines about events stay as they are', async () => {
  const { logger, take } = await readLines();
  const { emit, on } = createEvents();
  logEvents(on, logger);
  const lines: string[] = [];
  emitSamples(emit, (what) => {
    const taken = take();
    lines.push(
      what,
      ...(taken.length === 0
        ? ['  no line']
        : taken.map((line) => `  ${String(line.level)}: ${fieldsOf(line)}`.trimEnd())),
    );
    for (const line of taken) assert.deepEqual(Object.keys(line).slice(0, 3), ['time', 'level', 'message']);
  });
  checkSnapshot('log-events', `# Each line: time, level, message, and these\n\n${lines.join('\n')}`);
});

/** The labels whose values are fixed words. */
const worded = ['action', 'result', 'command', 'elementTemplateId', 'elementTemplateVersion'];

const labelText = (name: string, values: Iterable<unknown>): string =>
  worded.includes(name) ? `  ${name}: ${sorted([...values].map(String)).join(', ')}` : `  ${name}`;

const labelLines = (series: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
  sorted(series.flatMap((labels) => Object.keys(labels))).map((name) =>
    labelText(
      name,
      series.flatMap((labels) => (labels[name] === undefined ? [] : [labels[name]])),
    ),
  );

test('the measurements for Prometheus stay as they are', () => {
  const { emit, on } = createEvents();
  const recorder = createPrometheusRecorder();
  recordMetrics(on, recorder);
  emitSamples(emit);
  const lines = recorder.text().split('\n');
  const kinds = lines.flatMap((line) => {
    const match = /^# TYPE (\S+) (\S+)$/.exec(line);
    return match === null ? [] : [[match[1]!, match[2]!] as const];
  });
  assert.ok(kinds.length > 0);
  const text = kinds.flatMap(([name, kind]) => {
    const ending = kind === 'histogram' ? '(_bucket|_sum|_count)' : '()';
    const series = lines.flatMap((line) => {
      const match = new RegExp(`^${name}${ending}(?:\\{(.*)\\})? \\S+$`).exec(line);
      if (match === null) return [];
      return [Object.fromEntries([...(match[2] ?? '').matchAll(/(\w+)="(.*?)"/g)].map((pair) => [pair[1]!, pair[2]!]))];
    });
    const bounds = [...new Set(series.flatMap(({ le }) => (le === undefined ? [] : [le])))];
    return [
      `${name} (${kind})`,
      ...labelLines(series),
      ...(bounds.length === 0 ? [] : [`  bounds: ${bounds.join(', ')}`]),
    ];
  });
  checkSnapshot('metrics-prometheus', text.join('\n'));
});

const forget = (): void => {
  api.trace.disable();
  api.metrics.disable();
};

test('the measurements for OpenTelemetry stay as they are', async (t) => {
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  api.metrics.setGlobalMeterProvider(provider);
  t.after(async () => {
    forget();
    await provider.shutdown();
  });
  const { emit, on } = createEvents();
  await attachTelemetry(on, silentLogger);
  emitSamples(emit);
  await reader.forceFlush();
  const scopes = memory.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  const lines = scopes.flatMap(({ scope, metrics }) => [
    `Scope ${scope.name}`,
    ...metrics
      .toSorted((one, other) => (one.descriptor.name < other.descriptor.name ? -1 : 1))
      .flatMap(({ descriptor, dataPoints }) => {
        const { name, unit } = descriptor;
        const kind = typeof dataPoints[0]?.value === 'object' ? 'histogram' : 'number';
        const shape = `${kind}${unit === '' ? '' : `, ${unit}`}`;
        return [`${name} (${shape})`, ...labelLines(dataPoints.map(({ attributes }) => attributes))];
      }),
  ]);
  checkSnapshot('metrics-opentelemetry', lines.join('\n'));
});

const mark = 'a line of the connector';

const work = defineOutbound({
  name: 'Work',
  type: 'work',
  input: v.object({ mode: v.string() }),
  run: ({ mode }, { logger }) => {
    logger.info(mark, { a: 1 });
    if (mode === 'fail') throw jobError('no', { retries: 0 });
    return {};
  },
});

const wait = defineInbound({
  name: 'wait',
  cycle: 0.01,
  state: v.object({}),
  loop: (_input, { logger }) => {
    logger.info(mark);
    return { tick: 1 };
  },
});

const working = processFile(
  'working',
  ...chain(start(), serviceTask('do', { type: 'work', inputs: { mode: '=mode' } }), end()),
);

test('the spans and the lines of connectors of a running runtime stay as they are', async (t) => {
  const exporter = new InMemorySpanExporter();
  api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  const engine = await createEngine();
  engine.deploy([
    { name: 'working.bpmn', content: working },
    { name: 'waiting.bpmn', content: waitingProcess('wait') },
  ]);
  const { logger, take } = await readLines();
  const connection = connectTo(engine);
  const { runtime, event } = observe({ outbound: [work], inbound: [wait], connection, logger });
  t.after(async () => {
    forget();
    await runtime.stop();
    await connection.close();
    await engine.stop();
  });
  await runtime.start();
  const run = (mode: string): void => {
    engine.createInstance({ bpmnProcessId: 'working', variables: { mode } });
  };
  run('fine');
  run('fail');
  run('fine');
  await event('job:settled', ({ outcome }) => outcome.kind === 'fail');
  await event('job:settled', ({ job, outcome }) => job.type === 'work' && outcome.kind === 'complete');
  const key = order(engine, 'one');
  await engine.ended(key);
  await runtime.stop();

  const spans = exporter.getFinishedSpans();
  const names = sorted(spans.map(({ name }) => name));
  const spanLines = names.flatMap((name) => {
    const own = spans.filter((span) => span.name === name);
    const words = ['messaging.system', 'messaging.operation.name', 'messaging.operation.type'];
    const attributes = sorted(
      own.flatMap((span) =>
        Object.entries(span.attributes).map(
          ([attribute, value]) => `  ${attribute}: ${words.includes(attribute) ? String(value) : typeof value}`,
        ),
      ),
    );
    return [`${name} (${sorted(own.map(({ kind }) => api.SpanKind[kind]!)).join(', ')})`, ...attributes];
  });
  const scopes = sorted(spans.map(({ instrumentationScope }) => `Scope ${instrumentationScope.name}`));
  checkSnapshot('spans', [...scopes, ...spanLines].join('\n'));

  const lines = take().filter(({ message }) => message === mark);
  checkSnapshot('log-connectors', sorted(lines.map((line) => `${String(line.level)}: ${fieldsOf(line)}`)).join('\n'));
});

/** The paths of the properties of a JSON value, with the kinds of their values. */
const shapeOf = (value: unknown, path = ''): readonly string[] => {
  if (Array.isArray(value)) return [`${path}: list`];
  if (typeof value !== 'object' || value === null) {
    return [/(^|\.)(status|state)$/.test(path) ? `${path}: ${String(value)}` : `${path}: ${typeof value}`];
  }
  return Object.entries(value).flatMap(([name, inner]) => shapeOf(inner, path === '' ? name : `${path}.${name}`));
};

test('the paths and answers of the health server stay as they are', async (t) => {
  const twin = createTwin();
  const { runtime } = observe({ outbound: [work], connection: twin.connection });
  const server = await serveHealth(runtime, { port: 0 });
  t.after(async () => {
    await runtime.stop();
    await server.close();
  });
  const ask = async (path: string) => {
    const response = await fetch(`${server.url}${path}`);
    return { code: response.status, type: response.headers.get('content-type')!, text: await response.text() };
  };
  const { code, text } = await ask('/');
  const { paths, ...rest } = JSON.parse(text) as { readonly paths: readonly string[] };
  const lines: string[] = ['# Paths', ...paths, '', `# Another path: ${code}`, ...shapeOf(rest), ''];
  const askAll = async (when: string): Promise<void> => {
    for (const path of paths) {
      const answer = await ask(path);
      const body = answer.type === 'application/json' ? shapeOf(JSON.parse(answer.text)) : [];
      lines.push(`# ${when}: ${path} gives ${answer.code}, ${answer.type}`, ...body, '');
    }
  };
  await askAll('Idle');
  await runtime.start();
  await askAll('Running');
  twin.topology = topologyOf('DEAD');
  await askAll('Running without a healthy partition');
  twin.onTopology = () => connectionFault('UNAVAILABLE');
  await askAll('Running without an answer of the cluster');
  checkSnapshot('health', lines.join('\n'));
});
