/** What only gRPC has. The suite that both protocols pass is in ../port. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { createGrpcConnection, type GrpcSettings } from '../../../src/connection/grpc/connection.ts';
import type { Connection } from '../../../src/connection/port.ts';
import { freePort } from '../../support/free-port.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
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

const cleanUps = cleanUpsAfterEach();

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

describe('a poll for jobs', () => {
  const poll = { type: 'log', worker: 'w', timeout: 30_000, maxJobs: 5, requestTimeout: 1000 };
  type Stream = ServerWritableStream<Request, object>;

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

  test('returns the jobs that arrived before a failure', async () => {
    const { port } = await start({
      ActivateJobs: (stream: Stream) => {
        stream.write({ jobs: [job] });
        stream.emit('error', refusal(status.UNAVAILABLE, 'leaving'));
      },
    });
    assert.equal((await connect(port).activateJobs(poll)).length, 1);
  });

  test('passes jobs on as each message of the answer arrives, if it is asked to', async () => {
    let next: () => void = () => {};
    const { port } = await start({
      ActivateJobs: (stream: Stream) => {
        stream.write({ jobs: [job, { ...job, key: '8' }] });
        next = () => {
          stream.write({ jobs: [{ ...job, key: '9' }] });
          stream.end();
        };
      },
    });
    const parts: string[][] = [];
    const rest = await connect(port).activateJobs(poll, {
      arrived: (jobs) => {
        parts.push(jobs.map(({ key }) => key));
        // The gateway ends its answer only now.
        if (parts.length === 1) next();
      },
    });
    assert.deepEqual([parts, rest], [[[job.key, '8'], ['9']], []]);
  });

  for (const [end, options, after] of [
    ['the gateway fails', {}, (stream: Stream) => stream.emit('error', refusal(status.UNAVAILABLE, 'leaving'))],
    ['its time limit', { timeout: 300 }, () => {}],
    ['its signal', {}, (_stream: Stream, abort: () => void) => abort()],
  ] as const) {
    test(`has its jobs when ${end} ends it after a message, and resolves`, async () => {
      const aborting = new AbortController();
      const streams: Stream[] = [];
      const { port } = await start({
        ActivateJobs: (stream: Stream) => {
          stream.on('error', () => {});
          streams.push(stream);
          stream.write({ jobs: [job] });
        },
      });
      const keys: string[] = [];
      const rest = await connect(port).activateJobs(poll, {
        ...options,
        signal: aborting.signal,
        arrived: (jobs) => {
          keys.push(...jobs.map(({ key }) => key));
          after(streams[0]!, () => aborting.abort());
        },
      });
      assert.deepEqual([keys, rest], [[job.key], []]);
    });
  }

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

  test('takes no more than 128 MB of an answer that has no end', async () => {
    const variables = JSON.stringify({ text: 'x'.repeat(8 * 1024 * 1024) });
    let sent = 0;
    const { port } = await start({
      ActivateJobs: (stream: Stream) => {
        const send = (): void => {
          if (stream.cancelled) return;
          sent += 1;
          if (stream.write({ jobs: [{ ...job, key: String(sent), variables }] })) setImmediate(send);
          else stream.once('drain', send);
        };
        send();
      },
    });
    const jobs = await connect(port).activateJobs(poll, { timeout: 60_000 });
    assert.equal(jobs.length, 15);
    assert.ok(sent < 100, `${sent} messages were sent`);
  });
});

describe('a failed call', () => {
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

  test('replaces a socket on which the server never answers', async () => {
    const mute = createServer();
    const port = await freePort();
    mute.listen(port, '127.0.0.1');
    await once(mute, 'listening');
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
});
