/** Calls that change what is running or deployed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process, serviceTask, start, subProcess } from '../support/bpmn.ts';
import { connect, deployXml, startEngine, status } from '../support/client.ts';
import { create, startWithProcess } from './one-process-engine.ts';

const xml = process(
  'p',
  ...chain(
    start(),
    serviceTask('a', { type: 'a' }),
    subProcess('sub', {}, ...chain(start('s'), serviceTask('b', { type: 'b' }), end('e'))),
    end(),
  ),
);

test('cases 121 and 122: ModifyProcessInstance activates, terminates and writes variables', async (t) => {
  const { client, engine } = await startWithProcess(t, xml);
  const { processInstanceKey } = await create(client);
  const [a] = engine.elements(processInstanceKey);
  await client.call('ModifyProcessInstance', {
    processInstanceKey,
    activateInstructions: [
      {
        elementId: 'b',
        ancestorElementInstanceKey: '-1',
        variableInstructions: [{ variables: '{"x":1}' }, { variables: '{"y":2}', scopeId: 'sub' }],
      },
    ],
    terminateInstructions: [{ elementInstanceKey: a?.key }],
  });
  const [job] = await client.poll('b');
  assert.deepEqual(JSON.parse(job?.variables ?? ''), { x: 1, y: 2 });
  assert.deepEqual(engine.instance(processInstanceKey)?.variables, { x: 1 });
  assert.deepEqual(await client.poll('a'), []);
});

test('ModifyProcessInstance takes keys, ids and ancestors as newer clients send them', async (t) => {
  const { client, engine } = await startWithProcess(t, xml);
  const { processInstanceKey } = await create(client);
  const modify = (request: object) => client.call('ModifyProcessInstance', { processInstanceKey, ...request });
  const at = () =>
    engine
      .elements(processInstanceKey)
      .map(({ elementId }) => elementId)
      .sort();
  const moveInstructions = (source: object, targetElementId: string, ancestor: object = {}) => ({
    moveInstructions: [{ ...source, targetElementId, ...ancestor }],
  });
  await modify(moveInstructions({ sourceElementId: 'a' }, 'b'));
  assert.deepEqual(at(), ['b', 'sub']);
  const b = engine.elements(processInstanceKey).find(({ elementId }) => elementId === 'b');
  const source = { sourceElementInstanceKey: b?.key };
  await modify(moveInstructions(source, 'b', { inferAncestorScopeFromSourceHierarchy: true }));
  assert.deepEqual(at(), ['b', 'sub']);
  await modify(moveInstructions({ sourceElementId: 'b' }, 'b', { useSourceParentKeyAsAncestorScopeKey: true }));
  assert.deepEqual(at(), ['b', 'sub']);
  await modify(moveInstructions({ sourceElementId: 'b' }, 'b', { ancestorElementInstanceKey: processInstanceKey }));
  assert.deepEqual(at(), ['b', 'sub']);
  await modify({
    activateInstructions: [{ elementId: 'a', ancestorElementInstanceKey: processInstanceKey }],
    terminateInstructions: [{ elementId: 'sub' }],
  });
  assert.deepEqual(at(), ['a']);
});

test('case 123: ModifyProcessInstance is refused with the status of its reason', async (t) => {
  const { client } = await startWithProcess(t, xml);
  const { processInstanceKey } = await create(client);
  const activateInstructions = [{ elementId: 'b' }];
  const modify = (request: object) => client.call('ModifyProcessInstance', { processInstanceKey, ...request });
  await assert.rejects(modify({ processInstanceKey: '1', activateInstructions }), status(5, /with key '1'/));
  await assert.rejects(modify({ activateInstructions: [{ elementId: 'x' }] }), status(3, /'x'/));
  await assert.rejects(modify({ terminateInstructions: [{ elementInstanceKey: '1' }] }), status(3, /'1'/));
  await assert.rejects(modify({ terminateInstructions: [{}] }), status(3, /could not be found: '0'/));
  const variableInstructions = [{ variables: '[1]' }];
  await assert.rejects(
    modify({ activateInstructions: [{ elementId: 'b', variableInstructions }] }),
    status(3, /expected a JSON object/),
  );
});

test('case 24: DeleteResource deletes a process, and answers with its key', async (t) => {
  const engine = await startEngine(t, { version: '8.9' });
  const client = connect(t, engine.address);
  await deployXml(client, { 'p.bpmn': xml });
  const { processInstanceKey } = await create(client);
  const resourceKey = engine.instance(processInstanceKey)?.processDefinitionKey;
  const remove = (key: unknown) => client.call('DeleteResource', { resourceKey: key });
  await assert.rejects(remove(resourceKey), status(9, /running instances/));
  engine.cancelInstance(processInstanceKey);
  assert.equal((await remove(resourceKey)).resourceKey, resourceKey);
  await assert.rejects(remove(resourceKey), status(5, /no resource found with key/));
  await assert.rejects(create(client), status(5, /none found/));
});

test('cases 98 to 100: a lease passes the gateway, and a job that was taken over is refused to the first worker', async (t) => {
  const { client, clock } = await startWithProcess(t, xml);
  await create(client);
  const [first] = await client.poll('a', { withLease: true, timeout: 1000 });
  assert.ok(first?.jobLeaseToken, 'the job has a lease token');
  const command = { jobKey: first.key };
  for (const [rpc, request] of [
    ['CompleteJob', {}],
    ['FailJob', { retries: 1 }],
    ['ThrowError', { errorCode: 'E' }],
    ['UpdateJobRetries', { retries: 1, jobLeaseToken: 'old' }],
    ['UpdateJobTimeout', { timeout: 1, jobLeaseToken: 'old' }],
    ['UpdateJobPriority', { priority: 1, jobLeaseToken: 'old' }],
  ] as const) {
    await assert.rejects(client.call(rpc, { ...command, ...request }), status(9, /lease token/), rpc);
  }
  const stream = client.stream('a', { withLease: true });
  const plain = client.stream('a');
  await Promise.all([stream.opened, plain.opened]);
  clock.advance(1000);
  const [second] = await stream.count(1);
  assert.equal(second?.key, first.key);
  const jobLeaseToken = first.jobLeaseToken;
  await assert.rejects(client.call('CompleteJob', { ...command, jobLeaseToken }), status(9, /lease token/));
  await client.call('CompleteJob', { ...command, jobLeaseToken: second?.jobLeaseToken });
  assert.deepEqual(plain.messages, []);
});

test('UpdateJobPriority decides which job a poll receives first', async (t) => {
  const { client, engine } = await startWithProcess(t, xml);
  await create(client);
  await create(client);
  const [, second] = engine.jobs();
  await client.call('UpdateJobPriority', { jobKey: second?.key, priority: 3 });
  assert.equal((await client.poll('a'))[0]?.key, second?.key);
  await assert.rejects(client.call('UpdateJobPriority', { jobKey: second?.key }), status(3, /none given/));
  await assert.rejects(client.call('UpdateJobPriority', { jobKey: '1', priority: 1 }), status(5, /no such job/));
});

test('case 124: MigrateProcessInstance keeps the job and its headers, and the next job is that of the target', async (t) => {
  const versioned = (version: string): string =>
    process(
      'p',
      ...chain(
        start(),
        serviceTask('a', { type: 'a', headers: { version } }),
        serviceTask('b', { type: 'b', headers: { version } }),
        end(),
      ),
    );
  const { client, engine } = await startWithProcess(t, versioned('1'));
  const { processInstanceKey } = await create(client);
  const { processes } = await engine.deploy({ name: 'p.bpmn', content: versioned('2') });
  const targetProcessDefinitionKey = processes[0]?.processDefinitionKey;
  const migrate = (...ids: readonly string[]) =>
    client.call('MigrateProcessInstance', {
      processInstanceKey,
      migrationPlan: {
        targetProcessDefinitionKey,
        mappingInstructions: ids.map((id) => ({ sourceElementId: id, targetElementId: id })),
      },
    });
  await assert.rejects(migrate(), status(9, /no mapping instruction defined for active element with id 'a'/));
  await assert.rejects(migrate('a', 'a'), status(3, /duplicate source element ids/));
  await assert.rejects(client.call('MigrateProcessInstance', { processInstanceKey }), status(3, /migrationPlan/));
  await migrate('a');
  const [first] = await client.poll('a');
  assert.equal(first?.customHeaders, '{"version":"1"}');
  assert.equal(first?.processDefinitionKey, targetProcessDefinitionKey);
  await client.call('CompleteJob', { jobKey: first?.key });
  assert.equal((await client.poll('b'))[0]?.customHeaders, '{"version":"2"}');
});
