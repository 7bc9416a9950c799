/** What newer gateways have: cluster-access.md, section 2, cases 90 to 104. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import { createGrpcConnection } from '../../../src/connection/grpc/connection.ts';
import type { Command, Connection, CreateInstanceRequest } from '../../../src/connection/port.ts';
import { hasFeature } from '../../../src/connection/requests/gateway-version.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { type Request, startTestGateway, topologyAnswer } from '../support/gateway.ts';

type Callback = (error: unknown, answer?: object) => void;

const cleanUps = cleanUpsAfterEach();

interface Recorded {
  readonly connection: Connection;
  readonly requests: Request[];
  /** Calls of Topology. */
  readonly asked: () => number;
  /** Upgrades the gateway. */
  readonly become: (version: string) => void;
}

/** A gateway of a version that records the requests of one method. */
const start = async (method: string, version: string, answer: object = {}): Promise<Recorded> => {
  const requests: Request[] = [];
  let gatewayVersion = version;
  let asked = 0;
  const gateway = await startTestGateway({
    Topology: (_call: unknown, callback: Callback) => {
      asked++;
      callback(null, { ...topologyAnswer, gatewayVersion });
    },
    [method]: (call: ServerUnaryCall<Request, object>, callback: Callback) => {
      requests.push(call.request);
      callback(null, answer);
    },
  } as never);
  cleanUps.push(() => gateway.stop());
  const connection = createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port: gateway.port } });
  cleanUps.push(() => connection.close());
  return {
    connection,
    requests,
    asked: () => asked,
    become: (next) => {
      gatewayVersion = next;
    },
  };
};

const complete = (result: Extract<Command, { kind: 'completeJob' }>['result']): Command => ({
  kind: 'completeJob',
  jobKey: '7',
  variables: '{"a":1}',
  ...(result === undefined ? {} : { result }),
});

const adHoc = complete({
  type: 'adHocSubProcess',
  activateElements: [{ elementId: 'Ask', variables: '{"q":1}' }],
  completionConditionFulfilled: true,
  cancelRemainingInstances: false,
});

const defined = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (inner === null ? undefined : inner)));

describe('a job result', () => {
  test('case 90: of an ad-hoc sub-process carries the elements and both flags', async () => {
    const { connection, requests } = await start('CompleteJob', '8.8.0');
    await connection.send(adHoc);
    assert.deepEqual(defined(requests), [
      {
        jobKey: '7',
        variables: '{"a":1}',
        result: {
          type: 'adHocSubProcess',
          activateElements: [{ elementId: 'Ask', variables: '{"q":1}' }],
          isCompletionConditionFulfilled: true,
          isCancelRemainingInstances: false,
        },
      },
    ]);
  });

  test('case 91: of a user task listener tells an absent correction from an empty one', async () => {
    const { connection, requests } = await start('CompleteJob', '8.8.0');
    const corrections = { assignee: '', candidateGroups: [], candidateUsers: ['ada'], priority: 0 };
    await connection.send(complete({ type: 'userTask', denied: false, corrections }));
    await connection.send(complete({ type: 'userTask', denied: true, deniedReason: 'No budget' }));
    const results = requests.map(({ result }) => defined(result));
    assert.deepEqual(results, [
      {
        type: 'userTask',
        denied: false,
        activateElements: [],
        corrections: {
          assignee: '',
          candidateGroups: { values: [] },
          candidateUsers: { values: ['ada'] },
          priority: 0,
        },
      },
      { type: 'userTask', denied: true, deniedReason: 'No budget', activateElements: [] },
    ]);
  });

  test('case 92: for a gateway that is too old is refused with both versions, and nothing is sent', async () => {
    const { connection, requests, asked, become } = await start('CompleteJob', '8.7.3');
    await assert.rejects(connection.send(adHoc), {
      kind: 'connection',
      reason: 'rejected',
      status: 'UNIMPLEMENTED',
      message: /A job result needs Camunda 8\.8, but the gateway has the version 8\.7\.3\. Nothing was sent\./,
    });
    assert.deepEqual(requests, []);
    become('8.8.1');
    await connection.send(adHoc);
    await connection.send(adHoc);
    assert.equal(requests.length, 2);
    assert.equal(asked(), 2, 'once for each connection, and again after a refusal');
  });

  test('a completion without a result asks an old gateway nothing', async () => {
    const { connection, requests, asked } = await start('CompleteJob', '8.7.3');
    await connection.send(complete(undefined));
    assert.equal(asked(), 0);
    assert.deepEqual(defined(requests), [{ jobKey: '7', variables: '{"a":1}' }]);
  });
});

test('a job priority is set on a gateway that can do it, and refused for an older one', async () => {
  const command: Command = { kind: 'updateJobPriority', jobKey: '7', priority: 80 };
  const { connection, requests } = await start('UpdateJobPriority', '8.10.0');
  await connection.send(command);
  assert.deepEqual(defined(requests), [{ jobKey: '7', priority: 80 }]);
  const old = await start('UpdateJobPriority', '8.9.4');
  await assert.rejects(old.connection.send(command), /needs Camunda 8\.10, but the gateway has the version 8\.9\.4/);
});

describe('case 97: a process instance with tags and a business id', () => {
  const created = {
    processInstanceKey: '1',
    processDefinitionKey: '2',
    bpmnProcessId: 'p',
    version: 1,
    tags: ['vip', 'eu:de'],
    businessId: 'order-7',
  };

  test('is created with both, and returns both', async () => {
    const { connection, requests } = await start('CreateProcessInstance', '8.9.0', created);
    const request = { bpmnProcessId: 'p', tags: ['vip', 'eu:de'], businessId: 'order-7' };
    assert.deepEqual(await connection.createInstance(request), created);
    assert.deepEqual(requests[0]?.tags, ['vip', 'eu:de']);
    assert.equal(requests[0]?.businessId, 'order-7');
  });

  test('returns neither when a gateway has neither', async () => {
    const { tags, businessId, ...plain } = created;
    const { connection, asked } = await start('CreateProcessInstance', '8.7.0', plain);
    assert.deepEqual(await connection.createInstance({ bpmnProcessId: 'p' }), plain);
    assert.equal(asked(), 0);
  });

  const refused: readonly (readonly [string, string, Partial<CreateInstanceRequest>, RegExp])[] = [
    ['tags on 8.7', '8.7.0', { tags: ['a'] }, /A tag of a process instance needs Camunda 8\.8/],
    ['a business id on 8.8', '8.8.0', { businessId: 'a' }, /A business id needs Camunda 8\.9/],
    ['11 tags', '8.9.0', { tags: Array.from({ length: 11 }, (_, index) => `t${index}`) }, /may have 10 tags.*has 11/],
    ['a tag that begins with a digit', '8.9.0', { tags: ['ok', '1a'] }, /tags\[1\] is not a valid tag/],
    ['a tag of 101 characters', '8.9.0', { tags: ['a'.repeat(101)] }, /tags\[0\]/],
    ['an empty business id', '8.9.0', { businessId: '' }, /1 to 256 characters, but this one has 0/],
    ['a business id of 257 characters', '8.9.0', { businessId: 'x'.repeat(257) }, /has 257/],
  ];
  for (const [what, version, part, message] of refused) {
    test(`refused before anything is sent: ${what}`, async () => {
      const { connection, requests } = await start('CreateProcessInstance', version, created);
      await assert.rejects(connection.createInstance({ bpmnProcessId: 'p', ...part }), { reason: 'rejected', message });
      await assert.rejects(connection.createInstanceWithResult({ bpmnProcessId: 'p', ...part }), message);
      assert.deepEqual(requests, []);
    });
  }
});

test('case 103: the topology has a cluster id where the gateway gives one', async () => {
  const old = await start('CompleteJob', '8.8.0');
  assert.equal('clusterId' in (await old.connection.topology()), false);
  const gateway = await startTestGateway({
    Topology: (_call: unknown, callback: Callback) => callback(null, { ...topologyAnswer, clusterId: 'c-1' }),
  } as never);
  cleanUps.push(() => gateway.stop());
  const connection = createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port: gateway.port } });
  cleanUps.push(() => connection.close());
  assert.equal((await connection.topology()).clusterId, 'c-1');
});

for (const [version, expected] of [
  ['8.7.9', false],
  ['8.8.0', true],
  ['8.10.0-alpha1', true],
  ['9.0.0', true],
  ['7.99.0', false],
  ['SNAPSHOT', true],
] as const) {
  test(`a gateway of the version ${version} ${expected ? 'has' : 'has no'} job results`, () => {
    assert.equal(hasFeature(version, 'jobResult'), expected);
  });
}
