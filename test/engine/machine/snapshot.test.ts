import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from '../../../src/engine/machine/index.ts';
import type { CompiledResource, MachineSnapshot } from '../../../src/engine/machine/types.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  file,
  flow,
  parallelGateway,
  path,
  process,
  processPart,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, noon, p, type Rig, rejected, rigWith, wish } from './support.ts';

/** A snapshot after it was written to a file and read again. */
const written = (snapshot: MachineSnapshot): MachineSnapshot => JSON.parse(JSON.stringify(snapshot));

const recompile = (snapshot: MachineSnapshot): Promise<readonly CompiledResource[]> =>
  Promise.all(
    snapshot.resources.map(({ name, base64 }) => compile(Buffer.from(base64, 'base64').toString('utf8'), name)),
  );

const restored = async (rig: Rig): Promise<Rig> => {
  const snapshot = written(rig.machine.snapshot());
  return createRig({ snapshot, resources: await recompile(snapshot) }, rig.now());
};

const many = file(
  processPart(
    'p',
    {},
    start(),
    parallelGateway('fork'),
    subProcess('sub', { inputs: { x: '=1' } }, ...chain(start('s'), serviceTask('task', { type: 'a' }), end('e'))),
    boundary('tick', 'sub', { cycle: 'R/PT10S', interrupting: false }),
    catchEvent('wait', { message: 'm' }),
    serviceTask('failing', { type: 'b' }),
    boundary('caught', 'failing', { error: 'E' }),
    parallelGateway('join'),
    end(),
    end('ticked'),
    ...path('start', 'fork', 'sub', 'join', 'end'),
    ...path('fork', 'wait', 'join'),
    ...path('fork', 'failing', 'join'),
    ...path('caught', 'end'),
    ...path('tick', 'ticked'),
  ),
  processPart('started', {}, ...chain(start('by', { message: 'go' }), serviceTask('t', { type: 'c' }), end('z'))),
  processPart('timed', {}, ...chain(start('at', { cycle: 'R3/PT1M' }), serviceTask('u', { type: 'd' }), end('y'))),
);

/** A state with everything: jobs in all states, incidents, timers, buffered messages, locks, ended instances. */
const busy = async (): Promise<Rig> => {
  const rig = await rigWith(many);
  await rig.deploy(p(...chain(start(), serviceTask('new', { type: 'n' }), end())));
  const old = { bpmnProcessId: 'p', version: 1 };
  for (const key of ['1', '2', '3', '4']) rig.machine.createInstance({ ...old, variables: { key, big: 2n ** 60n } });
  rig.job('a');
  rig.complete('b');
  rig.machine.failJob(rig.job('b').key, {
    retries: 0,
    errorMessage: 'bigint:1',
    backoff: 0,
    variables: { text: 'text:x' },
  });
  rig.machine.failJob(rig.job('b').key, { retries: 2, errorMessage: '', backoff: 30_000, variables: {} });
  rig.publish('m', '1', { timeToLive: 100_000, messageId: 'id', variables: { n: 5n } });
  rig.publish('m', '9', { timeToLive: 40_000 });
  rig.publish('go', 'k', { timeToLive: 500_000 });
  rig.publish('go', 'k', { timeToLive: 500_000, variables: { second: true } });
  rig.machine.cancelInstance(rig.created()[3]!);
  rig.pass(15_000);
  return rig;
};

/** Continues everything that waits. */
const continueAll = (rig: Rig): void => {
  rig.pass(10_000);
  rig.machine.updateJobRetries(rig.incident().jobKey, 1);
  rig.machine.resolveIncident(rig.incident().key);
  for (const type of ['a', 'b', 'c', 'd']) {
    for (const job of rig.jobs(type)) rig.machine.completeJob(job.key, { done: type });
  }
  for (const key of ['1', '2', '3']) rig.publish('m', key);
  rig.pass(600_000);
  for (const type of ['a', 'b', 'c']) for (const job of rig.jobs(type)) rig.machine.completeJob(job.key, {});
};

test('a restored machine has the same state and continues in the same way', async () => {
  const rig = await busy();
  const copy = await restored(rig);
  assert.deepEqual(copy.machine.snapshot(), rig.machine.snapshot());
  for (const look of ['instances', 'jobs', 'incidents', 'messages'] as const) {
    assert.deepEqual(copy.machine[look](), rig.machine[look]());
  }
  assert.equal(rig.machine.instances().length, 5);
  assert.equal(rig.machine.nextDue(), copy.machine.nextDue());
  rig.events.length = 0;
  continueAll(rig);
  continueAll(copy);
  assert.deepEqual(copy.events, rig.events);
  assert.deepEqual(copy.machine.snapshot(), rig.machine.snapshot());
  assert.ok(rig.events.filter(({ kind }) => kind === 'instance:completed').length >= 4);
});

test('bigint values are restored, and text that looks like one stays text', async () => {
  const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 'a' }), end())));
  const variables = { big: -(2n ** 62n), like: 'bigint:5', text: 'text:bigint:5', list: [1n, ['bigint:']] };
  const key = rig.create(variables);
  assert.doesNotThrow(() => JSON.stringify(rig.machine.snapshot()));
  const copy = await restored(rig);
  assert.deepEqual(copy.root(key), variables);
  assert.throws(() => {
    (copy.job('a').variables.list as unknown[]).push(1);
  }, TypeError);
});

test('the order in which processes receive a message is restored', async () => {
  const waiting = (id: string): string => process(id, ...chain(start(), catchEvent('w', { message: 'm' }), end()));
  const rig = await rigWith(waiting('p'), waiting('q'));
  const gone = rig.create({ key: 'k' });
  rig.create({ key: 'k' }, 'q');
  rig.create({ key: 'k' });
  // The group of `p` is older, but its remaining subscription is younger than that of `q`.
  rig.machine.cancelInstance(gone);
  const copy = await restored(rig);
  rig.events.length = 0;
  rig.publish('m', 'k');
  copy.publish('m', 'k');
  assert.deepEqual(copy.events, rig.events);
  assert.equal(rig.events.filter(({ kind }) => kind === 'message:correlated').length, 2);
});

for (const id of ['second', 'constructor', '__proto__']) {
  test(`tokens in joins are restored, with the flow id ${id}`, async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        serviceTask('one', { type: 'a' }),
        serviceTask('two', { type: 'b' }),
        parallelGateway('join'),
        end(),
        ...path('start', 'fork', 'one'),
        flow('one', 'join', { id }),
        ...path('fork', 'two', 'join', 'end'),
      ),
    );
    const key = rig.create();
    rig.complete('a');
    const copy = await restored(rig);
    assert.deepEqual(
      [rig, copy].map((each) => each.state(key)),
      ['ACTIVE', 'ACTIVE'],
    );
    for (const each of [rig, copy]) each.complete('b');
    assert.deepEqual(
      [rig, copy].map((each) => each.state(key)),
      ['COMPLETED', 'COMPLETED'],
    );
  });
}

test('items that are never due are restored', async () => {
  const rig = createRig();
  rig.publish('m', 'k', { timeToLive: Number.POSITIVE_INFINITY });
  const copy = await restored(rig);
  assert.deepEqual(copy.machine.snapshot(), rig.machine.snapshot());
  assert.equal(copy.machine.messages().length, 1);
});

test('ended instances are dropped in the order of their ends, even in a restored machine', async () => {
  const resource = await compile(p(...chain(start(), end())));
  const options = { now: () => noon, keepEnded: 3 };
  const machine = createMachine(options);
  machine.deploy([resource]);
  const runThrough = (): string => machine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const keys = [runThrough(), runThrough(), runThrough(), runThrough()];
  const copy = createMachine(options, { snapshot: written(machine.snapshot()), resources: [resource] });
  keys.push(copy.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
  assert.deepEqual(
    keys.filter((key) => copy.instance(key) !== undefined),
    keys.slice(-3),
  );
});

test('items that fell due before the restoration are fired when the machine advances', async () => {
  const rig = await rigWith(p(...chain(start(), catchEvent('wait', { duration: 'PT1M' }), end())));
  const key = rig.create();
  const snapshot = written(rig.machine.snapshot());
  const copy = createRig({ snapshot, resources: await recompile(snapshot) }, noon + 3_600_000);
  assert.equal(copy.state(key), 'ACTIVE');
  copy.machine.advance();
  assert.equal(copy.state(key), 'COMPLETED');
});

test('deployed files are restored', async () => {
  const xml = p(...chain(start(), end()));
  const rig = await rigWith(xml);
  const copy = await restored(rig);
  assert.equal((await copy.deploy(xml)).processes[0]?.version, 1);
});

test('an unsuitable snapshot is rejected with the reason', async () => {
  const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 'a' }), end())));
  rig.create();
  const snapshot = rig.machine.snapshot();
  const other = await compile(p(...chain(start(), end())));
  const renamed = await compile(file(processPart('q', {}, ...chain(start(), end()))));
  const table = [
    [{ snapshot: { ...snapshot, format: 2 as never }, resources: [other] }, /format/],
    [{ snapshot, resources: [] }, /0 of its 1 resources were compiled/],
    [{ snapshot, resources: [renamed] }, /process 'p'/],
    [{ snapshot, resources: [other] }, /element 'task'/],
  ] as const;
  for (const [from, text] of table) {
    const { code, intent, reason } = rejected(() => createMachine({ now: () => 0 }, from));
    assert.deepEqual([code, intent], ['INVALID_ARGUMENT', 'RESTORE']);
    assert.match(reason, text);
  }
});

test('no snapshot can be taken while a command is running', async () => {
  let refused = 0;
  const machine = createMachine({
    now: () => 0,
    onEvent: () => {
      assert.equal(rejected(() => machine.snapshot()).code, 'INVALID_STATE');
      refused++;
    },
  });
  machine.deploy([await compile(p(...chain(start(), end())))]);
  assert.equal(refused, 1);
  machine.snapshot();
});

test('a listener can run commands, whose steps follow the queued ones', async () => {
  const done: string[] = [];
  const machine = createMachine({
    now: () => 0,
    onEvent: (event) => {
      if (event.kind === 'job:activatable') {
        const job = machine.activateJob(event.job.key, wish);
        if (job !== undefined) machine.completeJob(job.key, {});
      }
      if (event.kind === 'instance:completed') done.push(event.instance.key);
    },
  });
  machine.deploy([await compile(p(...chain(start(), serviceTask('task', { type: 'a' }), end())))]);
  const { processInstanceKey } = machine.createInstance({ bpmnProcessId: 'p' });
  assert.deepEqual(done, [processInstanceKey]);
});

test('an error of a listener does not affect instances and is thrown after the command', async () => {
  let broken = false;
  const machine = createMachine({
    now: () => 0,
    onEvent: () => {
      if (broken) throw new Error('listener');
    },
  });
  machine.deploy([await compile(p(...chain(start(), serviceTask('task', { type: 'a' }), end())))]);
  broken = true;
  assert.throws(() => machine.createInstance({ bpmnProcessId: 'p' }), /^Error: listener$/);
  broken = false;
  machine.completeJob(machine.jobs()[0]!.key, {});
  assert.deepEqual([machine.instances()[0]?.state, machine.incidents()], ['COMPLETED', []]);
});

test('a snapshot of an older version has no time, no random state and no lost messages', async () => {
  const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 't', inputs: { id: '=uuid()' } }), end())));
  rig.publish('m', '1');
  rig.publish('m', '2', { timeToLive: 60_000 });
  const { time, ...snapshot } = written(rig.machine.snapshot());
  assert.equal(time, noon);
  const state = snapshot.state as { random?: unknown; lost?: unknown; messages: { publishedAt?: unknown }[] };
  delete state.random;
  delete state.lost;
  for (const message of state.messages) delete message.publishedAt;
  const copy = createRig({ snapshot, resources: await recompile(snapshot) }, rig.now());
  assert.deepEqual([copy.machine.lostMessages(), copy.machine.messages().length], [[], 1]);
  assert.match(String(copy.machine.elements(copy.create())[0]?.variables.id), /^[0-9a-f-]{36}$/);
});
