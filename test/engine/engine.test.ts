import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isFault } from '../../src/common/fault.ts';
import { createEngine, createTestClock, type EngineEvent } from '../../src/engine/index.ts';
import { freePort } from '../support/free-port.ts';
import { catchEvent, chain, end, exclusiveGateway, flow, path, process, serviceTask, start } from './support/bpmn.ts';
import { connect, startEngine } from './support/client.ts';
import { decision, dmn, literal } from './support/dmn.ts';

const task = (id = 'p'): string => process(id, ...chain(start(), serviceTask('task', { type: 'a' }), end()));
const sleeping = process('p', ...chain(start(), catchEvent('sleep', { duration: 'PT20S' }), end()));

const folder = async (t: TestContext, files: Readonly<Record<string, string>>): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'engine-'));
  t.after(() => rm(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
};

test('the engine listens at its address, only on 127.0.0.1', async (t) => {
  const engine = await startEngine(t);
  assert.equal(engine.address, `127.0.0.1:${engine.port}`);
  const socket = connectSocket(engine.port, '127.0.0.1');
  await once(socket, 'connect');
  assert.equal(socket.remoteAddress, '127.0.0.1');
  socket.destroy();
  const other = connectSocket(engine.port, '127.0.0.2');
  const [error] = await once(other, 'error');
  assert.equal(error.code, 'ECONNREFUSED');
});

test('the error of a port in use names the port', async (t) => {
  const { port } = await startEngine(t);
  await assert.rejects(createEngine({ port }), (error) => {
    assert.ok(isFault(error, 'configuration'));
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} \\(EADDRINUSE\\)`));
    return true;
  });
});

test('an invalid port is rejected', async () => {
  await assert.rejects(
    createEngine({ port: 70_000 }),
    (error) => isFault(error, 'configuration') && /port: expected an integer from 0 to 65535/.test(error.message),
  );
});

test('files, folders and contents are deployed', async (t) => {
  const engine = await startEngine(t);
  const path = await folder(t, { 'b.bpmn': task('b'), 'a.bpmn': task('a'), 'notes.txt': 'no process' });
  const single = join(await folder(t, { 'single.bpmn': task('single') }), 'single.bpmn');
  const { processes } = await engine.deploy([
    path,
    single,
    { name: 'text.bpmn', content: task('text') },
    { name: 'bytes.bpmn', content: new TextEncoder().encode(task('bytes')) },
  ]);
  assert.deepEqual(
    processes.map(({ bpmnProcessId, resourceName }) => [bpmnProcessId, resourceName]),
    [
      ['a', 'a.bpmn'],
      ['b', 'b.bpmn'],
      ['single', 'single.bpmn'],
      ['text', 'text.bpmn'],
      ['bytes', 'bytes.bpmn'],
    ],
  );
  const again = await engine.deploy(single);
  assert.deepEqual(again.processes, [processes[2]]);
});

test('decisions are deployed from a folder, evaluated, shown, and restored from a snapshot', async (t) => {
  const engine = await startEngine(t);
  const path = await folder(t, { 'd.dmn': dmn(decision('d', literal('x + 1'))) });
  const { decisions, decisionRequirements, processes } = await engine.deploy(path);
  assert.deepEqual(processes, []);
  assert.equal(decisionRequirements[0]?.resourceName, 'd.dmn');
  const seen = engine.next((event) => event.kind === 'decision:evaluated');
  const evaluation = engine.evaluateDecision({ decisionId: 'd', variables: { x: 1 } });
  assert.equal(evaluation.output, 2);
  assert.deepEqual(await seen, { kind: 'decision:evaluated', evaluation });
  assert.deepEqual(engine.decisionInstances(), evaluation.evaluatedDecisions);
  const restored = await startEngine(t, { snapshot: engine.snapshot() });
  assert.deepEqual(restored.decisionInstances(), engine.decisionInstances());
  const { decisionKey } = decisions[0]!;
  assert.equal(restored.evaluateDecision({ decisionKey }).decisionVersion, 1);
});

test('a request to evaluate a decision is checked', async (t) => {
  const engine = await startEngine(t);
  const evaluate = (request: unknown) => () => engine.evaluateDecision(request as { decisionId: string });
  for (const [request, expected] of [
    [undefined, /an object/],
    [{ decisionId: 7 }, /decisionId/],
    [{ decisionId: 'd', variables: 7 }, /variables/],
    [{ decisionId: 'd', version: 1 }, /version/],
    [{}, /Expected either a decision id or a valid decision key/],
    [{ decisionId: 'd' }, /no decision found for id 'd'/],
  ] as const) {
    assert.throws(evaluate(request), (error) => isFault(error, 'rejection') && expected.test(error.message));
  }
});

test('all unreadable paths are reported', async (t) => {
  const engine = await startEngine(t);
  const empty = await folder(t, {});
  await assert.rejects(engine.deploy(['nowhere.bpmn', empty, 'neither']), (error) => {
    assert.ok(isFault(error, 'configuration'));
    assert.match(error.message, /- nowhere\.bpmn: no such file/);
    assert.match(
      error.message,
      new RegExp(
        `${basename(empty)}: the folder contains no \\.bpmn, \\.dmn or \\.form file; its subfolders are not read`,
      ),
    );
    assert.match(error.message, /- neither: no such file/);
    return true;
  });
});

test('a folder with forms only is deployed', async (t) => {
  const engine = await startEngine(t);
  const path = await folder(t, { 'a.form': '{ "id": "a", "type": "default", "components": [] }', 'notes.txt': 'no' });
  const { forms, processes, resources } = await engine.deploy(path);
  assert.deepEqual([forms.map(({ formId }) => formId), processes, resources], [['a'], [], []]);
});

test('all versions of forms, decisions and other files are listed', async (t) => {
  const engine = await startEngine(t);
  assert.deepEqual([engine.forms(), engine.decisions(), engine.files()], [[], [], []]);
  const form = (text: string) => ({ name: 'a.form', content: `{ "id": "a", "type": "default", "text": "${text}" }` });
  const first = await engine.deploy([
    form('one'),
    { name: 'd.dmn', content: dmn(decision('d', literal('1'))) },
    { name: 'run.py', content: 'print()' },
  ]);
  const second = await engine.deploy(form('two'));
  assert.deepEqual(engine.forms(), [...first.forms, ...second.forms]);
  assert.deepEqual(engine.decisions(), first.decisions);
  assert.deepEqual(engine.files(), first.resources);
  engine.deleteResource(second.forms[0]!.formKey);
  assert.deepEqual(engine.forms(), first.forms);
});

test('a rejected deployment lists the problems of each file', async (t) => {
  const engine = await startEngine(t);
  const broken = process('q', ...chain(start(), serviceTask('untyped', { type: '' }), end()));
  const resources = [
    { name: 'good.bpmn', content: task() },
    { name: 'broken.bpmn', content: broken },
    { name: 'x.form', content: '' },
  ];
  await assert.rejects(engine.deploy(resources), (error) => {
    assert.ok(isFault(error, 'rejection'));
    assert.match(error.message, /'broken\.bpmn':\n- Element: untyped/);
    assert.match(error.message, /'x\.form':\n- Element: x\.form/);
    assert.doesNotMatch(error.message, /good\.bpmn/);
    return true;
  });
  assert.throws(() => engine.createInstance({ bpmnProcessId: 'p' }), /NOT_FOUND/);
});

test('an instance can be created and inspected until it ends', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  await engine.deploy({ name: 'p.bpmn', content: task() });
  const created = engine.createInstance({
    bpmnProcessId: 'p',
    variables: { big: 9007199254740993n, list: [1, 'two'] },
  });
  assert.equal(created.version, 1);
  const key = created.processInstanceKey;
  assert.deepEqual(engine.instance(key)?.variables, { big: 9007199254740993n, list: [1, 'two'] });
  assert.deepEqual(
    engine.elements(key).map(({ elementId, state }) => [elementId, state]),
    [['task', 'ACTIVE']],
  );
  const [job] = engine.jobs();
  assert.equal(job?.state, 'ACTIVATABLE');
  engine.setVariables(key, { list: null });
  const ended = engine.ended(key);
  await client.call('CompleteJob', { jobKey: job?.key, variables: '{"x":1}' });
  const instance = await ended;
  assert.equal(instance.state, 'COMPLETED');
  assert.deepEqual(instance.variables, { big: 9007199254740993n, list: null, x: 1 });
  assert.deepEqual(await engine.ended(key), instance);
});

test('variables are copied during the call', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: task() });
  const list = [1];
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { list } });
  list.push(2);
  assert.deepEqual(engine.instance(processInstanceKey)?.variables, { list: [1] });
});

test('an instance of a specific version can be created', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: task() });
  await engine.deploy({ name: 'p.bpmn', content: sleeping });
  assert.equal(engine.createInstance({ bpmnProcessId: 'p', version: 1 }).version, 1);
  assert.equal(engine.createInstance({ bpmnProcessId: 'p' }).version, 2);
});

test('a cancelled instance is terminated', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: task() });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const ended = engine.ended(processInstanceKey);
  engine.cancelInstance(processInstanceKey);
  assert.equal((await ended).state, 'TERMINATED');
  assert.throws(
    () => engine.cancelInstance(processInstanceKey),
    /^Error: Command 'CANCEL' rejected with code 'NOT_FOUND'/,
  );
});

test('waiting for the end of an unknown instance fails', async (t) => {
  const engine = await startEngine(t);
  await assert.rejects(engine.ended('4711'), (error) => isFault(error, 'rejection') && /4711/.test(error.message));
});

test('messages, retries and incidents can be handled through the engine', async (t) => {
  const engine = await startEngine(t);
  const content = process(
    'p',
    start('s', { message: 'go' }),
    exclusiveGateway('which'),
    end('a'),
    end('b'),
    ...path('s', 'which'),
    flow('which', 'a', { condition: '=x = 1' }),
    flow('which', 'b', { condition: '=x = 2' }),
  );
  await engine.deploy({ name: 'p.bpmn', content });
  const incident = engine.next((event) => event.kind === 'incident:created');
  engine.publishMessage({ name: 'go', correlationKey: '', variables: { x: 3 } });
  const { kind } = await incident;
  assert.equal(kind, 'incident:created');
  const [open] = engine.incidents();
  assert.equal(open?.type, 'CONDITION_ERROR');
  engine.setVariables(open!.processInstanceKey, { x: 2 });
  engine.resolveIncident(open!.key);
  assert.equal((await engine.ended(open!.processInstanceKey)).state, 'COMPLETED');

  engine.publishMessage({ name: 'later', correlationKey: 'k', timeToLive: 60_000, messageId: 'one' });
  assert.deepEqual(
    engine.messages().map(({ name, correlationKey, messageId }) => [name, correlationKey, messageId]),
    [['later', 'k', 'one']],
  );
  assert.throws(() => engine.updateJobRetries('4711', 1), /NOT_FOUND/);
});

test('next resolves with the first event that passes the test and narrows its type', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: task() });
  const isJob = (event: EngineEvent): event is Extract<EngineEvent, { kind: 'job:activatable' }> =>
    event.kind === 'job:activatable';
  const next = engine.next(isJob);
  engine.createInstance({ bpmnProcessId: 'p' });
  engine.createInstance({ bpmnProcessId: 'p' });
  const { job } = await next;
  assert.equal(job.key, engine.jobs()[0]?.key);
});

test('a signal ends the wait, even if it was aborted before', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: task() });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const controller = new AbortController();
  const waits = [engine.next(() => false, controller), engine.ended(processInstanceKey, controller)];
  controller.abort(new Error('enough'));
  for (const wait of waits) await assert.rejects(wait, /enough/);
  await assert.rejects(
    engine.next(() => true, { signal: AbortSignal.abort(new Error('too late')) }),
    /too late/,
  );
});

test('a test that throws rejects only its own wait', async (t) => {
  const engine = await startEngine(t);
  const next = engine.next(() => {
    throw new Error('bad test');
  });
  await engine.deploy({ name: 'p.bpmn', content: task() });
  await assert.rejects(next, /bad test/);
});

test('listeners receive events in order, can run commands, and cannot disturb the engine', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: process('p', ...chain(start(), end())) });
  const kinds: string[] = [];
  let created = 0;
  engine.on(() => {
    throw new Error('a listener of no use');
  });
  engine.on((event) => {
    if (event.kind === 'instance:completed' && created < 3) {
      created += 1;
      engine.createInstance({ bpmnProcessId: 'p' });
    }
  });
  const leave = engine.on((event) => {
    if (event.kind.startsWith('instance:')) kinds.push(event.kind);
  });
  engine.createInstance({ bpmnProcessId: 'p' });
  assert.deepEqual(kinds, Array.from({ length: 4 }, () => ['instance:created', 'instance:completed']).flat());
  leave();
  engine.createInstance({ bpmnProcessId: 'p' });
  assert.equal(kinds.length, 8);
});

test('with the system clock, a timer fires by itself', async (t) => {
  const engine = await startEngine(t);
  const content = process('p', ...chain(start(), catchEvent('sleep', { duration: 'PT0.05S' }), end()));
  await engine.deploy({ name: 'p.bpmn', content });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  assert.equal(engine.instance(processInstanceKey)?.state, 'ACTIVE');
  assert.equal((await engine.ended(processInstanceKey)).state, 'COMPLETED');
});

test('engines that share a test clock share the time', async (t) => {
  const clock = createTestClock();
  const engines = [await startEngine(t, { clock }), await startEngine(t, { clock })];
  for (const engine of engines) {
    await engine.deploy({ name: 'p.bpmn', content: sleeping });
    engine.createInstance({ bpmnProcessId: 'p' });
  }
  clock.advance(19_999);
  assert.deepEqual(
    engines.map((engine) => engine.instances()[0]?.state),
    ['ACTIVE', 'ACTIVE'],
  );
  clock.advance(1);
  assert.deepEqual(
    engines.map((engine) => engine.instances()[0]?.state),
    ['COMPLETED', 'COMPLETED'],
  );
});

test('a stopped engine can be inspected and rejects commands', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: task() });
  engine.createInstance({ bpmnProcessId: 'p' });
  const pending = engine.next(() => false);
  await engine.stop();
  await engine.stop();
  assert.equal(engine.instances().length, 1);
  assert.throws(() => engine.createInstance({ bpmnProcessId: 'p' }), /stopped/);
  await assert.rejects(pending, /stopped/);
});

test('an engine continues from the snapshot of another one', async (t) => {
  const clock = createTestClock();
  const first = await startEngine(t, { clock, port: await freePort() });
  await first.deploy({ name: 'p.bpmn', content: sleeping });
  await first.deploy({ name: 'q.bpmn', content: task('q') });
  const sleeper = first.createInstance({ bpmnProcessId: 'p', variables: { big: 9007199254740993n } });
  const worker = first.createInstance({ bpmnProcessId: 'q' });
  await first.stop();
  const snapshot = JSON.parse(JSON.stringify(first.snapshot()));

  const second = await startEngine(t, { clock, snapshot, port: first.port });
  assert.equal(second.port, first.port);
  assert.deepEqual(second.instance(sleeper.processInstanceKey)?.variables, { big: 9007199254740993n });
  const [job] = await connect(t, second.address).poll('a');
  assert.equal(job?.processInstanceKey, worker.processInstanceKey);
  clock.advance(20_000);
  assert.equal(second.instance(sleeper.processInstanceKey)?.state, 'COMPLETED');
  const later = await second.deploy({ name: 'q.bpmn', content: task('q') });
  assert.equal(later.processes[0]?.version, 1);
  assert.equal(first.instance(sleeper.processInstanceKey)?.state, 'ACTIVE');
});

test('timers that fell due while no engine was running fire at the start', async (t) => {
  const clock = createTestClock();
  const first = await startEngine(t, { clock });
  await first.deploy({ name: 'p.bpmn', content: sleeping });
  const { processInstanceKey } = first.createInstance({ bpmnProcessId: 'p' });
  await first.stop();
  clock.advance(60_000);
  const second = await startEngine(t, { clock, snapshot: first.snapshot() });
  assert.equal((await second.ended(processInstanceKey)).state, 'COMPLETED');
});

const officialWebhook = (id: string): string =>
  process(id, ...chain(start(), catchEvent('hook', { message: 'uuid' }), end())).replace(
    /(<bpmn:intermediateCatchEvent id="hook"[^>]*>)(?:<bpmn:extensionElements>)?/,
    '$1<bpmn:extensionElements><zeebe:properties><zeebe:property name="inbound.type" value="io.camunda:webhook:1"/></zeebe:properties></bpmn:extensionElements>',
  );

test('an element of an official inbound connector is deployed with a warning, once', async (t) => {
  const warnings: string[] = [];
  const engine = await createEngine({ warn: (text) => warnings.push(text) });
  t.after(() => engine.stop());
  const xml = officialWebhook('order');
  assert.match(xml, /inbound\.type/);
  await engine.deploy({ name: 'order.bpmn', content: xml });
  await engine.deploy({ name: 'order.bpmn', content: `${xml}\n` });
  assert.deepEqual(warnings, [
    'order.bpmn: nobody serves the official inbound connector "io.camunda:webhook:1" of the element hook (process order), so nothing ' +
      'starts it or publishes its message. Fix: publish the message yourself, or use an inbound connector of camunda-connectors.',
  ]);
  await engine.deploy({ name: 'plain.bpmn', content: task('plain') });
  assert.equal(warnings.length, 1);
  const resources = [{ name: 'other.bpmn', content: Buffer.from(officialWebhook('other')) }];
  await connect(t, engine.address).call('DeployResource', { resources });
  assert.match(warnings[1] ?? '', /^other\.bpmn: nobody serves/);
});

test('without a function, the warning is one of the process', async (t) => {
  const engine = await startEngine(t);
  const warned = once(globalThis.process, 'warning');
  await engine.deploy({ name: 'order.bpmn', content: officialWebhook('order') });
  const [warning] = (await warned) as [Error & { code?: string }];
  assert.deepEqual([warning.name, warning.code], ['EngineWarning', 'CAMUNDA_UNSERVED_INBOUND']);
});
