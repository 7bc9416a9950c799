import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { watchStrayErrors } from '../../../src/cli/modules/stray-errors.ts';
import { recordingLogger } from '../../../src/testing/index.ts';

test('each stray error is a line with its place and advice; the first one stops the runtime', () => {
  const source = new EventEmitter();
  const logger = recordingLogger();
  let stops = 0;
  const { seen, remove } = watchStrayErrors(logger, () => void stops++, source);
  assert.equal(seen(), false);
  source.emit('unhandledRejection', new TypeError('lost\nin two lines'));
  assert.equal(seen(), true);
  source.emit('uncaughtException', new Error('again'));
  source.emit('unhandledRejection', undefined);
  assert.equal(stops, 1);
  assert.deepEqual([...new Set(logger.entries.map(({ level }) => level))], ['error']);
  const [first, second, third] = logger.lines;
  assert.match(
    first!,
    /^A rejected promise that nothing awaited, .*TypeError: lost \| in two lines \(.*stray-errors\.test\.ts:\d+:\d+\)/,
  );
  assert.match(first!, /Fix: in run and loop, await every promise/);
  assert.match(second!, /^An exception that nothing caught, .*Error: again/);
  assert.match(third!, /: undefined\. Fix/);
  remove();
  assert.equal(source.listenerCount('unhandledRejection') + source.listenerCount('uncaughtException'), 0);
});
