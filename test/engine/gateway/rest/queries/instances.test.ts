/** Searches and reads of process instances and of what is in them. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createTestClock, type Engine, type TestClock } from '../../../../../src/engine/index.ts';
import {
  boundary,
  callActivity,
  chain,
  end,
  path,
  process,
  receiveTask,
  serviceTask,
  start,
  subProcess,
  task,
} from '../../../support/bpmn.ts';
import { startEngine } from '../../../support/client.ts';
import { type RestAnswer, type RestClient, restClient } from '../../../support/rest-client.ts';

const startedAt = Date.UTC(2026, 0, 14, 9, 0);
const at = (minutes: number): string => new Date(startedAt + minutes * 60_000).toISOString();

/** A task with a job, then one inside a subprocess that calls another process. */
const outer = process(
  'outer',
  ...chain(
    start(),
    serviceTask('first', { type: 'a', name: 'First' }),
    subProcess('sub', {}, ...chain(start('in'), callActivity('call', { processId: 'inner' }), end('out'))),
    end(),
  ),
);
const inner = process('inner', ...chain(start('i'), serviceTask('work', { type: 'b' }), end('o')));

interface Stage {
  readonly engine: Engine;
  readonly client: RestClient;
  readonly clock: TestClock;
  /** The key of an instance of `outer` that waits in its first task. */
  readonly key: string;
  search(what: string, request?: object): Promise<RestAnswer['json']>;
}

const setUp = async (t: TestContext, variables: object = { a: 1 }): Promise<Stage> => {
  const clock = createTestClock(startedAt);
  const engine = await startEngine(t, { restPort: 0, clock });
  const client = restClient(t, engine);
  await engine.deploy([
    { name: 'outer.bpmn', content: outer },
    { name: 'inner.bpmn', content: inner },
  ]);
  const created = await client.post('/process-instances', {
    processDefinitionId: 'outer',
    variables,
    tags: ['x', 'y'],
  });
  const search: Stage['search'] = async (what, request = {}) => {
    const { status, json } = await client.post(`/${what}/search`, request);
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  };
  return { engine, client, clock, key: created.json.processInstanceKey, search };
};

const complete = async ({ client }: Stage, type: string, variables: object = {}): Promise<void> => {
  const { jobKey } = (await client.poll(type)).json.jobs[0];
  assert.equal((await client.post(`/jobs/${jobKey}/completion`, { variables })).status, 204);
};

describe('a process instance', () => {
  test('is found with everything that is known of it, also when it has ended', async (t) => {
    const stage = await setUp(t);
    const { client, clock, key } = stage;
    const read = async () => (await client.send('GET', `/process-instances/${key}`)).json;
    const running = await read();
    const { processDefinitionKey, ...rest } = running;
    assert.match(processDefinitionKey, /^\d{16}$/);
    assert.deepEqual(rest, {
      processInstanceKey: key,
      processDefinitionId: 'outer',
      processDefinitionName: 'outer',
      processDefinitionVersion: 1,
      processDefinitionVersionTag: null,
      startDate: at(0),
      endDate: null,
      suspendedDate: null,
      state: 'ACTIVE',
      hasIncident: false,
      tenantId: '<default>',
      parentProcessInstanceKey: null,
      parentElementInstanceKey: null,
      rootProcessInstanceKey: key,
      tags: ['x', 'y'],
      businessId: null,
    });
    clock.advance(60_000);
    await complete(stage, 'a');
    await complete(stage, 'b');
    assert.deepEqual(await read(), { ...running, state: 'COMPLETED', endDate: at(1) });
    assert.deepEqual((await stage.search('process-instances', { filter: { state: 'active' } })).items, []);
  });

  test('that was cancelled is terminated, with everything in it', async (t) => {
    const { client, key, search } = await setUp(t);
    await client.post(`/process-instances/${key}/cancellation`);
    assert.equal(
      (await search('process-instances', { filter: { processInstanceKey: key } })).items[0].state,
      'TERMINATED',
    );
    const elements = (await search('element-instances', { filter: { processInstanceKey: key, state: 'TERMINATED' } }))
      .items;
    assert.deepEqual(
      elements.map(({ elementId }: { elementId: string }) => elementId),
      ['first'],
    );
    assert.deepEqual((await search('jobs', { filter: { processInstanceKey: key } })).items[0].state, 'CANCELED');
  });

  test('called by another one knows its parent and its root', async (t) => {
    const stage = await setUp(t);
    await complete(stage, 'a');
    const { items } = await stage.search('process-instances', { filter: { parentProcessInstanceKey: stage.key } });
    assert.equal(items.length, 1);
    const [child] = items;
    assert.deepEqual([child.processDefinitionId, child.rootProcessInstanceKey], ['inner', stage.key]);
    const hierarchy = (await stage.client.send('GET', `/process-instances/${child.processInstanceKey}/call-hierarchy`))
      .json;
    assert.deepEqual(
      hierarchy.map((item: { processInstanceKey: string; processDefinitionName: string }) => [
        item.processInstanceKey,
        item.processDefinitionName,
      ]),
      [
        [stage.key, 'outer'],
        [child.processInstanceKey, 'inner'],
      ],
    );
  });

  test('counts its elements, and lists the flows that it has taken', async (t) => {
    const stage = await setUp(t);
    const read = async (what: string) =>
      (await stage.client.send('GET', `/process-instances/${stage.key}/${what}`)).json.items;
    assert.deepEqual(await read('statistics/element-instances'), [
      { elementId: 'start', active: 0, canceled: 0, incidents: 0, completed: 1 },
      { elementId: 'first', active: 1, canceled: 0, incidents: 0, completed: 0 },
    ]);
    const { jobKey } = (await stage.client.poll('a')).json.jobs[0];
    await stage.client.post(`/jobs/${jobKey}/failure`, { retries: 0 });
    assert.equal((await read('statistics/element-instances'))[1].incidents, 1);
    const [flow] = await read('sequence-flows');
    assert.deepEqual(
      [flow.elementId, flow.sequenceFlowId, flow.processInstanceKey, flow.processDefinitionId, flow.tenantId],
      ['start-first', `${stage.key}_start-first`, stage.key, 'outer', '<default>'],
    );
  });

  for (const [what, filter, isFound] of [
    ['its version and id', { processDefinitionId: { $like: 'out*' }, processDefinitionVersion: { $gte: 1 } }, true],
    ['its start', { startDate: { $gte: at(0), $lt: at(1) } }, true],
    ['its end, which it does not have', { endDate: { $exists: true } }, false],
    ['its tags', { tags: ['y', 'x'] }, true],
    ['a tag that it does not have', { tags: ['z'] }, false],
    ['a variable', { variables: [{ name: 'a', value: '1' }] }, true],
    ['variables with operators', { variables: [{ name: 'a', value: { $neq: '2' } }] }, true],
    [
      'two variables, of which it has one',
      {
        variables: [
          { name: 'a', value: '1' },
          { name: 'b', value: '1' },
        ],
      },
      false,
    ],
    ['the state of an element', { elementId: 'first', elementInstanceState: 'ACTIVE' }, true],
    ['the state of another element', { elementId: 'start', elementInstanceState: 'ACTIVE' }, false],
    ['one of two filters', { $or: [{ processDefinitionId: 'none' }, { state: 'ACTIVE' }] }, true],
    ['none of two filters', { $or: [{ processDefinitionId: 'none' }, { hasIncident: true }] }, false],
  ] as const) {
    test(`is ${isFound ? '' : 'not '}found by ${what}`, async (t) => {
      const { search, key } = await setUp(t);
      const { items } = await search('process-instances', { filter });
      assert.deepEqual(
        items.map(({ processInstanceKey }: { processInstanceKey: string }) => processInstanceKey),
        isFound ? [key] : [],
      );
    });
  }

  for (const [value, isFound] of [
    ['"a"', true],
    ['"b"', false],
    ['a', false],
    ['7', true],
    ['7.0', false],
    ['"7"', false],
    ['true', true],
    ['null', true],
    ['9007199254740993', true],
    ['9007199254740992', false],
    ['0.5', true],
    ['[1,{"b":2}]', true],
    ['[1]', false],
    [{ $like: '[1,*' }, true],
  ] as const) {
    test(`is ${isFound ? '' : 'not '}found by a variable with the value ${JSON.stringify(value)}`, async (t) => {
      const { client, search } = await setUp(t);
      for (const text of ['"a"', '7', 'true', 'null', '9007199254740993', '0.5', '[1,{"b":2}]']) {
        const answer = await client.post(
          '/process-instances',
          `{"processDefinitionId":"outer","variables":{"v":${text}}}`,
        );
        assert.equal(answer.status, 200);
      }
      const { items } = await search('process-instances', { filter: { variables: [{ name: 'v', value }] } });
      assert.equal(items.length, isFound ? 1 : 0);
    });
  }

  test('that does not exist is 404 for each read', async (t) => {
    const { client } = await setUp(t);
    for (const [method, below] of [
      ['GET', ''],
      ['GET', '/statistics/element-instances'],
      ['GET', '/sequence-flows'],
      ['GET', '/call-hierarchy'],
      ['POST', '/incidents/search'],
    ] as const) {
      const { status, json } = await client.send(
        method,
        `/process-instances/1${below}`,
        method === 'POST' ? {} : undefined,
      );
      assert.equal(status, 404, below);
      assert.match(json.detail, /Process Instance with key '1' not found\.\nFix: /);
    }
  });
});

describe('element instances', () => {
  test('are found with their types, states and times', async (t) => {
    const stage = await setUp(t);
    stage.clock.advance(60_000);
    await complete(stage, 'a');
    const { items } = await stage.search('element-instances', {
      filter: { processInstanceKey: stage.key },
      sort: [{ field: 'elementInstanceKey' }],
    });
    assert.deepEqual(
      items.map(({ elementId, type, state, startDate, endDate }: RestAnswer['json']) => [
        elementId,
        type,
        state,
        startDate,
        endDate,
      ]),
      [
        ['start', 'START_EVENT', 'COMPLETED', at(0), at(0)],
        ['first', 'SERVICE_TASK', 'COMPLETED', at(0), at(1)],
        ['sub', 'SUB_PROCESS', 'ACTIVE', at(1), null],
        ['in', 'START_EVENT', 'COMPLETED', at(1), at(1)],
        ['call', 'CALL_ACTIVITY', 'ACTIVE', at(1), null],
      ],
    );
    const sub = items[2];
    const inside = await stage.search('element-instances', {
      filter: { elementInstanceScopeKey: sub.elementInstanceKey },
    });
    assert.deepEqual(
      inside.items.map(({ elementId }: { elementId: string }) => elementId),
      ['in', 'call'],
    );
    assert.deepEqual((await stage.client.send('GET', `/element-instances/${sub.elementInstanceKey}`)).json, sub);
    assert.equal((await stage.client.send('GET', '/element-instances/1')).status, 404);
  });
});

describe('incidents', () => {
  test('of a called instance are those of its callers, until they are resolved', async (t) => {
    const stage = await setUp(t);
    const { client, search, key } = stage;
    await complete(stage, 'a');
    const { jobKey } = (await client.poll('b')).json.jobs[0];
    await client.post(`/jobs/${jobKey}/failure`, { retries: 0, errorMessage: 'broken' });
    const { items } = await search('incidents', { filter: { errorType: 'job_no_retries' } });
    const [incident] = items;
    assert.deepEqual(
      [incident.state, incident.errorMessage, incident.elementId, incident.jobKey, incident.processDefinitionId],
      ['ACTIVE', 'broken', 'work', jobKey, 'inner'],
    );
    assert.equal(incident.rootProcessInstanceKey, key);
    const above = await client.post(`/process-instances/${key}/incidents/search`, {});
    assert.deepEqual(above.json.items, items, 'the instance has the incidents of those that it has called');
    const { hasIncident } = (await client.send('GET', `/process-instances/${key}`)).json;
    assert.equal(hasIncident, true);
    const blocked = await search('element-instances', { filter: { hasIncident: true } });
    assert.deepEqual(
      blocked.items.map(({ elementId, incidentKey }: RestAnswer['json']) => [elementId, incidentKey]),
      [
        ['sub', null],
        ['call', null],
        ['work', incident.incidentKey],
      ],
    );
    await client.send('PATCH', `/jobs/${jobKey}`, { changeset: { retries: 1 } });
    assert.equal((await client.post(`/incidents/${incident.incidentKey}/resolution`)).status, 204);
    assert.equal((await client.send('GET', `/incidents/${incident.incidentKey}`)).json.state, 'RESOLVED');
    assert.equal((await client.send('GET', `/process-instances/${key}`)).json.hasIncident, false);
    assert.deepEqual((await search('incidents', { filter: { state: 'ACTIVE' } })).items, []);
    assert.equal((await client.send('GET', '/incidents/1')).status, 404);
  });

  test('of an element that could not become active name the element', async (t) => {
    const engine = await startEngine(t, { restPort: 0 });
    const client = restClient(t, engine);
    const faulty = process('p', ...chain(start(), task('map', { inputs: { x: '=assert(y, y != null)' } }), end()));
    await engine.deploy({ name: 'p.bpmn', content: faulty });
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
    const { items } = (await client.post('/element-instances/search', { filter: { hasIncident: true } })).json;
    assert.deepEqual(
      items.map(({ elementId, state }: RestAnswer['json']) => [elementId, state]),
      [['map', 'ACTIVE']],
    );
    engine.cancelInstance(processInstanceKey);
    const after = (await client.send('GET', `/element-instances/${items[0].elementInstanceKey}`)).json;
    assert.deepEqual([after.state, after.hasIncident], ['TERMINATED', false]);
  });
});

describe('160. variables', () => {
  test('are found by name, value and scope, and remain after the end', async (t) => {
    const stage = await setUp(t, { a: 1, text: 'x' });
    const { client, search, key } = stage;
    const names = async (filter: object) =>
      (await search('variables', { filter })).items.map(({ name, value }: RestAnswer['json']) => [name, value]);
    assert.deepEqual(await names({ processInstanceKey: key }), [
      ['a', '1'],
      ['text', '"x"'],
    ]);
    assert.deepEqual(await names({ value: '"x"' }), [['text', '"x"']]);
    assert.deepEqual(await names({ scopeKey: key, name: { $in: ['a', 'b'] } }), [['a', '1']]);
    const [scope] = (await search('element-instances', { filter: { elementId: 'first' } })).items;
    const scopes = [key, scope.elementInstanceKey];
    assert.equal((await names({ scopeKey: { $in: scopes } })).length, 2, 'each variable is found once');
    await complete(stage, 'a', { a: 2 });
    await client.post(`/process-instances/${key}/cancellation`);
    const [changed] = (await search('variables', { filter: { name: 'a', processInstanceKey: key } })).items;
    assert.deepEqual([changed.value, changed.isTruncated, changed.tenantId], ['2', false, '<default>']);
    const { isTruncated: _, ...whole } = changed;
    assert.deepEqual((await client.send('GET', `/variables/${changed.variableKey}`)).json, whole);
    assert.equal((await client.send('GET', '/variables/1')).status, 404);
  });

  test('with long values are cut in a search only', async (t) => {
    const { client, search } = await setUp(t, { long: 'x'.repeat(9_000) });
    const [cut] = (await search('variables', { filter: { isTruncated: true } })).items;
    assert.deepEqual([cut.value.length, cut.isTruncated], [8_191, true]);
    const { json } = await client.post('/variables/search?truncateValues=false', {});
    assert.deepEqual([json.items[0].value.length, json.items[0].isTruncated], [9_002, false]);
    assert.equal((await client.send('GET', `/variables/${cut.variableKey}`)).json.value.length, 9_002);
  });
});

describe('jobs', () => {
  test('keep what has happened to them', async (t) => {
    const stage = await setUp(t);
    const { client, clock, search } = stage;
    const states = async () =>
      (await search('jobs')).items.map(({ state, retries }: RestAnswer['json']) => [state, retries]);
    assert.deepEqual(await states(), [['CREATED', 3]]);
    const poll = async () => (await client.poll('a')).json.jobs[0].jobKey;
    const jobKey = await poll();
    await client.send('PATCH', `/jobs/${jobKey}`, { changeset: { timeout: 1_000 } });
    assert.deepEqual(await states(), [['TIMEOUT_UPDATED', 3]]);
    clock.advance(1_000);
    assert.deepEqual(await states(), [['TIMED_OUT', 3]]);
    await poll();
    await client.post(`/jobs/${jobKey}/failure`, { retries: 1 });
    assert.deepEqual(await states(), [['FAILED', 1]]);
    await client.send('PATCH', `/jobs/${jobKey}`, { changeset: { retries: 5 } });
    assert.deepEqual(await states(), [['RETRIES_UPDATED', 5]]);
    await poll();
    await client.post(`/jobs/${jobKey}/completion`);
    const { items } = await search('jobs', { filter: { jobKey } });
    assert.deepEqual([items[0].state, items[0].endTime, items[0].worker], ['COMPLETED', at(1 / 60), '']);
  });

  test('that have thrown an error stay so', async (t) => {
    const engine = await startEngine(t, { restPort: 0 });
    const client = restClient(t, engine);
    const content = process(
      'p',
      ...chain(start(), serviceTask('work', { type: 'a' }), end()),
      boundary('caught', 'work', { error: 'E' }),
      end('other'),
      ...path('caught', 'other'),
    );
    await engine.deploy({ name: 'p.bpmn', content });
    engine.createInstance({ bpmnProcessId: 'p' });
    const { jobKey } = (await client.poll('a')).json.jobs[0];
    await client.post(`/jobs/${jobKey}/error`, { errorCode: 'E' });
    const { items } = (await client.post('/jobs/search', { filter: { errorCode: 'E' } })).json;
    assert.deepEqual([items[0].jobKey, items[0].state], [jobKey, 'ERROR_THROWN']);
  });
});

test('message subscriptions are found open, correlated and deleted', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const client = restClient(t, engine);
  const waiting = process(
    'p',
    ...chain(start(), receiveTask('wait', { message: { name: 'm', correlationKey: '=k' } }), end()),
  );
  const started = process('s', ...chain(start('begin', { message: 'go' }), end()));
  await engine.deploy([
    { name: 'p.bpmn', content: waiting },
    { name: 's.bpmn', content: started },
  ]);
  const first = engine.createInstance({ bpmnProcessId: 'p', variables: { k: '1' } }).processInstanceKey;
  const second = engine.createInstance({ bpmnProcessId: 'p', variables: { k: '2' } }).processInstanceKey;
  const messageKey = engine.publishMessage({ name: 'm', correlationKey: '1' });
  engine.publishMessage({ name: 'go', correlationKey: '' });
  engine.cancelInstance(second);
  const { items } = (await client.post('/message-subscriptions/search', {})).json;
  assert.deepEqual(
    items.map((item: RestAnswer['json']) => [
      item.messageName,
      item.messageSubscriptionType,
      item.messageSubscriptionState,
      item.correlationKey,
      item.processInstanceKey,
    ]),
    [
      ['m', 'PROCESS_EVENT', 'CORRELATED', '1', first],
      ['m', 'PROCESS_EVENT', 'DELETED', '2', second],
      ['go', 'START_EVENT', 'CREATED', null, null],
    ],
  );
  const { toolName, toolProperties, inboundConnectorType, businessId } = items[0];
  assert.deepEqual([toolName, toolProperties, inboundConnectorType, businessId], [null, {}, null, null]);
  const correlated = (await client.post('/correlated-message-subscriptions/search', { filter: { messageKey } })).json;
  const [found] = correlated.items;
  assert.deepEqual(
    [found.processInstanceKey, found.elementId, found.subscriptionKey, found.partitionId],
    [first, 'wait', items[0].messageSubscriptionKey, 1],
  );
  assert.equal((await client.post('/correlated-message-subscriptions/search', {})).json.page.totalItems, 2);
});
