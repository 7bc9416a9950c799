import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bpmnError, jobError } from 'camunda-connectors';
import { createEngine } from 'camunda-connectors/engine';
import { createProcessTest, sequence } from 'camunda-connectors/testing';
import { runCli } from '../../src/cli/cli.ts';
import { failureOf } from '../../src/testing/clean-up.ts';
import { readRecording } from '../../src/testing/recording/read.ts';
import { recordingText } from '../../src/testing/recording/text.ts';
import type { TestRecording } from '../../src/testing/recording/types.ts';
import { models } from './support/models.ts';

/** A working directory of its own, with recordings switched on. */
const setUp = async (t: TestContext, value = 'on-failure'): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  const before = process.cwd();
  const { write } = process.stderr;
  process.chdir(folder);
  process.env.CAMUNDA_TEST_TRACE = value;
  process.stderr.write = () => true;
  t.after(async () => {
    process.stderr.write = write;
    delete process.env.CAMUNDA_TEST_TRACE;
    process.chdir(before);
    await rm(folder, { recursive: true });
  });
  return folder;
};

/** Runs a test that fails, and ends it as a runner would. */
const failing = async (context?: object): Promise<void> => {
  const hooks: (() => Promise<void>)[] = [];
  const after = (hook: () => Promise<void>): void => void hooks.push(hook);
  const mocks = { jobs: { charge: sequence(jobError('busy', { backoff: 60 }), bpmnError('OTHER', 'no funds')) } };
  const processes = await createProcessTest(Object.assign(context ?? {}, { after }), {
    resources: models.order,
    mocks,
  });
  const order = await processes.start('order', { total: 1, big: 9_007_199_254_740_993n });
  await assert.rejects(order.completed(), /UNHANDLED_ERROR_EVENT/);
  for (const hook of hooks) await hook();
};

const files = async (folder: string): Promise<readonly string[]> =>
  readdir(join(folder, 'camunda-recordings')).catch(() => []);

test('a test that fails leaves a recording with events, times and the state at the end', async (t) => {
  const folder = await setUp(t);
  await failing();
  const [name] = await files(folder);
  assert.match(name ?? '', /^order-\d+-\d+\.json$/);
  const content = await readFile(join(folder, 'camunda-recordings', name ?? ''), 'utf8');
  const recording = readRecording(content, 'order.json');
  assert.match(recording.failure, /to have completed, but it is active/);
  assert.equal(recording.ended - recording.began, 60_000);
  assert.match(content, /"big":9007199254740993\b/);

  const engine = await createEngine({ snapshot: recording.snapshot });
  t.after(() => engine.stop());
  assert.equal(engine.incidents()[0]?.type, 'UNHANDLED_ERROR_EVENT');

  const text = recordingText(recording).replaceAll(/\d{16,}/g, 'KEY');
  for (const part of [
    'Recording of a failed process test: 1 min of processes since 2026-01-14T09:41:27.350Z',
    '+0 ms         order deployed in version 1',
    'order KEY started',
    '  Charge entered',
    'job "charge" of Charge activated by "process test" with {',
    'job "charge" of Charge failed, 2 retries left: busy',
    '+1 min        (time was skipped to the end of the back-off of a job "charge")',
    'job "charge" of Charge threw the BPMN error OTHER: no funds',
    'Charge: incident UNHANDLED_ERROR_EVENT: ',
    'At the end\n  order KEY ACTIVE\n    Charge the card has an incident',
  ]) {
    assert.ok(text.includes(part), `${part}\nis not part of\n${text}`);
  }
});

test('what the runner says of the test decides; otherwise the checks of the kit', async (t) => {
  const folder = await setUp(t);
  await failing({ error: null });
  await failing({ task: { result: { state: 'pass' } } });
  assert.deepEqual(await files(folder), []);
  await failing({ error: new Error('wrapped', { cause: new Error('the reason') }) });
  const [name] = await files(folder);
  const content = await readFile(join(folder, 'camunda-recordings', name ?? ''), 'utf8');
  assert.equal(readRecording(content, 'x').failure, 'the reason');
  assert.equal(failureOf({ task: { result: { state: 'fail', errors: [new Error('why')] } } }), 'why');
  assert.equal(failureOf({}), undefined);
  assert.equal(
    failureOf(() => {}),
    undefined,
  );
});

test('without the variable nothing is recorded, and another value is refused', async (t) => {
  const folder = await setUp(t, 'off');
  await failing();
  assert.deepEqual(await files(folder), []);
  process.env.CAMUNDA_TEST_TRACE = 'always';
  await assert.rejects(createProcessTest({}), /must be on-failure or off, but it is "always"/);
});

test('view prints a recording, and refuses other files', async (t) => {
  const folder = await setUp(t);
  await failing();
  const [name] = await files(folder);
  let printed = '';
  const print = (text: string): void => {
    printed += text;
  };
  const cli = (...args: readonly string[]): Promise<number> =>
    runCli(args, { folder, print, printError: print, colours: false });
  assert.equal(await cli('view', '--text', `camunda-recordings/${name}`), 0);
  assert.match(printed, /^Recording of a failed process test/);
  await writeFile(join(folder, 'other.json'), '{"format":"x"}');
  await writeFile(join(folder, 'newer.json'), '{"format":"camunda-connectors/recording","version":2}');
  await writeFile(join(folder, 'broken.json'), '{"format":"camunda-connectors/recording","version":1,"events":[]}');
  await writeFile(join(folder, 'text.json'), 'no JSON');
  const recording = JSON.parse(await readFile(join(folder, 'camunda-recordings', name!), 'utf8')) as TestRecording;
  const changed = (file: string, change: object): Promise<void> =>
    writeFile(join(folder, file), JSON.stringify({ ...recording, ...change }));
  const [first, ...rest] = recording.events;
  await changed('event.json', { events: [first, { at: 1, event: { kind: 'job:failed' } }, ...rest] });
  await changed('null.json', { events: [null] });
  await changed('state.json', { snapshot: {} });
  for (const [args, pattern] of [
    [['--text'], /view needs one file, but got 0/],
    [['other.json'], /It is not a recording of a process test/],
    [['--page-port', 'x', 'other.json'], /It is not a recording of a process test/],
    [['--text', 'missing.json'], /missing\.json cannot be read: ENOENT/],
    [['--text', 'other.json'], /It is not a recording of a process test/],
    [['--text', 'newer.json'], /It has the version 2 of the format, and this program reads version 1/],
    [['--text', 'broken.json'], /It has no valid skips, failure, description, began, ended, snapshot/],
    [['--text', 'text.json'], /does not contain a JSON object/],
    [['--text', 'event.json'], /event\.json cannot be shown\. Its event 2 of \d+ is not complete\.\nFix: /],
    [['event.json'], /event\.json cannot be shown\. Its event 2 of \d+ is not complete\./],
    [['null.json'], /null\.json cannot be shown\. Its event 1 of 1 is not complete\./],
    [['state.json'], /state\.json cannot be shown\. An engine cannot continue with its state at the end\.\nFix: /],
  ] as const) {
    printed = '';
    assert.equal(await cli('view', ...args), 2, args.join(' '));
    assert.match(printed, pattern);
  }
});
