import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  chain,
  end,
  file,
  other,
  type Part,
  path,
  processPart,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rejected, rigWith } from './support.ts';

const call = (attributes = 'processId="child"', options: Parameters<typeof other>[2] = {}): Part =>
  other('callActivity', 'c', { extensions: `<zeebe:calledElement ${attributes}/>`, ...options });

const parent = (part: Part = call(), ...more: readonly Part[]): Part =>
  processPart('p', {}, ...chain(start(), part, end()), ...more);

const child = (...middle: readonly Part[]): Part =>
  processPart('child', {}, ...chain(start('cs'), ...middle, end('ce')));
const job = serviceTask('t', { type: 't' });

const late = (options: Parameters<typeof boundary>[2]): readonly Part[] => [
  boundary('b', 'c', options),
  end('late'),
  ...path('b', 'late'),
];

const childOf = (rig: Rig): string => {
  const found = rig.machine
    .instances()
    .filter(({ bpmnProcessId, state }) => bpmnProcessId === 'child' && state === 'ACTIVE');
  assert.equal(found.length, 1);
  return found[0]!.key;
};

describe('variables of a call activity', () => {
  const rigOf = (...args: Parameters<typeof call>) => rigWith(file(parent(call(...args)), child(job)));

  test('go to the called process and back (case 328)', async () => {
    const rig = await rigOf();
    const instance = rig.create({ a: 1 });
    const { variables, processInstanceKey, bpmnProcessId } = rig.complete('t', { a: 2, b: 3 });
    assert.deepEqual(variables, { a: 1 });
    assert.notEqual(processInstanceKey, instance);
    assert.equal(bpmnProcessId, 'child');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { a: 2, b: 3 });
    assert.equal(rig.machine.instance(processInstanceKey)?.parentProcessInstanceKey, instance);
  });

  test('stay in the parent without propagation (case 329)', async () => {
    const attributes = 'processId="child" propagateAllParentVariables="false"';
    const mapped = await rigOf(attributes, { inputs: { x: '=a' } });
    mapped.create({ a: 1 });
    assert.deepEqual(mapped.job('t').variables, { x: 1 });
    const none = await rigOf(attributes);
    none.create({ a: 1 });
    assert.deepEqual(none.job('t').variables, {});
  });

  test('stay in the child without propagation, unless they are mapped (case 330)', async () => {
    const attributes = 'processId="child" propagateAllChildVariables="false"';
    const none = await rigOf(attributes);
    const unchanged = none.create({ a: 1 });
    none.complete('t', { b: 2 });
    assert.deepEqual(none.root(unchanged), { a: 1 });
    for (const each of [attributes, 'processId="child"']) {
      const mapped = await rigOf(each, { outputs: { r: '=b' } });
      const instance = mapped.create({ a: 1 });
      mapped.complete('t', { b: 2 });
      assert.deepEqual(mapped.root(instance), { a: 1, r: 2 });
    }
  });

  test('do not pass a local variable of the same name (case 331)', async () => {
    const rig = await rigOf('processId="child"', { inputs: { x: '=1' } });
    const instance = rig.create();
    rig.complete('t', { x: 5, y: 6 });
    assert.deepEqual(rig.root(instance), { y: 6 });
  });
});

describe('the process that a call activity calls', () => {
  test('must be deployed (case 332)', async () => {
    const rig = await rigWith(p(...chain(start(), call(), end())));
    const instance = rig.create();
    const { type, key, elementId } = rig.incident();
    assert.deepEqual([type, elementId], ['CALLED_ELEMENT_ERROR', 'c']);
    rig.machine.deploy([await compile(file(child(job)), 'child.bpmn')]);
    rig.machine.resolveIncident(key);
    rig.complete('t');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('must have a start event without a trigger (case 333)', async () => {
    const messageOnly = processPart('child', {}, ...chain(start('cs', { message: 'm' }), end('ce')));
    const rig = await rigWith(file(parent(), messageOnly));
    rig.create();
    assert.match(rig.incident().message, /to have a none start event/);
  });

  test('can be named by an expression (case 334)', async () => {
    const rig = await rigWith(file(parent(call('processId="=&quot;ch&quot; + k"')), child(job)));
    rig.create({ k: 'ild' });
    rig.complete('t');
    rig.create();
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
  });

  test('is the latest version (case 335)', async () => {
    const rig = await rigWith(file(parent(), child(job)));
    rig.create();
    rig.machine.deploy([await compile(file(child(serviceTask('n', { type: 'n' }))), 'child.bpmn')]);
    rig.create();
    assert.deepEqual(
      rig.machine.jobs().map(({ type, processDefinitionVersion }) => [type, processDefinitionVersion]),
      [
        ['t', 1],
        ['n', 2],
      ],
    );
  });

  test('is that of the same deployment, if bound to it (case 336)', async () => {
    const caller = await compile(file(parent(call('processId="child" bindingType="deployment"'))), 'p.bpmn');
    const first = await compile(file(child(job)), 'child.bpmn');
    const second = await compile(file(child(serviceTask('n', { type: 'n' }))), 'child.bpmn');
    const together = createRig();
    together.machine.deploy([caller, first]);
    together.machine.deploy([second]);
    together.create();
    assert.equal(together.jobs('t').length, 1);
    const apart = createRig();
    apart.machine.deploy([caller]);
    apart.machine.deploy([first]);
    apart.create();
    assert.match(apart.incident().message, /in the same deployment/);
    apart.machine.deploy([caller, first]);
    apart.create();
    assert.equal(apart.jobs('t').length, 1);
  });

  test('is the newest with a version tag, if bound to it (case 337)', async () => {
    const tagged = (...middle: readonly Part[]): Promise<Awaited<ReturnType<typeof compile>>> =>
      compile(
        file(
          processPart(
            'child',
            { extensions: '<zeebe:versionTag value="1.0"/>' },
            ...chain(start('cs'), ...middle, end('ce')),
          ),
        ),
        'child.bpmn',
      );
    const rig = await rigWith(file(parent(call('processId="child" bindingType="versionTag" versionTag="1.0"'))));
    rig.create();
    assert.match(rig.incident().message, /with the version tag '1.0'/);
    rig.machine.deploy([await tagged(job)]);
    rig.machine.deploy([await compile(file(child(serviceTask('n', { type: 'n' }))), 'child.bpmn')]);
    rig.machine.resolveIncident(rig.incident().key);
    assert.equal(rig.jobs('t').length, 1);
  });
});

describe('a call activity and its process', () => {
  test('are cancelled together (cases 36 and 338)', async () => {
    const rig = await rigWith(file(parent(), child(job)));
    const instance = rig.create();
    const called = childOf(rig);
    const { code, reason } = rejected(() => rig.machine.cancelInstance(called));
    assert.equal(code, 'INVALID_STATE');
    assert.match(reason, new RegExp(`Cancel the root process instance '${instance}' instead`));
    rig.machine.cancelInstance(instance);
    assert.deepEqual([rig.state(instance), rig.state(called)], ['TERMINATED', 'TERMINATED']);
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('end by an interrupting boundary event (cases 339 and 346)', async () => {
    const rig = await rigWith(file(parent(call(), ...late({ duration: 'PT1S' })), child(job)));
    const instance = rig.create({ a: 1 });
    const called = childOf(rig);
    rig.pass(1000);
    assert.deepEqual([rig.state(instance), rig.state(called)], ['COMPLETED', 'TERMINATED']);
    assert.deepEqual(rig.machine.jobs(), []);
    assert.equal(rig.count('late'), 1);
  });

  test('go on after a non-interrupting boundary event (case 339)', async () => {
    const rig = await rigWith(file(parent(call(), ...late({ duration: 'PT1S', interrupting: false })), child(job)));
    const instance = rig.create();
    rig.pass(1000);
    rig.complete('t');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('late'), 1);
  });

  test('pass an error on to the caller (case 340)', async () => {
    const failing = processPart('child', {}, ...chain(start('cs'), end('ce', { error: 'E' })));
    const caught = await rigWith(file(parent(call(), ...late({ error: 'E' })), failing));
    assert.equal(caught.state(caught.create()), 'COMPLETED');
    assert.equal(caught.count('late'), 1);
    const uncaught = await rigWith(file(parent(), failing));
    uncaught.create();
    const { type, processInstanceKey } = uncaught.incident();
    assert.equal(type, 'UNHANDLED_ERROR_EVENT');
    assert.equal(processInstanceKey, childOf(uncaught));
  });

  test('pass an error on over two levels (case 341)', async () => {
    const middle = processPart(
      'child',
      {},
      ...chain(
        start('cs'),
        other('callActivity', 'd', { extensions: '<zeebe:calledElement processId="inner"/>' }),
        end('ce'),
      ),
    );
    const inner = processPart('inner', {}, ...chain(start('is'), job, end('ie')));
    const rig = await rigWith(file(parent(call(), ...late({ error: 'E' })), middle, inner));
    const instance = rig.create();
    rig.machine.throwError(rig.job('t').key, { code: 'E', errorMessage: '', variables: {} });
    assert.deepEqual(
      rig.machine
        .instances()
        .map(({ state }) => state)
        .sort(),
      ['COMPLETED', 'TERMINATED', 'TERMINATED'],
    );
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('have incidents of their own (case 343)', async () => {
    const rig = await rigWith(file(parent(), child(job)));
    const instance = rig.create();
    const failure = { retries: 0, errorMessage: '', backoff: 0, variables: {} };
    rig.machine.failJob(rig.job('t').key, failure);
    assert.equal(rig.incident().processInstanceKey, childOf(rig));
    assert.equal(rig.state(instance), 'ACTIVE');
  });

  test('go on after a terminate end event (case 344)', async () => {
    const ending = processPart('child', {}, ...chain(start('cs'), job, end('ce', { terminate: true })));
    const rig = await rigWith(file(parent(), ending));
    const instance = rig.create();
    rig.complete('t', { x: 1 });
    assert.deepEqual(rig.root(instance), { x: 1 });
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('stop calling each other at a depth (case 345)', async () => {
    const rig = await rigWith(file(processPart('p', {}, ...chain(start(), call('processId="p"'), end()))));
    const instance = rig.create();
    assert.match(rig.incident().message, /more than 1000 levels deep/);
    rig.machine.cancelInstance(instance);
    assert.deepEqual(rig.machine.incidents(), []);
    assert.equal(rig.state(instance), 'TERMINATED');
  });

  test('are restored from a snapshot', async () => {
    const resources = [
      await compile(file(parent(subProcess('s', {}, ...chain(start('x'), call(), end('y')))), child(job))),
    ];
    const rig = createRig();
    rig.machine.deploy(resources);
    const instance = rig.create();
    const restored = createRig({ snapshot: rig.machine.snapshot(), resources });
    assert.deepEqual(restored.machine.instances(), rig.machine.instances());
    restored.complete('t', { x: 1 });
    assert.equal(restored.state(instance), 'COMPLETED');
    assert.deepEqual(restored.root(instance), { x: 1 });
    const again = createRig({ snapshot: restored.machine.snapshot(), resources });
    assert.deepEqual(again.machine.instances(), restored.machine.instances());
  });
});

test('each instance of a multi-instance call activity has a process instance (case 319)', async () => {
  const loop =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2]" inputElement="i" outputCollection="out" outputElement="=output"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
  const rig = await rigWith(
    file(parent(call('processId="child"', { outputs: { output: '=x' }, content: loop })), child(job)),
  );
  const instance = rig.create();
  for (let count = 0; count < 2; count++) {
    const { key, variables } = rig.job('t');
    rig.machine.completeJob(key, { x: Number(variables.i) * 10 });
  }
  assert.deepEqual(rig.root(instance), { out: [10, 20] });
});
