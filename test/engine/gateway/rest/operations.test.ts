/** What the REST gateway answers: cases E and F of cluster-access.md that concern a server. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { Engine } from '../../../../src/engine/index.ts';
import { closed } from '../../../support/closed.ts';
import { boundary, callActivity, chain, end, path, process, serviceTask, start } from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { untilConnected } from '../../support/connected.ts';
import { form, formType, type RestAnswer, type RestClient, restClient } from '../../support/rest-client.ts';

const xml = process('p', ...chain(start(), serviceTask('task', { type: 'a', headers: { k: 'v' } }), end()));

const setUp = async (t: TestContext, content = xml): Promise<{ engine: Engine; client: RestClient }> => {
  const engine = await startEngine(t, { restPort: 0 });
  await engine.deploy({ name: 'p.bpmn', content });
  return { engine, client: restClient(t, engine) };
};

const create = (client: RestClient, variables: object | string = {}): Promise<RestAnswer> =>
  client.send(
    'POST',
    '/process-instances',
    typeof variables === 'string'
      ? `{"processDefinitionId":"p","variables":${variables}}`
      : { processDefinitionId: 'p', variables },
  );

/** Creates an instance and activates its job. */
const activate = async (client: RestClient): Promise<string> => {
  await create(client);
  return (await client.poll('a')).json.jobs[0].jobKey;
};

const isProblem = ({ status, headers, json }: RestAnswer, code: number, title: string, detail: RegExp): void => {
  assert.equal(status, code, JSON.stringify(json));
  assert.equal(headers['content-type'], 'application/problem+json');
  assert.equal(json.status, code);
  assert.equal(json.title, title);
  assert.match(json.detail, detail);
  assert.match(json.instance, /^\/v2\//);
};

test('the address is there only with a port for it', async (t) => {
  assert.equal((await startEngine(t)).restAddress, undefined);
  assert.match((await startEngine(t, { restPort: 0 })).restAddress ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
});

test('a port that is taken is a clear error, and leaves nothing open', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const restPort = Number(new URL(engine.restAddress!).port);
  await assert.rejects(startEngine(t, { restPort }), {
    kind: 'configuration',
    message: /cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)[\s\S]*restPort/,
  });
});

describe('the cluster', () => {
  test('142. describes itself in lower case', async (t) => {
    const { client, engine } = await setUp(t);
    const { status, json } = await client.send('GET', '/topology');
    assert.equal(status, 200);
    const [broker] = json.brokers;
    assert.deepEqual(broker.partitions, [{ partitionId: 1, role: 'leader', health: 'healthy', state: 'active' }]);
    assert.deepEqual([broker.brokerId, json.clusterId], ['0', null]);
    assert.equal(broker.port, Number(new URL(engine.restAddress!).port));
    assert.deepEqual([json.clusterSize, json.partitionsCount, json.gatewayVersion], [1, 1, '8.10.0']);
  });

  test('169. is up, has no licence, and knows nobody', async (t) => {
    const { client } = await setUp(t);
    assert.equal((await client.send('GET', '/status')).status, 204);
    assert.equal((await client.send('GET', '/license')).json.validLicense, false);
    const { json } = await client.send('GET', '/authentication/me');
    assert.deepEqual(
      json.tenants.map(({ tenantId }: { tenantId: string }) => tenantId),
      ['<default>'],
    );
  });

  test('169. lets every client use all of its tenants', async (t) => {
    const { restAddress } = await startEngine(t, { restPort: 0, tenants: ['north', 'south'] });
    const { tenants } = (await (await fetch(`${restAddress}/v2/authentication/me`)).json()) as { tenants: unknown };
    assert.deepEqual(tenants, [
      { tenantId: 'north', name: 'north', description: null },
      { tenantId: 'south', name: 'south', description: null },
    ]);
  });
});

describe('a deployment', () => {
  test('143. of several files names each process and form', async (t) => {
    const { client } = await setUp(t);
    const two = process('two', start(), end());
    const { status, json } = await client.deploy({
      'p.bpmn': `${xml}<!-- changed -->`,
      'größe.bpmn': two,
      'f.form': '{"id":"f","type":"default","components":[]}',
    });
    assert.equal(status, 200);
    assert.deepEqual(
      json.deployments.map(({ processDefinition, form: found }: RestAnswer['json']) =>
        processDefinition === null
          ? found.formId
          : [
              processDefinition.processDefinitionId,
              processDefinition.processDefinitionVersion,
              processDefinition.resourceName,
            ],
      ),
      [['p', 2, 'p.bpmn'], ['two', 1, 'größe.bpmn'], 'f'],
    );
  });

  test('names any other file as a resource', async (t) => {
    const { client } = await setUp(t);
    const { status, json } = await client.deploy({ 'prompt.txt': 'Be brief.' });
    assert.equal(status, 200);
    const [{ resource, ...others }] = json.deployments;
    const { resourceKey, ...rest } = resource;
    assert.match(resourceKey, /^\d+$/);
    assert.deepEqual(rest, {
      ...{ resourceId: 'prompt.txt', resourceName: 'prompt.txt', version: 1, versionTag: null, tenantId: '<default>' },
    });
    assert.deepEqual(new Set(Object.values(others)), new Set([null]));
  });

  test('144. of a faulty file names all problems', async (t) => {
    const { client } = await setUp(t);
    isProblem(await client.deploy({ 'a.bpmn': '<nothing/>' }), 400, 'INVALID_ARGUMENT', /a\.bpmn/);
    isProblem(await client.deploy({}), 400, 'INVALID_ARGUMENT', /at least one file/);
    isProblem(await client.post('/deployments', {}), 415, 'Unsupported Media Type', /multipart/);
    const headers = { 'content-type': formType };
    const other = form({ 'p.bpmn': xml }, { tenantId: 'other' });
    isProblem(await client.send('POST', '/deployments', other, { headers }), 400, 'INVALID_ARGUMENT', /multi-tenancy/);
    const foreign = form({ 'p.bpmn': xml }, { colour: 'red' });
    isProblem(await client.send('POST', '/deployments', foreign, { headers }), 400, 'INVALID_ARGUMENT', /colour/);
  });
});

describe('a process instance', () => {
  test('145. is created by id, by version and by key, with every digit', async (t) => {
    const { client, engine } = await setUp(t);
    const { json, text } = await create(client, '{"n":9007199254740993}');
    assert.match(text, /"processInstanceKey":"\d+"/);
    assert.deepEqual(engine.instance(json.processInstanceKey)?.variables, { n: 9007199254740993n });
    for (const request of [
      { processDefinitionId: 'p', processDefinitionVersion: 1 },
      { processDefinitionKey: json.processDefinitionKey },
    ]) {
      assert.equal((await client.post('/process-instances', request)).json.processDefinitionId, 'p');
    }
  });

  for (const [what, body, detail] of [
    ['with nothing', {}, /bpmnProcessId or a processDefinitionKey/],
    ['with both', { processDefinitionId: 'p', processDefinitionKey: '1' }, /not both/],
    ['with an unknown field', { processDefinitionId: 'p', colour: 'red' }, /colour is not a field/],
    [
      'with wrong types',
      { processDefinitionId: 1, variables: [] },
      /processDefinitionId must be a text; variables must be/,
    ],
    ['with a tag that is none', { processDefinitionId: 'p', tags: ['1'] }, /tag/],
    [
      'with an unknown instruction',
      { processDefinitionId: 'p', runtimeInstructions: [{ type: 'X', afterElementId: 'a' }] },
      /TERMINATE/,
    ],
    ['of another tenant', { processDefinitionId: 'p', tenantId: 'x' }, /multi-tenancy/],
    ['with a number that is too large', '{"processDefinitionId":"p","variables":{"n":1e999}}', /too large/],
    ['with half a body', '{"processDefinitionId":', /not JSON/],
    ['with a list', '[]', /object/],
  ] as const) {
    test(`${what} is refused`, async (t) => {
      const { client, engine } = await setUp(t);
      isProblem(await client.post('/process-instances', body), 400, 'INVALID_ARGUMENT', detail);
      assert.equal(engine.instances().length, 0);
    });
  }

  test('takes the key -1 for no key', async (t) => {
    const { client } = await setUp(t);
    const answer = await client.post('/process-instances', { processDefinitionKey: -1 });
    isProblem(answer, 400, 'INVALID_ARGUMENT', /at least a bpmnProcessId or a key greater than -1, but none given/);
  });

  for (const key of [1.5, true, 'x', '9'.repeat(20)]) {
    test(`takes no key ${JSON.stringify(key)}`, async (t) => {
      const { client } = await setUp(t);
      const answer = await client.post('/process-instances', { processDefinitionKey: key });
      isProblem(answer, 400, 'INVALID_ARGUMENT', /processDefinitionKey must be a key/);
    });
  }

  test('of an unknown process is not found', async (t) => {
    const { client } = await setUp(t);
    isProblem(await client.post('/process-instances', { processDefinitionId: 'x' }), 404, 'NOT_FOUND', /'x'/);
  });

  test('145. is awaited, with the variables that are asked for (case 438)', async (t) => {
    const { client, engine } = await setUp(t, process('p', start(), end(), ...path('start', 'end')));
    const request = { processDefinitionId: 'p', awaitCompletion: true, variables: { a: 1, b: 2 } };
    const { json } = await client.post('/process-instances', { ...request, fetchVariables: ['b', 'c'] });
    assert.deepEqual(json.variables, { b: 2 });
    assert.equal(engine.instance(json.processInstanceKey)?.state, 'COMPLETED');
  });

  test('145. that does not complete in time goes on (case 438)', async (t) => {
    const { client, engine } = await setUp(t);
    const request = { processDefinitionId: 'p', awaitCompletion: true, requestTimeout: 20 };
    isProblem(await client.post('/process-instances', request), 504, 'DEADLINE_EXCEEDED', /it continues/);
    assert.equal(engine.instances()[0]?.state, 'ACTIVE');
  });

  test('is created with tags and a business id, at an element, and ends after one', async (t) => {
    const content = process(
      'p',
      ...chain(start(), serviceTask('one', { type: 'b' }), serviceTask('task', { type: 'a' }), end()),
    );
    const { client, engine } = await setUp(t, content);
    const { status, json } = await client.post('/process-instances', {
      processDefinitionId: 'p',
      tags: ['a:1'],
      businessId: 'order-7',
      startInstructions: [{ elementId: 'task' }],
      runtimeInstructions: [{ type: 'TERMINATE_PROCESS_INSTANCE', afterElementId: 'task' }],
    });
    assert.deepEqual([status, json.tags, json.businessId], [200, ['a:1'], 'order-7']);
    const { jobKey, tags } = (await client.poll('a')).json.jobs[0];
    assert.deepEqual(tags, ['a:1']);
    assert.equal((await client.post(`/jobs/${jobKey}/completion`)).status, 204);
    assert.equal(engine.instance(json.processInstanceKey)?.state, 'TERMINATED');
  });

  test('is cancelled once', async (t) => {
    const { client, engine } = await setUp(t);
    const { processInstanceKey: key } = (await create(client)).json;
    assert.equal((await client.post(`/process-instances/${key}/cancellation`)).status, 204);
    assert.equal(engine.instance(key)?.state, 'TERMINATED');
    isProblem(await client.post(`/process-instances/${key}/cancellation`), 404, 'NOT_FOUND', /CANCEL/);
  });
});

describe('a job', () => {
  test('146. is activated with its fields by their names', async (t) => {
    const { client } = await setUp(t);
    await create(client, '{"n":9007199254740993,"e":1.10}');
    const { text, json } = await client.poll('a', { worker: 'w' });
    const { jobKey, processInstanceKey, deadline, variables, ...job } = json.jobs[0];
    for (const key of [jobKey, processInstanceKey]) assert.match(key, /^\d+$/);
    assert.equal(typeof deadline, 'number');
    assert.match(text, /"n":9007199254740993/);
    assert.equal(variables.e, 1.1);
    assert.deepEqual(
      [job.type, job.processDefinitionId, job.processDefinitionVersion, job.elementId, job.worker, job.retries],
      ['a', 'p', 1, 'task', 'w', 3],
    );
    assert.deepEqual(
      [job.customHeaders, job.tenantId, job.kind, job.tags],
      [{ k: 'v' }, '<default>', 'BPMN_ELEMENT', []],
    );
    // Clients that check answers refuse one in which a field is missing.
    assert.deepEqual(
      [job.rootProcessInstanceKey, job.userTask, job.businessId, job.priority, job.jobLeaseToken],
      [processInstanceKey, null, null, 0, null],
    );
  });

  test('names the outermost instance and its business id', async (t) => {
    const content = process('p', ...chain(start(), callActivity('call', { processId: 'called' }), end()));
    const { client, engine } = await setUp(t, content);
    await engine.deploy({
      name: 'called.bpmn',
      content: process('called', ...chain(start(), serviceTask('task', { type: 'a' }), end())),
    });
    const request = { processDefinitionId: 'p', businessId: 'order-7' };
    const { processInstanceKey } = (await client.post('/process-instances', request)).json;
    const [job] = (await client.poll('a')).json.jobs;
    assert.deepEqual([job.rootProcessInstanceKey, job.businessId], [processInstanceKey, 'order-7']);
    assert.notEqual(job.processInstanceKey, processInstanceKey);
  });

  for (const [what, request] of [
    ['without a type', { type: undefined }],
    ['with a blank type', { type: ' ' }],
    ['with a timeout of 0', { timeout: 0 }],
    ['for no jobs', { maxJobsToActivate: 0 }],
    ['with an unknown field', { lease: true }],
    ['of another tenant', { tenantIds: ['x'] }],
    ['of all tenants', { tenantFilter: 'ASSIGNED' }],
  ] as const) {
    test(`is not activated ${what}`, async (t) => {
      const { client } = await setUp(t);
      const answer = await client.poll('a', request);
      assert.deepEqual([answer.status, answer.json.title], [400, 'INVALID_ARGUMENT']);
    });
  }

  test('130. is awaited by a poll, which otherwise ends empty', async (t) => {
    const { client } = await setUp(t);
    assert.deepEqual((await client.poll('a', { requestTimeout: 20 })).json, { jobs: [] });
    const waiting = client.poll('a', { requestTimeout: 60_000 });
    await create(client);
    assert.equal((await waiting).json.jobs.length, 1);
  });

  test('goes to a poll of either protocol once', async (t) => {
    const { client, engine } = await setUp(t);
    const polls = Array.from({ length: 10 }, () => client.poll('a', { requestTimeout: 200, maxJobsToActivate: 3 }));
    for (let count = 0; count < 12; count += 1) engine.createInstance({ bpmnProcessId: 'p' });
    const jobs = (await Promise.all(polls)).flatMap(({ json }) =>
      json.jobs.map(({ jobKey }: { jobKey: string }) => jobKey),
    );
    assert.equal(new Set(jobs).size, 12);
    assert.equal(jobs.length, 12);
  });

  test('133. does not go to a client that has gone', async (t) => {
    const { client, engine } = await setUp(t);
    const controller = new AbortController();
    const gone = client.send(
      'POST',
      '/jobs/activation',
      { type: 'a', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 60_000 },
      { signal: controller.signal },
    );
    await untilConnected(engine, true);
    controller.abort();
    await assert.rejects(gone, { name: 'AbortError' });
    await untilConnected(engine, false);
    engine.createInstance({ bpmnProcessId: 'p' });
    assert.equal((await client.poll('a')).json.jobs.length, 1);
  });

  test('147. completes once, with variables', async (t) => {
    const { client, engine } = await setUp(t);
    const key = await activate(client);
    const { processInstanceKey } = engine.jobs()[0]!;
    assert.equal((await client.post(`/jobs/${key}/completion`, '{"variables":{"n":9007199254740993}}')).status, 204);
    assert.deepEqual(engine.instance(processInstanceKey)?.variables, { n: 9007199254740993n });
    isProblem(await client.post(`/jobs/${key}/completion`), 404, 'NOT_FOUND', /Command 'COMPLETE' rejected/);
  });

  test('147. completes without a body, and refuses what it does not know', async (t) => {
    const { client } = await setUp(t);
    const key = await activate(client);
    isProblem(await client.post(`/jobs/${key}/completion`, { results: {} }), 400, 'INVALID_ARGUMENT', /results/);
    assert.equal((await client.post(`/jobs/${key}/completion`)).status, 204);
  });

  test('148. that fails without retries in the request has none left', async (t) => {
    const { client, engine } = await setUp(t);
    const key = await activate(client);
    assert.equal((await client.post(`/jobs/${key}/failure`, { errorMessage: 'broken' })).status, 204);
    assert.match(engine.incidents()[0]?.message ?? '', /broken/);
  });

  test('149. that fails waits for its back-off', async (t) => {
    const { client, engine } = await setUp(t);
    const key = await activate(client);
    const failure = { retries: 2, retryBackOff: 600_000, errorMessage: 'later', variables: { seen: true } };
    assert.equal((await client.post(`/jobs/${key}/failure`, failure)).status, 204);
    assert.deepEqual((await client.poll('a')).json.jobs, []);
    assert.equal(engine.jobs()[0]?.retries, 2);
  });

  test('149. throws an error to its boundary event', async (t) => {
    const { client, engine } = await setUp(
      t,
      process(
        'p',
        ...chain(start(), serviceTask('task', { type: 'a' }), end()),
        boundary('caught', 'task', { error: 'E' }),
        end('other'),
        ...path('caught', 'other'),
      ),
    );
    const key = await activate(client);
    const { processInstanceKey } = engine.jobs()[0]!;
    isProblem(await client.post(`/jobs/${key}/error`, {}), 400, 'INVALID_ARGUMENT', /errorCode is missing/);
    assert.equal((await client.post(`/jobs/${key}/error`, { errorCode: 'E', variables: { a: 1 } })).status, 204);
    assert.deepEqual(engine.instance(processInstanceKey)?.variables, { a: 1 });
  });

  test('150. is changed as a whole or not at all', async (t) => {
    const { client, engine } = await setUp(t);
    const key = await activate(client);
    const patch = (changeset: object) => client.send('PATCH', `/jobs/${key}`, { changeset });
    const before = engine.jobs()[0]!.deadline;
    assert.equal((await patch({ timeout: 600_000 })).status, 204);
    assert.ok(engine.jobs()[0]!.deadline > before, 'the deadline moved');
    assert.equal((await patch({ retries: 7, timeout: null })).status, 204);
    assert.equal(engine.jobs()[0]!.retries, 7);
    for (const changeset of [{}, { retries: 0, timeout: 1 }, { priority: 1.5 }, { deadline: 3 }]) {
      assert.equal((await patch(changeset)).status, 400);
    }
    assert.equal(engine.jobs()[0]!.retries, 7);
    assert.equal((await client.send('PATCH', '/jobs/1', { changeset: { retries: 1 } })).status, 404);
  });

  test('is found by a search', async (t) => {
    const { client } = await setUp(t);
    await create(client);
    const { json } = await client.post('/jobs/search', {
      filter: { type: { $in: ['a', 'z'] }, state: 'created', retries: { $gt: 0 } },
      sort: [{ field: 'jobKey', order: 'DESC' }],
      page: { limit: 5 },
    });
    assert.deepEqual([json.items[0].type, json.items[0].state, json.page.totalItems], ['a', 'CREATED', 1]);
    assert.deepEqual((await client.post('/jobs/search', { filter: { type: 'z' } })).json.items, []);
  });
});

describe('messages, signals, incidents and variables', () => {
  test('152. a message is published once with its id', async (t) => {
    const { client, engine } = await setUp(t);
    const message = { name: 'm', correlationKey: 'k', timeToLive: 60_000, messageId: 'i', variables: { a: 1 } };
    const { status, json } = await client.post('/messages/publication', message);
    assert.equal(status, 200);
    assert.deepEqual(
      engine.messages().map(({ key, name }) => [key, name]),
      [[json.messageKey, 'm']],
    );
    isProblem(await client.post('/messages/publication', message), 409, 'ALREADY_EXISTS', /'i'/);
    isProblem(await client.post('/messages/publication', {}), 400, 'INVALID_ARGUMENT', /name is missing/);
  });

  test('154. a signal is broadcast', async (t) => {
    const { client } = await setUp(t);
    assert.match((await client.post('/signals/broadcast', { signalName: 's' })).json.signalKey, /^\d+$/);
  });

  test('154. an incident is resolved when its job has retries again', async (t) => {
    const { client, engine } = await setUp(t);
    const key = await activate(client);
    await client.post(`/jobs/${key}/failure`, { retries: 0 });
    const incident = engine.incidents()[0]!.key;
    await client.send('PATCH', `/jobs/${key}`, { changeset: { retries: 1 } });
    assert.equal((await client.post(`/incidents/${incident}/resolution`)).status, 204);
    assert.deepEqual(engine.incidents(), []);
    assert.equal((await client.post(`/incidents/${incident}/resolution`)).status, 404);
  });

  test('151. variables are set in a scope', async (t) => {
    const { client, engine } = await setUp(
      t,
      process('p', ...chain(start(), serviceTask('ask', { type: 'b' }), end())),
    );
    const key = (await create(client)).json.processInstanceKey;
    const [element] = engine.elements(key);
    const set = (variables: object, local: boolean) =>
      client.send('PUT', `/element-instances/${element!.key}/variables`, { variables, local });
    assert.equal((await set({ a: 1 }, false)).status, 204);
    assert.equal((await set({ b: 2 }, true)).status, 204);
    assert.deepEqual(engine.instance(key)?.variables, { a: 1 });
    assert.deepEqual(engine.elements(key)[0]?.variables, { b: 2 });
    assert.equal((await client.send('PUT', '/element-instances/1/variables', { variables: {} })).status, 404);
  });
});

describe('a request that no operation takes', () => {
  for (const [method, target, status, title] of [
    ['GET', '/users/ada', 501, 'Not Implemented'],
    ['POST', '/authorizations/search', 501, 'Not Implemented'],
    ['GET', '/jobs/activation', 405, 'Method Not Allowed'],
    ['DELETE', '/topology', 405, 'Method Not Allowed'],
  ] as const) {
    test(`${method} ${target} is ${status}`, async (t) => {
      const { client } = await setUp(t);
      isProblem(await client.send(method, target), status, title, new RegExp(target.replaceAll('/', '\\/')));
    });
  }

  test('of another type is refused', async (t) => {
    const { client } = await setUp(t);
    const answer = await client.send('POST', '/jobs/search', '{}', { headers: { 'content-type': 'text/plain' } });
    isProblem(answer, 415, 'Unsupported Media Type', /application\/json/);
  });

  test('126. that is too large is refused before it is read', async (t) => {
    const { client, engine } = await setUp(t);
    const large = JSON.stringify({ variables: { text: 'x'.repeat(5_000_000) } });
    const answer = await client.post('/jobs/1/completion', large).catch((error: NodeJS.ErrnoException) => error.code);
    // The connection may end before the client has sent everything.
    if (typeof answer === 'object') isProblem(answer, 413, 'Payload Too Large', /larger than 4194304 bytes/);
    else assert.match(answer ?? '', /EPIPE|ECONNRESET/);
    assert.equal((await client.send('GET', '/status')).status, 204);
    assert.ok(engine.restAddress, 'the engine is up');
  });

  test('that is not HTTP ends its connection only', async (t) => {
    const { client, engine } = await setUp(t);
    const socket: Socket = connect(Number(new URL(engine.restAddress!).port), '127.0.0.1');
    socket.resume().end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await closed(socket);
    assert.equal((await client.send('GET', '/status')).status, 204);
  });
});

describe('stopping', () => {
  for (const abrupt of [false, true]) {
    test(`${abrupt ? 'abruptly' : 'gracefully'} ends held requests`, async (t) => {
      const { client, engine } = await setUp(t);
      const held = [
        client.poll('a', { requestTimeout: 60_000 }),
        client.post('/process-instances', { processDefinitionId: 'p', awaitCompletion: true, requestTimeout: 60_000 }),
      ].map((request) => request.catch((error: NodeJS.ErrnoException) => error.code));
      await client.send('GET', '/status');
      // The poll gets the job of the instance, unless it arrives later.
      await engine.stop({ abrupt });
      for (const answer of await Promise.all(held)) {
        if (typeof answer === 'object') assert.ok([200, 503].includes(answer.status), String(answer.status));
        else assert.match(answer ?? '', /ECONNRESET|ECONNREFUSED/);
      }
    });
  }
});
