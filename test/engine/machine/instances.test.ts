import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from '../../../src/engine/machine/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  flow,
  parallelGateway,
  path,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, p, rejected, rejectionOf, rigWith } from './support.ts';

const withTask = p(...chain(start(), serviceTask('task', { type: 'a' }), end()));

test('case 26: an unknown process is not found', async () => {
  const { machine } = await rigWith(withTask);
  const refused = [
    { bpmnProcessId: 'q' },
    { bpmnProcessId: 'p', version: 99 },
    { bpmnProcessId: 'p', version: 0 },
    { processDefinitionKey: '4711' },
    { processDefinitionKey: '2251799813685999' },
  ];
  for (const request of refused) {
    const { code, intent, reason } = rejected(() => machine.createInstance(request));
    assert.deepEqual([code, intent], ['NOT_FOUND', 'CREATE'], JSON.stringify(request));
    assert.match(reason, new RegExp(request.processDefinitionKey ?? `'${request.bpmnProcessId}'`));
  }
  assert.equal(
    rejectionOf(() => machine.createInstance({})),
    'INVALID_ARGUMENT',
  );
  assert.equal(
    rejectionOf(() => machine.createInstance({ bpmnProcessId: '', processDefinitionKey: '0' })),
    'INVALID_ARGUMENT',
  );
  assert.deepEqual(machine.instances(), []);
});

test('case 27: no instance can be created of a process that only a message starts', async () => {
  const rig = await rigWith(p(...chain(start('s', { message: 'm' }), end())));
  assert.equal(
    rejectionOf(() => rig.create()),
    'INVALID_STATE',
  );
});

test('case 28: a definition key selects its version even if there is a newer one', async () => {
  const rig = createRig();
  const { processes } = await rig.deploy(withTask);
  await rig.deploy(p(...chain(start(), end())));
  const { processDefinitionKey } = processes[0]!;
  const created = rig.machine.createInstance({ processDefinitionKey });
  assert.deepEqual([created.version, created.processDefinitionKey], [1, processDefinitionKey]);
  assert.deepEqual(rig.at(created.processInstanceKey), ['task']);
});

test('cases 29 and 30: a completed instance shows the variables of its root scope', async () => {
  const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 'a', inputs: { local: '=1' } }), end())));
  const key = rig.create({ x: 1 });
  rig.complete('a', { y: 2 });
  const completed = rig.events.flatMap((event) => (event.kind === 'instance:completed' ? [event.instance] : []));
  assert.deepEqual(
    completed.map((instance) => [instance.key, instance.state, instance.variables]),
    [[key, 'COMPLETED', { x: 1, y: 2 }]],
  );
  assert.deepEqual(rig.machine.instance(key), completed[0]);
});

test('case 31: an instance waits for its timer and then completes', async () => {
  const rig = await rigWith(p(...chain(start(), catchEvent('wait', { duration: 'PT20S' }), end())));
  const key = rig.create();
  rig.pass(19_999);
  assert.deepEqual([rig.state(key), rig.at(key)], ['ACTIVE', ['wait']]);
  rig.pass(1);
  assert.equal(rig.state(key), 'COMPLETED');
});

test('case 34: a terminate end event completes the instance and removes everything else in it', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      serviceTask('stays', { type: 'a' }),
      serviceTask('ends', { type: 'b' }),
      end('none'),
      end('stop', { terminate: true }),
      ...path('start', 'fork', 'stays', 'none'),
      ...path('fork', 'ends', 'stop'),
    ),
  );
  const key = rig.create({ x: 1 });
  const other = rig.job('a');
  rig.complete('b', { y: 2 });
  assert.equal(rig.state(key), 'COMPLETED');
  assert.deepEqual(rig.root(key), { x: 1, y: 2 });
  assert.equal(
    rejectionOf(() => rig.machine.completeJob(other.key, {})),
    'NOT_FOUND',
  );
  assert.equal(rig.events.filter(({ kind }) => kind === 'instance:completed').length, 1);
  assert.deepEqual(rig.machine.jobs(), []);
});

test('a terminate end event also removes tokens that have not reached a node', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      end('stop', { terminate: true }),
      serviceTask('late', { type: 'a' }),
      parallelGateway('join'),
      end(),
      ...path('start', 'fork', 'stop'),
      ...path('fork', 'late', 'join', 'end'),
      flow('fork', 'join', { id: 'second' }),
    ),
  );
  const key = rig.create();
  assert.equal(rig.state(key), 'COMPLETED');
  assert.deepEqual(rig.machine.jobs(), []);
});

test('case 35: cancelling removes everything and works only once', async () => {
  const rig = await rigWith(
    p(
      start(),
      subProcess('sub', {}, ...chain(start('inner'), serviceTask('task', { type: 'a' }), end('done'))),
      boundary('late', 'sub', { duration: 'PT1H' }),
      boundary('called', 'sub', { message: 'm', interrupting: false }),
      end(),
      ...path('start', 'sub', 'end'),
    ),
  );
  const key = rig.create({ key: 'k' });
  const job = rig.job('a');
  rig.machine.cancelInstance(key);
  assert.equal(rig.state(key), 'TERMINATED');
  const { code, intent, reason } = rejected(() => rig.machine.completeJob(job.key, {}));
  assert.deepEqual([code, intent], ['NOT_FOUND', 'COMPLETE']);
  assert.match(reason, new RegExp(job.key));
  assert.equal(
    rejectionOf(() => rig.machine.cancelInstance(key)),
    'NOT_FOUND',
  );
  assert.equal(
    rejectionOf(() => rig.machine.cancelInstance('1')),
    'NOT_FOUND',
  );
  assert.equal(rig.machine.nextDue(), undefined);
  assert.deepEqual(rig.machine.elements(key), []);
  const ended = rig.events.flatMap((event) => (event.kind === 'element:terminated' ? [event.element.elementId] : []));
  assert.deepEqual(ended, ['task', 'sub']);
  assert.equal(rig.events.at(-1)?.kind, 'instance:terminated');
});

test('a process instance can be cancelled, an element in it cannot', async () => {
  const rig = await rigWith(withTask);
  const key = rig.create();
  assert.equal(
    rejectionOf(() => rig.machine.cancelInstance(rig.key(key, 'task'))),
    'NOT_FOUND',
  );
});

test('a sequence of 2,000 tasks does not use the stack', async () => {
  const count = 2000;
  const nodes = new Map();
  const flows = new Map();
  const base = { name: '', scope: 'p', inputs: [], outputs: [], boundaryEvents: [] };
  for (let index = 0; index <= count; index++) {
    const kind = index === 0 ? 'startEvent' : index === count ? 'endEvent' : 'passThrough';
    const incoming = index === 0 ? [] : [`f${index}`];
    const outgoing = index === count ? [] : [`f${index + 1}`];
    nodes.set(`n${index}`, { ...base, id: `n${index}`, kind, incoming, outgoing, end: { kind: 'none' } });
    flows.set(`f${index + 1}`, { id: `f${index + 1}`, source: `n${index}`, target: `n${index + 1}` });
  }
  const model = {
    id: 'p',
    resourceName: 'p.bpmn',
    nodes,
    flows,
    noneStart: 'n0',
    triggeredStarts: [],
    eventSubProcesses: new Map(),
  };
  const rig = createRig();
  rig.machine.deploy([{ name: 'p.bpmn', content: new Uint8Array(), processes: [model] }]);
  assert.equal(rig.state(rig.create()), 'COMPLETED');
  assert.equal(rig.count(`n${count}`), 1);
});

test('a limited number of ended instances is kept, the latest ones', async () => {
  const machine = createMachine({ now: () => 0, keepEnded: 3 });
  machine.deploy([await compile(p(...chain(start(), end())))]);
  const keys = [1, 2, 3, 4, 5].map(() => machine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
  assert.deepEqual(
    keys.map((key) => machine.instance(key)?.state),
    [undefined, undefined, 'COMPLETED', 'COMPLETED', 'COMPLETED'],
  );
  assert.equal(machine.instances().length, 3);
});

test('variables that are not JSON are rejected with their path, but without the value', async () => {
  const rig = await rigWith(withTask);
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const table = [
    [{ a: { b: [1, Number.NaN] } }, /'a\.b\.1' is not a finite number/],
    [{ when: new Date(0) }, /'when' is an instance of a class/],
    [{ run: () => 'secret' }, /'run' is of type function/],
    [cyclic, /more than 1000 levels/],
    [[1], /not an object/],
    [null, /not an object/],
  ] as const;
  for (const [variables, text] of table) {
    const { code, reason } = rejected(() => rig.create(variables as never));
    assert.equal(code, 'INVALID_ARGUMENT');
    assert.match(reason, text);
    assert.doesNotMatch(reason, /secret/);
  }
  assert.deepEqual(rig.machine.instances(), []);
});
