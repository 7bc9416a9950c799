import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { test } from 'node:test';
import { createResetLimit } from '../../../src/engine/gateway/grpc/reset-limit.ts';

/** Calls over one connection that end with the given codes; the time is that of the clock. */
const start = () => {
  const clock = { time: 0 };
  const session = {
    destroyed: false,
    destroy: (): void => {
      session.destroyed = true;
    },
  };
  const watch = createResetLimit(() => clock.time);
  const close = (count: number, rstCode: number): void => {
    for (let left = count; left > 0; left--) {
      const stream = Object.assign(new EventEmitter(), { session, rstCode });
      watch(stream as unknown as ServerHttp2Stream);
      stream.emit('close');
    }
  };
  return { clock, session, close };
};

test('a client may reset 900 calls at once, and not one more', () => {
  const { session, close } = start();
  close(900, 8);
  assert.equal(session.destroyed, false);
  close(1, 8);
  assert.equal(session.destroyed, true);
});

test('calls that end as they should do not count', () => {
  const { session, close } = start();
  close(5_000, 0);
  assert.equal(session.destroyed, false);
});

test('a client may go on resetting 30 calls a second', () => {
  const { clock, session, close } = start();
  close(900, 8);
  for (let second = 1; second <= 100; second++) {
    clock.time = second * 1_000;
    close(30, 8);
  }
  assert.equal(session.destroyed, false);
  close(2, 8);
  assert.equal(session.destroyed, true);
});
