/** Secrets of the cluster, `camunda.secrets.NAME`, in the engine. The cases are those of the reference of templates. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MachineOptions } from '../../../src/engine/machine/types.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import { boundary, bytes, chain, end, other, path, serviceTask, start } from '../support/bpmn.ts';
import { createRig, p, type Rig, wish } from './support.ts';

type Inputs = Readonly<Record<string, string>>;

const task = (inputs: Inputs, more: { outputs?: Inputs; extensions?: string } = {}) =>
  p(...chain(start(), serviceTask('task', { type: 'a', inputs, ...more }), end()));

const rigOf = async (xml: string, secrets: Record<string, string> = {}, more: Partial<MachineOptions> = {}) => {
  const rig = createRig(undefined, undefined, { secrets, ...more });
  await rig.deploy(xml);
  return rig;
};

/** The variables of the task itself. */
const stored = (rig: Rig, instance: string) =>
  rig.machine.elements(instance).find(({ elementId }) => elementId === 'task')?.variables;

const delivered: readonly [id: string, inputs: Inputs, worker: object, kept: object][] = [
  ['99. a reference', { x: '=camunda.secrets.T' }, { x: 's3cr3t' }, { x: 'camunda.secrets.T' }],
  ['100. a sum', { x: '="Bearer " + camunda.secrets.T' }, { x: 'Bearer s3cr3t' }, { x: 'Bearer camunda.secrets.T' }],
  [
    '100. two in one text',
    { x: '=camunda.secrets.T + ":" + camunda.secrets.U' },
    { x: 's3cr3t:other' },
    { x: 'camunda.secrets.T:camunda.secrets.U' },
  ],
  [
    'a context',
    { x: '={a: camunda.secrets.T, b: {c: 1}}' },
    { x: { a: 's3cr3t', b: { c: 1 } } },
    { x: { a: 'camunda.secrets.T', b: { c: 1 } } },
  ],
  [
    'a nested target',
    { 'x.y': '=camunda.secrets.T', 'x.z': '=1' },
    { x: { y: 's3cr3t', z: 1 } },
    { x: { y: 'camunda.secrets.T', z: 1 } },
  ],
  [
    'a branch that is taken',
    { x: '=if true then camunda.secrets.T else "none"' },
    { x: 's3cr3t' },
    { x: 'camunda.secrets.T' },
  ],
  [
    'a branch that is not taken',
    { x: '=if false then camunda.secrets.NOBODY else "none"' },
    { x: 'none' },
    { x: 'none' },
  ],
  ['101. backticks', { x: '=camunda.secrets.`db-password`' }, { x: 'dashed' }, { x: 'camunda.secrets.db-password' }],
  ['101. a dash without them is a subtraction', { x: '=camunda.secrets.db-password' }, { x: null }, { x: null }],
  ['103. a path behind it is an ordinary one', { x: '=camunda.secrets.T.length' }, { x: null }, { x: null }],
  [
    '104. another mapping that reads the first',
    { x: '=camunda.secrets.T', y: '=x' },
    { x: 's3cr3t', y: 'camunda.secrets.T' },
    { x: 'camunda.secrets.T', y: 'camunda.secrets.T' },
  ],
  [
    'a name that begins another',
    { x: '=camunda.secrets.T + camunda.secrets.T2' },
    { x: 's3cr3tsecond' },
    { x: 'camunda.secrets.Tcamunda.secrets.T2' },
  ],
  [
    'the text of a variable',
    { x: '=note', y: '=camunda.secrets.T' },
    { x: 'camunda.secrets.U', y: 's3cr3t' },
    { x: 'camunda.secrets.U', y: 'camunda.secrets.T' },
  ],
  [
    'a foreign context',
    { x: '="foo." + "camunda" + ".secrets.T"' },
    { x: 'foo.camunda.secrets.T' },
    { x: 'foo.camunda.secrets.T' },
  ],
];

const secrets = { T: 's3cr3t', T2: 'second', U: 'other', 'db-password': 'dashed', db: 'd' };

describe('a job', () => {
  for (const [id, inputs, worker, kept] of delivered) {
    test(`${id}, case 475: the worker gets the value, the instance keeps the reference`, async () => {
      const rig = await rigOf(task(inputs), secrets);
      const instance = rig.create({ note: 'camunda.secrets.U' });
      assert.deepEqual(stored(rig, instance), kept);
      const { variables } = rig.job('a');
      assert.deepEqual(Object.fromEntries(Object.keys(worker).map((name) => [name, variables[name]])), worker);
      assert.deepEqual(stored(rig, instance), kept);
      assert.ok(
        !JSON.stringify([rig.events, rig.machine.snapshot()]).includes('s3cr3t'),
        'an event or a snapshot has the value',
      );
    });
  }

  test('105, 475. without its secret is an incident that names the reference; it is handed out when there is one', async () => {
    const changing: Record<string, string> = { OTHER: 's3cr3t' };
    const rig = await rigOf(task({ x: '="Bearer " + camunda.secrets.T' }), changing);
    rig.create();
    assert.deepEqual(rig.jobs('a'), []);
    const { type, message, key } = rig.incident();
    assert.equal(type, 'SECRET_RESOLUTION_ERROR');
    assert.match(message, /'camunda\.secrets\.T' of the input 'x': there is no secret of this name/);
    assert.ok(!message.includes('s3cr3t'), message);
    rig.machine.resolveIncident(key);
    assert.deepEqual(rig.jobs('a'), []);
    changing.T = 'now';
    rig.machine.resolveIncident(rig.incident().key);
    assert.equal(rig.complete('a').variables.x, 'Bearer now');
  });

  test('105. does not hold up those behind it, and takes no place of theirs', async () => {
    const rig = await rigOf(task({ x: '=if bad then camunda.secrets.NOBODY else camunda.secrets.T' }), secrets);
    rig.create({ bad: true });
    rig.create({ bad: false });
    assert.deepEqual(
      rig.jobs('a', 1).map(({ variables }) => variables.x),
      ['s3cr3t'],
    );
    assert.equal(rig.machine.incidents().length, 1);
  });

  test('105. is not pushed either', async () => {
    const rig = await rigOf(task({ x: '=camunda.secrets.NOBODY' }), secrets);
    rig.create();
    assert.equal(rig.machine.activateJob(rig.machine.jobs()[0]!.key, wish), undefined);
    assert.equal(rig.incident().type, 'SECRET_RESOLUTION_ERROR');
  });

  test('106. that does not fetch the variable gets no value and is no incident', async () => {
    const rig = await rigOf(task({ x: '=camunda.secrets.NOBODY', y: '=1' }), secrets);
    rig.create();
    const [job] = rig.machine.activateJobs({ ...wish, type: 'a', maxJobs: 1, fetchVariables: ['y'] });
    assert.deepEqual(job?.variables, { y: 1 });
    assert.deepEqual(rig.machine.incidents(), []);
  });

  test('107. whose variable was overwritten gets what is there', async () => {
    for (const inputs of [{ x: '=camunda.secrets.T' }, { x: '={a: camunda.secrets.T}' }]) {
      const rig = await rigOf(task(inputs), {});
      const instance = rig.create();
      rig.machine.setVariables(rig.key(instance, 'task'), { x: 'plain' }, true);
      assert.equal(rig.job('a').variables.x, 'plain');
    }
  });

  test('107. whose variable has the reference somewhere else is an incident', async () => {
    const rig = await rigOf(task({ x: '=camunda.secrets.T' }), secrets);
    const instance = rig.create();
    rig.machine.setVariables(rig.key(instance, 'task'), { x: { moved: ['camunda.secrets.T'] } }, true);
    assert.deepEqual(rig.jobs('a'), []);
    assert.match(rig.incident().message, /'camunda\.secrets\.T' of the input 'x': it is not where the mapping put it/);
  });

  test('a secret that looks like a reference is not resolved again', async () => {
    const rig = await rigOf(task({ x: '=camunda.secrets.A + camunda.secrets.B' }), { A: 'camunda.secrets.B', B: 'b' });
    rig.create();
    assert.equal(rig.job('a').variables.x, 'camunda.secrets.Bb');
  });

  test('names of Object.prototype are no secrets', async () => {
    const rig = await rigOf(task({ x: '=camunda.secrets.constructor' }), {});
    rig.create();
    assert.deepEqual(rig.jobs('a'), []);
    assert.match(rig.incident().message, /camunda\.secrets\.constructor/);
  });

  test('each activation reads the secrets again: a new value needs no new instance', async () => {
    const rotating = { T: 'first' };
    const rig = await rigOf(task({ x: '=camunda.secrets.T' }), rotating);
    rig.create();
    assert.equal(rig.job('a').variables.x, 'first');
    rotating.T = 'second';
    rig.pass(wish.timeout);
    assert.equal(rig.job('a').variables.x, 'second');
  });
});

test('108. the job of a listener gets the text', async () => {
  const extensions =
    '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="listener"/></zeebe:executionListeners>';
  const rig = await rigOf(task({ x: '=camunda.secrets.T' }, { extensions }), secrets);
  rig.create();
  assert.equal(rig.complete('listener').variables.x, 'camunda.secrets.T');
  assert.equal(rig.job('a').variables.x, 's3cr3t');
});

test('conditions, scripts and outputs get the text', async () => {
  const script = other('scriptTask', 'script', {
    extensions: '<zeebe:script expression="=camunda.secrets.T" resultVariable="r"/>',
  });
  const rig = await rigOf(
    p(...chain(start(), script, serviceTask('task', { type: 'a', outputs: { o: '=camunda.secrets.T' } }), end())),
    secrets,
  );
  const instance = rig.create();
  rig.complete('a');
  assert.deepEqual(rig.root(instance), { r: 'camunda.secrets.T', o: 'camunda.secrets.T' });
});

test('the element of an incident can be left by its boundary event', async () => {
  const xml = p(
    ...chain(start(), serviceTask('task', { type: 'a', inputs: { x: '=camunda.secrets.T' } }), end()),
    boundary('late', 'task', { duration: 'PT1M' }),
    end('other'),
    ...path('late', 'other'),
  );
  const rig = await rigOf(xml);
  const instance = rig.create();
  assert.deepEqual(rig.jobs('a'), []);
  rig.pass(60_000);
  assert.equal(rig.state(instance), 'COMPLETED');
  assert.deepEqual(rig.machine.incidents(), []);
});

test('before 8.10 the context does not exist', async () => {
  const rig = await rigOf(task({ x: '=camunda.secrets.T' }), secrets, { version: '8.9' });
  rig.create();
  assert.equal(rig.job('a').variables.x, null);
});

describe('109. a variable of the cluster', () => {
  const account = {
    user: 'ann',
    key: 'camunda.secrets.T',
    deep: { auth: 'Bearer camunda.secrets.U', 'camunda.secrets.T': 'a key' },
  };
  const options = { clusterVariables: { ACME: account }, secretVariables: ['ACME'] };
  const workerOf = async (inputs: Inputs, more: Partial<MachineOptions> = {}) => {
    const rig = await rigOf(task(inputs), secrets, { ...options, ...more });
    rig.create();
    return { rig, variables: rig.jobs('a')[0]?.variables };
  };

  test('of the kind SECRET_REFERENCE is filled in at every depth, but not in keys', async () => {
    const { rig, variables } = await workerOf({ x: '=camunda.vars.env.ACME', 'y.z': '=camunda.vars.cluster.ACME' });
    const filled = { user: 'ann', key: 's3cr3t', deep: { auth: 'Bearer other', 'camunda.secrets.T': 'a key' } };
    assert.deepEqual([variables?.x, variables?.y], [filled, { z: filled }]);
    assert.ok(
      !JSON.stringify([rig.events, rig.machine.snapshot()]).includes('s3cr3t'),
      'an event or a snapshot has the value',
    );
  });

  test('needs only the secrets of the part that a path selects', async () => {
    const { variables } = await workerOf(
      { x: '=camunda.vars.env.ACME.key', y: '={k: "key " + camunda.vars.env.ACME.key}' },
      { secrets: { T: 's3cr3t' } },
    );
    assert.deepEqual([variables?.x, variables?.y], ['s3cr3t', { k: 'key s3cr3t' }]);
  });

  test('without a secret, or with one in a list, is an incident', async () => {
    const missing = await workerOf({ x: '=camunda.vars.env.ACME' }, { secrets: {} });
    assert.match(missing.rig.incident().message, /'camunda\.secrets\.T' of the input 'x\.key': there is no secret/);
    const inList = await workerOf(
      { x: '=camunda.vars.env.ACME' },
      { clusterVariables: { ACME: { keys: ['camunda.secrets.T'] } } },
    );
    assert.equal(inList.variables, undefined);
    assert.match(inList.rig.incident().message, /'camunda\.secrets\.T' of the input 'x\.keys\.0': it is in a list/);
  });

  test('of the kind JSON is a text', async () => {
    const { variables } = await workerOf({ x: '=camunda.vars.env.ACME' }, { secretVariables: [] });
    assert.deepEqual(variables?.x, account);
  });

  test('of a tenant hides that of the cluster', async () => {
    const tenantVariables = { '<default>': { ACME: { key: 'camunda.secrets.U' } } };
    const { variables } = await workerOf(
      { x: '=camunda.vars.env.ACME', y: '=camunda.vars.tenant.ACME.key', z: '=camunda.vars.cluster.ACME.key' },
      { tenantVariables },
    );
    assert.deepEqual([variables?.x, variables?.y, variables?.z], [{ key: 'other' }, 'other', 's3cr3t']);
  });

  test('that another context has in the place of a reference is none', async () => {
    const { variables } = await workerOf(
      { x: '=camunda.vars.env.ACME' },
      { clusterVariables: { ACME: 'foo.camunda.secrets.T' } },
    );
    assert.equal(variables?.x, 'foo.camunda.secrets.T');
  });
});

describe('102. a deployment', () => {
  const refused: readonly [source: string, text: RegExp][] = [
    ['camunda.secrets.T', /camunda\.secrets\.T is plain text here, .* "=camunda\.secrets\.T"/],
    ['Bearer camunda.secrets.T', /is plain text here/],
    ['="camunda.secrets.T"', /camunda\.secrets\.T is in quotes/],
    ['="x camunda.secrets.T"', /is in quotes/],
    ['={a: "camunda.secrets.T-1"}', /camunda\.secrets\.T-1 is in quotes/],
    ['=[camunda.secrets.T]', /camunda\.secrets\.T is in a list/],
    ['=if c then {a: camunda.secrets.T} else null', /is in a context within a branch of "if"/],
  ];
  for (const [source, text] of refused) {
    test(`with the source ${source} is refused, but not before 8.10`, async () => {
      const content = bytes(task({ x: source }));
      const compiled = await compileBpmn('p.bpmn', content, '8.10');
      assert.ok(!compiled.ok, 'the file deploys');
      assert.equal(compiled.problems.length, 1, JSON.stringify(compiled.problems));
      assert.match(compiled.problems[0]!.text, text);
      assert.match(compiled.problems[0]!.element, /^task > /);
      assert.ok((await compileBpmn('p.bpmn', content, '8.9')).ok, 'a cluster of 8.9 knows no secrets');
    });
  }

  const accepted = [
    'foo.camunda.secrets.X',
    '="foo.camunda.secrets.X"',
    'camunda.secrets',
    '=camunda.secrets',
    '=[camunda.vars.env.X]',
    '{{secrets.X}}',
  ];
  for (const source of accepted) {
    test(`with the source ${source} is accepted`, async () => {
      const compiled = await compileBpmn('p.bpmn', bytes(task({ x: source })), '8.10');
      assert.ok(compiled.ok, JSON.stringify(compiled));
    });
  }
});
