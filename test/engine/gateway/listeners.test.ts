import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, executionListeners, file, processPart, serviceTask, start } from '../support/bpmn.ts';
import { status } from '../support/client.ts';
import { startWithProcess } from './one-process-engine.ts';

const listeners = executionListeners(['start', 's'], ['end', 'e']);

test('a job tells its kind and the event of its listener', async (t) => {
  const { client } = await startWithProcess(
    t,
    file(processPart('p', {}, ...chain(start(), serviceTask('t', { type: 'a', extensions: listeners }), end()))),
  );
  await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 });
  const kinds: unknown[] = [];
  for (const type of ['s', 'a', 'e']) {
    const [job] = await client.poll(type);
    kinds.push([job?.kind, job?.listenerEventType]);
    await client.call('CompleteJob', { jobKey: job?.key });
  }
  assert.deepEqual(kinds, [
    ['EXECUTION_LISTENER', 'START'],
    ['BPMN_ELEMENT', 'UNSPECIFIED'],
    ['EXECUTION_LISTENER', 'END'],
  ]);
});

test('the result of an instance contains what a listener to the end of the process set (case 252)', async (t) => {
  const { client } = await startWithProcess(
    t,
    file(processPart('p', { extensions: executionListeners(['end', 'e']) }, ...chain(start(), end()))),
  );
  const result = client.call<{ variables: string }>('CreateProcessInstanceWithResult', {
    request: { bpmnProcessId: 'p', version: -1 },
    requestTimeout: 60_000,
  });
  const [job] = await client.poll('e', { requestTimeout: 60_000 });
  await client.call('CompleteJob', { jobKey: job?.key, variables: '{"z":2}' });
  assert.equal((await result).variables, '{"z":2}');
});

test('a listener cannot throw an error (case 258)', async (t) => {
  const { client } = await startWithProcess(
    t,
    file(processPart('p', { extensions: executionListeners(['start', 's']) }, ...chain(start(), end()))),
  );
  await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 });
  const [job] = await client.poll('s');
  await assert.rejects(
    client.call('ThrowError', { jobKey: job?.key, errorCode: 'E' }),
    status(9, /EXECUTION_LISTENER/),
  );
});
