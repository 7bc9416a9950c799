/** The command `test --cluster`, on an engine that is reached over REST, as a cluster is. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine, createTestClock, type Engine } from 'camunda-connectors/engine';
import type { Instruction } from '../../../src/testing/cases/types.ts';
import { chain, end, process as processFile, receiveTask, start } from '../../engine/support/bpmn.ts';
import * as say from '../../testing/cases/support/instructions.ts';
import { models } from '../../testing/support/models.ts';
import { runInProcess } from '../support/in-process.ts';
import { folderWith } from '../support/running.ts';

/** A process that a message starts. */
const called = processFile(
  'called',
  ...chain(
    start('Start', { message: { name: 'call' } }),
    receiveTask('Paid', { message: { name: 'paid', correlationKey: '=id' } }),
    end('End'),
  ),
);

const files = {
  'wait.bpmn': models.wait.content,
  'order.bpmn': models.order.content,
  'pause.bpmn': models.pause.content,
  'called.bpmn': called,
};

interface Stage {
  readonly engine: Engine;
  /** Runs instructions as the only case of a file. */
  run(instructions: readonly Instruction[], ...args: readonly string[]): ReturnType<typeof runInProcess>;
}

const setEnv = (t: TestContext, name: string, value: string): void => {
  const before = process.env[name];
  process.env[name] = value;
  t.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
};

const stage = async (t: TestContext, hasTestClock = true): Promise<Stage> => {
  const clock = createTestClock(Date.now());
  clock.run();
  const engine = await createEngine({ restPort: 0, ...(hasTestClock ? { clock } : {}) });
  t.after(() => engine.stop());
  setEnv(t, 'CAMUNDA_REST_ADDRESS', engine.restAddress!);
  return {
    engine,
    run: (instructions, ...args) => {
      const cases = JSON.stringify({ testCases: [{ name: 'one', instructions }] });
      const folder = folderWith(t, { ...files, 'cases.json': cases });
      return runInProcess(['test', 'cases.json', '--cluster', ...args], folder);
    },
  };
};

const { create, isIn, publish, mock, resolve } = say;
const everything = ['--resource', '.'];
const one = { orderId: '1' };
const shortLimit = ['--time-limit', '0.2'];

test('files are deployed, and a case runs in the cluster of the settings', async (t) => {
  const { engine, run } = await stage(t);
  const { code, output, errors } = await run(
    [create('wait', one), publish('paid', '1'), isIn('wait', 'IS_COMPLETED')],
    ...everything,
  );
  assert.equal(code, 0, `${output}${errors}`);
  assert.match(output, /✔ one \(\d+ ms\)\n\n1 passed, 0 failed/);
  assert.equal(engine.instances()[0]?.state, 'COMPLETED');
});

test('instances of others are not meant, and stay as they are', async (t) => {
  const { engine, run } = await stage(t);
  await engine.deploy([models.wait, { name: 'order.bpmn', content: models.order.content }]);
  const foreign = engine.createInstance({ bpmnProcessId: 'wait', variables: { orderId: '9' } }).processInstanceKey;
  const job = engine.createInstance({ bpmnProcessId: 'order', variables: { total: 1 } }).processInstanceKey;
  const { code, output, errors } = await run([
    ...[mock('charge'), create('order', { total: 1 }), isIn('order', 'IS_COMPLETED')],
    ...[create('wait', one), publish('paid', '1'), isIn('wait', 'IS_COMPLETED')],
  ]);
  assert.equal(code, 0, `${output}${errors}`);
  assert.deepEqual(
    [foreign, job].map((key) => engine.instance(key)?.state),
    ['ACTIVE', 'ACTIVE'],
  );
  assert.deepEqual(
    engine.jobs(job).map(({ state }) => state),
    ['ACTIVATABLE'],
  );
});

test('what a case has created is cancelled at its end', async (t) => {
  const { engine, run } = await stage(t);
  const { code } = await run([create('wait', one), isIn('wait', 'IS_ACTIVE')], ...everything);
  assert.equal(code, 0);
  assert.deepEqual(
    engine.instances().map(({ state }) => state),
    ['TERMINATED'],
  );
});

test('an instance that a message has started is meant, but not cancelled', async (t) => {
  const { engine, run } = await stage(t);
  await engine.deploy({ name: 'called.bpmn', content: called });
  const before = engine.publishMessage({ name: 'call', correlationKey: '', variables: { id: 'old' }, timeToLive: 0 });
  assert.notEqual(before, '');
  const { code, output, errors } = await run([
    publish('call', '', { variables: { id: 'new' } }),
    say.variables('called', { variables: { id: 'new' } }),
  ]);
  assert.equal(code, 0, `${output}${errors}`);
  assert.match(
    output,
    /Warning: Still active, and not cancelled, because the case has not created them itself: called \d+/,
  );
  assert.deepEqual(
    engine.instances().map(({ state }) => state),
    ['ACTIVE', 'ACTIVE'],
  );
});

test('an incident of a job is resolved with one more attempt', async (t) => {
  const { run } = await stage(t);
  const other = { jobSelector: { jobType: 'charge' }, errorCode: 'OTHER' };
  const { code, output, errors } = await run(
    [
      ...[create('order', { total: 1 }), { type: 'THROW_BPMN_ERROR_FROM_JOB', ...other }],
      ...[say.instance('order', { hasActiveIncidents: true }), resolve({ elementId: 'Charge' })],
      ...[say.complete({ jobType: 'charge' }), isIn('order', 'IS_COMPLETED')],
    ],
    ...everything,
  );
  assert.equal(code, 0, `${output}${errors}`);
});

test('a case that fails says what the instance is doing', async (t) => {
  const { run } = await stage(t);
  const { code, output } = await run([create('wait', one), isIn('wait', 'IS_COMPLETED')], ...everything, ...shortLimit);
  assert.equal(code, 1);
  assert.match(output, /Expected wait \d+ to have completed, but it is active/);
  assert.match(output, /waits for the message "paid" with the key "1"/);
  assert.match(output, /path: Start → /);
  assert.match(output, /Fix: publish it: /);
});

test('instructions that a cluster cannot carry out are refused by name before anything is sent', async (t) => {
  const { engine, run } = await stage(t);
  const { code, output, errors } = await run(
    [
      create('pause'),
      say.elapse('PT1H'),
      { type: 'MOCK_CHILD_PROCESS', processDefinitionId: 'ship' },
      { type: 'MOCK_DMN_DECISION', decisionDefinitionId: 'rate', decisionOutput: 1 },
      {
        type: 'CONDITIONAL_BEHAVIOR',
        conditions: [isIn('pause', 'IS_ACTIVE')],
        actions: [say.setTime('2100-01-01T00:00:00Z')],
      },
    ],
    ...everything,
  );
  assert.equal(code, 2);
  assert.equal(output, '');
  assert.match(errors, /cases\.json#\/testCases\/0\/instructions\/1: INCREASE_TIME .* move the clock of the cluster/);
  assert.match(errors, /instructions\/2: MOCK_CHILD_PROCESS .* new version of the process/);
  assert.match(errors, /instructions\/3: MOCK_DMN_DECISION .* new version of the decision/);
  assert.match(errors, /instructions\/4\/actions\/0: SET_TIME /);
  assert.match(errors, /Fix: run them without --cluster/);
  assert.deepEqual([engine.processes(), engine.instances()], [[], []]);
});

const pausing = [create('pause'), say.element('pause', 'Pause', 'IS_ACTIVE'), say.elapse('PT1H')];

test('--move-clock moves the clock of the cluster, and lets it run again', async (t) => {
  const { engine, run } = await stage(t);
  const instructions = [...pausing, isIn('pause', 'IS_COMPLETED')];
  const { code, output, errors } = await run(instructions, '--move-clock', ...everything);
  assert.equal(code, 0, `${output}${errors}`);
  assert.ok(engine.now() >= Date.now() + 3_500_000, 'the clock has moved');
});

test('the test cases of an example pass on a cluster, again and again, although its clock stays ahead', async (t) => {
  const { engine } = await stage(t);
  const files = ['examples/cases/trip.json', 'examples/cases/lend-book.json', 'examples/cases/trip.json'];
  const resources = ['--resource', 'examples/bpmn', '--resource', 'examples/dmn'];
  const { code, output, errors } = await runInProcess(['test', ...files, '--cluster', '--move-clock', ...resources]);
  assert.equal(code, 0, `${output}${errors}`);
  assert.match(output, /14 passed, 0 failed/);
  assert.ok(engine.now() > Date.now() + 5 * 86_400_000, 'the clock is days ahead');
});

test('a cluster that does not let its clock be moved says so', async (t) => {
  const { run } = await stage(t, false);
  const { code, output } = await run(pausing, '--move-clock', ...everything);
  assert.equal(code, 1);
  assert.match(
    output,
    /The clock of the cluster was not moved: [\s\S]*Fix: start the cluster with CAMUNDA_SYSTEM_CLOCK_CONTROLLED/,
  );
});

for (const [args, message] of [
  [['--now', '2030-01-01T00:00:00Z'], /--now does not work with --cluster\.\nFix: leave it out: a cluster has/],
  [['--connectors', './c.js'], /--connectors does not work with --cluster\.\nFix: .*camunda-connectors start/],
  [['--coverage', 'out'], /--coverage does not work with --cluster/],
  [['--min', '80'], /--min does not work with --cluster/],
  [['--time-limit', 'long'], /--time-limit must be a number of seconds/],
  [['--resource', 'missing.bpmn'], /missing\.bpmn: no such file or folder/],
  [['--', 'node', '--test'], /--cluster runs files of test cases, and no other tests/],
] as const) {
  test(`exit code 2: test --cluster ${args.join(' ')}`, async (t) => {
    const { run } = await stage(t);
    const { code, output, errors } = await run([create('wait', one)], ...args);
    assert.equal(output, '');
    assert.match(errors, message);
    assert.equal(code, 2);
  });
}

for (const option of ['--move-clock', '--time-limit=3']) {
  test(`exit code 2: test ${option} without --cluster`, async () => {
    const { code, errors } = await runInProcess(['test', 'x.json', option]);
    assert.match(errors, /works only with --cluster\.\nFix: add --cluster/);
    assert.equal(code, 2);
  });
}

test('settings without a cluster', async (t) => {
  const { run } = await stage(t);
  setEnv(t, 'CAMUNDA_CONNECTION_TYPE', 'EMBEDDED');
  const { code, errors } = await run([create('wait', one)]);
  assert.match(errors, /The settings name no cluster: the connection is EMBEDDED\.\nFix: leave out --cluster/);
  assert.equal(code, 2);
});

test('settings without a REST API are refused, with what test understands', async (t) => {
  setEnv(t, 'ZEEBE_GRPC_ADDRESS', 'grpc://127.0.0.1:26500');
  const folder = folderWith(t, { 'cases.json': '{ "testCases": [{ "name": "one", "instructions": [] }] }' });
  const { errors } = await runInProcess(['test', 'cases.json', '--cluster'], folder);
  assert.match(errors, /REST API.*Fix: set CAMUNDA_REST_ADDRESS, e\.g\. to http:\/\/127\.0\.0\.1:8080\.\n/s);
  assert.doesNotMatch(errors, /--address/);
});
