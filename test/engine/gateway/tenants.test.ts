/** An engine with tenants, as clients see it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import { readTenant, readTenants, tenantProblem } from '../../../src/engine/gateway/tenants.ts';
import { createRuntime } from '../../../src/runtime/index.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import { chain, end, other, process, serviceTask, start } from '../support/bpmn.ts';
import { connect, startEngine, status } from '../support/client.ts';
import { decision, dmn, literal } from '../support/dmn.ts';

const xml = process('p', ...chain(start(), serviceTask('a', { type: 'a' }), end()));
const resources = [{ name: 'p.bpmn', content: Buffer.from(xml) }];

const setUp = async (t: TestContext) => {
  const engine = await startEngine(t, { tenants: ['north', 'south'] });
  const client = connect(t, engine.address);
  for (const tenantId of ['north', 'south']) await client.call('DeployResource', { resources, tenantId });
  const create = (tenantId: string) =>
    client.call<{ processInstanceKey: string; tenantId: string }>('CreateProcessInstance', {
      ...{ bpmnProcessId: 'p', version: -1, tenantId },
    });
  return { engine, client, create };
};

test('case 441: workers receive the jobs of the tenants that they name, by poll and by stream', async (t) => {
  const { client, create } = await setUp(t);
  const north = client.stream('a', { tenantIds: ['north'] });
  await north.opened;
  for (const tenantId of ['south', 'north', 'south']) assert.equal((await create(tenantId)).tenantId, tenantId);
  assert.deepEqual(
    (await north.count(1)).map(({ tenantId }) => tenantId),
    ['north'],
  );
  const both = await client.poll('a', { tenantIds: ['north', 'south'], maxJobsToActivate: 10 });
  assert.deepEqual(
    both.map(({ tenantId }) => tenantId),
    ['south', 'south'],
  );
  const all = client.stream('a', { tenantFilter: 'ASSIGNED' });
  await all.opened;
  await create('south');
  const [job] = await all.count(1);
  assert.equal(job?.tenantId, 'south');
  await client.call('CompleteJob', { jobKey: job?.key });
  assert.equal(north.messages.length, 1);
});

test('a poll that waits for several tenants is answered once, by any of them', async (t) => {
  const { client, create } = await setUp(t);
  const poll = client.poll('a', { tenantIds: ['north', 'south'], requestTimeout: 60_000, maxJobsToActivate: 10 });
  const other = client.poll('a', { tenantIds: ['north'], requestTimeout: 60_000 });
  await create('south');
  assert.deepEqual(
    (await poll).map(({ tenantId }) => tenantId),
    ['south'],
  );
  await create('north');
  assert.equal((await other)[0]?.tenantId, 'north');
});

test('case 441: every request needs a tenant, with the text of a cluster', async (t) => {
  const { client } = await setUp(t);
  const missing = /with tenant identifier '', but no tenant identifier was provided/;
  for (const [rpc, request] of [
    ['DeployResource', { resources }],
    ['CreateProcessInstance', { bpmnProcessId: 'p', version: -1 }],
    ['CreateProcessInstanceWithResult', { request: { bpmnProcessId: 'p', version: -1 } }],
    ['PublishMessage', { name: 'm' }],
    ['BroadcastSignal', { signalName: 's' }],
    ['EvaluateDecision', { decisionId: 'd' }],
    ['EvaluateConditional', {}],
  ] as const) {
    await assert.rejects(client.call(rpc, request), status(3, missing), rpc);
  }
  await assert.rejects(client.poll('a'), status(3, /ActivateJobs.*no tenant identifiers were provided/));
  const { code, details } = await client.stream('a').ended;
  assert.equal(code, 3);
  assert.match(details, /StreamActivatedJobs.*no tenant identifiers were provided/);
});

test('a tenant that does not exist is forbidden, and what is looked up in it does not exist', async (t) => {
  const { client, create } = await setUp(t);
  const forbidden = /'west', but tenant is not authorized to perform this operation/;
  await assert.rejects(client.call('DeployResource', { resources, tenantId: 'west' }), status(7, forbidden));
  await assert.rejects(client.call('PublishMessage', { name: 'm', tenantId: 'west' }), status(7, forbidden));
  await assert.rejects(client.call('BroadcastSignal', { signalName: 's', tenantId: 'west' }), status(7, forbidden));
  await assert.rejects(client.poll('a', { tenantIds: ['north', 'west'] }), status(7, forbidden));
  await assert.rejects(create('west'), status(5, /none found/));
  await assert.rejects(create('<default>'), status(5, /none found/));
  await assert.rejects(client.call('EvaluateDecision', { decisionId: 'd', tenantId: 'west' }), status(5, /'d'/));
});

test('the functions of the engine take a tenant, and need one', async (t) => {
  const { engine } = await setUp(t);
  const { processes } = await engine.deploy(
    { name: 'q.bpmn', content: xml.replaceAll('"p"', '"q"') },
    { tenantId: 'south' },
  );
  assert.equal(processes[0]?.tenantId, 'south');
  assert.equal(engine.createInstance({ bpmnProcessId: 'q', tenantId: 'south' }).tenantId, 'south');
  assert.throws(() => engine.createInstance({ bpmnProcessId: 'q', tenantId: 'north' }), /NOT_FOUND/);
  engine.publishMessage({ name: 'm', correlationKey: '', tenantId: 'north', timeToLive: 1000 });
  assert.equal(engine.messages()[0]?.tenantId, 'north');
  engine.broadcastSignal('s', {}, { tenantId: 'north' });
  for (const [call, act] of [
    ['createInstance', () => engine.createInstance({ bpmnProcessId: 'q' })],
    ['publishMessage', () => engine.publishMessage({ name: 'm', correlationKey: '' })],
    ['broadcastSignal', () => engine.broadcastSignal('s')],
    ['evaluateConditional', () => engine.evaluateConditional()],
    ['evaluateDecision', () => engine.evaluateDecision({ decisionId: 'd' })],
    ['deploy', () => engine.deploy({ name: 'p.bpmn', content: xml })],
  ] as const) {
    await assert.rejects(
      async () => act(),
      (error: Error & { code?: unknown }) => {
        const advice = `Where: engine.${call}(…)\nFix: name a tenant of the engine, e.g. { tenantId: 'north' }. It has north, south.`;
        assert.ok(error.message.includes('but no tenant identifier was provided\n'), error.message);
        assert.ok(error.message.endsWith(advice), error.message);
        return error.code === 'INVALID_ARGUMENT';
      },
    );
  }
});

test('the functions of the engine say how to name a tenant that exists', async (t) => {
  const { engine } = await setUp(t);
  const nort = { name: 'm', correlationKey: '', tenantId: 'nort' };
  assert.throws(() => engine.publishMessage(nort), {
    code: 'FORBIDDEN',
    message:
      /not authorized to perform this operation\nWhere: engine\.publishMessage\(…\)\nFix: .*Did you mean north\?$/,
  });
  const plain = await startEngine(t);
  assert.throws(() => plain.createInstance({ bpmnProcessId: 'p', tenantId: 'north' }), {
    code: 'INVALID_ARGUMENT',
    message: /multi-tenancy is disabled\nWhere: engine\.createInstance\(…\)\nFix: remove the tenantId, or/,
  });
});

test('the option tenants needs valid ids', async (t) => {
  for (const tenants of [[], 'north', ['a b'], ['x'.repeat(32)], ['']]) {
    await assert.rejects(startEngine(t, { tenants } as never), /tenants: expected a list of tenant ids/);
  }
  await startEngine(t, { tenants: ['<default>', 'x'.repeat(31), 'a.b-c_1'] });
});

const problems: readonly (readonly [id: string, problem: string | undefined])[] = [
  ['', 'no tenant identifier was provided'],
  ['  ', 'no tenant identifier was provided'],
  ['x'.repeat(32), 'tenant identifier is longer than 31 characters'],
  ['tenant!@#', 'tenant identifier contains illegal characters'],
  ['<other>', 'tenant identifier contains illegal characters'],
  ['<default>', undefined],
  ['a.b-c_1', undefined],
];
for (const [id, problem] of problems) {
  test(`the tenant '${id}' ${problem === undefined ? 'is valid' : `is refused: ${problem}`}`, () => {
    assert.equal(tenantProblem(id), problem);
  });
}

test('without tenants, only the default tenant exists', () => {
  for (const id of ['', '<default>']) assert.equal(readTenant('X', id, undefined), undefined);
  const text = "Expected to handle request X with tenant identifier 't', but multi-tenancy is disabled";
  assert.throws(() => readTenant('X', 't', undefined), { message: text });
  assert.throws(() => readTenant('X', 't', undefined, true), { message: text });
  assert.equal(readTenants('X', [], undefined, false), undefined);
  assert.equal(readTenants('X', ['<default>'], undefined, false), undefined);
  assert.throws(() => readTenants('X', ['t'], undefined, false), { message: text });
  assert.throws(() => readTenants('X', [], undefined, true), {
    message: 'Expected to handle request X with ASSIGNED tenant filter, but multi-tenancy is disabled',
  });
});

test('case 441: decisions of tenants are apart, for calls and for business rule tasks', async (t) => {
  const { engine, client } = await setUp(t);
  const answer = (value: string) => ({ name: 'd.dmn', content: dmn(decision('answer', literal(value))) });
  const deployed = await engine.deploy(answer('1'), { tenantId: 'north' });
  assert.equal(deployed.decisions[0]?.tenantId, 'north');
  const ask = (tenantId: string, request: object = { decisionId: 'answer' }) =>
    client.call('EvaluateDecision', { ...request, tenantId });
  assert.deepEqual([(await ask('north')).decisionOutput, (await ask('north')).tenantId], ['1', 'north']);
  await assert.rejects(ask('south'), status(5, /no decision found for id 'answer'/));
  const { decisionKey } = deployed.decisions[0]!;
  await assert.rejects(ask('south', { decisionKey }), status(5, /no decision found for key/));
  await engine.deploy(answer('2'), { tenantId: 'south' });
  assert.deepEqual([(await ask('north')).decisionOutput, (await ask('south')).decisionOutput], ['1', '2']);
  const rules = process(
    'rules',
    ...chain(
      start(),
      other('businessRuleTask', 'r', {
        extensions: '<zeebe:calledDecision decisionId="answer" resultVariable="result"/>',
      }),
      end(),
    ),
  );
  for (const [tenantId, result] of [
    ['north', 1],
    ['south', 2],
  ] as const) {
    await engine.deploy({ name: 'rules.bpmn', content: rules }, { tenantId });
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'rules', tenantId });
    assert.deepEqual((await engine.ended(processInstanceKey)).variables, { result });
  }
});

test('case 170: a runtime of one tenant executes no job of another', async (t) => {
  const engine = await startEngine(t, { tenants: ['north', 'south'] });
  const greeting = process('p', ...chain(start(), serviceTask('a', { type: 'greet' }), end()));
  for (const tenantId of ['north', 'south']) await engine.deploy({ name: 'p.bpmn', content: greeting }, { tenantId });
  const served: string[] = [];
  const greet = defineOutbound({
    name: 'Greet',
    type: 'greet',
    input: v.object({}),
    run: (_input, { job }) => {
      served.push(job.tenantId);
      return null;
    },
  });
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port, tenantId: 'north' } as const;
  const runtime = createRuntime({ outbound: [greet], connection, signals: false, logger: silentLogger });
  await runtime.start();
  const [south, ...north] = ['south', 'north', 'north'].map((tenantId) =>
    engine.createInstance({ bpmnProcessId: 'p', tenantId }),
  );
  for (const { processInstanceKey } of north) {
    assert.equal((await engine.ended(processInstanceKey)).state, 'COMPLETED');
  }
  await runtime.stop();
  assert.deepEqual(served, ['north', 'north']);
  assert.equal(engine.instance(south!.processInstanceKey)?.state, 'ACTIVE');
  assert.equal(engine.jobs()[0]?.state, 'ACTIVATABLE');
});
