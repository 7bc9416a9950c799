import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catchEvent, chain, end, file, processPart, serviceTask, start } from '../support/bpmn.ts';
import { compile, createRig, p, rejected, rejectionOf, rigWith } from './support.ts';

const simple = (type = 'a', id = 'p'): string =>
  file(processPart(id, {}, ...chain(start(), serviceTask('task', { type }), end())));

test('case 5: keys begin with the first one of partition 1 and increase', async () => {
  const rig = createRig();
  const { deploymentKey, processes } = await rig.deploy(simple());
  const keys = [deploymentKey, processes[0]!.processDefinitionKey, rig.create(), rig.job('a').key];
  assert.equal(deploymentKey, '2251799813685249');
  assert.deepEqual([...new Set(keys)].sort(), keys);
});

test('case 9: the first deployment gives version 1 with id, resource name and key', async () => {
  const { deploymentKey, processes } = await createRig().deploy(simple());
  assert.equal(processes.length, 1);
  const [process] = processes;
  assert.deepEqual(
    { ...process, processDefinitionKey: '' },
    { bpmnProcessId: 'p', version: 1, resourceName: 'p.bpmn', processDefinitionKey: '' },
  );
  assert.notEqual(process?.processDefinitionKey, deploymentKey);
});

test('case 10: the same content under the same name gives the same version with a new deployment key', async () => {
  const rig = createRig();
  const first = await rig.deploy(simple());
  const second = await rig.deploy(simple());
  assert.deepEqual(second.processes, first.processes);
  assert.notEqual(second.deploymentKey, first.deploymentKey);
  assert.equal(rig.events.filter(({ kind }) => kind === 'process:deployed').length, 1);
});

test('case 11: another name gives version 2, the first name again version 3', async () => {
  const rig = createRig();
  const versions: (number | undefined)[] = [];
  for (const name of ['a.bpmn', 'b.bpmn', 'a.bpmn']) {
    versions.push((await rig.deploy(await compile(simple(), name))).processes[0]?.version);
  }
  assert.deepEqual(versions, [1, 2, 3]);
});

test('case 12: a changed file gives the next version; running instances keep their version', async () => {
  const rig = await rigWith(simple('old'));
  const before = rig.create();
  await rig.deploy(simple('new'));
  rig.create();
  rig.machine.createInstance({ bpmnProcessId: 'p', version: 1 });
  rig.machine.createInstance({ bpmnProcessId: 'p', version: -1 });
  assert.deepEqual([rig.jobs('old').length, rig.jobs('new').length], [2, 2]);
  assert.equal(rig.machine.instance(before)?.version, 1);
});

test('case 13: a deployment with one rejected file deploys nothing', async () => {
  const rig = createRig();
  const bad = await compile(file(processPart('q', {}, ...chain(start('s', { message: '=1 + 1' }), end()))), 'bad.bpmn');
  const good = await compile(simple(), 'good.bpmn');
  const { code, reason } = rejected(() => rig.machine.deploy([good, bad]));
  assert.equal(code, 'INVALID_ARGUMENT');
  assert.match(reason, /'bad\.bpmn':\n- Element: s\n {4}- ERROR: .*'STRING'.*'NUMBER'/);
  assert.doesNotMatch(reason, /good/);
  assert.equal(
    rejectionOf(() => rig.create()),
    'NOT_FOUND',
  );
});

test('case 14: a deployment without resources is rejected', () => {
  const { code, intent } = rejected(() => createRig().machine.deploy([]));
  assert.deepEqual([code, intent], ['INVALID_ARGUMENT', 'CREATE']);
});

test('case 16: each executable process of a file is deployed', async () => {
  const two = file(
    processPart('one', {}, ...chain(start('s1'), end('e1'))),
    processPart('two', {}, ...chain(start('s2'), end('e2'))),
    processPart('no', { executable: false }, ...chain(start('s3'), end('e3'))),
  );
  const { processes } = await createRig().deploy(two);
  assert.deepEqual(
    processes.map(({ bpmnProcessId, version }) => [bpmnProcessId, version]),
    [
      ['one', 1],
      ['two', 1],
    ],
  );
});

test('case 17: a process id that is used twice in a deployment is rejected with both file names', async () => {
  const rig = createRig();
  const resources = [await compile(simple('a'), 'one.bpmn'), await compile(simple('b'), 'two.bpmn')];
  const { code, reason } = rejected(() => rig.machine.deploy(resources));
  assert.equal(code, 'INVALID_ARGUMENT');
  assert.match(reason, /'two\.bpmn'/);
  assert.match(reason, /one\.bpmn/);
});

test('case 23: if one file of a deployment changes, all its processes get new versions; without a change, none does', async () => {
  const rig = createRig();
  const a = await compile(simple('a', 'a'), 'a.bpmn');
  const b = await compile(simple('b', 'b'), 'b.bpmn');
  const changed = await compile(simple('c', 'b'), 'b.bpmn');
  const versions = (resources: (typeof a)[]): readonly number[] =>
    rig.machine.deploy(resources).processes.map(({ version }) => version);
  assert.deepEqual(versions([a, b]), [1, 1]);
  assert.deepEqual(versions([a, b]), [1, 1]);
  assert.deepEqual(versions([a, changed]), [2, 2]);
});

test('a change in a file with several processes gives all of them a new version', async () => {
  const two = (type: string): string =>
    file(
      processPart('one', {}, ...chain(start('s1'), serviceTask('t1', { type }), end('e1'))),
      processPart('two', {}, ...chain(start('s2'), end('e2'))),
    );
  const rig = await rigWith(two('a'));
  const { processes } = await rig.deploy(two('b'));
  assert.deepEqual(
    processes.map(({ version }) => version),
    [2, 2],
  );
});

test('case 25: the message name of a start event can be an expression without variables', async () => {
  const rig = await rigWith(p(...chain(start('s', { message: '="order-" + "x"' }), end())));
  rig.publish('order-x', '', { variables: { a: 1 } });
  assert.equal(rig.created().length, 1);
  const bad = await compile(p(...chain(start('s', { message: '=null' }), end())), 'bad.bpmn');
  assert.equal(
    rejectionOf(() => rig.machine.deploy([bad])),
    'INVALID_ARGUMENT',
  );
});

test('case 90: a timer start event fires repeatedly; a new version replaces it at once', async () => {
  const timed = (id: string): string => p(...chain(start('s', { cycle: 'R/PT10S' }), catchEvent(id, { message: 'm' })));
  const rig = await rigWith(timed('one'));
  rig.pass(10_000);
  assert.equal(rig.created().length, 1);
  rig.pass(5000);
  await rig.deploy(timed('two'));
  rig.pass(9999);
  assert.equal(rig.created().length, 1);
  rig.pass(1);
  assert.deepEqual(
    rig.created().map((key) => rig.machine.instance(key)?.version),
    [1, 2],
  );
  rig.pass(10_000);
  assert.equal(rig.created().length, 3);
});

test('a timer start event with a date fires once, or at once if the date is in the past', async () => {
  const rig = await rigWith(p(...chain(start('s', { date: '2026-03-18T12:35:00Z' }), end())));
  assert.equal(rig.created().length, 0);
  rig.pass(3_600_000);
  assert.equal(rig.created().length, 1);
  await rig.deploy(file(processPart('q', {}, ...chain(start('s', { date: '2020-01-01T00:00:00Z' }), end()))));
  assert.equal(rig.created().length, 2);
});

test('a cycle that began long ago continues from now, without the repetitions in the past', async () => {
  const rig = await rigWith(p(...chain(start('s', { cycle: 'R/1970-01-01T00:00:00Z/PT1M' }), end())));
  assert.equal(rig.created().length, 0);
  rig.pass(60_000);
  assert.equal(rig.created().length, 1);
});

test('a cycle can begin in the future', async () => {
  const rig = await rigWith(p(...chain(start('s', { cycle: 'R/2026-03-19T00:00:00Z/PT1H' }), end())));
  assert.equal(rig.machine.nextDue(), Date.UTC(2026, 2, 19));
  rig.pass(86_400_000);
  assert.equal(rig.created().length, 13);
});

test('a cycle of months that began long ago keeps its day of the month', async () => {
  const rig = await rigWith(p(...chain(start('s', { cycle: 'R/2020-01-20T10:00:00Z/P1M' }), end())));
  assert.equal(rig.machine.nextDue(), Date.UTC(2026, 2, 20, 10));
});

test('a cycle with a number of repetitions ends; a cycle with zero repetitions never begins', async () => {
  for (const [cycle, expected] of [
    ['R2/PT10S', 2],
    ['R0/PT10S', 0],
  ] as const) {
    const rig = await rigWith(p(...chain(start('s', { cycle }), end())));
    rig.pass(100_000);
    assert.equal(rig.created().length, expected);
    assert.equal(rig.machine.nextDue(), undefined);
  }
});

test('case 429: a version tag that changes makes a new version', async () => {
  const tagged = (tag: string): string =>
    file(processPart('p', { extensions: `<zeebe:versionTag value="${tag}"/>` }, ...chain(start(), end())));
  const rig = createRig();
  const versions = [];
  for (const tag of ['1.0', '1.0', '1.1']) versions.push((await rig.deploy(tagged(tag))).processes[0]?.version);
  assert.deepEqual(versions, [1, 1, 2]);
});
