import assert from 'node:assert/strict';
import {
  type ClientHttp2Stream,
  connect,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { serveCall } from '../../../src/engine/gateway/grpc/call.ts';
import {
  createUnfinishedRequests,
  type UnfinishedLimits,
} from '../../../src/engine/gateway/grpc/unfinished-requests.ts';
import { frameOf } from '../../../src/grpc/frames.ts';

/** Bytes of a request with its prefix. They fit into the window of a stream, so that each arrives although it is not read. */
const size = 40_000;

const request = frameOf(Buffer.alloc(size - 5));

/** A call as its client sees it. */
interface Sent {
  readonly stream: ClientHttp2Stream;
  /** Bytes that the gateway has taken. */
  taken(): number;
  /** Whether the gateway no longer reads it. */
  waits(): boolean;
  /** The status and the text of the answer. */
  readonly answer: Promise<readonly [status: string, details: string]>;
}

/** A gateway whose connections may have 100 kB in unfinished requests, and a client with one connection. */
const start = async (t: TestContext, given: Partial<UnfinishedLimits> = {}) => {
  const timers = new Set<() => void>();
  const startTimer = (_milliseconds: number, act: () => void): (() => void) => {
    timers.add(act);
    return () => timers.delete(act);
  };
  const countUnfinished = createUnfinishedRequests({ mostBytes: 100_000, startTimer, ...given });
  const served: ServerHttp2Stream[] = [];
  const method = { requestDeserialize: () => ({}), responseSerialize: () => Buffer.alloc(0) };
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    served.push(stream);
    serveCall(stream, headers, method, (call) => call.end(), countUnfinished);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.after(() => {
    session.destroy();
    server.close();
  });

  /** Begins a request. Resolves when the gateway has read it, apart from the last byte, or waits with it. */
  const begin = async (): Promise<Sent> => {
    const stream = session.request({ ':method': 'POST', ':path': '/x', 'content-type': 'application/grpc' });
    const answer = new Promise<readonly [string, string]>((resolve) => {
      const read = (fields: IncomingHttpHeaders): void => {
        if (fields['grpc-status'] === undefined) return;
        resolve([String(fields['grpc-status']), decodeURI(String(fields['grpc-message'] ?? ''))]);
      };
      stream
        .on('error', () => {})
        .on('response', read)
        .on('trailers', read)
        .resume();
    });
    const opened = new Promise<ServerHttp2Stream>((resolve) => server.once('stream', resolve));
    stream.write(request.subarray(0, size - 1));
    const own = await opened;
    let taken = 0;
    own.on('data', (part: Buffer) => {
      taken += part.length;
    });
    await new Promise<void>((resolve) => {
      own.once('pause', resolve).once('close', resolve);
      own.on('data', () => taken >= size - 1 && resolve());
    });
    return { stream, answer, taken: () => taken, waits: () => own.isPaused() };
  };
  const beginAll = async (count: number): Promise<readonly Sent[]> => {
    const sent: Sent[] = [];
    while (sent.length < count) sent.push(await begin());
    return sent;
  };
  return {
    beginAll,
    /** The time passes in which a request must go on. */
    pass: () => {
      for (const act of [...timers]) {
        timers.delete(act);
        act();
      }
    },
    timers,
  };
};

const finish = ({ stream }: Sent): void => void stream.end(request.subarray(size - 1));

const codesOf = async (sent: readonly Sent[]): Promise<readonly string[]> =>
  (await Promise.all(sent.map(({ answer }) => answer))).map(([code]) => code);

test('requests beyond the limit wait for the others, and all are answered', { timeout: 60_000 }, async (t) => {
  const { beginAll, timers } = await start(t);
  const sent = await beginAll(8);
  assert.deepEqual(
    sent.map((each) => each.waits()),
    [false, false, false, true, true, true, true, true],
  );
  const held = sent.reduce((sum, each) => sum + each.taken(), 0);
  assert.ok(held <= 3 * size + 5 * 16_384, `The gateway holds ${held} bytes.`);
  assert.equal(timers.size, 1);
  // Those that wait must not need those that begin after them.
  for (const each of [...sent].reverse()) finish(each);
  assert.deepEqual(
    await codesOf(sent),
    Array.from(sent, () => '0'),
  );
  assert.equal(timers.size, 0);
});

test('requests that do not go on while others wait are refused, and the others are read', {
  timeout: 60_000,
}, async (t) => {
  const { beginAll, pass } = await start(t);
  const sent = await beginAll(5);
  pass();
  // Something has arrived since the wait has begun: the second one waits with it.
  pass();
  for (const { answer } of sent.slice(0, 3)) {
    const [code, details] = await answer;
    assert.equal(code, '8');
    assert.match(
      details,
      /^Nothing of this request has arrived for 10 s, 2 others wait for its end, and 5 unfinished requests of this connection hold 0\.1 MB, where 0\.1 MB are the limit\.\nFix: send fewer large requests at once over one connection, and send each to its end\.$/,
    );
  }
  for (const each of sent.slice(3)) finish(each);
  assert.deepEqual(await codesOf(sent.slice(3)), ['0', '0']);
});

test('the youngest request that waits is refused if too many do', { timeout: 60_000 }, async (t) => {
  const { beginAll } = await start(t, { mostWaiting: 1 });
  const sent = await beginAll(5);
  const [code, details] = await sent[4]!.answer;
  assert.equal(code, '8', details);
  assert.match(
    details,
    /^1 requests wait already, because 5 unfinished requests of this connection hold .* MB.*\nFix: /,
  );
  // The last byte of an older one finds no room either, and the youngest one that waits makes some.
  finish(sent[0]!);
  assert.deepEqual(await codesOf(sent.slice(3, 4)), ['8']);
  finish(sent[2]!);
  finish(sent[1]!);
  assert.deepEqual(await codesOf(sent.slice(0, 3)), ['0', '0', '0']);
});

test('a request that its client cancels makes room for those that wait', { timeout: 60_000 }, async (t) => {
  const { beginAll, timers } = await start(t);
  const sent = await beginAll(5);
  for (const index of [0, 1, 2, 3]) sent[index]!.stream.close(8);
  finish(sent[4]!);
  assert.deepEqual(await codesOf(sent.slice(4)), ['0']);
  assert.equal(timers.size, 0);
});
