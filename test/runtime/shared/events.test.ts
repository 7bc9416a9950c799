import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../../src/common/fault.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';

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

const refused: readonly (readonly [name: unknown, listener: unknown, messages: readonly RegExp[]])[] = [
  ['nosuch', () => {}, [/"nosuch" is no event of a runtime\. They are runtime:state, runtime:signal, /]],
  ['job:settle', () => {}, [/"job:settle" is no event of a runtime\. Did you mean "job:settled"\?/]],
  ['toString', () => {}, [/"toString" is no event/]],
  [undefined, () => {}, [/nothing is no event/]],
  ['job:settled', undefined, [/the listener: expected a function/]],
  ['x', {}, [/"x" is no event/, /the listener: expected a function/]],
];
for (const [name, listener, messages] of refused) {
  test(`listening to ${JSON.stringify(name) ?? 'nothing'} with ${typeof listener} is refused`, () => {
    assert.throws(
      () => createEvents().on(name as never, listener as never),
      (error) => {
        assert.equal(isFault(error, 'definition'), true, String(error));
        for (const message of messages) assert.match((error as Error).message, message);
        return true;
      },
    );
  });
}
