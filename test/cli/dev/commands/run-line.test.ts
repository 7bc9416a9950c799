/** What lines do in a session, and what they answer when they are wrong. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { createActionSteps } from '../../../../src/cli/dev/actions/action-steps.ts';
import { rememberStarts } from '../../../../src/cli/dev/actions/versions.ts';
import { parseLine } from '../../../../src/cli/dev/commands/parse-line.ts';
import { commands, runLine } from '../../../../src/cli/dev/commands/run-line.ts';
import { readDuration } from '../../../../src/cli/dev/commands/session-commands.ts';
import type { CommandTools } from '../../../../src/cli/dev/commands/types.ts';
import { createHostListeners } from '../../../../src/cli/dev/host/host-listeners.ts';
import { createRestorableEngine } from '../../../../src/cli/dev/restorable-engine.ts';
import type { ConnectorHost, HostEvent, ShownCall, StoredRequest } from '../../../../src/cli/dev/session.ts';
import { recordInbound } from '../../../../src/cli/dev/webhooks/inbound-record.ts';
import { createEngine, createTestClock, type Engine } from '../../../../src/engine/index.ts';
import { bpmnError, createRuntime, defineOutbound } from '../../../../src/index.ts';
import { recordingLogger } from '../../../../src/testing/index.ts';
import {
  catchEvent,
  chain,
  end,
  other,
  process as processFile,
  serviceTask,
  start,
} from '../../../engine/support/bpmn.ts';

for (const [line, parsed] of [
  ['', { name: '', words: [], variables: {} }],
  ['  retry ', { name: 'retry', words: [], variables: {} }],
  ['start p { "a": 1 }', { name: 'start', words: ['p'], variables: { a: 1 } }],
  [
    'publish "order \\"paid\\"" 7{8 {"a":{}}',
    { name: 'publish', words: ['order "paid"', '7{8'], variables: { a: {} } },
  ],
] as const) {
  test(`reads ${JSON.stringify(line)}`, () => assert.deepEqual(parseLine(line), parsed));
}

for (const [text, milliseconds] of [
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['PT1H30M', 5_400_000],
  ['-PT1H', undefined],
  ['soon', undefined],
] as const) {
  test(`${text} is a duration of ${milliseconds}`, () => assert.equal(readDuration(text), milliseconds));
}

const userTask = other('userTask', 'Approve', { extensions: '<zeebe:userTask />' });

const heardTask = other('userTask', 'Approve', {
  extensions:
    '<zeebe:userTask /><zeebe:taskListeners><zeebe:taskListener eventType="completing" type="agree" /></zeebe:taskListeners>',
});

const files = {
  work: processFile('work', ...chain(start(), serviceTask('Work', { type: 'work', retries: '1' }), end())),
  ask: processFile('ask', ...chain(start(), userTask, end())),
  agree: processFile('agree', ...chain(start(), heardTask, end())),
  told: processFile(
    'told',
    ...chain(start(), catchEvent('Told', { message: { name: 'paid', correlationKey: '=id' } }), end()),
  ),
  computed: processFile(
    'computed',
    ...chain(start(), catchEvent('Heard', { message: { name: '=topic', correlationKey: '=id' } }), end()),
  ),
  called: processFile('called', ...chain(start('Start', { message: { name: 'call' } }), end())),
  wait: processFile('wait', ...chain(start(), catchEvent('Wait', { duration: 'PT2H' }), end())),
};

interface Session extends CommandTools {
  readonly engine: Engine;
  /** The titles of the steps that commands have saved, oldest first. */
  readonly saved: () => readonly string[];
  /** Says something in the name of the connectors. */
  readonly emit: (event: HostEvent) => void;
  /** The requests that were sent again. */
  readonly sent: readonly StoredRequest[];
  run(line: string): Promise<string>;
}

const session = async (t: TestContext, ...names: readonly (keyof typeof files)[]): Promise<Session> => {
  const clock = createTestClock();
  const engine = await createEngine({ clock });
  t.after(() => engine.stop());
  const starts = rememberStarts({ engine, onRestore: () => {} });
  if (names.length > 0) await engine.deploy(names.map((name) => ({ name: `${name}.bpmn`, content: files[name] })));
  const { emit, on } = createHostListeners();
  const sent: StoredRequest[] = [];
  const resend = async (stored: StoredRequest) => {
    sent.push(stored);
    if (stored.connector === 'gone') throw new Error('No loaded webhook has the name "gone".\nFix: load it.');
    return { status: 200, signature: 'anew' };
  };
  const webhooks = [{ name: 'caller', method: 'POST', path: '/call', messages: ['call'] }];
  const connectors = () => ({ outbound: [], inbound: [], webhooks });
  const host = { stop: async () => {}, on, resend, connectors } as unknown as ConnectorHost;
  const steps = createActionSteps();
  let saved: { readonly title: string }[] = [];
  steps.keepWith((title) => {
    const step = { title };
    saved.push(step);
    return () => {
      saved = saved.filter((each) => each !== step);
    };
  });
  const inbound = recordInbound({ host, engine, onRestore: () => {} });
  let said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const tools = { engine, clock, host, inbound, starts, steps, say, place: {} };
  return {
    ...tools,
    ...{ emit, sent },
    saved: () => saved.map(({ title }) => title),
    run: async (line) => {
      said = [];
      const answer = await runLine(line, tools);
      return [...said, ...answer].join('\n');
    },
  };
};

test('start starts the only process, or the one that is named, with variables', async (t) => {
  const { engine, run, saved } = await session(t, 'told');
  assert.match(await run('start { "id": 7 }'), /^Started told: instance \d+\.$/);
  assert.deepEqual(engine.instances()[0]?.variables, { id: 7 });
  assert.deepEqual(saved(), ['Start an instance of told']);
});

test('publish reaches the event that awaits the message', async (t) => {
  const { engine, run, saved } = await session(t, 'told');
  await run('start told { "id": 7 }');
  assert.match(await run('waits'), /Told waits for the message "paid" with the key "7"/);
  assert.equal(await run('publish paid 7 { "sum": 3 }'), 'Published paid with the key 7.');
  assert.equal(engine.instances()[0]?.state, 'COMPLETED');
  assert.equal(await run('waits'), 'No instance waits for anything.');
  // Nothing awaits it any more, but the process declares it.
  assert.equal(await run('publish paid 8'), 'Published paid with the key 8.');
  assert.deepEqual(saved(), [
    'Start an instance of told',
    'Publish paid with the key 7',
    'Publish paid with the key 8',
  ]);
});

for (const [line, answer] of [
  ['publish payd 1', 'Published payd with the key 1.\nNo deployed process has a message payd. Did you mean paid?'],
  ['publish news', 'Published news.\nNo deployed process has a message news.'],
] as const) {
  test(`${line}: publishes the message, and says that no process has it`, async (t) => {
    const { run, saved } = await session(t, 'told');
    assert.equal(await run(line), answer);
    assert.equal(saved().length, 1);
  });
}

test('publish says nothing about a name where a process computes one', async (t) => {
  const { run } = await session(t, 'told', 'computed');
  assert.equal(await run('publish payd 1'), 'Published payd with the key 1.');
});

test('complete completes the only user task', async (t) => {
  const { engine, run, saved } = await session(t, 'ask');
  await run('start');
  assert.match(await run('instances'), /^\d+ {2}ask v1 {2}at Approve$/);
  assert.match(await run('complete { "approved": true }'), /^Completed the user task Approve \(ask, \d+\)\.$/);
  assert.deepEqual(engine.instances()[0]?.variables, { approved: true });
  assert.deepEqual(saved(), ['Start an instance of ask', 'Complete a user task']);
});

test('advance moves the time to the next timer, or by a duration', async (t) => {
  const { clock, engine, run, saved } = await session(t, 'wait');
  assert.equal(await run('advance'), 'No timer is due.');
  await run('start');
  const before = clock!.now();
  assert.match(await run('advance 1h'), /^It is \d{4}-.*Z now\.$/);
  assert.equal(clock!.now() - before, 3_600_000);
  await run('advance');
  assert.equal(engine.instances()[0]?.state, 'COMPLETED');
  assert.deepEqual(saved(), ['Start an instance of wait', 'Move the clock', 'Move the clock']);
});

const work = defineOutbound({
  ...{ name: 'Work', type: 'work', input: v.object({}) },
  run: () => {
    throw new Error('no');
  },
});

const refused = defineOutbound({
  ...{ name: 'Work', type: 'work', input: v.object({}) },
  run: () => {
    throw bpmnError('REFUSED');
  },
});

/** Lets the job of an instance fail. */
const failJob = async ({ engine }: Session, connector = work): Promise<void> => {
  const failed = engine.next(({ kind }) => kind === 'incident:created');
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  await using runtime = createRuntime({ outbound: [connector], connection, signals: false, logger: recordingLogger() });
  await runtime.start();
  await failed;
};

test('retry and resolve let failed jobs run again', async (t) => {
  const given = await session(t, 'work');
  const { engine, run, saved } = given;
  assert.equal(await run('retry'), 'No job has failed.');
  await run('start');
  await failJob(given);
  assert.match(
    await run('waits'),
    /^work \d+: Work has an incident \(JOB_NO_RETRIES\): no\. Fix: correct the cause, and run the job again with retry\./,
  );
  assert.equal(await run('retry other'), 'No job of other has failed.');
  assert.equal(await run('retry wrok'), 'No job of wrok has failed. Did you mean work?');
  assert.match(await run('resolve Wrok'), /^There is no incident Wrok\. Did you mean Work\?\nFix: name one of Work \(/);
  assert.equal(await run('retry work other'), 'Runs again: work of Work (process work).\nNo job of other has failed.');
  assert.equal(await run('retry work'), 'No job of work has failed.');
  assert.deepEqual([engine.incidents().length, engine.jobs()[0]?.retries], [0, 1]);
  await failJob(given);
  assert.equal(await run('resolve'), 'Resolved the incident at Work.');
  assert.deepEqual([engine.incidents().length, engine.jobs()[0]?.retries], [0, 1]);
  assert.deepEqual(saved(), ['Start an instance of work', 'Retry failed jobs', 'Resolve an incident']);
});

test('retry lets a job run again whose BPMN error nothing has caught', async (t) => {
  const given = await session(t, 'work');
  const { engine, run } = given;
  await run('start');
  await failJob(given, refused);
  assert.equal(engine.incidents()[0]?.type, 'UNHANDLED_ERROR_EVENT');
  assert.equal(await run('retry'), 'Runs again: work of Work (process work).');
  assert.deepEqual([engine.incidents().length, engine.jobs()[0]?.state], [0, 'ACTIVATABLE']);
});

test('migrate and restart take instances of older versions to the latest one', async (t) => {
  const { engine, run, saved } = await session(t, 'told');
  await run('start { "id": 1 }');
  assert.equal(await run('migrate'), 'No instance runs in an older version.');
  await engine.deploy({
    name: 'told.bpmn',
    content: files.told.replace('PT2H', 'PT3H').replace('</bpmn:process>', '<!-- new --></bpmn:process>'),
  });
  const key = engine.instances()[0]!.key;
  assert.equal(await run('migrate told'), `Migrated ${key}.`);
  assert.equal(engine.instance(key)?.version, 2);
  await engine.deploy({ name: 'told.bpmn', content: files.told.replaceAll('"Told"', '"Heard"') });
  assert.match(
    await run('migrate'),
    new RegExp(`^${key} stays as it is: Expected .*Told.*\\nFix: choose on the page what becomes of each element`, 's'),
  );
  assert.equal(await run('restart'), `Started anew: ${key}.`);
  const [active] = engine.instances().filter(({ state }) => state === 'ACTIVE');
  assert.deepEqual([active?.version, active?.variables], [3, { id: 1 }]);
  assert.deepEqual(saved(), ['Start an instance of told', 'Migrate instances of told', 'Restart instances']);
});

test('the variables of a start are known again after a step back to the time before the end of its instance', async (t) => {
  const { engine, restore, onRestore } = await createRestorableEngine({}, false);
  t.after(() => engine.stop());
  const starts = rememberStarts({ engine, onRestore });
  await engine.deploy({ name: 'told.bpmn', content: files.told });
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'told', variables: { id: 1 } });
  const snapshot = engine.snapshot();
  engine.cancelInstance(key);
  assert.deepEqual(starts.of(key), {});
  await restore(snapshot);
  assert.deepEqual(starts.of(key), { id: 1 });
});

test('quit stops the connectors', async (t) => {
  const given = await session(t);
  let isStopped = false;
  const stop = async (): Promise<void> => {
    isStopped = true;
  };
  const host = { stop } as unknown as ConnectorHost;
  assert.deepEqual(await runLine('quit', { ...given, host }), []);
  assert.ok(isStopped, 'stop was called');
});

for (const [line, answer] of [
  ['strat', /^There is no command strat\. Did you mean start\?\nFix: use one of start, publish,/],
  ['start tol', /^There is no process tol\. Did you mean told\?\nFix: name one of ask, told\.$/],
  ['start', /^There are 2 processes\.\nFix: name one of ask, told\.$/],
  ['migrate tol', /^There is no process tol\. Did you mean told\?\nFix: name one of ask, told\.$/],
  ['restart tol', /^There is no process tol\. Did you mean told\?\nFix: name one of ask, told\.$/],
  [
    'start told []',
    /^start does not take "\[\]"\.\nFix: write start \[PROCESS_ID\] \[\{ "name": "Ada" \}\]; a word with/,
  ],
  [
    'publish order paid 7',
    /^publish does not take "7"\.\nFix: write publish NAME \[CORRELATION_KEY\] .* quotation marks\.$/,
  ],
  ['waits { "a": 1 }', /^waits does not take variables\.\nFix: write waits; /],
  ['quit now', /^quit does not take "now"\./],
  ['start told { "id": }', /^The variables must be a JSON object\.\nFix: /],
  ['publish', /^publish needs the name of a message\.\nFix: write publish <name> <correlation key>/],
  ['complete Aprove', /^There is no open user task Aprove\.\nFix: wait until an instance reaches one\.$/],
  ['resolve', /^There are 0 incidents\.\nFix: there is nothing to resolve\.$/],
  ['advance soon', /^soon is not a duration\.\nFix: write e\.g\. advance 1h/],
  ['reload', /^The connectors cannot be replaced\.\nFix: start dev with --watch\.$/],
] as const) {
  test(`${line}: says what is wrong and what to do, and leaves no step`, async (t) => {
    const { run, saved } = await session(t, 'ask', 'told');
    assert.match(await run(line), answer);
    assert.deepEqual(saved(), []);
  });
}

test('restart says why every instance stays as it is, and leaves no step', async (t) => {
  const { engine, run, saved } = await session(t, 'ask');
  await run('start');
  const [{ key } = { key: '' }] = engine.instances();
  await engine.deploy({ name: 'ask.bpmn', content: files.called.replaceAll('"called"', '"ask"') });
  assert.match(
    await run('restart'),
    new RegExp(`^${key} stays as it is: The process ask cannot be started by hand: .*\\nFix: migrate the instance`),
  );
  assert.deepEqual(saved(), ['Start an instance of ask']);
});

test('a rejection of the engine says what to do about it, and leaves no step', async (t) => {
  const { run, saved } = await session(t, 'agree');
  await run('start');
  assert.match(await run('complete'), /^The listeners of the user task Approve .* have to agree\.$/);
  assert.match(
    await run('complete'),
    /Command 'COMPLETE' rejected with code 'INVALID_STATE'.*\nFix: the command waits/s,
  );
  assert.match(await run('publish ""'), /- name: expected text that is not empty.*\nFix: correct the values above\.$/s);
  assert.deepEqual(saved(), ['Start an instance of agree', 'Complete a user task']);
});

test('start names the webhook and the message that start the process, and leaves no step', async (t) => {
  const { run, saved } = await session(t, 'called');
  assert.equal(
    await run('start'),
    `The process called cannot be started by hand: all of its start events have a trigger.
Fix: call the webhook "caller" (POST /call), which publishes the message "call", or publish the message "call".`,
  );
  assert.deepEqual(saved(), []);
});

test('without a clock that can be set, advance says how to get one', async (t) => {
  const { clock: _, ...tools } = await session(t);
  assert.match(
    (await runLine('advance 1h', tools)).join(),
    /system time, which cannot be set\.\nFix: start dev with --test-clock\./,
  );
});

test('help lists every command with its key, and no key is used twice', async (t) => {
  const { run } = await session(t);
  const lines = (await run('help')).split('\n');
  assert.equal(lines.length, commands.length);
  assert.equal(new Set(commands.map(({ key }) => key)).size, commands.length);
});

const request = { method: 'POST', path: '/hooks/a', query: '', headers: [], body: Buffer.from('{}') };

const callOf = (connector: string, more: object = {}): HostEvent => ({
  kind: 'call:ended',
  call: {
    ...{ connector, method: 'POST', route: `/hooks/${connector}`, result: 'refused', took: 1, status: 401 },
    ...{ messages: [], reason: 'the signature\nis wrong', ...more },
  },
  request,
});

test('calls lists the calls with their numbers; resend sends the last one again, or the one that is named', async (t) => {
  const { run, emit, sent, saved } = await session(t);
  assert.equal(await run('calls'), 'No webhook or callback has been called.');
  assert.match(await run('resend'), /^No call .* has arrived .*Fix: call one first/s);
  assert.match(await run('resend 1'), /^There is no call 1\.\nFix: call a webhook first\./);
  emit(callOf('a'));
  emit(callOf('b'));
  emit({ kind: 'call:ended', call: { ...(callOf('c') as { call: ShownCall }).call, status: 413 } });
  assert.match(
    await run('calls'),
    /^1 {2}\d\d:\d\d:\d\d {2}POST \/hooks\/a -> 401, refused: the signature \| is wrong\n2 .*\n3 .*413/,
  );
  assert.equal(await run('resend 1'), 'Sent the call 1 again, signed anew: POST /hooks/a -> 200.');
  assert.equal(await run('resend'), 'Sent the call 2 again, signed anew: POST /hooks/b -> 200.');
  assert.deepEqual(
    sent.map(({ connector }) => connector),
    ['a', 'b'],
  );
  assert.match(await run('resend 3'), /^The call 3 was refused before its request was received.*Fix: let its sender/s);
  assert.match(await run('resend 4'), /^There is no call 4\.\nFix: use a number from 1 to 3\./);
  assert.match(await run('resend x'), /^x is not the number of a call\.\nFix: write e\.g\. resend 3\./);
  assert.deepEqual(saved(), ['Send the call 1 again', 'Send the call 2 again']);
});

test('opening the page of a callback is not the last call, and a call that cannot be sent leaves no step', async (t) => {
  const { run, emit, saved } = await session(t);
  emit(callOf('gone'));
  emit(callOf('page', { method: 'GET', route: '/callbacks/…', result: 'answered', status: 200 }));
  assert.match(await run('resend'), /No loaded webhook has the name "gone"/);
  assert.deepEqual(saved(), []);
  assert.equal(await run('resend 2'), 'Sent the call 2 again, signed anew: GET /callbacks/… -> 200.');
});
