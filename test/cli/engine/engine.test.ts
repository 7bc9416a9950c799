import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Ended } from '../../../scripts/program.ts';
import { readArguments } from '../../../src/cli/arguments.ts';
import { engineOptions, readEngineRequest } from '../../../src/cli/engine/options.ts';
import { isFault } from '../../../src/common/fault.ts';
import { createTestClock, type Engine } from '../../../src/engine/index.ts';
import { chain, end, other, process, receiveTask, serviceTask, start } from '../../engine/support/bpmn.ts';
import { startEngine } from '../../engine/support/client.ts';
import { runInProcess } from '../support/in-process.ts';
import { folderWith, runCommand } from '../support/running.ts';

const content = process(
  'order',
  ...chain(
    start(),
    serviceTask('charge', { type: 'charge-card' }),
    other('userTask', 'ask', { extensions: '<zeebe:userTask/>' }),
    receiveTask('wait', { message: { name: 'paid', correlationKey: '=id' } }),
    end(),
  ),
);

interface Stage {
  readonly engine: Engine;
  /** Runs the command, and expects that it is done. */
  run(...args: readonly string[]): Promise<string>;
  fail(...args: readonly string[]): Promise<Ended>;
}

const setUp = async (t: TestContext): Promise<Stage> => {
  const engine = await startEngine(t, { restPort: 0, clock: createTestClock(Date.UTC(2026, 0, 14)) });
  await engine.deploy({ name: 'order.bpmn', content });
  const run = (args: readonly string[]): Promise<Ended> =>
    runInProcess(['engine', ...args, '--address', engine.restAddress!]);
  return {
    engine,
    run: async (...args) => {
      const { code, output, errors } = await run(args);
      assert.equal(code, 0, errors);
      return output;
    },
    fail: async (...args) => {
      const ended = await run(args);
      assert.notEqual(ended.code, 0, ended.output);
      return ended;
    },
  };
};

test('an instance is started, worked on and completed', async (t) => {
  const { engine, run } = await setUp(t);
  const started = await run('start', 'order', '--variables', '{"id":"7","big":9007199254740993}');
  const [instance] = engine.instances();
  assert.equal(started, `Started order: instance ${instance!.key}.\n`);
  assert.equal(instance!.variables.big, 9007199254740993n);
  const [job] = engine.jobs();
  assert.equal(
    await run('complete', 'charge-card', '--variables', '{"ok":true}'),
    `Completed the job ${job!.key} of order.\n`,
  );
  const [task] = engine.userTasks();
  assert.equal(await run('complete', task!.key), `Completed the user task ${task!.key}.\n`);
  assert.match(await run('publish', 'paid', '--key', '7'), /^Published paid: message \d+\.\n$/);
  assert.deepEqual(engine.instance(instance!.key)?.variables.ok, true);
  assert.match(await run('instances', '--all'), new RegExp(`^${instance!.key}  order v1  COMPLETED  since 2026-01-14`));
  assert.equal(await run('instances'), 'There are none.\n');
});

test('a job is completed by its key', async (t) => {
  const { engine, run } = await setUp(t);
  await run('start', 'order');
  const [job] = engine.jobs();
  assert.equal(await run('complete', job!.key), `Completed the job ${job!.key}.\n`);
});

test('incidents are listed and resolved, with new retries for the job', async (t) => {
  const { engine, run } = await setUp(t);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'order' });
  const { processInstanceKey: another } = engine.createInstance({ bpmnProcessId: 'order' });
  for (const _ of [1, 2]) {
    const { restAddress } = engine;
    const headers = { 'content-type': 'application/json' };
    const activation = { type: 'charge-card', timeout: 1_000, maxJobsToActivate: 1, requestTimeout: -1 };
    const post = (path: string, body: object) =>
      fetch(`${restAddress}/v2${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { jobs } = (await (await post('/jobs/activation', activation)).json()) as { jobs: { jobKey: string }[] };
    await post(`/jobs/${jobs[0]!.jobKey}/failure`, { retries: 0, errorMessage: 'no money\nat all' });
  }
  const listed = await run('incidents');
  assert.equal(listed.split('\n').length, 3);
  const [incident] = engine.incidents(processInstanceKey);
  assert.equal(
    await run('incidents', processInstanceKey),
    `${incident!.key}  order at charge (instance ${processInstanceKey})  JOB_NO_RETRIES: no money\n`,
  );
  assert.match(await run('instances', 'order'), /ACTIVE, with an incident/);
  assert.equal(
    await run('resolve', incident!.key, '--retries', '3'),
    `Resolved the incident ${incident!.key} at charge.\n`,
  );
  assert.equal(engine.jobs(processInstanceKey)[0]?.retries, 3);
  const [, line = ''] = (await run('incidents', '--json', '--all')).split('\n');
  assert.deepEqual(JSON.parse(line).processInstanceKey, another);
});

test('an instance is cancelled', async (t) => {
  const { engine, run } = await setUp(t);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'order' });
  assert.equal(await run('cancel', processInstanceKey), `Cancelled the instance ${processInstanceKey}.\n`);
  assert.equal(engine.instance(processInstanceKey)?.state, 'TERMINATED');
});

test('more instances than a page has are all listed', async (t) => {
  const { engine, run } = await setUp(t);
  for (let index = 0; index < 250; index++) engine.createInstance({ bpmnProcessId: 'order' });
  const keys = (await run('instances'))
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  assert.deepEqual(
    keys,
    engine.instances().map(({ key }) => key),
  );
});

test('the clock is set', async (t) => {
  const { engine, run } = await setUp(t);
  assert.equal(await run('clock', '2026-02-01T12:00:00+01:00'), 'The clock stands at 2026-02-01T11:00:00.000Z.\n');
  assert.equal(engine.now(), Date.UTC(2026, 1, 1, 11));
});

describe('a request that is refused', () => {
  for (const [args, message] of [
    [['start', 'nothing'], /nothing[\s\S]*\nFix: deploy the process first/],
    [['complete', 'no-such-type'], /No job of the type no-such-type can be activated\.[\s\S]*Fix:/],
    [['complete', '1'], /user task with key '1'[\s\S]*\nFix: give the key of a job/],
    [['resolve', '1'], /Incident with key '1' not found[\s\S]*\nFix: /],
    [['cancel', '1'], /NOT_FOUND[\s\S]*\nFix: engine instances lists/],
    [['clock', '2020-01-01T00:00:00Z'], /cannot be set back[\s\S]*\nFix: give a later time/],
  ] as const) {
    test(`engine ${args.join(' ')} says why`, async (t) => {
      const { fail } = await setUp(t);
      const { code, errors } = await fail(...args);
      assert.match(errors, message);
      assert.equal(code, 1);
    });
  }

  test('the clock of an engine with the system time names the option of dev, not permissions', async (t) => {
    const { restAddress } = await startEngine(t, { restPort: 0 });
    const clock = ['engine', 'clock', '2030-01-31T09:00:00Z', '--address', restAddress!];
    const { code, errors } = await runInProcess(clock);
    assert.equal(code, 1);
    assert.match(errors, /the system time, which cannot be set\.\nFix: start dev with --test-clock\.\n$/);
  });

  test('by nobody, because nothing listens, names the address', async () => {
    const { code, errors } = await runInProcess(['engine', 'instances', '--address', 'http://127.0.0.1:1']);
    assert.equal(code, 1);
    assert.match(errors, /127\.0\.0\.1:1[\s\S]*Fix:/);
  });
});

test('without settings, the error names --address', async (t) => {
  const program = runCommand(t, ['engine', 'instances'], { folder: folderWith(t, {}) });
  assert.deepEqual(await program.ended(), { code: 2, signal: null });
  const output = program.output();
  assert.match(
    output,
    /CAMUNDA_CONNECTION_TYPE is not set[\s\S]*\nFix: add the address that dev prints, e\.g\. --address http/,
  );
  assert.equal(output.match(/Fix: /g)?.length, 1, output);
});

describe('wrong arguments', () => {
  for (const [args, message] of [
    [[], /engine needs an action\.[\s\S]*Fix: use one of engine start PROCESS_ID/],
    [['strat', 'p'], /There is no action strat\. Did you mean start\?/],
    [['start'], /engine start needs PROCESS_ID/],
    [['start', 'a', 'b'], /takes one argument only/],
    [['cancel', 'order'], /needs a key, which consists of digits/],
    [['cancel', '1', '--retries', '2'], /engine cancel takes no --retries/],
    [['start', 'a', '--variables', '[secret]'], /--variables must be a JSON object/],
    [['publish', 'a', '--ttl', 'soon'], /--ttl must be a whole number/],
    [['clock', 'tomorrow'], /must be a date and time with an offset, or reset/],
    [['instances', '--address', 'localhost'], /--address must be the URL of a REST API/],
    [['instances', '--tenant', 'a'], /engine instances takes no --tenant/],
  ] as const) {
    test(`engine ${args.join(' ')} is refused`, () => {
      assert.throws(
        () => readEngineRequest(readArguments(args, 'engine', { engine: engineOptions })),
        (error) => isFault(error, 'definition') && message.test(error.message) && !error.message.includes('secret'),
      );
    });
  }
});
