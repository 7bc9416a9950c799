import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../../src/common/fault.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';

const event = { signal: 'SIGINT', forced: false } as const;

test('every listener is called until it is removed', () => {
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

test('a listener that throws or rejects disturbs neither the others nor the process', async () => {
  const { emit, on } = createEvents();
  const heard: string[] = [];
  on('runtime:signal', () => assert.fail('thrown'));
  on('runtime:signal', () => Promise.reject(new Error('rejected')));
  on('runtime:signal', () => heard.push('still here'));
  emit('runtime:signal', event);
  await new Promise(setImmediate);
  assert.deepEqual(heard, ['still here']);
});

test('a listener that adds itself again during an event does not make the event endless', () => {
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

test('a listener that is removed during an event receives this event, but no later one', () => {
  const { emit, on } = createEvents();
  const heard: string[] = [];
  on('runtime:signal', () => offLast());
  const offLast = on('runtime:signal', () => heard.push('last'));
  emit('runtime:signal', event);
  emit('runtime:signal', event);
  assert.deepEqual(heard, ['last']);
});

const refused: readonly (readonly [name: unknown, listener: unknown, messages: readonly RegExp[]])[] = [
  ['nosuch', () => {}, [/"nosuch" is not an event of a runtime\. The events are runtime:state, runtime:signal, /]],
  ['job:settle', () => {}, [/"job:settle" is not an event of a runtime\. Did you mean "job:settled"\?/]],
  ['toString', () => {}, [/"toString" is not an event/]],
  [undefined, () => {}, [/undefined is not an event/]],
  ['job:settled', undefined, [/listener: expected a function/]],
  ['x', {}, [/"x" is not an event/, /listener: expected a function/]],
];
for (const [name, listener, messages] of refused) {
  test(`adding ${typeof listener} as listener to ${JSON.stringify(name)} is refused`, () => {
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
