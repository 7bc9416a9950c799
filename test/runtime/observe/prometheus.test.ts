import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { durationBuckets, type InstrumentName, instruments } from '../../../src/runtime/observe/instruments.ts';
import { createPrometheusRecorder, prometheusName, prometheusType } from '../../../src/runtime/observe/prometheus.ts';

const named = (name: InstrumentName): string => prometheusName(instruments[name]);

/** The samples without their order and their descriptions. */
const samplesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .sort();

const commentsOf = (text: string, name: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith('#') && line.split(' ')[2] === name);

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', '\\', '\n', '\\n', 'a"b\\c\nd', ''));

test('all measurements are written as prom-client writes them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ type: text, result: text, value: fc.double({ min: 0, max: 1e6, noNaN: true }) })),
      async (records) => {
        const recorder = createPrometheusRecorder();
        const register = new Registry();
        const help = (name: InstrumentName) => ({
          name: named(name),
          help: instruments[name].description,
          labelNames: [...instruments[name].labels],
          registers: [register],
        });
        const counter = new Counter(help('deliveries'));
        const gauge = new Gauge(help('maxExecutionTime'));
        const histogram = new Histogram({ ...help('loopTime'), buckets: [...durationBuckets] });
        for (const { type, result, value } of records) {
          recorder.add('deliveries', { type, result });
          counter.inc({ type, result });
          recorder.set('maxExecutionTime', { type }, value);
          gauge.set({ type }, value);
          recorder.observe('loopTime', { type }, value);
          histogram.observe({ type }, value);
        }
        const theirs = await register.metrics();
        const ours = recorder.text();
        assert.deepEqual(samplesOf(ours), samplesOf(theirs));
        for (const name of ['deliveries', 'maxExecutionTime', 'loopTime'] as const) {
          assert.deepEqual(commentsOf(ours, named(name)), commentsOf(theirs, named(name)));
        }
        assert.equal(prometheusType, register.contentType);
      },
    ),
    { numRuns: 100 },
  );
});

const names: readonly [InstrumentName, string][] = [
  ['invocations', 'camunda_connector_outbound_invocations_total'],
  ['executionTime', 'camunda_connector_outbound_execution_time_seconds'],
  ['longestExecution', 'camunda_connector_outbound_execution_time_seconds_max'],
  ['maxExecutionTime', 'camunda_connector_outbound_max_execution_time'],
  ['jobsHandled', 'camunda_client_worker_job_handled_total'],
];

for (const [name, expected] of names) {
  test(`${instruments[name].name} is called ${expected}`, () => assert.equal(named(name), expected));
}

test('no two instruments share a name', () => {
  const all = (Object.keys(instruments) as InstrumentName[]).map(named);
  assert.ok(all.length > 15);
  assert.deepEqual([...new Set(all)], all);
});
