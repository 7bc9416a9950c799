import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { test } from 'node:test';
import { Client, credentials, Metadata, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { closed } from '../../support/closed.ts';
import { catchEvent, chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { connect, deployXml, startEngine, status } from '../support/client.ts';

/** grpc.health.v1, without its `Watch`. */
const healthJson = {
  nested: {
    'grpc.health.v1': {
      nested: {
        HealthCheckRequest: { fields: { service: { type: 'string', id: 1 } } },
        HealthCheckResponse: {
          fields: { status: { type: 'ServingStatus', id: 1 } },
          nested: { ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } } },
        },
        Health: { methods: { Check: { requestType: 'HealthCheckRequest', responseType: 'HealthCheckResponse' } } },
      },
    },
  },
};

const healthService = fromJSON(healthJson as never, { enums: String, defaults: true })[
  'grpc.health.v1.Health'
] as ServiceDefinition;

const onlyTask = process('p', ...chain(start(), serviceTask('task', { type: 'a' }), end()));

test('case 1: the topology contains one broker, the leader of one healthy partition', async (t) => {
  const engine = await startEngine(t);
  const { gatewayVersion, ...topology } = await connect(t, engine.address).call('Topology');
  assert.match(String(gatewayVersion), /^\d+\.\d+\.\d+$/);
  assert.deepEqual(topology, {
    brokers: [
      {
        nodeId: 0,
        host: '127.0.0.1',
        port: engine.port,
        version: gatewayVersion,
        partitions: [{ partitionId: 1, role: 'LEADER', health: 'HEALTHY' }],
      },
    ],
    clusterSize: 1,
    partitionsCount: 1,
    replicationFactor: 1,
    clusterId: '',
  });
});

test('case 2: the health service knows only the gateway and the server', async (t) => {
  const engine = await startEngine(t);
  const client = new Client(engine.address, credentials.createInsecure());
  t.after(() => client.close());
  const { Check } = healthService;
  assert.ok(Check, 'The service has the method Check.');
  const check = (service: string): Promise<object> =>
    new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: object): void =>
        error ? reject(error) : resolve(answer ?? {});
      client.makeUnaryRequest(
        Check.path,
        Check.requestSerialize,
        Check.responseDeserialize,
        { service },
        done as never,
      );
    });
  assert.deepEqual({ ...(await check('gateway_protocol.Gateway')) }, { status: 'SERVING' });
  assert.deepEqual({ ...(await check('')) }, { status: 'SERVING' });
  await assert.rejects(check('other.Service'), status(5, /other\.Service/));
});

test('case 3: a call that is not in the protocol is unimplemented', async (t) => {
  const engine = await startEngine(t);
  const client = new Client(engine.address, credentials.createInsecure());
  t.after(() => client.close());
  const plain = (bytes: Buffer): Buffer => bytes;
  const unknown = new Promise((resolve, reject) => {
    const done = (error: ServiceError | null): void => (error ? reject(error) : resolve(undefined));
    client.makeUnaryRequest('/gateway_protocol.Gateway/Nope', plain, plain, Buffer.alloc(0), new Metadata(), {}, done);
  });
  await assert.rejects(unknown, status(12, /Nope/));
});

test('case 4: a compressed request gets the same answer', async (t) => {
  const engine = await startEngine(t);
  const plain = await connect(t, engine.address).call('Topology');
  const compressing = connect(t, engine.address, { 'grpc.default_compression_algorithm': 2 });
  assert.deepEqual(await compressing.call('Topology'), plain);
  const { deployments } = await deployXml(compressing, { 'p.bpmn': onlyTask });
  assert.equal(deployments.length, 1);
});

test('case 5: keys are in the first partition and increase', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  const { key, deployments } = await deployXml(client, { 'p.bpmn': onlyTask });
  const { processInstanceKey } = await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 });
  const [job] = await client.poll('a');
  assert.ok(job);
  const keys = [key, deployments[0]?.process.processDefinitionKey, processInstanceKey, job.elementInstanceKey, job.key];
  const numbers = keys.map((text) => BigInt(String(text)));
  assert.equal(new Set(numbers).size, 5);
  for (const number of numbers) assert.ok(number >= 2251799813685249n && number < 4503599627370496n, `${number}`);
  const [deployment, , instance, element, jobKey] = numbers;
  assert.ok(deployment! < instance! && instance! < element! && element! < jobKey!);
});

test('case 6: only the default tenant exists', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  const resources = [{ name: 'p.bpmn', content: Buffer.from(onlyTask) }];
  const withTenant: readonly (readonly [string, (tenantId: string) => Promise<object>])[] = [
    ['DeployResource', (tenantId) => client.call('DeployResource', { resources, tenantId })],
    [
      'CreateProcessInstance',
      (tenantId) => client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1, tenantId }),
    ],
    ['PublishMessage', (tenantId) => client.call('PublishMessage', { name: 'm', correlationKey: 'k', tenantId })],
  ];
  for (const [rpc, call] of withTenant) {
    await assert.rejects(call('other'), status(3, new RegExp(`${rpc}.*'other'.*multi-tenancy is disabled`)), rpc);
    for (const tenantId of ['', '<default>']) {
      assert.equal(((await call(tenantId)) as { tenantId: string }).tenantId, '<default>', rpc);
    }
  }
  for (const tenantIds of [['other'], ['<default>', 'other']]) {
    await assert.rejects(client.poll('a', { tenantIds }), status(3, /ActivateJobs.*'other'/));
    const { code, details } = await client.stream('a', { tenantIds }).ended;
    assert.equal(code, 3);
    assert.match(details, /StreamActivatedJobs.*'other'/);
  }
  const [job] = await client.poll('a', { tenantIds: ['<default>'] });
  assert.equal(job?.tenantId, '<default>');
  await assert.rejects(
    client.call('CreateProcessInstanceWithResult', { request: { bpmnProcessId: 'p', version: -1, tenantId: 'other' } }),
    status(3, /CreateProcessInstanceWithResult.*'other'/),
  );
});

for (const [variables, expected] of [
  ['[1]', /object.*list/],
  ['"secret"', /object.*text/],
  ['{a', /not JSON/],
  ['{"n":[1e999]}', /a number is too large/],
] as const) {
  test(`case 7: variables ${variables} are rejected and never quoted`, async (t) => {
    const engine = await startEngine(t);
    const client = connect(t, engine.address);
    await deployXml(client, { 'p.bpmn': onlyTask });
    for (const [rpc, request] of [
      ['CreateProcessInstance', { bpmnProcessId: 'p', version: -1, variables }],
      ['CreateProcessInstanceWithResult', { request: { bpmnProcessId: 'p', version: -1, variables } }],
      ['CompleteJob', { jobKey: '1', variables }],
      ['FailJob', { jobKey: '1', variables }],
      ['ThrowError', { jobKey: '1', variables }],
      ['PublishMessage', { name: 'm', correlationKey: 'k', variables }],
      ['SetVariables', { elementInstanceKey: '1', variables }],
    ] as const) {
      await assert.rejects(client.call(rpc, request), (error: ServiceError) => {
        assert.equal(error.code, 3, rpc);
        assert.match(error.details, expected);
        assert.doesNotMatch(error.details, /secret/);
        return true;
      });
    }
    assert.deepEqual(engine.instances(), []);
  });
}

for (const variables of ['', ' ', 'null', ' null\n']) {
  test(`case 7: ${JSON.stringify(variables)} means no variables, in every call`, async (t) => {
    const engine = await startEngine(t);
    const client = connect(t, engine.address);
    await deployXml(client, { 'p.bpmn': onlyTask });
    const created = await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1, variables });
    const [job] = await client.poll('a');
    assert.equal(job?.variables, '{}');
    await client.call('SetVariables', { elementInstanceKey: job.elementInstanceKey, variables, local: true });
    await client.call('PublishMessage', { name: 'm', correlationKey: 'k', variables });
    await client.call('BroadcastSignal', { signalName: 's', variables });
    await client.call('FailJob', { jobKey: job.key, retries: 1, variables });
    const [again] = await client.poll('a');
    assert.equal(again?.variables, '{}');
    await client.call('ThrowError', { jobKey: job.key, errorCode: 'E', variables });
    await client.call('ResolveIncident', { incidentKey: engine.incidents()[0]?.key });
    await client.call('CompleteJob', { jobKey: job.key, variables });
    const ended = await engine.ended(String(created.processInstanceKey));
    assert.deepEqual(ended.variables, {});
  });
}

test('case 8: an operation reference is ignored', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  await deployXml(client, { 'p.bpmn': onlyTask });
  const { processInstanceKey } = await client.call<{ processInstanceKey: string }>('CreateProcessInstance', {
    bpmnProcessId: 'p',
    version: -1,
    operationReference: '17',
  });
  await client.call('CancelProcessInstance', { processInstanceKey, operationReference: '18' });
  assert.equal(engine.instance(processInstanceKey)?.state, 'TERMINATED');
});

test('a message over 4 MiB is rejected, one below is accepted', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  const publish = (length: number) =>
    client.call('PublishMessage', {
      name: 'm',
      correlationKey: 'k',
      variables: JSON.stringify({ text: 'x'.repeat(length) }),
    });
  await publish(4 * 1024 * 1024 - 1000);
  await assert.rejects(publish(4 * 1024 * 1024), (error: ServiceError) => error.code === 8);
});

test('bytes that are not HTTP/2 do not disturb the gateway', async (t) => {
  const engine = await startEngine(t);
  for (const text of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\0\0\0garbage'.repeat(100)]) {
    const socket = connectSocket(engine.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(text);
    socket.resume();
    await closed(socket);
  }
  assert.equal((await connect(t, engine.address).call('Topology')).clusterSize, 1);
});

/** A frame of HTTP/2. */
const frame = (type: number, stream: number, payload: Uint8Array): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  // END_HEADERS
  head[4] = type === 1 ? 4 : 0;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

const opening = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, Buffer.alloc(0))]);

const protocolErrors: readonly (readonly [string, Buffer])[] = [
  ['data without a stream', frame(0, 1, Buffer.from('x'))],
  ['headers that cannot be decompressed', frame(1, 1, Buffer.alloc(7, 0xff))],
  ['a frame that is too large', frame(0, 1, Buffer.alloc(20_000))],
  ['a ping of one byte', frame(6, 0, Buffer.from('x'))],
  ['settings on a stream', frame(4, 1, Buffer.alloc(0))],
];

test('connections that end in an error of HTTP/2 are closed, others stay open', async (t) => {
  const engine = await startEngine(t);
  const open = (bytes: Buffer) => {
    const socket = connectSocket(engine.port, '127.0.0.1');
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    socket.write(bytes);
    return socket;
  };
  const quiet = open(opening);
  // A ping is the only frame with 8 bytes that the server sends by itself.
  const pinged = new Promise<void>((resolve) => {
    quiet.on('data', (data: Buffer) => {
      if (data.includes(Buffer.from([0, 0, 8, 6]))) resolve();
    });
  });
  const broken = protocolErrors.map(async ([title, bytes]) => {
    const socket = open(Buffer.concat([opening, bytes]));
    socket.resume();
    await closed(socket);
    return title;
  });
  assert.deepEqual(
    await Promise.all(broken),
    protocolErrors.map(([title]) => title),
  );
  await pinged;
  assert.equal(quiet.readyState, 'open');
  assert.equal((await connect(t, engine.address).call('Topology')).clusterSize, 1);
});

test('frequent keepalive pings are tolerated', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address, { 'grpc.keepalive_time_ms': 10, 'grpc.keepalive_permit_without_calls': 1 });
  // One held poll spans many pings; closing the connection would end it with UNAVAILABLE.
  assert.deepEqual(await client.poll('a', { requestTimeout: 300 }), []);
});

test('BroadcastSignal reaches what waits for the signal', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({
    name: 'p.bpmn',
    content: process('p', ...chain(start(), catchEvent('w', { signal: 's' }), end())),
  });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const client = connect(t, engine.address);
  const { key } = await client.call<{ key: string }>('BroadcastSignal', { signalName: 's', variables: '{"v":1}' });
  assert.match(key, /^\d{16}$/);
  assert.deepEqual(engine.instance(processInstanceKey)?.variables, { v: 1 });
  await assert.rejects(client.call('BroadcastSignal', { signalName: '' }), { code: 3 });
});

test('EvaluateConditional starts the processes whose condition is true (case 427)', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: process('p', ...chain(start('s', { condition: '=a = 1' }), end())) });
  const client = connect(t, engine.address);
  interface Answer {
    readonly processInstances: readonly { readonly processInstanceKey: string }[];
    readonly conditionalEvaluationKey: string;
  }
  const answer = await client.call<Answer>('EvaluateConditional', { variables: '{"a":1}' });
  assert.match(answer.conditionalEvaluationKey, /^\d{16}$/);
  assert.equal(answer.processInstances.length, 1);
  assert.deepEqual(engine.instance(answer.processInstances[0]!.processInstanceKey)?.variables, { a: 1 });
  const none = await client.call<Answer>('EvaluateConditional', { variables: '{}' });
  assert.deepEqual(none.processInstances, []);
  await assert.rejects(client.call('EvaluateConditional', { processDefinitionKey: '7', variables: '{}' }), { code: 5 });
  await assert.rejects(client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 }), { code: 9 });
});
