/** The mappings of one element are one FEEL context. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Variables } from '../../../src/engine/machine/types.ts';
import { chain, end, type JobOptions, type Mappings, serviceTask, start, subProcess } from '../support/bpmn.ts';
import { compile, createRig, p, rejected, rigWith, wish } from './support.ts';

const deploy = (task: JobOptions) => rigWith(p(...chain(start(), serviceTask('task', { type: 'a', ...task }), end())));

type InputCase = readonly [title: string, inputs: Mappings, root: Variables, local: Variables];

const inputCases: readonly InputCase[] = [
  [
    '442: parts of one object are copied',
    { 'foo.bar': '=foo.bar', 'foo.baz': '=foo.baz' },
    { foo: { bar: 1, baz: 2 } },
    { foo: { bar: 1, baz: 2 } },
  ],
  [
    '442: in any order',
    { 'foo.baz': '=foo.baz', 'foo.bar': '=foo.bar' },
    { foo: { bar: 1, baz: 2 } },
    { foo: { baz: 2, bar: 1 } },
  ],
  ['443: a sibling is visible by its bare name', { 'a.x': '=1', 'a.y': '=x + 1' }, {}, { a: { x: 1, y: 2 } }],
  ['444: an object that is not finished is not visible', { 'a.x': '=1', 'a.y': '=a.x' }, {}, { a: { x: 1, y: null } }],
  ['444: its name means the outer variable', { 'a.x': '=1', 'a.y': '=a.x' }, { a: { x: 9 } }, { a: { x: 1, y: 9 } }],
  [
    '445: a finished object hides the outer variable',
    { 'a.x': '=1', c: '=a.x' },
    { a: { x: 9 } },
    { a: { x: 1 }, c: 1 },
  ],
  ['446: names do not leave their object', { 'a.x': '=1', c: '=x' }, {}, { a: { x: 1 }, c: null }],
  ['446: and do not hide variables outside', { 'a.x': '=1', c: '=x' }, { x: 5 }, { a: { x: 1 }, c: 5 }],
  ['447: a later entry is not visible', { 'n.p': '=1', m: '=2', 'n.q': '=m' }, {}, { n: { p: 1, q: null }, m: 2 }],
  ['447: the outer variable is', { 'n.p': '=1', m: '=2', 'n.q': '=m' }, { m: 7 }, { n: { p: 1, q: 7 }, m: 2 }],
  ['448: an entry of an enclosing object is visible', { m: '=2', 'n.p': '=m' }, {}, { m: 2, n: { p: 2 } }],
  ['449: a mapped name hides the variable', { x: '=x + 1', y: '=x' }, { x: 5 }, { x: 6, y: 6 }],
  ['450: an outer object is not merged', { 'a.p': '=1' }, { a: { q: 2 } }, { a: { p: 1 } }],
  [
    '452: the last source of a target counts',
    [
      ['a', '=1'],
      ['a', '=2'],
    ],
    {},
    { a: 2 },
  ],
  ['451: a branch replaces a value', { a: '="v"', 'a.b': '="w"' }, {}, { a: { b: 'w' } }],
  ['451: a value replaces a branch', { 'a.b': '="w"', a: '="v"' }, {}, { a: 'v' }],
  [
    '458: without a source it is null, also for what reads it, and plain text is text',
    { a: undefined, b: '=a', c: '5' },
    {},
    { a: null, b: null, c: '5' },
  ],
  [
    '453: at several levels',
    { 'a.b.c': '=1', 'a.b.d': '=c + 1', 'a.e': '=b.c' },
    {},
    { a: { b: { c: 1, d: 2 }, e: 1 } },
  ],
  [
    '454: an inner object that is not finished',
    { 'a.b.c': '=1', 'a.b.d': '=b.c' },
    {},
    { a: { b: { c: 1, d: null } } },
  ],
  [
    '455: static text is visible, too',
    { type: 'pat', 'auth.type': '=type', 'auth.token': '=if type = "pat" then "t" else null' },
    {},
    { type: 'pat', auth: { type: 'pat', token: 't' } },
  ],
  [
    '456: templates read a sibling by its bare name',
    { 'auth.type': 'pat', 'auth.token': '=if type = "pat" then pat else null' },
    { pat: 's' },
    { auth: { type: 'pat', token: 's' } },
  ],
  [
    '456: but not by its path',
    { 'auth.type': 'pat', 'auth.token': '=if auth.type = "pat" then pat else null' },
    { pat: 's' },
    { auth: { type: 'pat', token: null } },
  ],
  ['457: a duration stays a duration', { d: '=duration("PT1H")', e: '=d + d' }, {}, { d: 'PT1H', e: 'PT2H' }],
];

for (const [title, inputs, root, local] of inputCases) {
  test(`inputs, case ${title}`, async () => {
    const rig = await deploy({ inputs });
    const key = rig.create(root);
    assert.deepEqual(rig.job('a').variables, { ...root, ...local });
    assert.deepEqual(rig.root(key), root);
  });
}

type OutputCase = readonly [title: string, task: JobOptions, root: Variables, completed: Variables, end: Variables];

const outputCases: readonly OutputCase[] = [
  [
    '461: an object keeps its other keys',
    { outputs: { 'o.p': '=x' } },
    { o: { q: 2 } },
    { x: 1 },
    { o: { q: 2, p: 1 } },
  ],
  [
    '462: the result hides the outer object',
    { outputs: { 'o.p': '=o.p' } },
    { o: { q: 2 } },
    { o: { p: 1 } },
    { o: { p: 1 } },
  ],
  [
    '463: a local object hides it, too',
    { inputs: { 'o.l': '=1' }, outputs: { 'o.p': '=1' } },
    { o: { q: 2 } },
    {},
    { o: { l: 1, p: 1 } },
  ],
  ['464: what is no object becomes null', { outputs: { 'o.p': '=1' } }, { o: 5 }, {}, { o: null }],
  ['464: at an inner level', { outputs: { 'o.p.z': '=1' } }, { o: { p: 5 } }, {}, { o: { p: null } }],
  ['465: a plain target is replaced', { outputs: { r: '={b: 2}' } }, { r: { a: 1 } }, {}, { r: { b: 2 } }],
  [
    '466: siblings and finished objects are visible',
    { outputs: { 'a.x': '=1', 'a.y': '=x + 1', c: '=a.y' } },
    {},
    {},
    { a: { x: 1, y: 2 }, c: 2 },
  ],
  [
    '467: at two levels',
    { outputs: { 'a.b.y': '=2' } },
    { a: { b: { x: 1 }, k: 0 } },
    {},
    { a: { b: { x: 1, y: 2 }, k: 0 } },
  ],
  ['468: a missing variable is null', { outputs: { v: '=missing' } }, {}, {}, { v: null }],
];

for (const [title, task, root, completed, expected] of outputCases) {
  test(`outputs, case ${title}`, async () => {
    const rig = await deploy(task);
    const key = rig.create(root);
    rig.complete('a', completed);
    assert.deepEqual([rig.state(key), rig.root(key)], ['COMPLETED', expected]);
  });
}

test('case 459: if one input fails, none is written', async () => {
  const rig = await deploy({ inputs: { a: '=1', b: '=assert(z, z != null)' } });
  const key = rig.create();
  const incident = rig.incident();
  assert.equal(incident.type, 'IO_MAPPING_ERROR');
  assert.deepEqual(rig.machine.elements(key).find(({ elementId }) => elementId === 'task')?.variables, {});
  rig.machine.setVariables(key, { z: 3 }, false);
  rig.machine.resolveIncident(incident.key);
  assert.deepEqual(rig.job('a').variables, { z: 3, a: 1, b: 3 });
});

test('case 469: an output of a subprocess reads what is local there', async () => {
  const inner = serviceTask('task', { type: 'a', outputs: { x: '=5' } });
  const sub = subProcess('sub', { inputs: { x: '=1' }, outputs: { y: '=x' } }, ...chain(start('s'), inner, end('e')));
  const rig = await rigWith(p(...chain(start(), sub, end())));
  const key = rig.create();
  rig.complete('a');
  assert.deepEqual(rig.root(key), { y: 5 });
});

test('cases 470 to 472: expressions read the process instance, unless a variable is called camunda', async () => {
  const inputs = { k: '=camunda.processInstance.key', b: '=camunda.processInstance.businessId' };
  const rig = await deploy({ inputs });
  const key = rig.create();
  assert.deepEqual(rig.job('a').variables, { k: Number(key), b: null });
  rig.create({ camunda: {} });
  assert.deepEqual(rig.jobs('a')[0]?.variables, { camunda: {}, k: null, b: null });
});

test('case 473: the variables of the tenant hide those of the cluster in camunda.vars.env', async () => {
  const inputs = {
    env: '=camunda.vars.env.X',
    cluster: '=camunda.vars.cluster.X',
    tenant: '=camunda.vars.tenant.X',
    other: '=camunda.vars.env.Y',
    unset: '=camunda.vars.env.Z',
  };
  const xml = p(...chain(start(), serviceTask('task', { type: 'a', inputs }), end()));
  const resource = await compile(xml);
  const options = { clusterVariables: { X: 1, Y: 3 }, tenantVariables: { north: { X: 2 }, '<default>': { Y: 4 } } };
  const rig = createRig(undefined, undefined, options);
  const variablesOf = (tenantId: string): Variables | undefined => {
    rig.machine.deploy([resource], tenantId);
    rig.machine.createInstance({ bpmnProcessId: 'p', tenantId });
    return rig.machine.activateJobs({ ...wish, type: 'a', maxJobs: 1, tenantIds: [tenantId] })[0]?.variables;
  };
  assert.deepEqual(variablesOf('north'), { env: 2, cluster: 1, tenant: 2, other: 3, unset: null });
  assert.deepEqual(variablesOf('south'), { env: 1, cluster: 1, tenant: null, other: 3, unset: null });
  assert.deepEqual(variablesOf('<default>'), { env: 1, cluster: 1, tenant: null, other: 4, unset: null });
});

test('the variables of a tenant are in the expressions of its start events', async () => {
  const xml = p(
    ...chain(start('start', { message: { name: '=camunda.vars.env.TOPIC', correlationKey: null } }), end()),
  );
  const resource = await compile(xml);
  const options = { clusterVariables: { TOPIC: 'all' }, tenantVariables: { north: { TOPIC: 'cold' } } };
  const rig = createRig(undefined, undefined, options);
  for (const tenantId of ['north', 'south']) rig.machine.deploy([resource], tenantId);
  const names = rig.machine.subscriptions().map(({ tenantId, name }) => [tenantId, name]);
  assert.deepEqual(names, [
    ['north', 'cold'],
    ['south', 'all'],
  ]);
});

test('case 470: the name of the message of a start event cannot be the key of a process instance', async () => {
  const message = { name: '=string(camunda.processInstance.key)', correlationKey: null };
  const resource = await compile(p(...chain(start('start', { message }), end())));
  const rejection = rejected(() => createRig().machine.deploy([resource]));
  assert.equal(rejection.code, 'INVALID_ARGUMENT');
  assert.match(rejection.reason, /to be a non-empty 'STRING', but was 'NULL'/);
});

test('case 460: an input into the item of a multi-instance activity makes a new object', async () => {
  const loop =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=items" inputElement="i"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
  const rig = await deploy({ inputs: { 'i.p': '=i.p' }, content: loop });
  rig.create({ items: [{ p: 1, q: 2 }] });
  assert.deepEqual(rig.job('a').variables.i, { p: 1 });
});

test('case 474: fromAi gives its value, by position and by name, and null for a missing one', async () => {
  const inputs = {
    plain: '=fromAi(toolCall.q)',
    named: '=fromAi(value: toolCall.q, type: "number")',
    missing: '=fromAi(nothing.q, "what", "string")',
  };
  const rig = await deploy({ inputs });
  rig.create({ toolCall: { q: 7 } });
  const { plain, named, missing } = rig.job('a').variables;
  assert.deepEqual([plain, named, missing], [7, 7, null]);
});
