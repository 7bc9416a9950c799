/** What a newer gateway adds to its answers: case 167 of cluster-access.md. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readDeployment,
  readIdentity,
  readInstance,
  readJobs,
  readTopology,
} from '../../../../src/connection/rest/messages/read-answers.ts';

const job = {
  jobKey: '1',
  type: 't',
  processInstanceKey: '2',
  processDefinitionId: 'p',
  processDefinitionVersion: 1,
  processDefinitionKey: '3',
  elementId: 'e',
  elementInstanceKey: '4',
  customHeaders: {},
  worker: 'w',
  retries: 1,
  deadline: 5,
  variables: {},
  tenantId: 't',
};

const jobWith = (fields: object) => readJobs(JSON.stringify({ jobs: [{ ...job, ...fields }] }))[0]!;

test('167. fields that are not known are ignored, wherever they are', () => {
  const news = { news: { deep: [{ variables: { x: 1 } }] }, variablesOf: [1] };
  assert.deepEqual(jobWith(news), jobWith({}));
  const instance = {
    ...news,
    processInstanceKey: '1',
    processDefinitionKey: '2',
    processDefinitionId: 'p',
    processDefinitionVersion: 1,
  };
  assert.equal(readInstance(JSON.stringify(instance)).variables, '{}');
  assert.deepEqual(readIdentity(JSON.stringify({ ...news, username: 'me', tenants: [{ ...news, tenantId: 'a' }] })), {
    username: 'me',
    tenantIds: ['a'],
  });
  const deployment = { ...news, deployments: [{ resource: news }, { processDefinition: null }] };
  assert.deepEqual(readDeployment(JSON.stringify(deployment)), []);
  const topology = { ...news, gatewayVersion: '9.0', clusterSize: 1, partitionsCount: 1, brokers: [] };
  assert.equal(readTopology(JSON.stringify(topology)).gatewayVersion, '9.0');
});

const kinds: readonly [fields: object, kind: string, event: string | undefined][] = [
  [{}, 'BPMN_ELEMENT', undefined],
  [{ kind: null }, 'BPMN_ELEMENT', undefined],
  [{ kind: 'AGENT' }, 'UNKNOWN', undefined],
  [{ kind: 'AGENT', listenerEventType: 'START' }, 'UNKNOWN', undefined],
  [{ kind: 'BPMN_ELEMENT', listenerEventType: 'UNSPECIFIED' }, 'BPMN_ELEMENT', undefined],
  [{ kind: 'TASK_LISTENER', listenerEventType: 'CREATING' }, 'TASK_LISTENER', 'CREATING'],
  [{ kind: 'TASK_LISTENER', listenerEventType: 'SNOOZING' }, 'TASK_LISTENER', 'UNKNOWN'],
  [{ kind: 'EXECUTION_LISTENER', listenerEventType: 'BEFORE_ALL' }, 'EXECUTION_LISTENER', 'UNKNOWN'],
];

for (const [fields, kind, event] of kinds) {
  test(`167. a job with ${JSON.stringify(fields)} is of the kind ${kind}, with the event ${event}`, () => {
    const read = jobWith(fields);
    assert.deepEqual([read.kind, read.listenerEvent], [kind, event]);
  });
}

test('98. the token of a lease is read, and null is none', () => {
  assert.equal(jobWith({ jobLeaseToken: 'x' }).leaseToken, 'x');
  assert.ok(!('leaseToken' in jobWith({ jobLeaseToken: null })), 'null is a token');
});
