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

test('a listener that listens anew at each event does not make the telling endless', () => {
  const { emit, on } = createEvents();
  let heard = 0;
  const again = (): void => {
    heard++;
    on('runtime:signal', again);
  };
  on('runtime:signal', again);
  emit('runtime:signal', event);
  assert.equal(heard, 1);
  emit('runtime:signal', event);
  assert.equal(heard, 3);
});

test('who stops listening while an event is told hears it to the end, and no further one', () => {
  const { emit, on } = createEvents();
  const heard: string[] = [];
  on('runtime:signal', () => offLast());
  const offLast = on('runtime:signal', () => heard.push('last'));
  emit('runtime:signal', event);
  emit('runtime:signal', event);
  assert.deepEqual(heard, ['last']);
});
