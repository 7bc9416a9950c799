import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceError } from '@grpc/grpc-js';
import {
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  file,
  flow,
  other,
  path,
  process,
  processPart,
  raw,
  serviceTask,
  start,
} from '../support/bpmn.ts';
import { connect, deployXml, startEngine, status } from '../support/client.ts';

const task = (type = 'a'): string => process('p', ...chain(start(), serviceTask('task', { type }), end()));

const refusal = async (deployment: Promise<unknown>): Promise<string> => {
  let found: ServiceError | undefined;
  await assert.rejects(deployment, (error: ServiceError) => {
    found = error;
    return error.code === 3;
  });
  assert.ok(found);
  return found.details;
};

test('case 9: a deployment returns id, version, key and name', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  const { key, deployments, tenantId } = await deployXml(client, { 'order.bpmn': task() });
  assert.equal(tenantId, '<default>');
  assert.equal(deployments.length, 1);
  const { processDefinitionKey, ...process } = { ...deployments[0]?.process };
  assert.deepEqual(process, { bpmnProcessId: 'p', version: 1, resourceName: 'order.bpmn', tenantId: '<default>' });
  assert.ok(BigInt(String(processDefinitionKey)) > BigInt(key));
});

test('case 10: the same content and name give the same key and version with a new deployment key', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  const first = await deployXml(client, { 'p.bpmn': task() });
  const second = await deployXml(client, { 'p.bpmn': task() });
  assert.deepEqual(second.deployments, first.deployments);
  assert.ok(BigInt(second.key) > BigInt(first.key));
});

test('case 13: one invalid file fails the whole deployment, with its name', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  const details = await refusal(
    deployXml(client, {
      'good.bpmn': task(),
      'broken.bpmn': process('q', ...chain(start(), other('complexGateway', 'odd'), end())),
    }),
  );
  assert.match(details, /'broken\.bpmn':/);
  assert.doesNotMatch(details, /'good\.bpmn':/);
  await assert.rejects(client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 }), status(5, /'?p'?/));
});

for (const [title, files, expected] of [
  ['no resources', {}, /at least one/],
  ['broken XML', { 'x.bpmn': '<bpmn:definitions' }, /'x\.bpmn':[\s\S]*ERROR/],
  ['an empty file', { 'x.bpmn': '' }, /'x\.bpmn':[\s\S]*ERROR/],
  ['a decision file that is not DMN', { 'x.dmn': '<definitions/>' }, /'x\.dmn':[\s\S]*not a DMN document/],
  ['a form without an id (case 431)', { 'x.form': '{}' }, /'x\.form':[\s\S]*has no id/],
  ['a form that is not JSON (case 431)', { 'x.form': '{', 'p.bpmn': task() }, /'x\.form':[\s\S]*not a JSON object/],
] as const) {
  test(`case 14: ${title} is rejected`, async (t) => {
    const engine = await startEngine(t);
    const details = await refusal(deployXml(connect(t, engine.address), files));
    assert.ok(details.startsWith("Command 'CREATE' rejected with code 'INVALID_ARGUMENT': "), details);
    assert.match(details, expected);
  });
}

test('a form is deployed beside a process, and the answer describes both', async (t) => {
  const engine = await startEngine(t);
  const answer = (await deployXml(connect(t, engine.address), { 'p.bpmn': task(), 'f.form': '{"id":"f"}' })) as {
    readonly deployments: readonly { readonly form?: Record<string, unknown> | null }[];
  };
  const { form } = answer.deployments[1]!;
  assert.equal(answer.deployments.length, 2);
  assert.deepEqual([form?.formId, form?.version, form?.resourceName, form?.tenantId], ['f', 1, 'f.form', '<default>']);
  assert.match(String(form?.formKey), /^\d{16}$/);
});

test('case 15: all problems are listed with their elements', async (t) => {
  const engine = await startEngine(t);
  const broken = process(
    'p',
    ...chain(
      start(),
      serviceTask('untyped', { type: '' }),
      catchEvent('waits', { message: { name: 'm', correlationKey: 'static' } }),
      end(),
    ),
  );
  const details = await refusal(deployXml(connect(t, engine.address), { 'p.bpmn': broken }));
  assert.ok(details.startsWith("Command 'CREATE' rejected with code 'INVALID_ARGUMENT': "), details);
  assert.match(details, /^'p\.bpmn':$/m);
  assert.match(details, /^- Element: untyped > .+\n {4}- ERROR: .+/m);
  assert.match(details, /^- Element: Message_waits > .+\n {4}- ERROR: .+/m);
});

test('case 16: executable processes are deployed, others skipped', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  const parts = chain(start(), end());
  const { deployments } = await deployXml(client, {
    'three.bpmn': file(
      processPart('one', {}, ...chain(start('s1'), end('e1'))),
      processPart('off', { executable: false }, ...parts),
      processPart('two', {}, ...chain(start('s2'), end('e2'))),
    ),
  });
  assert.deepEqual(
    deployments.map(({ process }) => process.bpmnProcessId),
    ['one', 'two'],
  );
});

test('case 16: a file without an executable process is rejected', async (t) => {
  const engine = await startEngine(t);
  const off = file(processPart('off', { executable: false }, ...chain(start(), end())));
  assert.match(
    await refusal(deployXml(connect(t, engine.address), { 'off.bpmn': off })),
    /'off\.bpmn':[\s\S]*executable/,
  );
});

test('case 17: a process id in two files of a deployment is rejected', async (t) => {
  const engine = await startEngine(t);
  const details = await refusal(deployXml(connect(t, engine.address), { 'a.bpmn': task('a'), 'b.bpmn': task('b') }));
  assert.match(details, /'b\.bpmn':\n- Element: p\n {4}- ERROR: .*'p'.*'a\.bpmn'/);
});

test('case 19: a condition on the default flow is accepted and ignored', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  const xml = process(
    'p',
    start(),
    exclusiveGateway('which', { default: 'other' }),
    end('yes'),
    end('no'),
    ...path('start', 'which'),
    flow('which', 'yes', { condition: '=x > 5' }),
    flow('which', 'no', { id: 'other', condition: '=x > 100' }),
  );
  await deployXml(client, { 'p.bpmn': xml });
  const { variables } = await client.call<{ variables: string }>('CreateProcessInstanceWithResult', {
    request: { bpmnProcessId: 'p', version: -1, variables: '{"x":3}' },
  });
  assert.equal(variables, '{"x":3}');
});

test('case 20: an unused message without a name is accepted', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  const xml = process('p', ...chain(start(), end()), raw('', '<bpmn:message id="Message_unused"/>'));
  assert.equal((await deployXml(client, { 'p.bpmn': xml })).deployments.length, 1);
});

for (const kind of ['complexGateway', 'transaction']) {
  test(`case 21: ${kind} is rejected with element and kind`, async (t) => {
    const engine = await startEngine(t);
    const xml = process('p', ...chain(start(), other(kind, 'odd'), end()));
    const details = await refusal(deployXml(connect(t, engine.address), { 'p.bpmn': xml }));
    assert.match(details, /- Element: odd/);
    assert.match(details, /embedded engine/);
  });
}

test('the deprecated call DeployProcess works', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  const answer = await client.call<{ processes: { bpmnProcessId: string; version: number }[] }>('DeployProcess', {
    processes: [{ name: 'p.bpmn', definition: Buffer.from(task()) }],
  });
  assert.deepEqual(
    answer.processes.map(({ bpmnProcessId, version }) => [bpmnProcessId, version]),
    [['p', 1]],
  );
});

for (const [version, file, isStored] of [
  ['8.9', 'x.txt', false],
  ['8.10', 'x.txt', true],
  ['8.6', 'x.rpa', false],
  ['8.7', 'x.rpa', true],
] as const) {
  test(`case 14: ${version} ${isStored ? 'stores' : 'refuses'} ${file}, and the answer does not list it`, async (t) => {
    const client = connect(t, (await startEngine(t, { version })).address);
    const answer = deployXml(client, { [file]: '{"id":"x"}', 'p.bpmn': task() });
    if (isStored) assert.equal((await answer).deployments.length, 1);
    else assert.match(await refusal(answer), /'x\.\w+':[\s\S]*8\.10 stores any other file/);
  });
}
