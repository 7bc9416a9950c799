/** An engine with tenants, as clients see it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readTenant, readTenants, tenantProblem } from '../../../src/engine/gateway/tenants.ts';
import { chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { connect, startEngine, status } from '../support/client.ts';

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
  for (const act of [
    () => engine.createInstance({ bpmnProcessId: 'q' }),
    () => engine.publishMessage({ name: 'm', correlationKey: '' }),
    () => engine.broadcastSignal('s'),
    () => engine.evaluateConditional(),
    () => engine.evaluateDecision({ decisionId: 'd' }),
  ]) {
    assert.throws(act, /no tenant identifier was provided/);
  }
  await assert.rejects(engine.deploy({ name: 'p.bpmn', content: xml }), /no tenant identifier was provided/);
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
