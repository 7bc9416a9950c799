/** What is counted, by the cases of the reference (section 6.5), through a whole runtime over the twin. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { activationType } from '../../../src/connector/activation-names.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError } from '../../../src/connector/errors.ts';
import { recordMetrics } from '../../../src/runtime/observe/metrics.ts';
import { createPrometheusRecorder } from '../../../src/runtime/observe/prometheus.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';
import { connectionFault, createTwin, makeJob, type Script, type Twin } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

/** The samples of a text in the Prometheus format, without comments and buckets. */
const samples = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket{'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );

const startOfTime = 1_700_000_000_000;

const ticker = defineInbound({ name: 'ticker', cycle: 60, loop: () => ({ tick: 1 }) });

const work = defineOutbound({
  name: 'Work',
  type: 't',
  input: v.object({ mode: v.string() }),
  run: ({ mode }) => {
    if (mode === 'bpmn') return bpmnError('CODE', 'no');
    if (mode === 'throw') throw new Error('no');
    return {};
  },
});

const setUp = async (onSend?: Script<Parameters<Twin['connection']['send']>[0]>) => {
  const twin = createTwin();
  if (onSend !== undefined) twin.onSend = onSend;
  const test = observe({ outbound: [work], inbound: [ticker], connection: twin.connection, drainTimeout: 0 });
  const recorder = createPrometheusRecorder();
  recordMetrics(test.runtime.on, recorder, () => startOfTime);
  await test.runtime.start();
  return { twin, ...test, measured: () => samples(recorder.text()) };
};

const unknown = 'elementTemplateId="unknown",elementTemplateVersion="unknown"';
const invocations = (action: string, template = unknown): string =>
  `camunda_connector_outbound_invocations_total{action="${action}",type="t",${template}}`;
const count = (template = unknown): string =>
  `camunda_connector_outbound_execution_time_seconds_count{type="t",${template}}`;

test('jobs of a tenant have its id as a label, and count apart from those of other tenants', async (t) => {
  const { twin, runtime, count: seen, measured } = await setUp();
  t.after(() => runtime.stop());
  for (const tenantId of ['<default>', 'north', 'north']) {
    twin.push({ type: 't', tenantId, variables: '{"mode":"ok"}' });
  }
  await seen('job:settled', 3);
  const samplesNow = measured();
  const handled = 'camunda_client_worker_job_handled_total';
  assert.equal(samplesNow[`${handled}{type="t"}`], 1);
  assert.equal(samplesNow[`${handled}{type="t",tenantId="north"}`], 2);
  assert.equal(samplesNow[invocations('completed')], 1);
  assert.equal(samplesNow[invocations('completed').replace('}', ',tenantId="north"}')], 2);
  assert.equal(samplesNow['camunda_connector_outbound_in_flight{type="t",tenantId="north"}'], 0);
  assert.equal(
    samplesNow['camunda_connector_outbound_deliveries_total{type="t",result="accepted",tenantId="north"}'],
    2,
  );
});

interface Case {
  readonly title: string;
  readonly mode?: string;
  readonly retries?: number;
  readonly headers?: string;
  readonly answer?: 'NOT_FOUND';
  /** The values by sample; `undefined`: there is no such sample. */
  readonly expected: Readonly<Record<string, number | undefined>>;
}

const cases: readonly Case[] = [
  {
    title: '6.1 a job that completes counts as activated and completed, and its time once',
    expected: {
      [invocations('activated')]: 1,
      [invocations('completed')]: 1,
      [invocations('failed')]: undefined,
      [count()]: 1,
      'camunda_connector_outbound_last_completed{type="t"}': startOfTime,
      'camunda_connector_outbound_last_failed{type="t"}': undefined,
      'camunda_connector_outbound_in_flight{type="t"}': 0,
      'camunda_connector_outbound_deliveries_total{type="t",result="accepted"}': 1,
      'camunda_client_worker_job_activated_total{type="t"}': 1,
      'camunda_client_worker_job_handled_total{type="t"}': 1,
    },
  },
  {
    title: '6.2 a job that fails counts as activated and failed',
    mode: 'throw',
    expected: {
      [invocations('activated')]: 1,
      [invocations('failed')]: 1,
      [invocations('completed')]: undefined,
      'camunda_connector_outbound_last_failed{type="t"}': startOfTime,
      'camunda_connector_outbound_retries_total{type="t"}': 1,
      'camunda_connector_outbound_incidents_total{type="t"}': undefined,
    },
  },
  {
    title: 'a job that fails for the last time counts as an incident',
    mode: 'throw',
    retries: 1,
    expected: {
      'camunda_connector_outbound_retries_total{type="t"}': undefined,
      'camunda_connector_outbound_incidents_total{type="t"}': 1,
    },
  },
  {
    title: '6.3 a BPMN error counts as bpmn-error and not as failed',
    mode: 'bpmn',
    expected: {
      [invocations('activated')]: 1,
      [invocations('bpmn-error')]: 1,
      [invocations('failed')]: undefined,
    },
  },
  {
    title: '6.4 an ignored failure counts as completed',
    mode: 'throw',
    headers: '{"errorExpression":"=ignoreError()"}',
    expected: { [invocations('activated')]: 1, [invocations('completed')]: 1, [invocations('failed')]: undefined },
  },
  {
    title: '6.5 a completion that is answered NOT_FOUND counts as activated only',
    answer: 'NOT_FOUND',
    expected: {
      [invocations('activated')]: 1,
      [invocations('completed')]: undefined,
      [invocations('failed')]: undefined,
      'camunda_connector_outbound_deliveries_total{type="t",result="gone"}': 1,
    },
  },
  {
    title: '6.6 the id and version of the element template are labels',
    headers: '{"elementTemplateId":"x","elementTemplateVersion":"3","apiKey":"hunter2"}',
    expected: {
      [invocations('completed', 'elementTemplateId="x",elementTemplateVersion="3"')]: 1,
      [count('elementTemplateId="x",elementTemplateVersion="3"')]: 1,
    },
  },
  {
    title: '6.7 without these headers, or with invalid ones, both labels are unknown',
    headers: 'no JSON',
    expected: { [invocations('activated')]: 1, [invocations('failed')]: 1 },
  },
];

for (const { title, mode = 'fine', retries = 3, headers = '{}', answer, expected } of cases) {
  test(title, async () => {
    const { twin, runtime, event, measured } = await setUp(
      answer === undefined ? undefined : () => connectionFault(answer, 'rejected'),
    );
    twin.push({ type: 't', variables: JSON.stringify({ mode }), retries, customHeaders: headers });
    await event('job:settled');
    await runtime.stop();
    const found = measured();
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]])), expected);
    assert.doesNotMatch(JSON.stringify(found), /hunter2/);
  });
}

test('times are recorded in seconds, the longest in milliseconds too', () => {
  const { emit, on } = createEvents();
  const recorder = createPrometheusRecorder();
  recordMetrics(on, recorder);
  for (const handled of [2.5, 1]) {
    emit('job:settled', {
      connector: 'Work',
      job: makeJob({ type: 't' }),
      outcome: { kind: 'complete', variables: {} },
      delivery: { kind: 'accepted' },
      handled,
      took: 5,
    });
  }
  const found = samples(recorder.text());
  assert.equal(found[`camunda_connector_outbound_execution_time_seconds_sum{type="t",${unknown}}`], 0.0035);
  assert.equal(found[`camunda_connector_outbound_execution_time_seconds_max{type="t",${unknown}}`], 0.0025);
  assert.equal(found['camunda_connector_outbound_max_execution_time{type="t"}'], 2.5);
});

const activation = { type: activationType, variables: '{"name":"ticker","correlation_key":"k"}' };
const inbound = (meter: string, action: string, type = 'ticker'): string =>
  `camunda_connector_inbound_${meter}_total{action="${action}",type="${type}",${unknown}}`;

test('6.8 a published message counts as triggered and correlated, and its subscription as deactivated', async () => {
  const { twin, runtime, event, measured } = await setUp();
  twin.push(activation);
  await event('subscription:delivered');
  await runtime.stop();
  const found = measured();
  assert.equal(found[inbound('triggers', 'triggered')], 1);
  assert.equal(found[inbound('triggers', 'correlated')], 1);
  assert.equal(found[inbound('activations', 'activated')], 1);
  assert.equal(found[inbound('activations', 'deactivated')], 1);
  assert.equal(found['camunda_connector_inbound_subscriptions{type="ticker"}'], 0);
  assert.equal(found['camunda_connector_inbound_loops_total{type="ticker",result="message"}'], 1);
  assert.equal(found['camunda_connector_inbound_loop_time_seconds_count{type="ticker"}'], 1);
  assert.equal(found['camunda_connector_inbound_last_activated{type="ticker"}'], startOfTime);
  assert.equal(found['camunda_connector_inbound_last_triggered{type="ticker"}'], startOfTime);
});

test('6.10 a message that the cluster did not accept counts as triggered and correlation-failed', async () => {
  const { twin, runtime, event, measured } = await setUp((command) =>
    command.kind === 'publishMessage' ? connectionFault('UNAVAILABLE') : undefined,
  );
  twin.push(activation);
  await event('command:repeated');
  const open = measured();
  assert.equal(open['camunda_connector_inbound_subscriptions{type="ticker"}'], 1);
  assert.equal(open.camunda_connector_connection_up, 0);
  assert.equal(open.camunda_connector_connection_outages_total, 1);
  assert.equal(open['camunda_connector_command_repeats_total{command="publishMessage"}'], 1);
  await runtime.stop();
  const found = measured();
  assert.equal(found[inbound('triggers', 'triggered')], 1);
  assert.equal(found[inbound('triggers', 'correlation-failed')], 1);
  assert.equal(found[inbound('triggers', 'correlated')], undefined);
  assert.equal(found[inbound('activations', 'deactivated')], 1);
});

test('a failed activation counts as activation-failed', async () => {
  const { twin, runtime, event, measured } = await setUp();
  twin.push({ ...activation, variables: '{"name":"nobody","correlation_key":"k"}' });
  await event('job:settled');
  await runtime.stop();
  assert.equal(measured()[inbound('activations', 'activation-failed', activationType)], 1);
});

test('an active job counts as in flight', () => {
  const { emit, on } = createEvents();
  const recorder = createPrometheusRecorder();
  recordMetrics(on, recorder);
  const [first, second] = [makeJob({ type: 't' }), makeJob({ type: 't' })];
  emit('job:started', { connector: 'Work', job: first });
  emit('job:started', { connector: 'Work', job: second });
  emit('job:settled', {
    connector: 'Work',
    job: first,
    outcome: { kind: 'complete', variables: {} },
    delivery: { kind: 'accepted' },
    handled: 1,
    took: 1,
  });
  assert.equal(samples(recorder.text())['camunda_connector_outbound_in_flight{type="t"}'], 1);
});

test('calls of webhooks are counted by their result, and their messages like those of other connectors', () => {
  const { emit, on } = createEvents();
  const recorder = createPrometheusRecorder();
  recordMetrics(on, recorder, () => startOfTime);
  const message = { messageName: 'paid', correlationKey: 'hunter2', messageId: 'evt_1' };
  const call = { connector: 'payments', method: 'POST', route: '/hooks/payments', took: 250 };
  const published = [
    { ...message, duplicate: false },
    { ...message, duplicate: true },
  ];
  emit('call:ended', { ...call, result: 'published', messages: published });
  emit('call:ended', { ...call, result: 'duplicate', messages: [{ ...message, duplicate: true }] });
  emit('call:ended', { ...call, result: 'correlated', messages: [] });
  // A correlation whose process was too slow counts as one, and a publication by its messages.
  emit('call:ended', { ...call, result: 'late', messages: [] });
  emit('call:ended', { ...call, result: 'late', messages: published });
  emit('call:ended', { ...call, result: 'unavailable', messages: [] });
  emit('call:ended', { ...call, result: 'refused', messages: [], error: new Error('hunter2') });
  const found = samples(recorder.text());
  const calls = (result: string): string => `camunda_connector_inbound_calls_total{type="payments",result="${result}"}`;
  for (const result of ['published', 'duplicate', 'correlated', 'unavailable', 'refused']) {
    assert.equal(found[calls(result)], 1, result);
  }
  assert.equal(found['camunda_connector_inbound_call_time_seconds_sum{type="payments"}'], 1.75);
  assert.equal(found[inbound('triggers', 'triggered', 'payments')], 5);
  assert.equal(found[inbound('triggers', 'correlated', 'payments')], 4);
  assert.equal(found[inbound('triggers', 'correlation-failed', 'payments')], 1);
  assert.equal(found['camunda_connector_inbound_last_triggered{type="payments"}'], startOfTime);
  assert.doesNotMatch(recorder.text(), /hunter2/);
});
