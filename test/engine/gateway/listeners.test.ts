import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobUserTask } from '../../../src/engine/machine/types.ts';
import {
  adHocSubProcess,
  chain,
  end,
  executionListeners,
  file,
  type ListenerXml,
  other,
  processPart,
  serviceTask,
  start,
  taskListeners,
} from '../support/bpmn.ts';
import { status } from '../support/client.ts';
import { create, startWithProcess } from './one-process-engine.ts';

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

/** A process with a user task that has listeners. */
const userTask = (...listeners: readonly ListenerXml[]): string =>
  file(
    processPart(
      'p',
      {},
      ...chain(
        start(),
        other('userTask', 'u', { extensions: `<zeebe:userTask/>${taskListeners(...listeners)}` }),
        end(),
      ),
    ),
  );

test('the job of a task listener has its user task, and its completion corrects the task (case 236)', async (t) => {
  const { client, engine } = await startWithProcess(t, userTask(['updating', 'a']));
  await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 });
  const [task] = engine.userTasks();
  const updated = engine.updateUserTask(task!.key, {
    priority: 80,
    candidateUsers: ['ann'],
    dueDate: '2030-01-31T09:00:00Z',
  });
  const [job] = await client.poll('a');
  assert.deepEqual([job?.kind, job?.listenerEventType], ['TASK_LISTENER', 'UPDATING']);
  const { action, candidateUsers, changedAttributes, priority, userTaskKey, dueDate } = (job?.userTask ??
    {}) as JobUserTask;
  assert.deepEqual(
    [action, candidateUsers, changedAttributes, priority, userTaskKey, dueDate],
    ['update', ['ann'], ['candidateUsers', 'dueDate', 'priority'], 80, task?.key, '2030-01-31T09:00:00Z'],
  );
  const corrections = {
    assignee: 'bob',
    priority: 0,
    dueDate: '',
    candidateUsers: { values: [] },
    candidateGroups: { values: ['g'] },
  };
  await client.call('CompleteJob', { jobKey: job?.key, result: { type: 'userTask', corrections } });
  await updated;
  const [after] = engine.userTasks();
  assert.deepEqual(
    [after?.assignee, after?.priority, after?.dueDate, after?.candidateUsers, after?.candidateGroups],
    ['bob', 0, null, [], ['g']],
  );
});

test('a denial keeps corrections that are absent, and its reason reaches the client (case 235)', async (t) => {
  const { client, engine } = await startWithProcess(t, userTask(['completing', 'a']));
  await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 });
  const completed = engine.completeUserTask(engine.userTasks()[0]!.key);
  const [job] = await client.poll('a');
  await client.call('CompleteJob', { jobKey: job?.key, result: { denied: true, deniedReason: 'not yet' } });
  await assert.rejects(completed, { code: 'INVALID_STATE', message: /denied it: not yet/ });
});

test('CompleteJob refuses variables of a task listener (case 238)', async (t) => {
  const { client, engine } = await startWithProcess(t, userTask(['completing', 'a']));
  await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 });
  void engine.completeUserTask(engine.userTasks()[0]!.key);
  const [job] = await client.poll('a');
  await assert.rejects(
    client.call('CompleteJob', { jobKey: job?.key, variables: '{"v":1}' }),
    status(3, /without variables/),
  );
  assert.equal(engine.jobs()[0]?.state, 'ACTIVATED');
});

test('SetVariables waits for the listeners of a user task, and fails if one denies it (case 243)', async (t) => {
  const { client, engine } = await startWithProcess(t, userTask(['updating', 'a']));
  const { processInstanceKey } = await create(client);
  const element = engine.elements(processInstanceKey)[0]!.key;
  const request = { elementInstanceKey: element, variables: '{"v":1}', local: true };
  const attempt = async (result: object): Promise<unknown> => {
    const answer = client.call('SetVariables', request);
    const [job] = await client.poll('a', { requestTimeout: 60_000 });
    const settled = Promise.allSettled([answer]);
    await client.call('CompleteJob', { jobKey: job?.key, result });
    const [outcome] = await settled;
    return outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
  };
  const denial = (await attempt({ denied: true, deniedReason: 'no' })) as { code: number; details: string };
  assert.equal(denial.code, 9);
  assert.match(denial.details, /denied it: no/);
  const written = (await attempt({})) as { key: string };
  assert.match(written.key, /^\d{16}$/);
  assert.deepEqual(engine.elements(processInstanceKey)[0]?.variables, { v: 1 });
});

test('SetVariables that waits for a listener ends when the engine stops', async (t) => {
  const { client, engine } = await startWithProcess(t, userTask(['updating', 'a']));
  const { processInstanceKey } = await create(client);
  const job = engine.next((event) => event.kind === 'job:activatable');
  const answer = client.call('SetVariables', {
    elementInstanceKey: engine.elements(processInstanceKey)[0]?.key,
    variables: '{"v":1}',
  });
  const outcome = assert.rejects(answer, status(14, /stopping/));
  await job;
  await engine.stop();
  await outcome;
});

test('the job of an ad-hoc subprocess has its kind, and its result activates elements (case 415)', async (t) => {
  const inside = [serviceTask('A', { type: 'a' }), serviceTask('B', { type: 'b' })];
  const { client, engine } = await startWithProcess(
    t,
    file(processPart('p', {}, ...chain(start(), adHocSubProcess('h', { type: 'agent' }, ...inside), end()))),
  );
  const { processInstanceKey } = await create(client);
  const [job] = await client.poll('agent');
  assert.deepEqual([job?.kind, job?.listenerEventType], ['AD_HOC_SUB_PROCESS', 'UNSPECIFIED']);
  const elements = [{ elementId: 'A', variables: '{"x":1}' }, { elementId: 'B' }];
  const complete = (jobKey: string | undefined, result: object): Promise<unknown> =>
    client.call('CompleteJob', { jobKey, result });
  await assert.rejects(complete(job?.key, { activateElements: elements }), status(3, /of the type 'adHocSubProcess'/));
  await complete(job?.key, { type: 'adHocSubProcess', activateElements: elements });
  const [task] = await client.poll('a');
  assert.equal(JSON.parse(task?.variables ?? '').x, 1);
  await client.call('CompleteJob', { jobKey: task?.key });
  const [again] = await client.poll('agent');
  const flags = { isCompletionConditionFulfilled: true, isCancelRemainingInstances: true };
  await complete(again?.key, { type: 'adHocSubProcess', ...flags });
  assert.equal(engine.instance(processInstanceKey)?.state, 'COMPLETED');
});
