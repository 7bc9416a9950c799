import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createKeepAlive, createPingPace, heedGoAway } from '../../../src/connection/grpc/transport/keep-alive.ts';

/** Pings over a connection whose answers the test gives, on a clock that the test moves. */
const start = (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const immediates: (() => void)[] = [];
  t.mock.method(globalThis, 'setImmediate', (act: (...args: unknown[]) => void, ...args: unknown[]) => {
    immediates.push(() => act(...args));
  });
  const runImmediates = (): void => {
    for (let act = immediates.shift(); act !== undefined; act = immediates.shift()) act();
  };
  const pings: ((error: Error | null) => void)[] = [];
  const session = { ping: (answer: (error: Error | null) => void) => pings.push(answer) };
  const pace = createPingPace();
  const state = { silences: 0 };
  const keepAlive = createKeepAlive(session as unknown as ClientHttp2Session, pace, () => {
    state.silences += 1;
  });
  // In steps, so that a timer which is started meanwhile begins when it would.
  const pass = (milliseconds: number): void => {
    runImmediates();
    for (let step = 0; step < milliseconds; step++) {
      t.mock.timers.tick(1);
      runImmediates();
    }
  };
  return { keepAlive, pings, pace, state, pass };
};

test('a connection with calls is pinged every 35 s, as long as each ping is answered', (t) => {
  const { keepAlive, pings, pass, state } = start(t);
  keepAlive.start();
  pass(34_999);
  assert.equal(pings.length, 0);
  pass(1);
  assert.equal(pings.length, 1);
  pings[0]!(null);
  pass(35_000);
  assert.equal(pings.length, 2);
  assert.equal(state.silences, 0);
});

test('a ping without an answer within 5 s ends the connection', (t) => {
  const { keepAlive, pass, state } = start(t);
  keepAlive.start();
  pass(35_000);
  pass(4_999);
  assert.equal(state.silences, 0);
  pass(1);
  assert.equal(state.silences, 1);
});

test('without calls, there are no pings; the one that was due meanwhile is sent with the next call', (t) => {
  const { keepAlive, pings, pass, state } = start(t);
  keepAlive.start();
  pass(20_000);
  keepAlive.stop();
  pass(100_000);
  assert.equal(pings.length, 0);
  keepAlive.start();
  assert.equal(pings.length, 0, 'The request goes first.');
  pass(0);
  assert.equal(pings.length, 1);
  pass(5_000);
  assert.equal(state.silences, 1);
});

test('calls with pauses between them are pinged every 35 s, so that a gateway which has vanished is noticed', (t) => {
  const { keepAlive, pings, pass, state } = start(t);
  const poll = (): void => {
    keepAlive.start();
    pass(5_000);
    pass(5_000);
    keepAlive.stop();
    pass(100);
  };
  for (let count = 0; count < 4; count++) poll();
  assert.equal(pings.length, 1);
  assert.equal(state.silences, 1);
  pings[0]!(null);
  for (let count = 0; count < 4; count++) poll();
  assert.equal(pings.length, 2);
});

test('after the end of the connection, there are no pings', (t) => {
  const { keepAlive, pings, pass } = start(t);
  keepAlive.start();
  keepAlive.stop();
  pass(100_000);
  keepAlive.start();
  keepAlive.end();
  pass(100_000);
  keepAlive.start();
  pass(100_000);
  assert.equal(pings.length, 0);
});

test('calls that end and begin while a ping is under way do not double the pings', (t) => {
  const { keepAlive, pings, pass } = start(t);
  keepAlive.start();
  pass(35_000);
  keepAlive.stop();
  keepAlive.start();
  pings[0]!(null);
  pass(35_000);
  assert.equal(pings.length, 2);
  pings[1]!(null);
  pass(35_000);
  assert.equal(pings.length, 3);
  pings[2]!(null);
  keepAlive.stop();
  pass(100_000);
  assert.equal(pings.length, 3);
});

test('a gateway that leaves because of too many pings is pinged half as often', (t) => {
  const { keepAlive, pings, pace, pass } = start(t);
  heedGoAway(pace, Buffer.from('other'));
  heedGoAway(pace, undefined);
  assert.equal(pace.interval, 35_000);
  heedGoAway(pace, Buffer.from('too_many_pings'));
  keepAlive.start();
  pass(69_999);
  assert.equal(pings.length, 0);
  pass(1);
  assert.equal(pings.length, 1);
});

test('a gateway that leaves again and again because of too many pings is still pinged, once an hour', (t) => {
  const { keepAlive, pings, pace, pass } = start(t);
  for (let times = 0; times < 40; times++) heedGoAway(pace, Buffer.from('too_many_pings'));
  keepAlive.start();
  pass(3_599_999);
  assert.equal(pings.length, 0);
  pass(1);
  assert.equal(pings.length, 1);
});

const answerLimit = 50;

/** Keeps the process busy for longer than an answer may take. */
const block = (): void => {
  const end = performance.now() + 3 * answerLimit;
  while (performance.now() < end);
};

const busyTimes: readonly (readonly [title: string, begin: () => void])[] = [
  ['before the ping has been sent', block],
  ['after the ping has been sent', () => setImmediate(setImmediate, block)],
];

for (const [title, begin] of busyTimes) {
  test(`a gateway that answers is not taken for silent if the process becomes busy ${title}`, async (t) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    t.after(() => {
      session.destroy();
      server.close();
    });
    await once(session, 'remoteSettings');
    let silences = 0;
    await new Promise<void>((resolve) => {
      const ping = (answered: (error: Error | null) => void): void => {
        session.ping((error) => {
          answered(error);
          keepAlive.end();
          resolve();
        });
        begin();
      };
      const keepAlive = createKeepAlive(
        { ping } as unknown as ClientHttp2Session,
        { interval: 1, answer: answerLimit },
        () => {
          silences += 1;
        },
      );
      keepAlive.start();
    });
    assert.equal(silences, 0);
  });
}
