/** Commands of the REST API that gRPC has in other words or not at all: instances, correlation, conditions, the clock. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createTestClock, type Engine, type EngineOptions } from '../../../../src/engine/index.ts';
import { catchEvent, chain, end, process, receiveTask, serviceTask, start } from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { type RestAnswer, type RestClient, restClient } from '../../support/rest-client.ts';

const two = process('p', ...chain(start(), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' }), end()));

interface Stage {
  readonly engine: Engine;
  readonly client: RestClient;
  readonly key: string;
}

const setUp = async (t: TestContext, content = two, options: EngineOptions = {}): Promise<Stage> => {
  const engine = await startEngine(t, { restPort: 0, ...options });
  await engine.deploy({ name: 'p.bpmn', content });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { n: 1 } });
  return { engine, client: restClient(t, engine), key: processInstanceKey };
};

const activeIds = ({ engine, key }: Stage): readonly string[] => engine.elements(key).map(({ elementId }) => elementId);

const isRefused = ({ status, json }: RestAnswer, code: number, detail: RegExp): void => {
  assert.equal(status, code, JSON.stringify(json));
  assert.match(json.detail, detail);
};

describe('a modification', () => {
  test('takes -1 for no ancestor, as the client for Java sends it', async (t) => {
    const stage = await setUp(t);
    const { status } = await stage.client.post(`/process-instances/${stage.key}/modification`, {
      activateInstructions: [{ elementId: 'b', ancestorElementInstanceKey: '-1' }],
    });
    assert.equal(status, 204);
    assert.deepEqual(activeIds(stage), ['a', 'b']);
  });

  test('activates with variables and terminates, all at once', async (t) => {
    const stage = await setUp(t);
    const { client, engine, key } = stage;
    const [a] = engine.elements(key);
    const { status } = await client.post(`/process-instances/${key}/modification`, {
      activateInstructions: [
        {
          elementId: 'b',
          variableInstructions: [{ variables: { local: 1 }, scopeId: 'b' }, { variables: { whole: 2 } }],
        },
      ],
      terminateInstructions: [{ elementInstanceKey: a!.key }],
    });
    assert.equal(status, 204);
    assert.deepEqual(activeIds(stage), ['b']);
    assert.deepEqual(engine.elements(key)[0]?.variables, { local: 1 });
    assert.deepEqual(engine.instance(key)?.variables, { n: 1, whole: 2 });
  });

  for (const [what, sourceElementInstruction] of [
    ['by id', () => ({ sourceType: 'byId', sourceElementId: 'a' })],
    ['by key', (key: string) => ({ sourceType: 'byKey', sourceElementInstanceKey: key })],
  ] as const) {
    test(`moves ${what}`, async (t) => {
      const stage = await setUp(t);
      const [a] = stage.engine.elements(stage.key);
      const move = { sourceElementInstruction: sourceElementInstruction(a!.key), targetElementId: 'b' };
      const moveInstructions = [{ ...move, ancestorScopeInstruction: { ancestorScopeType: 'inferred' } }];
      const answer = await stage.client.post(`/process-instances/${stage.key}/modification`, { moveInstructions });
      assert.equal(answer.status, 204, answer.text);
      assert.deepEqual(activeIds(stage), ['b']);
    });
  }

  for (const [what, body, detail] of [
    ['of an unknown element', { activateInstructions: [{ elementId: 'x' }] }, /could not be found: 'x'/],
    ['without an element', { activateInstructions: [{}] }, /elementId is missing/],
    ['that terminates nothing', { terminateInstructions: [{}] }, /either an elementInstanceKey or an elementId/],
    ['with an unknown field', { deactivateInstructions: [] }, /deactivateInstructions is not a field/],
    [
      'with an unknown scope type',
      {
        moveInstructions: [
          {
            sourceElementInstruction: { sourceType: 'byId', sourceElementId: 'a' },
            targetElementId: 'b',
            ancestorScopeInstruction: { ancestorScopeType: 'outer' },
          },
        ],
      },
      /direct, inferred or sourceParent/,
    ],
  ] as const) {
    test(`${what} is refused, and changes nothing`, async (t) => {
      const stage = await setUp(t);
      isRefused(await stage.client.post(`/process-instances/${stage.key}/modification`, body), 400, detail);
      assert.deepEqual(activeIds(stage), ['a']);
    });
  }

  test('of an unknown instance is 404', async (t) => {
    const { client } = await setUp(t);
    const body = { activateInstructions: [{ elementId: 'b' }] };
    isRefused(await client.post('/process-instances/1/modification', body), 404, /NOT_FOUND/);
  });
});

test('a migration moves an instance to another definition', async (t) => {
  const { engine, client, key } = await setUp(t);
  const content = process('q', ...chain(start(), serviceTask('other', { type: 'a' }), end()));
  const { processes } = await engine.deploy({ name: 'q.bpmn', content });
  const { processDefinitionKey } = processes[0]!;
  const mappingInstructions = [{ sourceElementId: 'a', targetElementId: 'other' }];
  const path = `/process-instances/${key}/migration`;
  isRefused(await client.post(path, { mappingInstructions }), 400, /targetProcessDefinitionKey is missing/);
  isRefused(await client.post(path, { targetProcessDefinitionKey: '1', mappingInstructions }), 404, /NOT_FOUND/);
  const request = { targetProcessDefinitionKey: processDefinitionKey, mappingInstructions };
  assert.equal((await client.post(path, request)).status, 204);
  const found = (await client.send('GET', `/process-instances/${key}`)).json;
  assert.deepEqual([found.processDefinitionId, found.processDefinitionKey], ['q', processDefinitionKey]);
  const { items } = (await client.post('/element-instances/search', { filter: { elementId: 'other' } })).json;
  assert.equal(items.length, 1);
});

test('a deletion makes an ended instance unknown, and is refused while it is active', async (t) => {
  const { engine, client, key } = await setUp(t);
  isRefused(await client.post(`/process-instances/${key}/deletion`), 409, /it is active/);
  engine.cancelInstance(key);
  assert.equal((await client.post(`/process-instances/${key}/deletion`)).status, 204);
  for (const what of ['process-instances', 'element-instances', 'variables', 'jobs']) {
    assert.equal((await client.post(`/${what}/search`, {})).json.page.totalItems, 0, what);
  }
  isRefused(await client.post(`/process-instances/${key}/deletion`), 404, /not found/);
});

test('all incidents of an instance are resolved that can be', async (t) => {
  const { engine, client, key } = await setUp(t);
  const { jobKey } = (await client.poll('a')).json.jobs[0];
  await client.post(`/jobs/${jobKey}/failure`, { retries: 0 });
  const resolve = () => client.post(`/process-instances/${key}/incident-resolution`);
  const first = await resolve();
  assert.deepEqual([first.status, first.json.batchOperationType], [200, 'RESOLVE_INCIDENT']);
  assert.equal(engine.incidents().length, 1, 'the job has no retries');
  await client.send('PATCH', `/jobs/${jobKey}`, { changeset: { retries: 1 } });
  const second = await resolve();
  assert.equal(engine.incidents().length, 0);
  assert.notEqual(second.json.batchOperationKey, first.json.batchOperationKey);
  assert.equal((await client.post('/process-instances/1/incident-resolution')).status, 404);
});

describe('153. a message', () => {
  const waiting = process(
    'p',
    ...chain(start(), receiveTask('wait', { message: { name: 'm', correlationKey: '=n' } }), end()),
  );

  test('is correlated with the instance that waits, which the answer names', async (t) => {
    const { engine, client, key } = await setUp(t, waiting);
    const { status, json } = await client.post('/messages/correlation', {
      ...{ name: 'm', correlationKey: '1', variables: { paid: true } },
    });
    assert.equal(status, 200);
    const { messageKey, ...rest } = json;
    assert.match(messageKey, /^\d{16}$/);
    assert.deepEqual(rest, { processInstanceKey: key, tenantId: '<default>' });
    assert.deepEqual(engine.instance(key)?.variables, { n: 1, paid: true });
  });

  test('starts a process', async (t) => {
    const engine = await startEngine(t, { restPort: 0 });
    const client = restClient(t, engine);
    await engine.deploy({ name: 'p.bpmn', content: process('p', ...chain(start('begin', { message: 'go' }), end())) });
    const { json } = await client.post('/messages/correlation', { name: 'go' });
    assert.equal(engine.instance(json.processInstanceKey)?.bpmnProcessId, 'p');
  });

  test('that nothing waits for is 404, and is not kept', async (t) => {
    const { engine, client } = await setUp(t, waiting);
    const answer = await client.post('/messages/correlation', { name: 'm', correlationKey: 'other' });
    isRefused(answer, 404, /Command 'CORRELATE' rejected with code 'NOT_FOUND': Expected to find subscription/);
    assert.deepEqual([engine.messages(), engine.lostMessages()], [[], []]);
    isRefused(await client.post('/messages/correlation', {}), 400, /name is missing/);
    isRefused(await client.post('/messages/correlation', { name: 'm', timeToLive: 1 }), 400, /timeToLive/);
  });
});

test('conditions of start events are evaluated', async (t) => {
  const content = process(
    'p',
    ...chain(start('begin', { condition: '=stock < 5' }), serviceTask('a', { type: 'a' }), end()),
  );
  const engine = await startEngine(t, { restPort: 0 });
  const { processes } = await engine.deploy({ name: 'p.bpmn', content });
  const client = restClient(t, engine);
  const evaluate = async (stock: number) =>
    (await client.post('/conditionals/evaluation', { variables: { stock } })).json.processInstances;
  assert.deepEqual(await evaluate(7), []);
  const [started] = await evaluate(3);
  assert.equal(started.processDefinitionKey, processes[0]!.processDefinitionKey);
  assert.deepEqual(engine.instance(started.processInstanceKey)?.variables, { stock: 3 });
  isRefused(await client.post('/conditionals/evaluation', {}), 400, /variables is missing/);
});

describe('477. an expression', () => {
  for (const [what, request, result, warnings] of [
    ['with variables', { expression: '=a + 1', variables: { a: 2 } }, 3, []],
    ['that is a text', { expression: 'a + 1' }, 'a + 1', []],
    ['with an object as its result', { expression: '={x: [1, "b"]}' }, { x: [1, 'b'] }, []],
    ['with a name that nothing has', { expression: '=b' }, null, ["No variable found with name 'b'"]],
  ] as const) {
    test(`${what} has its result`, async (t) => {
      const { client } = await setUp(t);
      const { status, json } = await client.post('/expression/evaluation', request);
      assert.equal(status, 200, JSON.stringify(json));
      assert.deepEqual(json.result, result);
      assert.deepEqual(
        json.warnings.map(({ message }: { message: string }) => message),
        warnings,
      );
    });
  }

  test('sees the variables of a scope, which the given ones hide', async (t) => {
    const { client, key } = await setUp(t);
    const evaluate = async (variables: object) =>
      (await client.post('/expression/evaluation', { expression: '=n', scopeKey: key, variables })).json.result;
    assert.equal(await evaluate({}), 1);
    assert.equal(await evaluate({ n: 'given' }), 'given');
  });

  test('that is wrong, or in an unknown scope, is refused', async (t) => {
    const { client } = await setUp(t);
    const evaluate = (request: object) => client.post('/expression/evaluation', request);
    isRefused(await evaluate({ expression: '=1 +' }), 400, /Failed to parse expression '=1 \+'/);
    isRefused(await evaluate({ expression: '=assert(1, false)' }), 400, /Failed to evaluate expression/);
    isRefused(await evaluate({ expression: '=1', scopeKey: '1' }), 404, /is not active/);
    isRefused(await evaluate({}), 400, /expression is missing/);
  });
});

describe('164. the clock', () => {
  const timer = process('p', ...chain(start(), catchEvent('wait', { duration: 'PT1H' }), end()));

  test('is pinned, which fires what is due, and runs again after a reset', async (t) => {
    const clock = createTestClock(Date.UTC(2026, 0, 14));
    const { engine, client, key } = await setUp(t, timer, { clock });
    clock.run();
    const timestamp = Date.UTC(2026, 0, 14, 2);
    assert.equal((await client.send('PUT', '/clock', { timestamp })).status, 204);
    assert.equal(engine.instance(key)?.state, 'COMPLETED');
    assert.deepEqual([clock.now(), clock.running], [timestamp, false]);
    isRefused(await client.send('PUT', '/clock', { timestamp: timestamp - 1 }), 400, /cannot be set back/);
    isRefused(await client.send('PUT', '/clock', {}), 400, /timestamp is missing/);
    const before = Date.now();
    assert.equal((await client.post('/clock/reset')).status, 204);
    assert.ok(clock.now() >= Math.min(before, timestamp), 'the clock has the system time, or is ahead of it');
    assert.equal(clock.running, true);
    clock.pause();
  });

  test('is pinned to the present by a client whose request takes a while', async (t) => {
    const clock = createTestClock(Date.UTC(2026, 0, 14));
    const { client } = await setUp(t, timer, { clock });
    clock.run();
    const present = clock.now();
    isRefused(await client.send('PUT', '/clock', { timestamp: present - 60_000 }), 400, /cannot be set back/);
    assert.equal((await client.send('PUT', '/clock', { timestamp: present - 1_000 })).status, 204);
    assert.ok(clock.now() >= present, 'the clock was not set back');
    assert.equal(clock.running, false);
  });

  test('of the system cannot be set', async (t) => {
    const { client } = await setUp(t);
    isRefused(await client.send('PUT', '/clock', { timestamp: 1 }), 403, /system time[\s\S]*Fix: .*createTestClock/);
    isRefused(await client.post('/clock/reset'), 403, /system time/);
  });
});

test('the tenants are those of the engine', async (t) => {
  const { client } = await setUp(t);
  const everybody = { tenantId: '<default>', name: 'Default', description: null };
  assert.deepEqual((await client.post('/tenants/search', {})).json.items, [everybody]);
  const engine = await startEngine(t, { restPort: 0, tenants: ['north', 'south'] });
  const other = restClient(t, engine);
  const { items } = (await other.post('/tenants/search', { filter: { tenantId: 'south' } })).json;
  assert.deepEqual(items, [{ tenantId: 'south', name: 'south', description: null }]);
  assert.deepEqual((await other.send('GET', '/tenants/south')).json, items[0]);
  assert.deepEqual((await client.send('GET', `/tenants/${encodeURIComponent('<default>')}`)).json, everybody);
  assert.equal((await other.send('GET', '/tenants/west')).status, 404);
});

test('the elements of all instances of a definition are counted', async (t) => {
  const { engine, client, key } = await setUp(t);
  engine.createInstance({ bpmnProcessId: 'p' });
  const path = `/process-definitions/${engine.instance(key)!.processDefinitionKey}/statistics/element-instances`;
  const counts = async (body: object) =>
    (await client.post(path, body)).json.items.map(({ elementId, active, completed }: RestAnswer['json']) => [
      ...[elementId, active, completed],
    ]);
  assert.deepEqual(await counts({}), [
    ['start', 0, 2],
    ['a', 2, 0],
  ]);
  assert.deepEqual(await counts({ filter: { processInstanceKey: key } }), [
    ['start', 0, 1],
    ['a', 1, 0],
  ]);
  isRefused(await client.post(path, { filter: { colour: 'red' } }), 400, /no filter colour/);
});
