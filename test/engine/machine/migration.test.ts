import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  eventSubProcess,
  flow,
  other,
  type Part,
  parallelGateway,
  path,
  process,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { checkFold, createFold, foldEvent } from './event-fold.ts';
import { restored } from './restored.ts';
import { createRig, p, type Rig, rejected } from './support.ts';

/** A rig with an instance of the first definition, and the key of the second one. */
const setUp = async (source: string, target: string, variables = {}) => {
  const rig = createRig();
  await rig.deploy(source);
  const key = rig.create(variables);
  const { processes } = await rig.deploy(target);
  return { rig, key, target: processes[0]!.processDefinitionKey };
};

const plan = (targetProcessDefinitionKey: string, mapping: Readonly<Record<string, string>>) => ({
  targetProcessDefinitionKey,
  mappingInstructions: Object.entries(mapping).map(([sourceElementId, targetElementId]) => ({
    sourceElementId,
    targetElementId,
  })),
});

/** The rejection of a migration, which has changed nothing. */
const refusal = (rig: Rig, key: string, migration: ReturnType<typeof plan>) => {
  const look = () => JSON.stringify(rig.machine.snapshot().state).replace(/"lastKey":\d+/, '');
  const before = look();
  const rejection = rejected(() => rig.machine.migrateInstance(key, migration));
  assert.equal(rejection.intent, 'MIGRATE');
  assert.equal(look(), before);
  return rejection;
};

const two = (version: string, ids = ['a', 'b']): string =>
  p(...chain(start(), ...ids.map((id) => serviceTask(id, { type: id, headers: { version } })), end()));

describe('case 124: a migration', () => {
  test('keeps the job with its key and headers; the next task is that of the target', async () => {
    const { rig, key, target } = await setUp(two('1'), two('2', ['x', 'b']));
    const job = rig.job('a');
    rig.machine.migrateInstance(key, plan(target, { a: 'x' }));
    assert.ok(
      rig.events.some((event) => event.kind === 'instance:migrated' && event.instance.version === 2),
      'there is an event',
    );
    for (const each of [rig, await restored(rig)]) {
      const [migrated] = each.machine.jobs();
      assert.equal(migrated?.key, job.key);
      assert.deepEqual(
        [migrated?.headers, migrated?.elementId, migrated?.processDefinitionVersion, migrated?.processDefinitionKey],
        [{ version: '1' }, 'x', 2, target],
      );
      each.machine.completeJob(job.key, {});
      const next = each.job('b');
      assert.deepEqual(next.headers, { version: '2' });
      each.machine.completeJob(next.key, {});
      assert.equal(each.state(key), 'COMPLETED');
    }
  });

  test('is refused without a mapping of an active element', async () => {
    const { rig, key, target } = await setUp(two('1'), two('2'));
    const rejection = refusal(rig, key, plan(target, { b: 'b' }));
    assert.equal(rejection.code, 'INVALID_STATE');
    assert.match(rejection.reason, /no mapping instruction defined for active element with id 'a'/);
  });

  test('goes to a definition of another process', async () => {
    const target = process(
      'q',
      ...chain(start(), serviceTask('c', { type: 'c' }), serviceTask('d', { type: 'd' }), end()),
    );
    const { rig, key, target: targetKey } = await setUp(two('1'), target);
    rig.machine.migrateInstance(key, plan(targetKey, { a: 'c' }));
    assert.equal(rig.machine.instance(key)?.bpmnProcessId, 'q');
    rig.complete('a');
    rig.complete('d');
    assert.equal(rig.state(key), 'COMPLETED');
  });

  test('moves an incident along; resolving it uses the target', async () => {
    const broken = p(...chain(start(), serviceTask('a', { type: '=missing' }), end()));
    const { rig, key, target } = await setUp(broken, two('2'));
    rig.machine.migrateInstance(key, plan(target, { a: 'a' }));
    rig.machine.resolveIncident(rig.incident().key);
    assert.equal(rig.jobs('a').length, 1);
  });
});

describe('case 440: a migration is refused', () => {
  const loop = (sequential: boolean): string =>
    `<bpmn:multiInstanceLoopCharacteristics${sequential ? ' isSequential="true"' : ''}><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1, 2]"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;
  const only = (part: Part): string => p(...chain(start(), part, end()));
  const native = only(other('userTask', 'a', { extensions: '<zeebe:userTask/>' }));
  const byJob = only(other('userTask', 'a'));
  const service = only(serviceTask('a', { type: 'a' }));
  const send = only(other('sendTask', 'a', { extensions: '<zeebe:taskDefinition type="a"/>' }));
  const inner = only(subProcess('s', {}, ...chain(start('s1'), serviceTask('a', { type: 'a' }), end('e1'))));
  const cases: readonly (readonly [what: string, source: string, target: string, ids: object, reason: RegExp])[] = [
    [
      'from a user task with a job to a native one',
      byJob,
      native,
      { a: 'a' },
      /different implementation: jobUserTask became userTask/,
    ],
    [
      'from a service task to a user task',
      service,
      native,
      { a: 'a' },
      /different type: SERVICE_TASK became USER_TASK/,
    ],
    ['from a service task to a send task', service, send, { a: 'a' }, /different type: SERVICE_TASK became SEND_TASK/],
    ['into another scope', service, inner, { a: 'a' }, /flow scope of active element with id 'a' is changed/],
    ['out of its scope', inner, service, { a: 'a', s: 'a' }, /different type/],
    [
      'from sequential to parallel',
      only(serviceTask('a', { type: 'a', content: loop(true) })),
      only(serviceTask('a', { type: 'a', content: loop(false) })),
      { a: 'a' },
      /one is sequential/,
    ],
    [
      'to a multi-instance activity',
      service,
      only(serviceTask('a', { type: 'a', content: loop(false) })),
      { a: 'a' },
      /only one is a multi/,
    ],
  ];
  for (const [what, source, target, ids, reason] of cases) {
    test(what, async () => {
      const { rig, key, target: targetKey } = await setUp(source, target);
      const rejection = refusal(rig, key, plan(targetKey, ids as Readonly<Record<string, string>>));
      assert.equal(rejection.code, 'INVALID_STATE');
      assert.match(rejection.reason, reason);
    });
  }

  test('with unknown ids, a source twice, an unknown instance or definition', async () => {
    const { rig, key, target } = await setUp(two('1'), two('2'));
    const migration = plan(target, { a: 'a' });
    const [instruction] = migration.mappingInstructions;
    const twice = { ...migration, mappingInstructions: [instruction!, instruction!] };
    const wrong: readonly (readonly [ReturnType<typeof plan>, RegExp])[] = [
      [plan(target, { a: 'nope' }), /non-existing target element id 'nope'/],
      [plan(target, { nope: 'a', a: 'a' }), /non-existing source element id 'nope'/],
      [twice, /duplicate source element ids '\[a\]'/],
    ];
    for (const [each, reason] of wrong) {
      const rejection = refusal(rig, key, each);
      assert.equal(rejection.code, 'INVALID_ARGUMENT');
      assert.match(rejection.reason, reason);
    }
    assert.equal(refusal(rig, key, plan('1', { a: 'a' })).code, 'NOT_FOUND');
    assert.equal(refusal(rig, '1', migration).code, 'NOT_FOUND');
  });

  test('while a token waits at a join', async () => {
    const joined = p(
      start(),
      parallelGateway('f'),
      serviceTask('a', { type: 'a' }),
      serviceTask('b', { type: 'b' }),
      parallelGateway('j'),
      end(),
      ...path('start', 'f', 'a', 'j', 'end'),
      flow('f', 'b'),
      flow('b', 'j'),
    );
    const { rig, key, target } = await setUp(joined, joined.replace('type="a"', 'type="c"'));
    rig.complete('a');
    const rejection = refusal(rig, key, plan(target, { b: 'b' }));
    assert.equal(rejection.code, 'INVALID_STATE');
    assert.match(rejection.reason, /tokens wait at a gateway/);
  });

  test('if an event of the target cannot be evaluated', async () => {
    const target = p(
      ...chain(start(), serviceTask('a', { type: 'a' }), end()),
      boundary('m', 'a', { message: 'm' }),
      flow('m', 'end'),
    );
    const { rig, key, target: targetKey } = await setUp(two('1'), target);
    const rejection = refusal(rig, key, plan(targetKey, { a: 'a' }));
    assert.equal(rejection.code, 'INVALID_STATE');
    assert.match(rejection.reason, /event of the target/);
  });
});

describe('case 440: the events of an active element', () => {
  const timed = (duration: string, id = 't'): string =>
    p(
      ...chain(start(), serviceTask('a', { type: 'a' }), end()),
      boundary(id, 'a', { duration, interrupting: false }),
      end('late'),
      flow(id, 'late'),
    );

  test('a mapped timer keeps its due time, an unmapped one begins anew', async () => {
    for (const [mapping, due] of [
      [{ a: 'a', t: 'u' }, 10_000],
      [{ a: 'a' }, 24_000],
    ] as const) {
      const { rig, key, target } = await setUp(timed('PT10S'), timed('PT20S', 'u'));
      const from = rig.now();
      rig.pass(4_000);
      rig.machine.migrateInstance(key, plan(target, mapping));
      for (const each of [rig, await restored(rig)]) assert.equal(each.machine.nextDue(), from + due);
      rig.pass(due - 4_001);
      assert.equal(rig.count('late'), 0);
      rig.pass(1);
      assert.equal(rig.count('late'), 1);
    }
  });

  const messaged = (id: string, name: string, processId = 'p'): string =>
    process(
      processId,
      ...chain(start(), catchEvent(id, { message: { name, correlationKey: '=k' } }), end()),
      eventSubProcess(
        `sub_${id}`,
        {},
        ...chain(start(`s_${id}`, { message: { name: `${name}2`, correlationKey: '=k' } }), end(`e_${id}`)),
      ),
    );

  test('a mapped message event keeps its name and key, also in another process', async () => {
    const { rig, key, target } = await setUp(messaged('m', 'old'), messaged('n', 'new', 'q'), { k: 'K' });
    rig.machine.migrateInstance(key, plan(target, { m: 'n', s_m: 's_n' }));
    rig.publish('new', 'K');
    rig.publish('new2', 'K');
    assert.equal(rig.state(key), 'ACTIVE');
    const other = await restored(rig);
    other.publish('old2', 'K');
    assert.equal(other.count('e_n'), 1);
    assert.equal(other.state(key), 'COMPLETED');
    rig.publish('old', 'K');
    assert.equal(rig.state(key), 'COMPLETED');
  });

  test('an unmapped event is not waited for any more, and that of the target is', async () => {
    const { rig, key, target } = await setUp(messaged('m', 'old'), messaged('n', 'new'), { k: 'K' });
    rig.machine.migrateInstance(key, plan(target, { m: 'n' }));
    rig.publish('old2', 'K');
    assert.equal(rig.state(key), 'ACTIVE');
    rig.publish('new2', 'K');
    assert.equal(rig.count('e_n'), 1);
  });

  test('those behind an event-based gateway are mapped one by one', async () => {
    const choice = (name: string, duration: string): string =>
      p(
        start(),
        eventBasedGateway('g'),
        catchEvent('m', { message: { name, correlationKey: '=k' } }),
        catchEvent('t', { duration }),
        end(),
        ...path('start', 'g', 'm', 'end'),
        ...path('g', 't', 'end'),
      );
    const { rig, key, target } = await setUp(choice('old', 'PT10S'), choice('new', 'PT20S'), { k: 'K' });
    const from = rig.now();
    rig.machine.migrateInstance(key, plan(target, { g: 'g', m: 'm' }));
    assert.equal(rig.machine.nextDue(), from + 20_000);
    rig.publish('new', 'K');
    assert.equal(rig.state(key), 'ACTIVE');
    rig.publish('old', 'K');
    assert.equal(rig.state(key), 'COMPLETED');
  });

  test('two of them, or one of another type, cannot become the same one', async () => {
    const source = p(
      ...chain(start(), serviceTask('a', { type: 'a' }), end()),
      boundary('t', 'a', { duration: 'PT1S', interrupting: false }),
      boundary('u', 'a', { duration: 'PT2S', interrupting: false }),
      boundary('m', 'a', { message: { name: 'm', correlationKey: '=k' } }),
      ...path('t', 'end'),
      ...path('u', 'end'),
      ...path('m', 'end'),
    );
    const { rig, key, target } = await setUp(source, timed('PT5S'), { k: 'K' });
    assert.match(refusal(rig, key, plan(target, { a: 'a', t: 't', u: 't' })).reason, /mapped to the same one, 't'/);
    assert.match(refusal(rig, key, plan(target, { a: 'a', m: 't' })).reason, /not of the same type/);
  });
});

test('a message that started the instance still locks its correlation key, in the other process', async () => {
  const started = (id: string): string =>
    process(id, ...chain(start('start', { message: 'go' }), serviceTask('a', { type: 'a' }), end()));
  const rig = createRig();
  await rig.deploy(started('p'));
  rig.publish('go', 'K');
  const [key] = rig.created();
  const { processes } = await rig.deploy(started('q'));
  rig.machine.migrateInstance(key!, plan(processes[0]!.processDefinitionKey, { a: 'a' }));
  for (const each of [rig, await restored(rig)]) {
    each.publish('go', 'K');
    const ids = each.machine.instances().map(({ bpmnProcessId }) => bpmnProcessId);
    assert.deepEqual(ids, ['q', 'p']);
    each.complete('a');
    assert.equal(each.state(key!), 'COMPLETED');
  }
});

test('a page that follows the events sees what waits after a migration', async () => {
  const waiting = (suffix: string): string =>
    p(
      ...chain(start(), serviceTask(`task${suffix}`, { type: 't' }), end()),
      boundary(`told${suffix}`, `task${suffix}`, { message: 'm' }),
      boundary(`late${suffix}`, `task${suffix}`, { duration: 'PT1H' }),
      ...path(`told${suffix}`, 'end'),
      ...path(`late${suffix}`, 'end'),
    );
  const { rig, key, target } = await setUp(waiting('1'), waiting('2'), { key: 'k' });
  rig.machine.migrateInstance(key, plan(target, { task1: 'task2', told1: 'told2', late1: 'late2' }));
  const fold = createFold();
  for (const event of rig.events) foldEvent(fold, event);
  checkFold(rig.machine, fold);
  assert.deepEqual(
    [...rig.machine.subscriptions(key), ...rig.machine.timers(key)].map(({ elementId }) => elementId),
    ['told2', 'late2'],
  );
});
