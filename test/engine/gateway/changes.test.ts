/** Calls that change what is running or deployed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process, serviceTask, start, subProcess } from '../support/bpmn.ts';
import { status } from '../support/client.ts';
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
