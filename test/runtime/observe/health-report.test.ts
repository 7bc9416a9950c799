import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ClusterAnswer,
  type HealthCheck,
  healthReport,
  needsTopology,
} from '../../../src/runtime/observe/health-report.ts';
import type { RuntimeStatus } from '../../../src/runtime/shared/status.ts';
import { topologyOf } from '../support/cluster.ts';

const statusOf = (state: RuntimeStatus['state'], connection: RuntimeStatus['connection']): RuntimeStatus => ({
  state,
  connection,
  inFlight: 0,
  workers: [{ type: 'log', inFlight: 0, maxJobs: 32 }],
  subscriptions: [],
});

const healthy = topologyOf('HEALTHY');
const fine = { zeebeClient: { status: 'UP', details: { numBrokers: 1, anyPartitionHealthy: true } } } as const;

type Row = readonly [
  check: HealthCheck,
  state: RuntimeStatus['state'],
  connection: RuntimeStatus['connection'],
  answer: ClusterAnswer,
  reasons: readonly string[],
];

const rows: readonly Row[] = [
  ['ready', 'running', 'up', healthy, []],
  ['ready', 'running', 'up', 'no answer', ['The cluster does not answer.']],
  ['ready', 'running', 'up', { ...healthy, brokers: [] }, ['The cluster has no broker.']],
  ['ready', 'running', 'up', topologyOf('UNHEALTHY'), ['No partition of the cluster is healthy.']],
  ['ready', 'running', 'up', topologyOf('DEAD'), ['No partition of the cluster is healthy.']],
  ['ready', 'running', 'down', 'not requested', ['The connection to the cluster is lost.']],
  ['ready', 'draining', 'up', 'not requested', ['The runtime is stopping: it takes no new jobs.']],
  [
    'ready',
    'starting',
    'none',
    'not requested',
    ['The runtime is starting: the cluster has not answered yet.', 'There is no connection to the cluster.'],
  ],
  [
    'ready',
    'idle',
    'none',
    'not requested',
    ['The runtime has not been started.', 'There is no connection to the cluster.'],
  ],
  ['live', 'idle', 'none', 'not requested', []],
  ['live', 'running', 'down', 'not requested', []],
  ['live', 'draining', 'up', 'not requested', []],
  ['live', 'failed', 'none', 'not requested', ['The runtime could not start.']],
  ['startup', 'idle', 'none', 'not requested', ['The runtime has not been started.']],
  ['startup', 'starting', 'none', 'not requested', []],
  ['startup', 'failed', 'none', 'not requested', ['The runtime could not start.']],
  [
    'all',
    'failed',
    'none',
    'not requested',
    ['The runtime could not start.', 'There is no connection to the cluster.'],
  ],
];

for (const [check, state, connection, answer, reasons] of rows) {
  const cluster =
    typeof answer === 'string' ? answer : JSON.stringify(answer.brokers.map(({ partitions }) => partitions));
  test(`${check}: ${state}, connection ${connection}, cluster ${cluster}`, () => {
    const report = healthReport(check, statusOf(state, connection), answer);
    assert.deepEqual(report.reasons, reasons);
    assert.equal(report.status, reasons.length === 0 ? 'UP' : 'DOWN');
  });
}

test('all shows every component with its details', () => {
  assert.deepEqual(healthReport('all', statusOf('running', 'up'), healthy).components, {
    runtime: { status: 'UP', details: { state: 'running', jobTypes: ['log'] } },
    ...fine,
    startupCheck: { status: 'UP' },
  });
});

test('the topology is requested only if the result depends on it', () => {
  assert.equal(needsTopology('ready', statusOf('running', 'up')), true);
  assert.equal(needsTopology('all', statusOf('running', 'up')), true);
  assert.equal(needsTopology('ready', statusOf('running', 'down')), false);
  assert.equal(needsTopology('ready', statusOf('draining', 'up')), false);
  assert.equal(needsTopology('live', statusOf('running', 'up')), false);
});
