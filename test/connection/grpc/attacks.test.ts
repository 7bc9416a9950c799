/**
 * Known attacks on clients of HTTP/2, in frames written by hand. The call ends with an error, and the client reaches a gateway
 * that behaves over the same connection or the next one. The attacks on the engine's server are in test/engine/gateway.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createClient, type GatewayClient } from '../../../src/connection/grpc/transport/client.ts';
import { startExchange } from '../../../src/connection/grpc/transport/exchange.ts';
import { frameOf } from '../../../src/grpc/frames.ts';
import { statusCodes } from '../../../src/grpc/status-codes.ts';
import { endHeaders, endStream, frame, header, text, frameTypes as types, uint32 } from '../../support/http2-frames.ts';
import { createAuthority } from '../support/certificates.ts';

/** What a gateway does with a call: writes frames once, or the same again and again until the connection or the test ends. */
interface Attack {
  readonly once?: (stream: number) => Buffer;
  readonly flood?: (stream: number, index: number) => Buffer;
  /** Does not read what the client answers. */
  readonly isDeaf?: true;
}

const uint16 = (value: number): Buffer => uint32(value).subarray(2);

/** The beginning of an answer: status 200 and the type of gRPC. */
const answerHeaders = Buffer.concat([Buffer.from([0x88]), header('content-type', 'application/grpc')]);

const headers = (stream: number, fields: Buffer, flags = endHeaders): Buffer =>
  frame(types.headers, flags, stream, fields);

const opened = (stream: number): Buffer => headers(stream, answerHeaders);

const settings = (id: number, value: number): Buffer =>
  frame(types.settings, 0, 0, Buffer.concat([uint16(id), uint32(value)]));

const properAnswer = (stream: number): Buffer =>
  Buffer.concat([
    opened(stream),
    frame(types.data, 0, stream, frameOf(Buffer.from('hello'))),
    headers(stream, header('grpc-status', '0'), endHeaders | endStream),
  ]);

/** A header of 4,000 bytes goes to the table, and is then named 11,000 times by one byte each. */
const bomb = Buffer.concat([Buffer.from([0x40]), text('x'), text('y'.repeat(4_000)), Buffer.alloc(11_000, 0xbe)]);

/** Milliseconds. A call without an answer is over soon, and so is a connection that cannot even send its end. */
const times = { call: 300, close: 50 };

const prefaceLength = 24;

/** Pieces that are written together. */
const together = 100;

/** Writes the pieces until the connection has ended, as fast as the client reads. */
const flood = async (socket: Socket, piece: (index: number) => Buffer): Promise<void> => {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (let index = 0; !socket.destroyed; index += together) {
    if (!socket.write(Buffer.concat(Array.from({ length: together }, (_, offset) => piece(index + offset))))) {
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
  }
};

const collectGarbage: () => void = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** A gateway that attacks with its first answer and behaves with all others, and a client. */
const start = async (t: TestContext, attack: Attack) => {
  const sockets: Socket[] = [];
  let hasAttacked = false;

  const answer = (socket: Socket, stream: number): void => {
    if (hasAttacked) {
      socket.write(properAnswer(stream));
      return;
    }
    hasAttacked = true;
    if (attack.isDeaf === true) socket.pause();
    if (attack.once !== undefined) socket.write(attack.once(stream));
    const { flood: piece } = attack;
    if (piece !== undefined) void flood(socket, (index) => piece(stream, index));
  };

  const server = createServer((socket) => {
    sockets.push(socket);
    // The client may reset the connection while the gateway still writes.
    socket.on('error', () => {});
    let bytes = Buffer.alloc(0);
    let isPrefaced = false;
    socket.on('data', (part: Buffer) => {
      bytes = Buffer.concat([bytes, part]);
      if (!isPrefaced && bytes.length >= prefaceLength) {
        isPrefaced = true;
        bytes = bytes.subarray(prefaceLength);
        socket.write(frame(types.settings, 0, 0));
      }
      while (isPrefaced && bytes.length >= 9) {
        const end = 9 + bytes.readUIntBE(0, 3);
        if (bytes.length < end) break;
        const [type, flags, stream] = [bytes[3], bytes[4], bytes.readUInt32BE(5)];
        bytes = bytes.subarray(end);
        if (type === types.settings && flags === 0) socket.write(frame(types.settings, 1, 0));
        if (type === types.headers) answer(socket, stream);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = createClient({
    address: { tls: false, host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    closeTimeout: times.close,
  });
  t.after(() => {
    client.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { client, sockets };
};

interface Result {
  readonly messages: readonly string[];
  readonly code: number;
}

const call = (client: GatewayClient, timeout: number): Promise<Result> =>
  new Promise((resolve) => {
    const messages: string[] = [];
    startExchange(
      client,
      { path: '/test/Call', frame: frameOf(Buffer.from('request')), headers: {}, timeout, longestMessage: 1_000_000 },
      {
        message: (bytes) => messages.push(bytes.toString()),
        ended: ({ code }) => resolve({ messages, code }),
      },
    );
  });

const neverEndingHeaders: Attack = {
  flood: (stream, index) =>
    frame(index === 0 ? types.headers : types.continuation, 0, stream, header('x', 'y'.repeat(1_000))),
};

const attacks: readonly (readonly [title: string, code: keyof typeof statusCodes, attack: Attack])[] = [
  ['headers that never end', 'UNAVAILABLE', neverEndingHeaders],
  [
    'headers whose table makes a few bytes large',
    'RESOURCE_EXHAUSTED',
    { once: (stream) => headers(stream, Buffer.concat([answerHeaders, bomb])) },
  ],
  [
    'trailers whose table makes a few bytes large',
    'RESOURCE_EXHAUSTED',
    { once: (stream) => Buffer.concat([opened(stream), headers(stream, bomb, endHeaders | endStream)]) },
  ],
  [
    'more headers than any gateway has',
    'RESOURCE_EXHAUSTED',
    {
      once: (stream) =>
        headers(
          stream,
          Buffer.concat([answerHeaders, ...Array.from({ length: 1_000 }, (_, index) => header(`x${index}`, 'y'))]),
        ),
    },
  ],
  [
    'a header of 100 KB',
    'DEADLINE_EXCEEDED',
    {
      once: (stream) => {
        const block = Buffer.concat([answerHeaders, header('x', 'y'.repeat(100_000))]);
        const parts = Array.from({ length: Math.ceil(block.length / 16_000) }, (_, index) =>
          block.subarray(index * 16_000, (index + 1) * 16_000),
        );
        return Buffer.concat(
          parts.map((part, index) =>
            frame(
              index === 0 ? types.headers : types.continuation,
              index === parts.length - 1 ? endHeaders : 0,
              stream,
              part,
            ),
          ),
        );
      },
    },
  ],
  [
    'pings whose answers are not read',
    'UNAVAILABLE',
    { isDeaf: true, flood: () => frame(types.ping, 0, 0, Buffer.alloc(8)) },
  ],
  ['settings whose answers are not read', 'UNAVAILABLE', { isDeaf: true, flood: () => settings(3, 100) }],
  [
    'empty frames of an answer',
    'UNAVAILABLE',
    { flood: (stream, index) => (index === 0 ? opened(stream) : frame(types.data, 0, stream)) },
  ],
  [
    'a frame that is larger than the client allows',
    'DEADLINE_EXCEEDED',
    { once: (stream) => Buffer.concat([opened(stream), frame(types.data, 0, stream, Buffer.alloc(20_000))]) },
  ],
  [
    'an answer that it was not asked for',
    'UNAVAILABLE',
    {
      once: (stream) =>
        frame(types.pushPromise, endHeaders, stream, Buffer.concat([uint32(2), Buffer.from([0x82, 0x86, 0x84])])),
    },
  ],
  [
    'a window that grows beyond its limit',
    'UNAVAILABLE',
    {
      once: () =>
        Buffer.concat([
          frame(types.windowUpdate, 0, 0, uint32(2 ** 31 - 1)),
          frame(types.windowUpdate, 0, 0, uint32(2 ** 31 - 1)),
        ]),
    },
  ],
  ['a window of streams that is beyond the limit', 'UNAVAILABLE', { once: () => settings(4, 2 ** 31) }],
  ['frames of no size', 'UNAVAILABLE', { once: () => settings(5, 1) }],
  [
    'frames of a stream that is not open',
    'DEADLINE_EXCEEDED',
    { once: (stream) => frame(types.data, 0, stream + 100, Buffer.alloc(10)) },
  ],
  [
    'a reset of a stream that is not open',
    'UNAVAILABLE',
    { once: (stream) => frame(types.rstStream, 0, stream + 100, uint32(8)) },
  ],
  [
    'content before its headers',
    'DEADLINE_EXCEEDED',
    { once: (stream) => frame(types.data, 0, stream, Buffer.alloc(10)) },
  ],
  [
    'a header with letters in upper case',
    'INTERNAL',
    { once: (stream) => headers(stream, Buffer.concat([answerHeaders, header('X-Evil', 'x')])) },
  ],
  [
    'a message that says that it has 4 GB',
    'RESOURCE_EXHAUSTED',
    {
      once: (stream) =>
        Buffer.concat([opened(stream), frame(types.data, 0, stream, Buffer.from([0, 255, 255, 255, 255]))]),
    },
  ],
  [
    'nothing but word that it goes on',
    'UNAVAILABLE',
    { flood: (stream) => headers(stream, Buffer.concat([Buffer.from([0x08]), text('103')])) },
  ],
];

describe('a gateway fails one call, and the next one is answered, after', () => {
  for (const [title, code, attack] of attacks) {
    test(title, { timeout: 60_000 }, async (t) => {
      const { client } = await start(t, attack);
      // An attack that ends the connection may take longer on a busy machine than the call has.
      const first = await call(client, code === 'DEADLINE_EXCEEDED' ? times.call : 50_000);
      assert.deepEqual([first.code, first.messages], [statusCodes[code], []]);
      let next = await call(client, times.call);
      while (next.code !== statusCodes.OK) next = await call(client, times.call);
      assert.deepEqual(next.messages, ['hello']);
    });
  }
});

/*
 * Several connections fail in one phase of the event loop, and garbage is collected between them. Without `keepSession`, an
 * assertion of Node.js then aborts the process.
 */
test('garbage can be collected at once after headers that never end', { timeout: 60_000 }, async (t) => {
  const attackOne = async (): Promise<number> => {
    const { client } = await start(t, neverEndingHeaders);
    const { code } = await call(client, 50_000);
    collectGarbage();
    return code;
  };
  const codes = await Promise.all(Array.from({ length: 20 }, attackOne));
  assert.deepEqual(new Set(codes), new Set([statusCodes.UNAVAILABLE]));
});

test('a gateway that names ever more origins is left', { timeout: 60_000 }, async (t) => {
  const authority = createAuthority('Attacks');
  const { certificate, privateKey } = authority.issue({ name: 'localhost', dns: ['localhost'] });
  const server = createSecureServer({ cert: certificate, key: privateKey });
  const sockets: Socket[] = [];
  server.on('secureConnection', (socket: Socket) => sockets.push(socket));
  let named = 0;
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    const { session } = stream;
    const name = (): void => {
      if (session === undefined || session.destroyed || session.closed) return;
      (session as ServerHttp2Session).origin(...Array.from({ length: 50 }, () => `https://host${named++}.example`));
      setImmediate(name);
    };
    name();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = createClient({
    address: { tls: true, host: '127.0.0.1', port },
    material: { rootCa: authority.certificate, serverName: 'localhost' },
  });
  t.after(() => {
    client.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  assert.equal((await call(client, 30_000)).code, statusCodes.UNAVAILABLE);
});
