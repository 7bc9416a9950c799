/**
 * A gateway that does as little as possible, over node:http2 and without a gRPC library, so that what is measured
 * against it is the client. It knows the calls that a worker makes, and nothing of processes.
 */
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Jobs, microseconds } from './jobs.ts';
import { bytesField, frame, integerField, readFields } from './protobuf.ts';
import type { Source, StreamTarget } from './source.ts';

/** The server and what it has seen. */
export interface LeanServer {
  readonly address: string;
  /** When jobs were first asked for, or a stream for them was opened; in microseconds. */
  readonly firstAsked: Promise<number>;
}

const ok = { 'grpc-status': '0' };
const headers = { ':status': 200, 'content-type': 'application/grpc+proto' };
const nothing = frame(Buffer.alloc(0));
const topology = frame(
  Buffer.concat([
    bytesField(
      1,
      Buffer.concat([
        bytesField(2, 'localhost'),
        integerField(3, 26501),
        bytesField(4, integerField(1, 1)),
        bytesField(5, '8.8.0'),
      ]),
    ),
    integerField(2, 1),
    integerField(3, 1),
    integerField(4, 1),
    bytesField(5, '8.8.0'),
  ]),
);

const messageOf = (chunks: readonly Buffer[]): Buffer => {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  const content = bytes.subarray(5);
  return bytes[0] === 1 ? gunzipSync(content) : content;
};

const open = (stream: ServerHttp2Stream): void => {
  stream.on('error', () => {});
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(ok));
};

const reply = (stream: ServerHttp2Stream, bytes: Buffer): void => {
  if (stream.destroyed) return;
  open(stream);
  stream.end(bytes);
};

const refuse = (stream: ServerHttp2Stream, path: string): void => {
  stream.respond({ ...headers, 'grpc-status': '12', 'grpc-message': `no ${path} here` }, { endStream: true });
};

/** Whether a request is the one of a runtime that starts, which shows whether the tenants are accepted and wants no job. */
export const isTenantProbe = (type: string): boolean => type === '_camunda_connectors_tenants';

const numberOf = (value: number | Buffer | undefined): number => (typeof value === 'number' ? value : 0);

export const startLeanServer = async (jobs: Jobs, source: Source): Promise<LeanServer> => {
  let noteAsked: (at: number) => void = () => {};
  const firstAsked = new Promise<number>((resolve) => {
    noteAsked = resolve;
  });

  const pushJobs = (stream: ServerHttp2Stream): void => {
    open(stream);
    const target: StreamTarget = { write: (bytes) => stream.write(bytes) };
    stream.on('drain', () => source.ready(target));
    stream.on('close', () => source.closeStream(target));
    source.openStream(target);
  };

  const activate = (stream: ServerHttp2Stream, message: Buffer): void => {
    const fields = readFields(message);
    const requestTimeout = numberOf(fields.get(6));
    const target = { maxJobs: numberOf(fields.get(4)), answer: (bytes: Buffer) => reply(stream, bytes) };
    const leave = (): void => {
      clearTimeout(timer);
      if (source.giveUp(target)) reply(stream, Buffer.alloc(0));
    };
    const timer = requestTimeout < 0 ? undefined : setTimeout(leave, requestTimeout === 0 ? 10_000 : requestTimeout);
    stream.on('close', leave);
    source.ask(target);
    if (timer === undefined) leave();
  };

  const settle = (stream: ServerHttp2Stream, message: Buffer, act: (key: number) => void): void => {
    act(numberOf(readFields(message).get(1)));
    reply(stream, nothing);
    source.settled();
  };

  const calls: Readonly<Record<string, (stream: ServerHttp2Stream, message: Buffer) => void>> = {
    CompleteJob: (stream, message) => settle(stream, message, jobs.complete),
    FailJob: (stream, message) => settle(stream, message, jobs.fail),
    ActivateJobs: (stream, message) => {
      if (isTenantProbe(String(readFields(message).get(1)))) {
        reply(stream, Buffer.alloc(0));
        return;
      }
      noteAsked(microseconds());
      activate(stream, message);
    },
    StreamActivatedJobs: (stream) => {
      noteAsked(microseconds());
      pushJobs(stream);
    },
    UpdateJobTimeout: (stream) => reply(stream, nothing),
    Topology: (stream) => reply(stream, topology),
  };

  const server: Http2Server = createServer();
  server.on('stream', (stream, { ':path': path = '' }) => {
    const call = calls[path.slice(path.lastIndexOf('/') + 1)];
    if (call === undefined) {
      refuse(stream, path);
      return;
    }
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => call(stream, messageOf(chunks)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstAsked,
  };
};
