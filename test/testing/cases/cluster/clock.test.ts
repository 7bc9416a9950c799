/** The clock of a cluster runs again after a test case has moved it, whatever happens meanwhile. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { configFromEnv } from 'camunda-connectors';
import { createEngine, createTestClock, type Engine, type TestClock } from 'camunda-connectors/engine';
import { connectionFault } from '../../../../src/connection/faults.ts';
import type { Ask } from '../../../../src/connection/rest-calls.ts';
import { type Cluster, openCluster } from '../../../../src/testing/cases/cluster/cluster.ts';
import { runTestCaseOnCluster } from '../../../../src/testing/cases/cluster/run.ts';
import type { Instruction } from '../../../../src/testing/cases/types.ts';
import { chain, process as processFile, receiveTask, start } from '../../../engine/support/bpmn.ts';

/** A connection that breaks at a request: before the cluster receives it, or before its answer arrives. */
const breaking =
  (ask: Ask, broken: string, isReceived: boolean): Ask =>
  async (method, path, body) => {
    if (path !== broken) return ask(method, path, body);
    if (isReceived) await ask(method, path, body);
    throw connectionFault('transient', 'UNAVAILABLE', { what: 'The connection broke.' });
  };

interface Given {
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly cluster: Cluster;
}

const given = async (t: TestContext): Promise<Given> => {
  const clock = createTestClock(Date.now());
  clock.run();
  const engine = await createEngine({ clock, restPort: 0 });
  const cluster = openCluster(configFromEnv({ CAMUNDA_REST_ADDRESS: engine.restAddress! }));
  t.after(async () => {
    cluster.close();
    await engine.stop();
  });
  await engine.deploy({
    name: 'p.bpmn',
    content: processFile(
      'p',
      ...chain(start(), receiveTask('Wait', { message: { name: 'm', correlationKey: '="1"' } })),
    ),
  });
  return { engine, clock, cluster };
};

const instructions: readonly Instruction[] = [
  { type: 'CREATE_PROCESS_INSTANCE', processDefinitionSelector: { processDefinitionId: 'p' } },
  { type: 'INCREASE_TIME', duration: 'P1D' },
];
const placed = { file: 'case.json', index: 0, testCase: { name: 'case', instructions } };

test('a clock that was moved without an answer runs again', async (t) => {
  const { clock, cluster } = await given(t);
  const began = clock.now();
  const broken = { ...cluster, ask: breaking(cluster.ask, '/clock', true) };
  const result = await runTestCaseOnCluster(placed, broken, { timeLimit: 1_000 });
  assert.match(result.failure?.message ?? '', /The connection broke/);
  assert.ok(clock.now() - began >= 24 * 3_600_000, 'the cluster has moved its clock');
  assert.ok(clock.running, 'it runs');
});

test('what a case has started is cancelled even if its clock cannot be reset, and the error says how to reset it', async (t) => {
  const { engine, clock, cluster } = await given(t);
  const broken = { ...cluster, ask: breaking(cluster.ask, '/clock/reset', false) };
  await assert.rejects(
    runTestCaseOnCluster(placed, broken, { timeLimit: 1_000 }),
    /^Error: The clock of the cluster may stand still: The connection broke\.\nFix: .*\/clock\/reset/,
  );
  assert.ok(!clock.running, 'the clock stands still');
  assert.deepEqual(
    engine.instances().map(({ state }) => state),
    ['TERMINATED'],
  );
});
