import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { requestReport, topologyReport } from '../../../src/cli/check/report.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { jobRequests, planRuntime } from '../../../src/runtime/plan.ts';
import { activationVariables } from '../../../src/runtime/subscriptions/activation.ts';
import { subscriptionRequests } from '../../../src/runtime/subscriptions/durable/requests.ts';
import { leaseVariables, openVariables } from '../../../src/runtime/subscriptions/durable/stored-subscription.ts';
import { topologyOf } from '../../runtime/support/cluster.ts';

test('shows the cluster with each broker and its partitions', () => {
  const one = topologyOf('HEALTHY');
  const [broker] = one.brokers;
  const partitions = [...broker!.partitions, { partitionId: 2, role: 'FOLLOWER', health: 'UNHEALTHY' } as const];
  const two = {
    ...one,
    partitionsCount: 2,
    brokers: [broker!, { ...broker!, nodeId: 1, host: '10.0.0.12', partitions }],
  };
  assert.equal(
    topologyReport('grpc://127.0.0.1:26500', two),
    [
      'Cluster grpc://127.0.0.1:26500: gateway version 8.8.0, 2 brokers, 2 partitions',
      '  broker 0  127.0.0.1:26501  version 8.8.0  partition 1 leader healthy',
      '  broker 1  10.0.0.12:26501  version 8.8.0  partition 1 leader healthy, partition 2 follower unhealthy',
      '',
    ].join('\n'),
  );
  assert.match(topologyReport('grpc://x:1', one), /1 broker, 1 partition\n/);
});

test('no durable subscriptions without inbound connectors, or with subscriptions in memory', () => {
  const outbound = [defineOutbound({ name: 'Log', type: 'log', input: v.object({}), run: () => ({}) })];
  const inbound = [defineInbound({ name: 'ticker', loop: () => null })];
  assert.deepEqual(subscriptionRequests(planRuntime({ outbound })), []);
  assert.deepEqual(subscriptionRequests(planRuntime({ inbound, subscriptions: 'memory' })), []);
  assert.equal(subscriptionRequests(planRuntime({ inbound })).length, 2);
});

test('shows what start would request: job types with limits, variables and times', () => {
  const connectors = {
    outbound: [
      defineOutbound({
        name: 'Log',
        type: 'log',
        input: v.object({ message: v.string(), to: v.string() }),
        run: () => ({}),
      }),
      defineOutbound({
        name: 'All',
        type: 'all-of-it',
        timeout: 60,
        maxJobs: 1,
        input: v.looseObject({}),
        run: () => ({}),
      }),
      defineOutbound({ name: 'None', type: 'none', input: v.object({}), run: () => ({}) }),
    ],
    inbound: [defineInbound({ name: 'ticker', cycle: 5, input: v.object({ path: v.string() }), loop: () => null })],
  };
  const plan = planRuntime(connectors);
  const row = (type: string, name: string, rest: string): string => `  ${type.padEnd(27)}  ${name.padEnd(27)}  ${rest}`;
  const activation = '_activate_inbound_connector';
  assert.equal(
    requestReport(jobRequests(plan), subscriptionRequests(plan), connectors.inbound, ['x:1', 'y:1']),
    [
      'Job types',
      row('log', 'Log', 'up to 32 jobs  reserved for 20 s  variables: message, to'),
      row('all-of-it', 'All', 'up to 1 job    reserved for 70 s  variables: all'),
      row('none', 'None', 'up to 32 jobs  reserved for 20 s  variables: none'),
      row(
        activation,
        activation,
        `up to 32 jobs  reserved for 20 s  variables: ${activationVariables(plan.inbound)!.join(', ')}`,
      ),
      'Inbound connectors',
      `  ticker  every 5 s  messages kept for ${connectors.inbound[0]!.messageTimeToLive} s`,
      'Subscriptions, in the process _inbound_subscription_1, which start deploys',
      `  _open_subscription:1    _open_subscription:1  up to 64 jobs     reserved for 20 s  variables: ${openVariables.join(', ')}`,
      `  _subscription:1:ticker  ticker                up to 10000 jobs  reserved for 60 s  variables: ${leaseVariables.join(', ')}`,
      'Disabled by the environment: x:1, y:1',
      '',
    ].join('\n'),
  );
});

test('shows how long the jobs of a long connector are kept, and warns of lease tokens', () => {
  const connector = (type: string, options: object) =>
    defineOutbound({ name: 'Long', type, input: v.object({}), run: () => ({}), ...options });
  const outbound = [
    connector('five-minutes', { timeout: 290 }),
    connector('an-hour', { timeout: 3_600 }),
    connector('leased', { timeout: 600, lease: 60, leaseToken: true }),
  ];
  const report = requestReport(jobRequests(planRuntime({ outbound })), [], [], []).split('\n');
  assert.match(report[1]!, /five-minutes .* reserved for 300 s {2}/);
  assert.match(report[2]!, /an-hour .* reserved for 300 s, renewed for 3610 s {2}/);
  assert.match(report[3]!, /leased .* reserved for 60 s, renewed for 610 s {2}/);
  assert.match(report[4]!, /^Warning: leased takes lease tokens, so every runtime .* Fix: set leaseToken in all/);
  assert.equal(report.filter((line) => line.startsWith('Warning')).length, 1);
});
