import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { StartTimer } from '../../../src/common/timer.ts';
import { partsWithin } from '../../../src/connection/network/content-stream.ts';

/** Timers that a test fires. */
const manualTimers = () => {
  let now = 0;
  const timers = new Map<object, { readonly at: number; readonly act: () => void }>();
  const startTimer: StartTimer = (milliseconds, act) => {
    const key = {};
    timers.set(key, { at: now + milliseconds, act });
    return () => void timers.delete(key);
  };
  const advance = (milliseconds: number): void => {
    now += milliseconds;
    for (const [key, { at, act }] of timers) {
      if (at > now) continue;
      timers.delete(key);
      act();
    }
  };
  return { startTimer, advance, count: () => timers.size };
};

const read = (stream: PassThrough, more: { readonly signal?: AbortSignal } = {}) => {
  const { startTimer, advance, count } = manualTimers();
  const closed = new Promise<void>((resolve) => {
    stream.once('close', resolve);
  });
  const limits = { milliseconds: 1_000, signals: [more.signal], startTimer };
  const parts = partsWithin(stream, limits, (end) => new Error(typeof end === 'string' ? end : 'lost'));
  /** Resolves when the stream is closed, and checks that no timer is left. */
  const leavesNothing = async (): Promise<void> => {
    await closed;
    assert.equal(count(), 0);
  };
  return { parts: parts[Symbol.asyncIterator](), advance, leavesNothing };
};

test('a stream may take longer than the limit, which applies to each part', async () => {
  const stream = new PassThrough();
  const { parts, advance, leavesNothing } = read(stream);
  for (let number = 0; number < 5; number += 1) {
    stream.write('part');
    assert.equal(String((await parts.next()).value), 'part');
    advance(900);
  }
  stream.end();
  assert.equal((await parts.next()).done, true);
  await leavesNothing();
});

test('a part that does not arrive in time ends the stream', async () => {
  const stream = new PassThrough();
  const { parts, advance } = read(stream);
  const next = parts.next();
  advance(1_000);
  await assert.rejects(next, /late/);
  assert.ok(stream.destroyed, 'the stream is closed');
});

test('a part that nobody takes in time ends the stream, also before the first one', async () => {
  const stream = new PassThrough();
  const { parts, advance, leavesNothing } = read(stream);
  stream.write('part');
  advance(999);
  assert.ok(!stream.destroyed, 'the stream is open');
  advance(1);
  assert.ok(stream.destroyed, 'the stream is closed');
  await assert.rejects(parts.next(), /late/);
  await leavesNothing();
});

test('a signal ends the stream, also one that has fired before', async () => {
  const controller = new AbortController();
  const stream = new PassThrough();
  const { parts, leavesNothing } = read(stream, { signal: controller.signal });
  const next = parts.next();
  controller.abort();
  await assert.rejects(next, /aborted/);
  await assert.rejects(read(new PassThrough(), { signal: controller.signal }).parts.next(), /aborted/);
  await leavesNothing();
});

test('a lost connection is an error, and a reader that leaves closes the stream', async () => {
  const lost = new PassThrough();
  const next = read(lost).parts.next();
  lost.destroy(new Error('reset'));
  await assert.rejects(next, /lost/);
  const left = new PassThrough();
  left.write('part');
  const { parts, leavesNothing } = read(left);
  await parts.next();
  await parts.return?.();
  assert.ok(left.destroyed, 'the stream is closed');
  await leavesNothing();
});
