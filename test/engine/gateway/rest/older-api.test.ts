/** `createEngine({ version })`: the REST API of older clusters. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newerParts } from '../../../../src/engine/gateway/rest/newer-parts.ts';
import { operationsOf } from '../../../../src/engine/gateway/rest/older-api.ts';
import type { Operation, OperationAnswer } from '../../../../src/engine/gateway/rest/operation.ts';
import { createOperations, type OperationServices } from '../../../../src/engine/gateway/rest/operations.ts';
import { type ClusterVersion, clusterVersions, isSince } from '../../../../src/engine/model/cluster-version.ts';
import { chain, end, process, serviceTask, start } from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { restClient } from '../../support/rest-client.ts';

const versionBefore = (since: ClusterVersion): ClusterVersion => clusterVersions[clusterVersions.indexOf(since) - 1]!;

test('each entry of the table is an operation, and each version is one that a gateway can lack', () => {
  const names = Object.keys(createOperations({ version: '8.10' } as OperationServices));
  for (const [name, { since, request = {}, answer = {} }] of Object.entries(newerParts)) {
    assert.ok(names.includes(name), `${name} is not an operation`);
    for (const version of [since ?? '8.7', ...Object.values(request), ...Object.values(answer)]) {
      assert.ok(versionBefore(version) !== undefined, `${name} has ${version}`);
    }
  }
});

describe('an operation', () => {
  for (const version of clusterVersions) {
    const newer = Object.entries(newerParts).flatMap(([name, { since }]) =>
      since !== undefined && !isSince(version, since) ? [[name, since] as const] : [],
    );
    test(`of a newer version is not there in ${version}: ${newer.length}`, async (t) => {
      const client = restClient(t, await startEngine(t, { restPort: 0, version }));
      for (const [name, since] of newer) {
        const [method = '', path = ''] = name.split(' ');
        const { status, json } = await client.send(method, path.replace('*', '1'));
        assert.deepEqual([status, json.title], [404, 'Not Found'], name);
        const detail = `Camunda ${version} has no operation ${name}, but ${since} does.\nFix: do without it, or choose the version of your cluster: createEngine({ version: '${since}' }).`;
        assert.equal(json.detail, detail);
      }
    });
  }
});

/** The answer of an operation that answers with `json`, and what it was asked. */
const actAs = async (version: ClusterVersion, name: string, body: object, json: string, kind: Operation['kind']) => {
  const answer: OperationAnswer = { status: 200, json };
  const operation: Operation =
    kind === 'direct' ? { kind, act: () => answer } : { kind, act: (_request, reply) => reply.send(answer) };
  const older = operationsOf(version, { [name]: operation })[name]!;
  const request = { keys: [], query: new URLSearchParams(), headers: {}, body: Buffer.from(JSON.stringify(body)) };
  if (older.kind === 'direct') return (await older.act(request)).json;
  let sent: string | undefined;
  older.act(request, {
    send: (given) => {
      sent = given.json;
    },
    fail: () => undefined,
    onEnd: () => undefined,
    isOpen: () => true,
  });
  return sent;
};

describe('a field', () => {
  const name = 'POST /jobs/activation';
  const json =
    '{"jobs":[{"jobKey":"1","kind":"BPMN_ELEMENT","priority":0,"variables":{"kind":9007199254740993,"e":1.5}}]}';
  for (const kind of ['direct', 'held'] as const) {
    test(`of a newer version is not in the answer of a ${kind} operation; variables keep theirs`, async () => {
      const older = '{"jobs":[{"jobKey":"1","variables":{"kind":9007199254740993,"e":1.5}}]}';
      assert.equal(await actAs('8.7', name, {}, json, kind), older);
      const newer = '{"jobs":[{"jobKey":"1","kind":"BPMN_ELEMENT","variables":{"kind":9007199254740993,"e":1.5}}]}';
      assert.equal(await actAs('8.9', name, {}, json, kind), newer);
      assert.equal(await actAs('8.10', name, {}, json, kind), json);
    });
  }

  for (const [operation, body, path, since] of [
    ['POST /jobs/activation', { withLease: true }, 'withLease', '8.10'],
    ['POST /process-instances', { tags: ['a'] }, 'tags', '8.8'],
    ['POST /process-instances/search', { filter: { businessId: 'b' } }, 'filter.businessId', '8.9'],
    [
      'POST /process-instances/*/modification',
      { terminateInstructions: [{ elementInstanceKey: '1' }, { elementId: 'a' }] },
      ...(['terminateInstructions.elementId', '8.9'] as const),
    ],
  ] as const) {
    test(`${path} of ${operation} is refused before ${since}`, async () => {
      const version = versionBefore(since);
      await assert.rejects(async () => actAs(version, operation, body, '{}', 'direct'), {
        code: 'INVALID_ARGUMENT',
        message: `The request of ${operation} is not valid: Camunda ${version} has no field ${path}, but ${since} does.\nFix: do without it, or choose the version of your cluster: createEngine({ version: '${since}' }).`,
      });
      assert.equal(await actAs(since, operation, body, '{}', 'direct'), '{}');
    });
  }

  test('that is null is not there', async () => {
    assert.equal(await actAs('8.7', 'POST /process-instances', { tags: null }, '{}', 'direct'), '{}');
  });
});

test('an older gateway works as its clients know it', async (t) => {
  const engine = await startEngine(t, { restPort: 0, version: '8.6' });
  const client = restClient(t, engine);
  await client.deploy({ 'p.bpmn': process('p', ...chain(start(), serviceTask('work', { type: 'a' }), end())) });
  const created = (await client.post('/process-instances', { processDefinitionId: 'p' })).json;
  assert.deepEqual(Object.keys(created), [
    ...['processInstanceKey', 'processDefinitionKey', 'processDefinitionId', 'processDefinitionVersion'],
    ...['tenantId', 'variables'],
  ]);
  const [job] = (await client.poll('a')).json.jobs;
  assert.deepEqual(
    ['kind', 'tags', 'userTask', 'priority', 'businessId', 'jobLeaseToken', 'rootProcessInstanceKey'].filter(
      (field) => field in job,
    ),
    [],
  );
  const { json } = await client.post('/process-instances/search', {});
  assert.equal(json.items.length, 1);
  assert.deepEqual(Object.keys(json.page), ['totalItems']);
});
