/** User tasks, results of jobs and ad-hoc subprocesses over REST: sections K, L and T of the cases of elements. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type UserTaskServices,
  userTaskOperations,
} from '../../../../src/engine/gateway/rest/operations/user-task-operations.ts';
import { problemOfError } from '../../../../src/engine/gateway/rest/problems.ts';
import type { Engine } from '../../../../src/engine/index.ts';
import {
  adHocSubProcess,
  bytes,
  chain,
  end,
  other,
  process,
  serviceTask,
  start,
  taskListeners,
} from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { type RestAnswer, type RestClient, restClient } from '../../support/rest-client.ts';

interface Setting {
  readonly engine: Engine;
  readonly client: RestClient;
  /** Path of the only user task. */
  readonly task: string;
  readonly instance: string;
}

/** An instance with a user task. */
const setUp = async (t: TestContext, extensions = '', options: object = {}, variables = {}): Promise<Setting> => {
  const engine = await startEngine(t, { restPort: 0 });
  const part = other('userTask', 'u', { extensions: `<zeebe:userTask/>${extensions}`, ...options });
  const content = bytes(process('p', ...chain(start(), part, end())));
  await engine.deploy({ name: 'p.bpmn', content });
  const { processInstanceKey: instance } = engine.createInstance({ bpmnProcessId: 'p', variables });
  const [task] = engine.userTasks();
  return { engine, client: restClient(t, engine), task: `/user-tasks/${task?.key}`, instance };
};

const isProblem = ({ status, json }: RestAnswer, code: number, title: string, detail: RegExp): void => {
  assert.deepEqual([status, json.title], [code, title], JSON.stringify(json));
  assert.match(json.detail, detail);
};

test('161. a user task is completed once, with variables or without a body (cases 214 and 233)', async (t) => {
  const { client, engine, task, instance } = await setUp(t);
  const answer = await client.send('POST', `${task}/completion`, { variables: { x: 1 } });
  assert.deepEqual([answer.status, answer.text], [204, '']);
  assert.deepEqual(engine.instance(instance)?.variables, { x: 1 });
  isProblem(await client.send('POST', `${task}/completion`), 404, 'NOT_FOUND', /no such user task/);
  engine.createInstance({ bpmnProcessId: 'p' });
  const [next] = engine.userTasks();
  assert.equal((await client.send('POST', `/user-tasks/${next?.key}/completion`)).status, 204);
});

test('161. a user task is assigned, claimed and unassigned (cases 217 to 219)', async (t) => {
  const { client, engine, task } = await setUp(t);
  const assign = (body: object): Promise<RestAnswer> => client.send('POST', `${task}/assignment`, body);
  assert.equal((await assign({ assignee: 'ann' })).status, 204);
  assert.equal((await assign({ assignee: 'bob' })).status, 204);
  isProblem(await assign({ assignee: 'kim', allowOverride: false }), 409, 'INVALID_STATE', /already been assigned/);
  assert.equal((await assign({ assignee: 'bob', allowOverride: false })).status, 204);
  isProblem(await assign({ assignee: '' }), 400, 'INVALID_ARGUMENT', /none given/);
  isProblem(await assign({}), 400, 'INVALID_ARGUMENT', /assignee is missing/);
  assert.equal(engine.userTasks()[0]?.assignee, 'bob');
  for (const _ of [1, 2]) assert.equal((await client.send('DELETE', `${task}/assignee`)).status, 204);
  assert.equal(engine.userTasks()[0]?.assignee, null);
});

test('161. a user task is updated, and unknown attributes are ignored (cases 220 to 222)', async (t) => {
  const { client, engine, task } = await setUp(t);
  const update = (body: object): Promise<RestAnswer> => client.send('PATCH', task, body);
  const changeset = { priority: 80, dueDate: '2026-05-01T00:00:00Z', assignee: 'x', foo: 1 };
  assert.equal((await update({ changeset })).status, 204);
  const [changed] = engine.userTasks();
  assert.deepEqual([changed?.priority, changed?.dueDate, changed?.assignee], [80, '2026-05-01T00:00:00Z', null]);
  assert.equal((await update({ changeset: { dueDate: '', priority: null, candidateGroups: [] } })).status, 204);
  assert.deepEqual([engine.userTasks()[0]?.priority, engine.userTasks()[0]?.dueDate], [80, null]);
  isProblem(await update({ changeset: { priority: 101 } }), 400, 'INVALID_ARGUMENT', /priority to be/);
  isProblem(await update({ changeset: { dueDate: 'tomorrow' } }), 400, 'INVALID_ARGUMENT', /dueDate to be/);
  isProblem(await update({ changeset: {} }), 400, 'INVALID_ARGUMENT', /at least one change/);
  isProblem(await update({}), 400, 'INVALID_ARGUMENT', /no changeset/);
});

test('no operation finds an unknown user task (case 223)', async (t) => {
  const { client } = await setUp(t);
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { changeset: { priority: 1 } }],
    ['POST', '/assignment', { assignee: 'a' }],
    ['DELETE', '/assignee', undefined],
    ['POST', '/completion', {}],
    ['POST', '/variables/search', {}],
  ] as const) {
    isProblem(await client.send(method, `/user-tasks/1${path}`, body), 404, 'NOT_FOUND', /user task/i);
  }
});

test('user tasks are found by what they have (case 231)', async (t) => {
  const assignment = '<zeebe:assignmentDefinition assignee="=who" candidateGroups="=groups"/>';
  const extensions = `${assignment}<zeebe:priorityDefinition priority="=priority"/>`;
  const { client, engine, task } = await setUp(
    t,
    extensions,
    { name: 'Ask' },
    { who: 'ann', groups: ['a', 'b'], priority: 10 },
  );
  engine.createInstance({ bpmnProcessId: 'p', variables: { who: 'bob', groups: ['b'], priority: 70 } });
  const find = async (filter: object, sort: readonly object[] = []): Promise<unknown> => {
    const { status, json } = await client.send('POST', '/user-tasks/search', { filter, sort });
    assert.equal(status, 200, JSON.stringify(json));
    return json.items.map(({ assignee }: { assignee: string }) => assignee);
  };
  assert.deepEqual(await find({ assignee: 'bob' }), ['bob']);
  assert.deepEqual(await find({ candidateGroup: 'a' }), ['ann']);
  assert.deepEqual(await find({ candidateGroup: 'b', state: 'created' }), ['ann', 'bob']);
  assert.deepEqual(await find({ priority: { $gt: 20 } }), ['bob']);
  assert.deepEqual(await find({ elementId: 'u' }, [{ field: 'priority', order: 'DESC' }]), ['bob', 'ann']);
  const { json } = await client.send('GET', task);
  assert.deepEqual(
    [json.name, json.state, json.candidateGroups, json.elementId, json.processDefinitionId, json.candidateGroup],
    ['Ask', 'CREATED', ['a', 'b'], 'u', 'p', undefined],
  );
});

test('the variables of a user task are those of its scopes, or only the visible ones (case 232)', async (t) => {
  const { client, task, instance } = await setUp(t, '', { inputs: { x: '=2' } }, { x: 1, y: 'a' });
  const find = async (path: string): Promise<readonly unknown[]> => {
    const { json } = await client.send('POST', `${task}/${path}/search`, {});
    return json.items.map(({ name, value }: { name: string; value: string }) => [name, value]);
  };
  assert.deepEqual(await find('variables'), [
    ['x', '2'],
    ['x', '1'],
    ['y', '"a"'],
  ]);
  assert.deepEqual(await find('effective-variables'), [
    ['x', '2'],
    ['y', '"a"'],
  ]);
  const { json } = await client.send('POST', `${task}/variables/search`, { filter: { scopeKey: instance } });
  assert.equal(json.items.length, 2);
});

/** Waits for the next job of a type, and completes it with a result. */
const complete = async (client: RestClient, type: string, result: object): Promise<RestAnswer> => {
  const { json } = await client.poll(type, { requestTimeout: 60_000 });
  return client.send('POST', `/jobs/${json.jobs[0].jobKey}/completion`, { result });
};

test('a listener denies what a user asks for, or corrects it (cases 235 and 236)', async (t) => {
  const { client, engine, task } = await setUp(t, taskListeners(['completing', 'a'], ['updating', 'b']));
  const denied = client.send('POST', `${task}/completion`, { action: 'finish' });
  const { json } = await client.poll('a', { requestTimeout: 60_000 });
  assert.equal(json.jobs[0].userTask?.action ?? json.jobs[0].customHeaders['io.camunda.zeebe:action'], 'finish');
  await client.send('POST', `/jobs/${json.jobs[0].jobKey}/completion`, {
    result: { denied: true, deniedReason: 'no' },
  });
  isProblem(await denied, 409, 'INVALID_STATE', /denied it: no/);

  const updated = client.send('PATCH', task, { changeset: { priority: 1 } });
  const corrections = { priority: 2, candidateUsers: ['ann'], dueDate: null };
  assert.equal((await complete(client, 'b', { type: 'userTask', corrections })).status, 204);
  assert.equal((await updated).status, 204);
  const [after] = engine.userTasks();
  assert.deepEqual([after?.priority, after?.candidateUsers], [2, ['ann']]);
});

test('variables are set after the listeners of a user task, and at once elsewhere (case 243)', async (t) => {
  const { client, engine, instance } = await setUp(t, taskListeners(['updating', 'b']));
  const element = engine.elements(instance)[0]!.key;
  const set = (key: string): Promise<RestAnswer> =>
    client.send('PUT', `/element-instances/${key}/variables`, { variables: { v: 1 }, local: true });
  assert.equal((await set(instance)).status, 204);
  const written = set(element);
  assert.equal((await complete(client, 'b', {})).status, 204);
  assert.equal((await written).status, 204);
  assert.deepEqual(engine.elements(instance)[0]?.variables, { v: 1 });
  isProblem(await set('1'), 404, 'NOT_FOUND', /no such element/);
});

test('an ad-hoc subprocess is activated by a request, and by the result of its job (cases 409 and 415)', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const client = restClient(t, engine);
  const inside = [serviceTask('A', { type: 'a' }), serviceTask('B', { type: 'b' })];
  for (const [id, options] of [
    ['p', {}],
    ['q', { type: 'agent' }],
  ] as const) {
    const content = bytes(process(id, ...chain(start(), adHocSubProcess('h', options, ...inside), end())));
    await engine.deploy({ name: `${id}.bpmn`, content });
  }
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const activate = (key: string, ids: readonly string[]): Promise<RestAnswer> =>
    client.send('POST', `/element-instances/ad-hoc-activities/${key}/activation`, {
      elements: ids.map((elementId) => ({ elementId, variables: { x: 1 } })),
    });
  const key = engine.elements(processInstanceKey)[0]!.key;
  isProblem(await activate(key, ['A', 'X']), 400, 'INVALID_ARGUMENT', /'X'/);
  isProblem(await activate('1', ['A']), 404, 'NOT_FOUND', /no such ad-hoc subprocess/);
  assert.equal((await activate(key, ['B'])).status, 204);
  assert.equal((await client.poll('b')).json.jobs[0].variables.x, 1);

  const second = engine.createInstance({ bpmnProcessId: 'q' }).processInstanceKey;
  const activateElements = [{ elementId: 'A', variables: { y: 2 } }];
  assert.equal((await complete(client, 'agent', { type: 'adHocSubProcess', activateElements })).status, 204);
  const { json } = await client.poll('a');
  assert.equal(json.jobs[0].variables.y, 2);
  await client.send('POST', `/jobs/${json.jobs[0].jobKey}/completion`);
  const flags = { isCompletionConditionFulfilled: true, isCancelRemainingInstances: true };
  assert.equal((await complete(client, 'agent', { type: 'adHocSubProcess', ...flags })).status, 204);
  assert.equal(engine.instance(second)?.state, 'COMPLETED');
});

test('161. a request is answered when the listeners of the task do not, and the change takes effect later', async () => {
  let late: (() => void) | undefined;
  let isStopped = false;
  const operations = userTaskOperations({
    startTimer: (milliseconds: number, act: () => void) => {
      assert.equal(milliseconds, 10_000);
      late = act;
      return () => {
        isStopped = true;
      };
    },
    changes: { complete: () => new Promise(() => undefined), unassign: async () => undefined },
  } as unknown as UserTaskServices);
  const request = { keys: ['1'], query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0) };
  const act = async (name: string) => {
    const operation = operations[name]!;
    assert.ok(operation.kind === 'direct', `${name} answers at once or with a promise`);
    return operation.act(request);
  };
  const waiting = act('POST /user-tasks/*/completion');
  await Promise.resolve();
  late?.();
  const error = await waiting.then(
    () => assert.fail('it was answered'),
    (thrown: unknown) => thrown,
  );
  const problem = problemOfError(error);
  assert.deepEqual([problem.status, problem.title], [504, 'DEADLINE_EXCEEDED']);
  assert.match(problem.detail, /within 10 seconds\. The change takes effect when they do\. Fix: start a worker/);
  isStopped = false;
  assert.deepEqual(await act('DELETE /user-tasks/*/assignee'), { status: 204 });
  assert.equal(isStopped, true, 'no timer remains');
});
