/** What the page remembers of events, and what it shows of it after a step back. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createHostListeners } from '../../../../src/cli/dev/host/host-listeners.ts';
import { followAttempts } from '../../../../src/cli/dev/page/attempts.ts';
import { createHistory } from '../../../../src/cli/dev/page/history/history.ts';
import { decisions } from '../../../../src/cli/dev/page/queries/decisions.ts';
import { entryStep } from '../../../../src/cli/dev/page/queries/instance.ts';
import { jobs } from '../../../../src/cli/dev/page/queries/jobs.ts';
import { overview } from '../../../../src/cli/dev/page/queries/overview.ts';
import { rememberProcesses } from '../../../../src/cli/dev/page/remember-processes.ts';
import type { Sources } from '../../../../src/cli/dev/page/sources.ts';
import { createStepsBack } from '../../../../src/cli/dev/page/steps-back.ts';
import { createRestorableEngine } from '../../../../src/cli/dev/restorable-engine.ts';
import type { ConnectorHost } from '../../../../src/cli/dev/session.ts';
import type { Engine } from '../../../../src/engine/index.ts';
import { bytes, chain, end, process, serviceTask, start } from '../../../engine/support/bpmn.ts';
import { connect } from '../../../engine/support/client.ts';
import { decision, dmn, literal } from '../../../engine/support/dmn.ts';

const staged = async (t: TestContext) => {
  const restorable = await createRestorableEngine({}, true);
  const { engine, clock, restore, onRestore } = restorable;
  t.after(() => engine.stop());
  clock!.pause();
  const history = createHistory(engine);
  engine.on(history.add);
  const { emit, on } = createHostListeners();
  const host = { on, restart: (between: () => Promise<void>) => between() } as unknown as ConnectorHost;
  const steps = createStepsBack({ engine, host, restore }, history);
  const sources = {
    engine: () => engine,
    history,
    processes: rememberProcesses({ engine, onRestore }),
    attempts: followAttempts({ host, onRestore }),
    jobTypes: () => new Set(['work']),
    connectorCount: () => 0,
    clock: () => clock,
    canReload: false,
  } as unknown as Sources;
  const goBack = () => steps.goBack(steps.list()[0]!.id);
  const client = connect(t, `127.0.0.1:${engine.port}`);
  const takeJob = async (): Promise<string> => (await client.poll('work'))[0]!.key;
  const completeJob = async (): Promise<string> => {
    const jobKey = await takeJob();
    await client.call('CompleteJob', { jobKey, variables: '{}' });
    return jobKey;
  };
  const failJob = (jobKey: string) => client.call('FailJob', { jobKey, retries: 1, errorMessage: 'Not now' });
  return { engine, history, emit, steps, sources, goBack, onRestore, takeJob, completeJob, failJob };
};

const deployWork = (engine: Engine, endId = 'End') =>
  engine.deploy({
    name: 'p.bpmn',
    content: bytes(process('p', ...chain(start('Start'), serviceTask('Work', { type: 'work' }), end(endId)))),
  });

test('a step back past a deployment leaves no version that does not exist', async (t) => {
  const { engine, steps, sources, goBack } = await staged(t);
  await deployWork(engine);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  steps.save('Deploy');
  await deployWork(engine, 'Changed');
  const versions = () => overview(sources).processes.map(({ version, active }) => ({ version, active }));
  assert.deepEqual(versions(), [
    { version: 1, active: 1 },
    { version: 2, active: 0 },
  ]);
  assert.deepEqual(await goBack(), []);
  assert.deepEqual(versions(), [{ version: 1, active: 1 }]);
  assert.equal(engine.instance(processInstanceKey)?.state, 'ACTIVE');
  // What is deployed after that is seen as before.
  await deployWork(engine, 'Other');
  assert.deepEqual(
    versions().map(({ version }) => version),
    [1, 2],
  );
});

test('the jobs and the log show what happened before a step back, and the log says that there was one', async (t) => {
  const { engine, history, steps, sources, goBack, completeJob } = await staged(t);
  await deployWork(engine);
  engine.createInstance({ bpmnProcessId: 'p' });
  const done = await completeJob();
  const before = history.latest(1_000).map(({ seq }) => seq);
  steps.save('Start an instance of p');
  engine.createInstance({ bpmnProcessId: 'p' });
  const list = () => jobs(sources, { count: 50 }).rows.map(({ key, state }) => ({ key, state }));
  assert.equal(list().length, 2);
  await goBack();
  assert.deepEqual(list(), [{ key: done, state: 'COMPLETED' }]);
  const log = history.latest(1_000);
  assert.deepEqual(
    log.slice(0, -1).map(({ seq }) => seq),
    before,
  );
  const { kind, text } = entryStep(log.at(-1)!);
  assert.deepEqual(
    [kind, text],
    ['log:info', 'The page has gone back to the state before the action: Start an instance of p'],
  );
});

test('what is said while the page goes back is in the log afterwards', async (t) => {
  const { history, steps, goBack, onRestore } = await staged(t);
  onRestore(
    () => undefined,
    () => steps.say({ level: 'warn', text: 'A file is newer than what is deployed.' }),
  );
  steps.say({ level: 'info', text: 'before' });
  steps.save('Deploy');
  steps.say({ level: 'info', text: 'since' });
  assert.deepEqual(await goBack(), ['A file is newer than what is deployed.']);
  steps.say({ level: 'info', text: 'after' });
  assert.deepEqual(
    history.latest(10).map((entry) => entryStep(entry).text),
    [
      'before',
      'The page has gone back to the state before the action: Deploy',
      'A file is newer than what is deployed.',
      'after',
    ],
  );
});

test('entries that newer ones have replaced are there again after a step back', async (t) => {
  const { engine, history, steps, sources, goBack, completeJob } = await staged(t);
  await deployWork(engine);
  engine.createInstance({ bpmnProcessId: 'p' });
  const done = await completeJob();
  steps.save('Wait');
  for (let index = 0; index < 15_000; index += 1) history.addLine({ at: 0, level: 'info', text: String(index) });
  assert.deepEqual(jobs(sources, { count: 50 }).rows, [], 'the latest entries are about no job');
  const last = history.seq();
  await goBack();
  assert.deepEqual(
    jobs(sources, { count: 50 }).rows.map(({ key }) => key),
    [done],
  );
  assert.equal(history.has(last), false, 'pages load everything anew');
  // Also when the ring is cut the next time.
  for (let index = 0; index < 15_000; index += 1) history.addLine({ at: 0, level: 'info', text: String(index) });
  assert.equal(history.has(last), false, 'numbers are missing after the step back');
});

test('the attempts of the latest jobs are known, each with what its connector said', async (t) => {
  const { emit, sources } = await staged(t);
  const settled = {
    kind: 'job:settled',
    connector: 'w',
    outcome: { kind: 'complete', variables: {} } as never,
  } as const;
  for (let job = 1; job <= 4_500; job += 1) {
    emit({ ...settled, jobKey: String(job), took: job });
    // One that has an attempt again is among the latest.
    if (job % 100 === 0) emit({ ...settled, jobKey: '1', took: 0, stack: 'Error: Not now' });
  }
  assert.deepEqual(sources.attempts('2'), { settled: [] });
  for (let job = 2_501; job <= 4_500; job += 1) {
    assert.deepEqual(sources.attempts(String(job)), { settled: [{ took: job }] });
  }
  const { settled: attempts } = sources.attempts('1');
  assert.deepEqual([attempts.length, attempts.at(-1)], [20, { took: 0, stack: 'Error: Not now' }]);
});

test('a job has the facts of its own attempts after a step back', async (t) => {
  const { engine, emit, steps, sources, goBack, takeJob, failJob } = await staged(t);
  await deployWork(engine);
  engine.createInstance({ bpmnProcessId: 'p' });
  const attempt = async (returned: string): Promise<void> => {
    const key = await takeJob();
    emit({ kind: 'job:input', jobKey: key, input: { of: returned } });
    emit({ kind: 'job:returned', jobKey: key, value: returned });
    await failJob(key);
    emit({
      ...{ kind: 'job:settled', connector: 'w', jobKey: key, took: 1 },
      outcome: { kind: 'complete', variables: {} } as never,
    });
  };
  await attempt('first');
  steps.save('Retry a job');
  await attempt('second');
  const shown = () => jobs(sources, { count: 50 }).rows[0]?.attempts.map(({ returned }) => returned);
  assert.deepEqual(shown(), ['first', 'second']);
  await goBack();
  assert.deepEqual(shown(), ['first']);
});

test('decisions that were evaluated after the step are not counted', async (t) => {
  const { engine, history, steps, sources, goBack } = await staged(t);
  await engine.deploy({ name: 'd.dmn', content: dmn(decision('d', literal('1'))) });
  const decide = () => engine.evaluateDecision({ decisionId: 'd', variables: {} });
  decide();
  steps.save('Decide');
  decide();
  assert.equal(history.open.counts().decisions, 2);
  await goBack();
  assert.equal(history.open.counts().decisions, engine.decisionInstances().length);
  assert.equal(overview(sources).counts.decisions, decisions(sources, 50).rows.length);
});

test('instances of the same process are told apart by their keys and by the variables that differ', async (t) => {
  const { engine, steps } = await staged(t);
  await deployWork(engine);
  const begin = (variables: object): string => {
    steps.save('Start an instance of p');
    return engine.createInstance({ bpmnProcessId: 'p', variables: { ...variables } }).processInstanceKey;
  };
  const first = begin({ order: 'A-7', city: 'Berlin', total: 20 });
  assert.deepEqual(steps.list()[0]?.started, { instance: first, differs: '' });
  const second = begin({ order: 'A-8', city: 'Berlin', note: 'x'.repeat(100) });
  steps.save('Cancel the instance');
  engine.cancelInstance(second);
  engine.createInstance({ bpmnProcessId: 'p' });
  assert.deepEqual(
    steps.list().map(({ started }) => started),
    [
      undefined,
      { instance: second, differs: `order: "A-8", note: "${'x'.repeat(28)}…` },
      { instance: first, differs: 'order: "A-7", total: 20' },
    ],
  );
});

test('fewer actions can be undone where the state is large, whatever makes it large', async (t) => {
  const { engine, steps, goBack } = await staged(t);
  const publish = (count: number): void => {
    const message = { name: 'told', correlationKey: '7', timeToLive: 60_000 };
    for (let index = 0; index < count; index += 1) engine.publishMessage(message);
  };
  for (let index = 1; index <= 12; index += 1) steps.save(`Publish ${index}`);
  assert.equal(steps.list().length, 12);
  publish(6_001);
  steps.save('Publish another');
  publish(1);
  assert.deepEqual(
    steps.list().map(({ title }) => title),
    ['Publish another', ...Array.from({ length: 9 }, (_, index) => `Publish ${12 - index}`)],
  );
  await goBack();
  assert.equal(engine.messages().length, 6_001);
});
