import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { createGrpcConnection, type GrpcSettings } from '../../../src/connection/grpc/connection.ts';
import type { Command, Connection } from '../../../src/connection/port.ts';
import {
  type Handlers,
  type Request,
  refusal,
  startTestGateway,
  status,
  type TestGateway,
  topologyAnswer,
  topologyOnly,
} from '../support/gateway.ts';

type Callback = (error: unknown, answer?: object) => void;

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const connect = (port: number, settings: Partial<GrpcSettings> = {}): Connection => {
  const connection = createGrpcConnection({ address: { tls: false, host: '127.0.0.1', port }, ...settings });
  cleanUps.push(() => connection.close());
  return connection;
};

const start = async (handlers: Handlers, port = 0): Promise<TestGateway> => {
  const gateway = await startTestGateway(handlers, { port });
  cleanUps.push(() => gateway.stop());
  return gateway;
};

/** A gateway that records every request and sends the given answer. */
const recorded = async (method: string, answer: object): Promise<{ connection: Connection; requests: Request[] }> => {
  const requests: Request[] = [];
  const { port } = await start({
    [method]: (call: ServerUnaryCall<Request, object>, callback: Callback) => {
      requests.push(call.request);
      callback(null, answer);
    },
  });
  return { connection: connect(port), requests };
};

const job = {
  key: '2251799813685249',
  type: 'log',
  processInstanceKey: '2251799813685250',
  bpmnProcessId: 'order',
  processDefinitionVersion: 3,
  processDefinitionKey: '2251799813685251',
  elementId: 'log_it',
  elementInstanceKey: '9007199254740993',
  customHeaders: '{"a":"b"}',
  worker: 'w',
  retries: 2,
  deadline: '1794477978000',
  variables: '{"n":1}',
  tenantId: '<default>',
};

describe('a command', () => {
  const commands: readonly (readonly [Command, string, Request])[] = [
    [
      { kind: 'completeJob', jobKey: '9007199254740993', variables: '{"a":1}' },
      'CompleteJob',
      { jobKey: '9007199254740993', variables: '{"a":1}' },
    ],
    [
      { kind: 'failJob', jobKey: '7', retries: 2, backoff: 1500, message: 'no', variables: '{}' },
      'FailJob',
      { jobKey: '7', retries: 2, retryBackOff: '1500', errorMessage: 'no', variables: '{}' },
    ],
    [
      { kind: 'throwError', jobKey: '7', code: 'E', message: 'no', variables: '{}' },
      'ThrowError',
      { jobKey: '7', errorCode: 'E', errorMessage: 'no', variables: '{}' },
    ],
    [
      { kind: 'updateJobTimeout', jobKey: '7', timeout: 600_000 },
      'UpdateJobTimeout',
      { jobKey: '7', timeout: '600000' },
    ],
    [
      { kind: 'setVariables', elementInstanceKey: '8', local: true, variables: '{"a":1}' },
      'SetVariables',
      { elementInstanceKey: '8', local: true, variables: '{"a":1}' },
    ],
    [
      { kind: 'publishMessage', name: 'm', correlationKey: 'k', messageId: 'i', timeToLive: 60_000, variables: '{}' },
      'PublishMessage',
      { name: 'm', correlationKey: 'k', messageId: 'i', timeToLive: '60000', variables: '{}', tenantId: '<default>' },
    ],
  ];
  for (const [command, method, request] of commands) {
    test(`${command.kind} arrives as ${method}`, async () => {
      const { connection, requests } = await recorded(method, {});
      assert.equal(await connection.send(command), undefined);
      assert.deepEqual(
        requests.map((got) => ({ ...got })),
        [request],
      );
    });
  }
});

describe('a request', () => {
  test('for the topology', async () => {
    const { connection } = await recorded('Topology', topologyAnswer);
    assert.deepEqual(await connection.topology(), {
      gatewayVersion: '8.8.0',
      clusterSize: 1,
      partitionsCount: 3,
      brokers: [
        {
          nodeId: 0,
          host: '10.0.0.1',
          port: 26501,
          version: '8.8.0',
          partitions: [{ partitionId: 1, role: 'FOLLOWER', health: 'UNHEALTHY' }],
        },
      ],
    });
    assert.match(connection.address, /^grpc:\/\/127\.0\.0\.1:\d+$/);
  });

  test('to deploy sends the bytes and returns only the processes', async () => {
    const process = { bpmnProcessId: 'p', version: 2, processDefinitionKey: '5', resourceName: 'p.bpmn' };
    const { connection, requests } = await recorded('DeployResource', {
      key: '1',
      deployments: [
        { process: { ...process, tenantId: '<default>' } },
        { decision: { dmnDecisionId: 'd', dmnDecisionName: 'd', version: 1 } },
      ],
    });
    const content = new TextEncoder().encode('<xml>ü</xml>');
    assert.deepEqual(await connection.deploy([{ name: 'p.bpmn', content }]), [process]);
    const [sent] = (requests[0]?.resources ?? []) as { name: string; content: Uint8Array }[];
    assert.equal(sent?.name, 'p.bpmn');
    assert.deepEqual(new Uint8Array(sent?.content ?? []), content);
  });

  test('to create an instance takes the latest version and no variables by default', async () => {
    const created = { processInstanceKey: '9', processDefinitionKey: '5', bpmnProcessId: 'p', version: 2 };
    const { connection, requests } = await recorded('CreateProcessInstance', { ...created, tenantId: '<default>' });
    assert.deepEqual(await connection.createInstance({ bpmnProcessId: 'p' }), created);
    await connection.createInstance({ bpmnProcessId: 'p', version: 7, variables: '{"a":1}' });
    assert.deepEqual(
      requests.map(({ bpmnProcessId, version, variables, tenantId }) => [bpmnProcessId, version, variables, tenantId]),
      [
        ['p', -1, '{}', '<default>'],
        ['p', 7, '{"a":1}', '<default>'],
      ],
    );
  });

  test('to create an instance with its result waits until its timeout', async () => {
    const created = { processInstanceKey: '9', processDefinitionKey: '5', bpmnProcessId: 'p', version: 2 };
    const { connection, requests } = await recorded('CreateProcessInstanceWithResult', {
      ...created,
      variables: '{"sum":3}',
    });
    assert.deepEqual(await connection.createInstanceWithResult({ bpmnProcessId: 'p' }, { timeout: 1234 }), {
      ...created,
      variables: '{"sum":3}',
    });
    assert.equal(requests[0]?.requestTimeout, '1234');
  });
});

describe('a poll for jobs', () => {
  const poll = { type: 'log', worker: 'w', timeout: 30_000, maxJobs: 5, requestTimeout: 1000 };
  type Stream = ServerWritableStream<Request, object>;

  for (const [code, reason] of [
    ['RESOURCE_EXHAUSTED', 'transient'],
    ['UNAVAILABLE', 'transient'],
    ['PERMISSION_DENIED', 'rejected'],
    ['UNAUTHENTICATED', 'credentials'],
  ] as const) {
    test(`that the gateway rejects with ${code} fails instead of returning no jobs`, async () => {
      const { port } = await start({
        ActivateJobs: (call: Stream) => call.emit('error', refusal(status[code], 'no')),
      });
      await assert.rejects(connect(port).activateJobs(poll), { status: code, reason });
    });
  }

  test('returns the jobs of all batches, with exact keys and the deadline as a number', async () => {
    const requests: Request[] = [];
    const { port } = await start({
      ActivateJobs: (stream: Stream) => {
        requests.push(stream.request);
        stream.write({ jobs: [job] });
        stream.write({ jobs: [{ ...job, key: '8' }] });
        stream.end();
      },
    });
    const jobs = await connect(port).activateJobs({ ...poll, fetchVariables: ['a', 'b'] });
    assert.deepEqual(
      { ...jobs[0] },
      {
        ...job,
        deadline: 1_794_477_978_000,
        kind: 'BPMN_ELEMENT',
        listenerEvent: undefined,
        userTask: undefined,
        tags: [],
      },
    );
    assert.deepEqual(
      jobs.map(({ key }) => key),
      [job.key, '8'],
    );
    const { timeout, maxJobsToActivate, requestTimeout, fetchVariable, tenantIds } = requests[0] ?? {};
    assert.deepEqual(
      [timeout, maxJobsToActivate, requestTimeout, fetchVariable, tenantIds],
      ['30000', 5, '1000', ['a', 'b'], ['<default>']],
    );
  });

  test('returns no jobs if the gateway sends none', async () => {
    const { port } = await start({ ActivateJobs: (stream: Stream) => stream.end() });
    assert.deepEqual(await connect(port).activateJobs(poll), []);
  });

  test('returns the jobs that arrived before a failure', async () => {
    const { port } = await start({
      ActivateJobs: (stream: Stream) => {
        stream.write({ jobs: [job] });
        stream.emit('error', refusal(status.UNAVAILABLE, 'leaving'));
      },
    });
    assert.equal((await connect(port).activateJobs(poll)).length, 1);
  });

  test('accepts a batch larger than 4 MiB, the default limit of gRPC', async () => {
    const variables = JSON.stringify({ text: 'x'.repeat(3_000_000) });
    const { port } = await start({
      ActivateJobs: (stream: Stream) => {
        stream.write({ jobs: [1, 2, 3].map((key) => ({ ...job, key: String(key), variables })) });
        stream.end();
      },
    });
    const jobs = await connect(port).activateJobs(poll);
    assert.deepEqual(
      jobs.map((got) => got.variables.length),
      Array(3).fill(variables.length),
    );
  });

  test('may take longer than other calls, by its waiting time', async () => {
    let held: Stream | undefined;
    const { port } = await start({
      ActivateJobs: (stream: Stream) => {
        held = stream;
        setTimeout(() => stream.end(), 100);
      },
    });
    assert.deepEqual(await connect(port, { timeout: 50 }).activateJobs({ ...poll, requestTimeout: 60_000 }), []);
    assert.ok(held);
  });
});

describe('a failed call', () => {
  const cases: readonly (readonly [keyof typeof status, string, string])[] = [
    ['CANCELLED', 'CANCELLED', 'transient'],
    ['UNKNOWN', 'UNKNOWN', 'transient'],
    ['INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'rejected'],
    ['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 'transient'],
    ['NOT_FOUND', 'NOT_FOUND', 'rejected'],
    ['ALREADY_EXISTS', 'ALREADY_EXISTS', 'rejected'],
    ['PERMISSION_DENIED', 'PERMISSION_DENIED', 'rejected'],
    ['RESOURCE_EXHAUSTED', 'RESOURCE_EXHAUSTED', 'transient'],
    ['FAILED_PRECONDITION', 'FAILED_PRECONDITION', 'rejected'],
    ['ABORTED', 'ABORTED', 'transient'],
    ['OUT_OF_RANGE', 'OUT_OF_RANGE', 'rejected'],
    ['UNIMPLEMENTED', 'UNIMPLEMENTED', 'rejected'],
    ['INTERNAL', 'INTERNAL', 'transient'],
    ['UNAVAILABLE', 'UNAVAILABLE', 'transient'],
    ['DATA_LOSS', 'DATA_LOSS', 'rejected'],
    ['UNAUTHENTICATED', 'UNAUTHENTICATED', 'credentials'],
  ];
  for (const [code, name, reason] of cases) {
    test(`with ${code} is ${reason}, is not repeated, and names the reason`, async () => {
      let calls = 0;
      const { port } = await start({
        CompleteJob: (_call: unknown, callback: Callback) => {
          calls += 1;
          callback(refusal(status[code] as number, 'because of this'));
        },
      });
      const connection = connect(port);
      await assert.rejects(connection.send({ kind: 'completeJob', jobKey: '1', variables: '{}' }), {
        kind: 'connection',
        status: name,
        reason,
        message: /because of this[\s\S]*Where: CompleteJob, grpc:\/\/127\.0\.0\.1:/,
      });
      assert.equal(calls, 1);
    });
  }

  test('to a port without a listener names the reason and what to check', async () => {
    const gateway = await start(topologyOnly);
    gateway.stop();
    await assert.rejects(connect(gateway.port).topology(), {
      status: 'UNAVAILABLE',
      reason: 'transient',
      message: /cannot be reached[\s\S]*ECONNREFUSED[\s\S]*Fix:/,
    });
  });

  test('to a web server reports that it does not speak gRPC', async () => {
    const server = createHttpServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    cleanUps.push(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    await assert.rejects(connect((server.address() as AddressInfo).port).topology(), {
      status: 'UNAVAILABLE',
      reason: 'transient',
      message: /^The server at this address does not speak gRPC[\s\S]*Fix: check host and port/,
    });
  });

  test('to a host that does not exist names the host', async () => {
    const address = { tls: false, host: 'nowhere.invalid', port: 26500 };
    const connection = createGrpcConnection({ address });
    await assert.rejects(connection.topology({ timeout: 20_000 }), {
      reason: 'transient',
      message: /nowhere\.invalid/,
    });
    await connection.close();
  });

  test('to a gateway that never answers ends at its deadline', async () => {
    const { port } = await start({ Topology: () => undefined });
    await assert.rejects(connect(port, { timeout: 50 }).topology(), {
      status: 'DEADLINE_EXCEEDED',
      reason: 'transient',
      message: /No answer within 50 ms/,
    });
    await assert.rejects(connect(port).topology({ timeout: 60 }), { message: /No answer within 60 ms/ });
  });

  test('is aborted by its signal, also on the gateway, without effect on other calls', async () => {
    let cancelled: (() => void) | undefined;
    const sawCancel = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    let release: Callback | undefined;
    const { port } = await start({
      Topology: (call: ServerUnaryCall<Request, object>, callback: Callback) => {
        if (release === undefined) {
          release = callback;
          call.on('cancelled', () => cancelled?.());
          controller.abort();
        } else callback(null, topologyAnswer);
      },
    });
    const controller = new AbortController();
    const connection = connect(port);
    await assert.rejects(connection.topology({ signal: controller.signal }), {
      reason: 'aborted',
      status: 'CANCELLED',
    });
    await sawCancel;
    assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
  });

  test('is not started if its signal has already fired', async () => {
    let calls = 0;
    const { port } = await start({
      Topology: () => {
        calls += 1;
      },
    });
    const connection = connect(port);
    await assert.rejects(connection.topology({ signal: AbortSignal.abort() }), { reason: 'aborted' });
    await connection.close();
    assert.equal(calls, 0);
  });
});

describe('a connection', () => {
  /** Calls until the gateway answers. The connection reconnects by itself, so each failed call is just repeated. */
  const topologyWhenUp = async (connection: Connection): Promise<string> => {
    for (;;) {
      try {
        return (await connection.topology({ timeout: 2_000 })).gatewayVersion;
      } catch {
        await new Promise(setImmediate);
      }
    }
  };

  test('reconnects by itself after an outage of the gateway', async () => {
    const first = await start(topologyOnly);
    const connection = connect(first.port);
    assert.equal(await topologyWhenUp(connection), '8.8.0');
    first.stop();
    await assert.rejects(connection.topology(), { reason: 'transient' });
    await start(topologyOnly, first.port);
    assert.equal(await topologyWhenUp(connection), '8.8.0');
  });

  test('works when the gateway starts later', async () => {
    const early = await start(topologyOnly);
    early.stop();
    const connection = connect(early.port);
    await assert.rejects(connection.topology(), { reason: 'transient' });
    await start(topologyOnly, early.port);
    assert.equal(await topologyWhenUp(connection), '8.8.0');
  });

  test('replaces a socket on which the server never answers', async () => {
    const mute = createServer();
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const connection = connect(port, { connectTimeout: 100 });
    const opened = once(mute, 'connection');
    const call = assert.rejects(connection.topology({ timeout: 20_000 }), { status: 'UNAVAILABLE' });
    const [socket] = (await opened) as [Socket];
    const closed = once(
      socket.resume().on('error', () => undefined),
      'close',
    );
    await call;
    await closed;
    mute.close();
    await once(mute, 'close');
    await start(topologyOnly, port);
    assert.equal(await topologyWhenUp(connection), '8.8.0');
  });

  test('closes a socket that is still connecting', async () => {
    const mute = createServer();
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    for (const tls of [false, true]) {
      const address = { tls, host: '127.0.0.1', port: (mute.address() as AddressInfo).port };
      const connection = createGrpcConnection({ address });
      const opened = once(mute, 'connection');
      const call = assert.rejects(connection.topology(), { reason: 'aborted' });
      const [socket] = (await opened) as [Socket];
      const closed = once(
        socket.resume().on('error', () => undefined),
        'close',
      );
      await connection.close();
      await call;
      await closed;
    }
    mute.close();
    await once(mute, 'close');
  });

  test('opens one socket for many concurrent calls, and none before the first call', async () => {
    const { port: target } = await start(topologyOnly);
    let sockets = 0;
    const relay = createServer((socket) => {
      sockets += 1;
      const onward = new (socket.constructor as typeof Socket)().connect(target, '127.0.0.1');
      for (const end of [socket, onward]) end.on('error', () => undefined);
      // A reset does not pass through a pipe.
      socket.on('close', () => onward.destroy());
      socket.pipe(onward).pipe(socket);
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const connection = connect((relay.address() as AddressInfo).port);
    assert.equal(sockets, 0);
    await Promise.all(Array.from({ length: 50 }, () => connection.topology()));
    assert.equal(sockets, 1);
    await connection.close();
    relay.close();
    await once(relay, 'close');
  });

  test('sends without compression', async () => {
    const { port } = await start({
      Topology: (call: ServerUnaryCall<Request, object>, callback: Callback) =>
        callback(null, { ...topologyAnswer, gatewayVersion: String(call.metadata.get('grpc-encoding')) }),
    });
    assert.match((await connect(port).topology()).gatewayVersion, /^(identity)?$/);
  });

  test('aborts its calls at close and rejects later ones', async () => {
    const { port } = await start({ Topology: () => void arrived?.() });
    let arrived: (() => void) | undefined;
    const received = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const connection = connect(port);
    const call = assert.rejects(connection.topology(), { reason: 'aborted', message: /is closed/ });
    await received;
    await connection.close();
    await call;
    await assert.rejects(connection.topology(), { reason: 'aborted', message: /is closed/ });
    await connection.close();
  });

  test('serves thousands of calls with one signal without adding listeners to it', async () => {
    const { port } = await start(topologyOnly);
    const connection = connect(port);
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 100 }, () => connection.topology({ signal })));
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });
});
