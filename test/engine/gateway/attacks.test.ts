/**
 * Known attacks on servers of HTTP/2, in frames written by hand. A client that makes one loses its connection, or only its
 * own calls fail; others are served as before.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { endHeaders, endStream, frame, header, text, frameTypes as types, uint32 } from '../../support/http2-frames.ts';
import { connect, startEngine } from '../support/client.ts';

/** The beginning of a call: POST, http, and the path of Topology. */
const callHeaders = Buffer.concat([
  Buffer.from([0x83, 0x86]),
  header(':path', '/gateway_protocol.Gateway/Topology'),
  header(':authority', 'localhost'),
  header('content-type', 'application/grpc'),
  header('te', 'trailers'),
]);

const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(types.settings, 0, 0)]);

/** A connection of an attacker, and what the others get meanwhile. */
const attack = async (t: TestContext) => {
  const engine = await startEngine(t);
  const socket = connectSocket({ host: '127.0.0.1', port: engine.port });
  t.after(() => socket.destroy());
  // The server may reset the connection while the attacker still writes.
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(preface);
  const victim = connect(t, engine.address);
  return { socket, isServed: () => victim.call('Topology').then(({ clusterSize }) => clusterSize === 1) };
};

const closeOf = (socket: Socket): Promise<true> => new Promise((resolve) => socket.once('close', () => resolve(true)));
const drainOf = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('drain', resolve));

/** Writes the pieces until the connection has ended, as fast as the server reads. */
const flood = async (socket: Socket, piece: (index: number) => Buffer, most: number): Promise<boolean> => {
  const closed = closeOf(socket);
  for (let index = 0; index < most && !socket.destroyed; ) {
    // In packets of many pieces, since writing each alone would take the attacker longer than the server.
    const packet: Buffer[] = [];
    for (let length = 0; length < 16_384 && index < most; index++) {
      const next = piece(index);
      packet.push(next);
      length += next.length;
    }
    if (!socket.write(Buffer.concat(packet))) await Promise.race([drainOf(socket), closed]);
  }
  socket.resume();
  return closed;
};

const streamOf = (index: number): number => 2 * index + 1;

/** A call of its own, and a frame after its headers. */
const callWith = (index: number, next: Buffer): Buffer =>
  Buffer.concat([frame(types.headers, endHeaders, streamOf(index), callHeaders), next]);

/** Floods, and whether the attacker reads what the server sends. */
const floods: readonly (readonly [title: string, piece: (index: number) => Buffer, reads?: true])[] = [
  [
    'calls that are reset at once',
    (index) => callWith(index, frame(types.rstStream, 0, streamOf(index), uint32(8))),
    true,
  ],
  [
    'calls that the server has to reset',
    (index) => callWith(index, frame(types.windowUpdate, 0, streamOf(index), uint32(2 ** 31 - 1))),
    true,
  ],
  [
    'empty frames of a request',
    (index) => (index === 0 ? frame(types.headers, endHeaders, 1, callHeaders) : frame(types.data, 0, 1)),
  ],
  [
    'headers that never end',
    (index) => frame(index === 0 ? types.headers : types.continuation, 0, 1, header('x', 'y'.repeat(1_000))),
  ],
  ['pings whose answers are not read', () => frame(types.ping, 0, 0, Buffer.alloc(8))],
  [
    'settings whose answers are not read',
    () => frame(types.settings, 0, 0, Buffer.concat([Buffer.from([0, 3]), uint32(100)])),
  ],
  [
    'windows that do not grow',
    (index) => callWith(index, frame(types.windowUpdate, 0, streamOf(index), uint32(0))),
    true,
  ],
  [
    'priorities of calls over themselves',
    (index) =>
      callWith(
        index,
        frame(types.priority, 0, streamOf(index), Buffer.concat([uint32(streamOf(index)), Buffer.from([1])])),
      ),
    true,
  ],
  [
    'content after the end of a request',
    (index) =>
      Buffer.concat([
        frame(types.headers, endHeaders, streamOf(index), callHeaders),
        frame(types.data, endStream, streamOf(index), Buffer.alloc(5)),
        frame(types.data, 0, streamOf(index), Buffer.alloc(5)),
      ]),
    true,
  ],
  [
    'a length of content that is not the length',
    (index) =>
      Buffer.concat([
        frame(types.headers, endHeaders, streamOf(index), Buffer.concat([callHeaders, header('content-length', '3')])),
        frame(types.data, endStream, streamOf(index), Buffer.alloc(5)),
      ]),
    true,
  ],
  [
    'headers that go on without content',
    (index) => (index === 0 ? frame(types.headers, 0, 1, callHeaders) : frame(types.continuation, 0, 1)),
  ],
  ['pings whose answers are read', () => frame(types.ping, 0, 0, Buffer.alloc(8)), true],
  [
    'settings whose answers are read',
    () => frame(types.settings, 0, 0, Buffer.concat([Buffer.from([0, 1]), uint32(100)])),
    true,
  ],
  ['frames of unknown streams', (index) => frame(types.data, 0, streamOf(index), Buffer.alloc(10))],
];

describe('a client that floods the gateway loses its connection, and others are served, with', () => {
  for (const [title, piece, reads] of floods) {
    test(title, { timeout: 60_000 }, async (t) => {
      const { socket, isServed } = await attack(t);
      if (reads === true) socket.resume();
      const closed = flood(socket, piece, 2_000_000);
      assert.equal(await isServed(), true, 'Another client is served meanwhile.');
      assert.equal(await closed, true);
      assert.equal(await isServed(), true, 'Another client is served afterwards.');
    });
  }
});

/** Makes a call with this request and these headers; resolves with the status of the answer and its text. */
const ask = (
  session: ClientHttp2Session,
  request: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly [status: string, details: string]> =>
  new Promise((resolve, reject) => {
    const stream = session.request({
      ...{ ':method': 'POST', ':path': '/gateway_protocol.Gateway/Topology', 'content-type': 'application/grpc' },
      ...{ te: 'trailers', ...headers },
    });
    const read = (fields: IncomingHttpHeaders): void => {
      if (fields['grpc-status'] === undefined) return;
      resolve([String(fields['grpc-status']), decodeURI(String(fields['grpc-message'] ?? ''))]);
    };
    stream.on('response', read).on('trailers', read).once('error', reject).resume();
    stream.once('close', () => reject(new Error('The call ended without a status.')));
    stream.end(request);
  });

/** Four bytes for a number. */
const varint = (value: number): readonly number[] => [
  ...[0, 7, 14].map((shift) => ((value >>> shift) & 127) | 128),
  value >>> 21,
];

const marked = (flag: number): Buffer => Buffer.from([flag, 0, 0, 0, 0]);

describe('a request against the rules is answered with a status:', () => {
  for (const [title, request, headers, status, details] of [
    [
      'a method whose name is as long as headers can be',
      marked(0),
      { ':path': `/${'%'.repeat(30_000)}` },
      '12',
      /^The server does not implement the method \/%+\n… \(shortened; 30042 characters in total\)$/,
    ],
    ['an encoding whose name is that long', marked(1), { 'grpc-encoding': 'x'.repeat(30_000) }, '12', /shortened/],
    ['an unknown encoding', marked(1), { 'grpc-encoding': 'br' }, '12', /compressed with br, which is not supported/],
    ['a compressed message without an encoding', marked(1), {}, '12', /compressed with identity/],
    ['a flag that gRPC does not have', marked(2), {}, '13', /the flag 2, which gRPC does not have/],
    ['no message', Buffer.alloc(0), {}, '12', /takes one message, and got none/],
    ['two messages', Buffer.alloc(10), {}, '12', /takes one message, and got more/],
    ['half a message', Buffer.from([0, 0]), {}, '13', /ends in the middle of a message/],
    ['a message of 4 GB', Buffer.from([0, 255, 255, 255, 255]), {}, '8', /larger than max/],
  ] as const) {
    test(title, async (t) => {
      const engine = await startEngine(t);
      const session = connectHttp2(`http://${engine.address}`);
      t.after(() => session.destroy());
      const [code, text] = await ask(session, request, headers);
      assert.match(text, details);
      assert.equal(code, status);
      assert.deepEqual(await ask(session, marked(0)), ['0', '']);
    });
  }
});

test('large requests that are sent at once over one connection are all answered', { timeout: 60_000 }, async (t) => {
  const engine = await startEngine(t);
  const session = connectHttp2(`http://${engine.address}`, { maxSessionMemory: 1_000 });
  t.after(() => session.destroy());
  // A field that Topology does not know, so that nothing but its content takes time. All together have 160 MB.
  const length = 4_000_000;
  const message = Buffer.alloc(5 + length);
  message.writeUInt32BE(length, 1);
  message.set([0x7a, ...varint(length - 5)], 5);
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask(session, message)));
  assert.deepEqual(
    answers,
    Array.from(answers, () => ['0', '']),
  );
});

const single: readonly (readonly [title: string, bytes: Buffer])[] = [
  ['a frame that is larger than the server allows', frame(types.data, 0, 1, Buffer.alloc(20_000))],
  [
    'headers whose table makes a few bytes large',
    Buffer.concat([
      // A header of 4,000 bytes goes to the table, and is then named 15,000 times by one byte each.
      frame(
        types.headers,
        endHeaders | endStream,
        1,
        Buffer.concat([
          callHeaders,
          Buffer.from([0x40]),
          text('x'),
          text('y'.repeat(4_000)),
          Buffer.alloc(11_000, 0xbe),
        ]),
      ),
    ]),
  ],
  [
    'a window that grows beyond its limit',
    Buffer.concat([
      frame(types.windowUpdate, 0, 0, uint32(2 ** 31 - 1)),
      frame(types.windowUpdate, 0, 0, uint32(2 ** 31 - 1)),
    ]),
  ],
  [
    'a header with letters in upper case',
    frame(types.headers, endHeaders | endStream, 1, Buffer.concat([callHeaders, header('X-Evil', 'x')])),
  ],
  ['no HTTP/2 at all', Buffer.from('x'.repeat(100))],
];

describe('a client is refused, and others are served, with', () => {
  for (const [title, bytes] of single) {
    test(title, { timeout: 60_000 }, async (t) => {
      const { socket, isServed } = await attack(t);
      const answers: Buffer[] = [];
      socket.on('data', (part: Buffer) => answers.push(part));
      socket.write(bytes);
      // A frame that ends the connection (7) or the call (3).
      while (!socket.destroyed && !endsSomething(Buffer.concat(answers))) {
        await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closeOf(socket)]);
      }
      assert.equal(await isServed(), true, 'Another client is served.');
    });
  }
});

/** Whether the frames contain a RST_STREAM, a GOAWAY or headers with a status other than 200. */
function endsSomething(bytes: Buffer): boolean {
  for (let at = 0; at + 9 <= bytes.length; ) {
    const type = bytes[at + 3];
    if (type === types.rstStream || type === 7 || type === types.headers) return true;
    at += 9 + bytes.readUIntBE(at, 3);
  }
  return false;
}
