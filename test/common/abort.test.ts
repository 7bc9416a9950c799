import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortLazily, createLazyAbort, signalOf, subscribe, unsubscribe } from '../../src/common/abort.ts';

test('a lazy abort makes one signal, which fires with the first reason', () => {
  const abort = createLazyAbort();
  assert.equal(abort.controller, undefined, 'nothing is made before it is read');
  const signal = signalOf(abort);
  assert.equal(signalOf(abort), signal);
  assert.equal(signal.aborted, false);
  const fired: unknown[] = [];
  signal.addEventListener('abort', () => fired.push(signal.reason));
  const first = new Error('first');
  abortLazily(abort, first);
  abortLazily(abort, new Error('second'));
  assert.deepEqual(fired, [first]);
  assert.equal(abort.isAborted, true);
});

test('a signal that is first read after the abort has fired already, with its reason', () => {
  const abort = createLazyAbort();
  const reason = new Error('over');
  abortLazily(abort, reason);
  assert.equal(abort.controller, undefined);
  assert.equal(signalOf(abort).aborted, true);
  assert.equal(signalOf(abort).reason, reason);
});

test('a subscription ends once, and does not touch the others of its signal', () => {
  const controller = new AbortController();
  const calls: string[] = [];
  const gone = subscribe(controller.signal, () => calls.push('gone'));
  subscribe(controller.signal, () => calls.push('first'));
  subscribe(controller.signal, () => calls.push('second'));
  unsubscribe(gone);
  unsubscribe(gone);
  unsubscribe(undefined);
  controller.abort();
  assert.deepEqual(calls, ['first', 'second']);
});
