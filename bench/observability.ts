/** What being observed costs a job: its events alone, with whoever listens to them. */
import * as api from '@opentelemetry/api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ActivatedJob } from '../src/connection/port.ts';
import { createEvents, type Listen } from '../src/runtime/events.ts';
import { recordMetrics } from '../src/runtime/metrics.ts';
import { createPrometheusRecorder } from '../src/runtime/prometheus.ts';
import { attachTelemetry } from '../src/runtime/telemetry.ts';
import type { Tracing } from '../src/runtime/tracing.ts';

const jobs = 100_000;

const template: ActivatedJob = {
  key: '2251799813685249',
  type: 'bench',
  processInstanceKey: '2251799813685250',
  bpmnProcessId: 'bench',
  processDefinitionVersion: 1,
  processDefinitionKey: '2251799813685251',
  elementId: 'task',
  elementInstanceKey: '2251799813685252',
  customHeaders: '{"elementTemplateId":"bench","elementTemplateVersion":"1"}',
  worker: 'bench',
  retries: 3,
  deadline: 0,
  variables: '{}',
  tenantId: '<default>',
};

/** Microseconds per job. */
const cost = async (attach: (on: Listen) => Promise<Tracing | undefined>): Promise<number> => {
  const { emit, on } = createEvents();
  const tracing = await attach(on);
  const execute = async (): Promise<void> => {};
  const began = performance.now();
  for (let index = 0; index < jobs; index++) {
    const job = { ...template };
    emit('job:started', { connector: 'Bench', job });
    await (tracing?.job(job, execute) ?? execute());
    const outcome = { kind: 'complete', variables: {} } as const;
    emit('job:settled', { connector: 'Bench', job, outcome, delivery: { kind: 'accepted' }, handled: 1, took: 2 });
  }
  return ((performance.now() - began) * 1000) / jobs;
};

const traced = async (): Promise<number> => {
  const exporter = { export: () => {}, shutdown: async () => {} };
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  api.trace.setGlobalTracerProvider(provider);
  try {
    return await cost(attachTelemetry);
  } finally {
    api.trace.disable();
    await provider.shutdown();
  }
};

export const observabilityCases = {
  'events that nobody hears (µs per job)': () => cost(async () => undefined),
  'the same, telemetry attached without an SDK (µs per job)': () => cost(attachTelemetry),
  'the same, measured for Prometheus (µs per job)': () =>
    cost(async (on) => {
      recordMetrics(on, createPrometheusRecorder());
      return undefined;
    }),
  'the same, with a span of the OpenTelemetry SDK (µs per job)': traced,
} as const;
