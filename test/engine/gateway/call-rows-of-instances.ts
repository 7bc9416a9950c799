/** What the rows of docs/engine.md say about the calls on process instances. */
import assert from 'node:assert/strict';
import {
  callActivity,
  catchEvent,
  chain,
  end,
  file,
  manualTask,
  parallelGateway,
  path,
  process,
  processPart,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { status } from '../support/client.ts';
import { job, p, type Rows, set, variablesOf } from './call-scene.ts';

/** By the name of the call. */
export const instanceRows: Rows = {
  CreateProcessInstance: async (t) => {
    const xml = p(job, serviceTask('b', { type: 'b' }));
    const { client, engine, create, state, at } = await set(t, xml, { uniqueBusinessIds: true });
    const { processDefinitionKey } = engine.processes().find(({ bpmnProcessId }) => bpmnProcessId === 'p')!;
    assert.deepEqual(at(await create({ version: 1 })), ['a']);
    assert.deepEqual(at(await create({ bpmnProcessId: '', processDefinitionKey })), ['a']);
    const marks = { tags: ['x'], businessId: 'order 7' };
    const later = await create({ startInstructions: [{ elementId: 'b' }], ...marks });
    assert.deepEqual(at(later), ['b']);
    const { tags, businessId } = engine.instance(later)!;
    assert.deepEqual({ tags, businessId }, marks);
    await assert.rejects(create({ businessId: 'order 7' }), status(6, /order 7/));
    const stopped = await create({
      ...{ startInstructions: [{ elementId: 'b' }], runtimeInstructions: [{ terminate: { afterElementId: 'b' } }] },
    });
    for (const { key: jobKey } of await client.poll('b', { maxJobsToActivate: 2 })) {
      await client.call('CompleteJob', { jobKey });
    }
    assert.deepEqual([state(later), state(stopped)], ['COMPLETED', 'TERMINATED']);
  },

  // The timeout of 15 s: case 32 in instances.test.ts.
  CreateProcessInstanceWithResult: async (t) => {
    const { client } = await set(t, p(manualTask('m', { outputs: { y: '=x + 1' } })));
    const request = { bpmnProcessId: 'p', version: -1, variables: '{"x":1}', tags: ['x'], businessId: 'order 7' };
    const answer = await client.call('CreateProcessInstanceWithResult', { request });
    assert.deepEqual(
      [JSON.parse(String(answer.variables)), answer.tags, answer.businessId],
      [{ x: 1, y: 2 }, ['x'], 'order 7'],
    );
  },

  CancelProcessInstance: async (t) => {
    const called = processPart('q', {}, ...chain(start('s'), job, end('x')));
    const calling = processPart('p', {}, ...chain(start(), callActivity('c', { processId: 'q' }), end()));
    const { client, engine, create, state } = await set(t, file(calling, called));
    const processInstanceKey = await create();
    const child = engine.instances().find(({ bpmnProcessId }) => bpmnProcessId === 'q')!.key;
    const cancel = (key: string) => client.call('CancelProcessInstance', { processInstanceKey: key });
    await assert.rejects(cancel(child), status(9, /created by a parent process instance/));
    await cancel(processInstanceKey);
    assert.deepEqual([state(processInstanceKey), state(child)], ['TERMINATED', 'TERMINATED']);
  },

  ModifyProcessInstance: async (t) => {
    const { client, engine, create, at } = await set(t, p(job, serviceTask('b', { type: 'b' })));
    const processInstanceKey = await create();
    const modify = (request: object) => client.call('ModifyProcessInstance', { processInstanceKey, ...request });
    await modify({ activateInstructions: [{ elementId: 'b' }] });
    assert.deepEqual(at(processInstanceKey), ['a', 'b']);
    await modify({ terminateInstructions: [{ elementInstanceKey: engine.elements(processInstanceKey)[0]?.key }] });
    assert.deepEqual(at(processInstanceKey), ['b']);
    await modify({ moveInstructions: [{ sourceElementId: 'b', targetElementId: 'a' }] });
    assert.deepEqual(at(processInstanceKey), ['a']);
    const half = { activateInstructions: [{ elementId: 'b' }, { elementId: 'nope' }] };
    await assert.rejects(modify(half), status(3, /'nope'/));
    assert.deepEqual(at(processInstanceKey), ['a']);
    await modify({ activateInstructions: [{ elementId: 'b' }], terminateInstructions: [{ elementId: 'a' }] });
    assert.deepEqual(at(processInstanceKey), ['b']);
  },

  MigrateProcessInstance: async (t) => {
    const parallel = (type: string, header: string): string =>
      process(
        'p',
        ...[start(), parallelGateway('fork'), serviceTask('a', { type, headers: { header } }), end()],
        ...[catchEvent('m', { message: 'm' }), catchEvent('w', { duration: 'PT1H' }), parallelGateway('join')],
        ...[...path('start', 'fork', 'a', 'join', 'end'), ...path('fork', 'm', 'join'), ...path('fork', 'w', 'join')],
      );
    const { client, engine, clock, create, redeploy } = await set(t, parallel('a', '1'));
    const processInstanceKey = await create({ variables: '{"key":"7"}' });
    const before = [engine.jobs(), engine.timers(), engine.subscriptions()].map(([item]) => item?.key);
    clock.advance(1000);
    const targetProcessDefinitionKey = await redeploy(parallel('b', '2'));
    const mappingInstructions = ['a', 'm', 'w'].map((id) => ({ sourceElementId: id, targetElementId: id }));
    const migrationPlan = { targetProcessDefinitionKey, mappingInstructions };
    const migrate = () => client.call('MigrateProcessInstance', { processInstanceKey, migrationPlan });
    await migrate();
    assert.equal(engine.instance(processInstanceKey)?.processDefinitionKey, targetProcessDefinitionKey);
    assert.deepEqual(
      [engine.jobs(), engine.timers(), engine.subscriptions()].map(([item]) => item?.key),
      before,
    );
    const [kept] = await client.poll('a');
    assert.equal(kept?.customHeaders, '{"header":"1"}');
    await client.call('PublishMessage', { name: 'm', correlationKey: '7' });
    await assert.rejects(migrate(), status(9, /gateway/));
  },

  SetVariables: async (t) => {
    const { client, engine, create } = await set(t, p(subProcess('box', {}, ...chain(start('s'), job, end('x')))));
    const instance = await create({ variables: '{"x":1}' });
    const { key: elementInstanceKey } = engine.elements(instance).find(({ elementId }) => elementId === 'box')!;
    await client.call('SetVariables', { elementInstanceKey, variables: '{"x":2,"y":2}' });
    assert.deepEqual(variablesOf(engine, instance), { x: 2, y: 2 });
    await client.call('SetVariables', { elementInstanceKey, variables: '{"x":3}', local: true });
    assert.deepEqual(variablesOf(engine, instance), { x: 2, y: 2 });
    assert.equal(engine.elements(instance).find(({ elementId }) => elementId === 'box')?.variables.x, 3);
  },

  ResolveIncident: async (t) => {
    const { client, engine, create, at } = await set(t, p(serviceTask('a', { type: '=type' })));
    const instance = await create();
    const [incident] = engine.incidents(instance);
    await client.call('SetVariables', { elementInstanceKey: instance, variables: '{"type":"a"}' });
    await client.call('ResolveIncident', { incidentKey: incident?.key });
    assert.deepEqual(engine.incidents(instance), []);
    assert.deepEqual(at(instance), ['a']);
    assert.equal((await client.poll('a')).length, 1);
  },
};
