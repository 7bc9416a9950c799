import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEvents } from '../../src/runtime/events.ts';

const event = { signal: 'SIGINT', forced: false } as const;

test('every listener of an event hears it until it stops listening', () => {
  const { emit, on } = createEvents();
  const heard: string[] = [];
  const listener = (): void => void heard.push('a');
  const offFirst = on('runtime:signal', listener);
  on('runtime:signal', listener);
  on('runtime:state', () => heard.push('other'));
  emit('runtime:signal', event);
  offFirst();
  offFirst();
  emit('runtime:signal', event);
  assert.deepEqual(heard, ['a', 'a', 'a']);
});

test('a listener that throws or rejects hurts neither the others nor the process', async () => {
  const { emit, on } = createEvents();
  const heard: string[] = [];
  on('runtime:signal', () => assert.fail('thrown'));
  on('runtime:signal', () => Promise.reject(new Error('rejected')));
  on('runtime:signal', () => heard.push('still here'));
  emit('runtime:signal', event);
  await new Promise(setImmediate);
  assert.deepEqual(heard, ['still here']);
});
