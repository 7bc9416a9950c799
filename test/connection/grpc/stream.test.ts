import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Metadata, type ServerUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import { createGrpcConnection } from '../../../src/connection/grpc/connection.ts';
import { createConnection } from '../../../src/connection/index.ts';
import type {
  ActivatedJob,
  Connection,
  ConnectionFault,
  JobStream,
  TenantSelection,
} from '../../../src/connection/port.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { type Request, refusal, startTestGateway, status, topologyAnswer } from '../support/gateway.ts';
import { startTokenServer, token } from '../support/token-server.ts';

const cleanUps = cleanUpsAfterEach();

type Call = ServerWritableStream<Request, object>;

/** A queue whose items a test awaits one by one. */
const queue = <T>() => {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put: (item: T): void => {
      const taker = takers.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    next: (): Promise<T> =>
      items.length > 0 ? Promise.resolve(items.shift()!) : new Promise((resolve) => takers.push(resolve)),
    waiting: items,
  };
};

/** A gateway whose streams the test controls, and a connection to it. */
const start = async (gatewayVersion = topologyAnswer.gatewayVersion) => {
  const calls = queue<Call>();
  const gateway = await startTestGateway({
    StreamActivatedJobs: (call: Call) => calls.put(call),
    Topology: (_call: unknown, callback: (error: null, answer: object) => void) =>
      callback(null, { ...topologyAnswer, gatewayVersion }),
  });
  const connection = createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port: gateway.port } });
  cleanUps.push(() => gateway.stop(), connection.close);
  return { gateway, connection, calls };
};

const request = { type: 'log', worker: 'me', timeout: 60_000, fetchVariables: ['message'] };

/** Opens a stream and queues its callbacks. */
const open = (connection: Connection, tenants: TenantSelection = {}) => {
  const jobs = queue<ActivatedJob>();
  const opened = queue<true>();
  const ended = queue<ConnectionFault>();
  const stream: JobStream = connection.streamJobs!(
    { ...request, ...tenants },
    {
      opened: () => opened.put(true),
      job: jobs.put,
      ended: ended.put,
    },
  );
  return { stream, jobs, opened, ended };
};

const wireJob = (key: string): object => ({ key, type: 'log', retries: 3, deadline: '1794477978000', variables: '{}' });

describe('a stream of jobs', () => {
  test('sends its request, reports that it is open, and passes on each job', async () => {
    const { connection, calls } = await start();
    const { jobs, opened } = open(connection);
    const call = await calls.next();
    assert.deepEqual(
      { ...call.request },
      {
        type: 'log',
        worker: 'me',
        timeout: '60000',
        fetchVariable: ['message'],
        tenantIds: ['<default>'],
        tenantFilter: 'PROVIDED',
        withLease: false,
      },
    );
    call.sendMetadata(new Metadata());
    await opened.next();
    call.write(wireJob('9007199254740993'));
    const job = await jobs.next();
    assert.deepEqual([job.key, job.retries, job.deadline], ['9007199254740993', 3, 1_794_477_978_000]);
  });

  test('95. names the tenants of the request', async () => {
    const { connection, calls } = await start();
    open(connection, { tenantIds: ['a', 'b'] });
    const { tenantIds, tenantFilter } = (await calls.next()).request as Request;
    assert.deepEqual([tenantIds, tenantFilter], [['a', 'b'], 'PROVIDED']);
  });

  test('94. with the filter ASSIGNED opens only on a gateway of Camunda 8.9', async () => {
    const newer = await start('8.9.0');
    const { jobs } = open(newer.connection, { tenantFilter: 'ASSIGNED' });
    const call = await newer.calls.next();
    const { tenantIds, tenantFilter } = call.request as Request;
    assert.deepEqual([tenantIds, tenantFilter], [[], 'ASSIGNED']);
    call.write(wireJob('1'));
    assert.equal((await jobs.next()).key, '1');
    const older = await start('8.8.0');
    const { ended } = open(older.connection, { tenantFilter: 'ASSIGNED' });
    const { status, message } = await ended.next();
    assert.equal(status, 'UNIMPLEMENTED');
    assert.match(message, /The tenant filter ASSIGNED needs Camunda 8\.9/);
    assert.equal(older.calls.waiting.length, 0);
  });

  test('94. with the filter ASSIGNED can be closed before it is open, and ends once', async () => {
    const { connection, calls } = await start('8.9.0');
    const { stream, ended } = open(connection, { tenantFilter: 'ASSIGNED' });
    stream.close();
    assert.equal((await ended.next()).reason, 'aborted');
    await connection.topology();
    assert.deepEqual([ended.waiting.length, calls.waiting.length], [0, 0]);
  });

  test('is not read while it is paused', async () => {
    const { connection, calls } = await start();
    const { stream, jobs } = open(connection);
    const call = await calls.next();
    call.write(wireJob('1'));
    await jobs.next();
    stream.pause();
    call.write(wireJob('2'));
    // The answer over the same connection arrives after the job.
    await connection.topology();
    await connection.topology();
    assert.equal(jobs.waiting.length, 0);
    stream.resume();
    assert.equal((await jobs.next()).key, '2');
  });

  test('passes on jobs that arrived before it was closed, and ends once', async () => {
    const { connection, calls } = await start();
    const { stream, jobs, ended } = open(connection);
    const call = await calls.next();
    const cancelled = new Promise((resolve) => call.once('cancelled', resolve));
    call.write(wireJob('1'));
    await jobs.next();
    stream.pause();
    call.write(wireJob('2'));
    await connection.topology();
    await connection.topology();
    stream.close();
    assert.equal((await ended.next()).reason, 'aborted');
    assert.equal((await jobs.next()).key, '2');
    await cancelled;
    stream.close();
    await connection.topology();
    assert.equal(ended.waiting.length, 0);
  });

  for (const [code, reason] of [
    ['UNAVAILABLE', 'transient'],
    ['RESOURCE_EXHAUSTED', 'transient'],
    ['PERMISSION_DENIED', 'rejected'],
    ['UNAUTHENTICATED', 'credentials'],
  ] as const) {
    test(`that the gateway ends with ${code} reports ${reason}`, async () => {
      const { connection, calls } = await start();
      const { ended } = open(connection);
      (await calls.next()).emit('error', refusal(status[code], 'for this reason'));
      const fault = await ended.next();
      assert.deepEqual([fault.kind, fault.status, fault.reason], ['connection', code, reason]);
      assert.match(fault.message, /for this reason/);
    });
  }

  test('ends if the gateway stops, is not there, or the connection is closed', async () => {
    const { gateway, connection, calls } = await start();
    const dying = open(connection);
    await calls.next();
    gateway.stop();
    assert.equal((await dying.ended.next()).reason, 'transient');
    assert.equal((await open(connection).ended.next()).status, 'UNAVAILABLE');
    await connection.close();
    assert.equal((await open(connection).ended.next()).reason, 'aborted');
  });

  test('ends with the connection', async () => {
    const { connection, calls } = await start();
    const { ended } = open(connection);
    await calls.next();
    await connection.close();
    assert.equal((await ended.next()).reason, 'aborted');
  });

  test('is rejected by a gateway without streams', async () => {
    const gateway = await startTestGateway({});
    const connection = createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port: gateway.port } });
    cleanUps.push(() => gateway.stop(), connection.close);
    const fault = await open(connection).ended.next();
    assert.deepEqual([fault.status, fault.reason], ['UNIMPLEMENTED', 'rejected']);
  });
});

test('a token that a stream rejects is not used again', async () => {
  const tokens = await startTokenServer(() => token());
  const calls = queue<Call>();
  const seen: string[] = [];
  const gateway = await startTestGateway({
    StreamActivatedJobs: (call: Call) => calls.put(call),
    Topology: (call: ServerUnaryCall<Request, object>, callback: (error: null, answer: object) => void) => {
      seen.push(String(call.metadata.get('authorization')));
      callback(null, topologyAnswer);
    },
  });
  const connection = createConnection({
    type: 'CAMUNDA_CLOUD',
    clusterId: 'c1',
    clientId: 'me',
    clientSecret: 'topsecret',
    oauthUrl: tokens.url,
    grpcAddress: `grpc://127.0.0.1:${gateway.port}`,
  });
  cleanUps.push(tokens.stop, () => gateway.stop(), connection.close);
  await connection.topology();
  const { ended } = open(connection);
  const call = await calls.next();
  assert.deepEqual(call.metadata.get('authorization'), ['Bearer token-1']);
  call.emit('error', refusal(status.UNAUTHENTICATED, 'no more: Bearer token-1'));
  const fault = await ended.next();
  assert.equal(fault.reason, 'credentials');
  assert.ok(!fault.message.includes('token-1'), fault.message);
  await connection.topology();
  assert.deepEqual(seen, ['Bearer token-1', 'Bearer token-2']);
});

test('the embedded engine pushes jobs as well, also if it has not started yet', async () => {
  const connection = createConnection({ type: 'EMBEDDED' });
  cleanUps.push(connection.close);
  const { stream, opened, ended } = open(connection);
  await opened.next();
  stream.close();
  assert.equal((await ended.next()).reason, 'aborted');
});
