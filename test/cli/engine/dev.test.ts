/** The command engine in a second process, on the engine of dev. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { runInProcess } from '../support/in-process.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

test('engine starts an instance that the connectors of dev complete, and sets its clock', {
  skip: process.platform === 'win32',
}, async (t) => {
  const folder = folderWith(t, {
    'connector.mjs': moduleOf('Work', 'work'),
    'p.bpmn': processFile('p', ...chain(start(), serviceTask('work', { type: 'work' }), end())),
  });
  const args = ['dev', './connector.mjs', '--resource', './p.bpmn', '--rest-port', '0', '--test-clock'];
  const dev = runCommand(t, args, { folder });
  const [, address = ''] = await dev.prints(/engine instances --address (http:\/\/127\.0\.0\.1:\d+)/);
  await dev.prints(/Running/);
  const engine = async (...words: readonly string[]): Promise<string> => {
    const { code, output, errors } = await runInProcess(['engine', ...words, '--address', address]);
    assert.equal(code, 0, errors);
    return output;
  };
  const [, key = ''] = /instance (\d+)/.exec(await engine('start', 'p')) ?? [];
  let found = '';
  while (!found.includes('COMPLETED')) found = await engine('instances', 'p', '--all');
  assert.ok(found.startsWith(key), found);
  assert.match(await engine('clock', '2100-01-01T00:00:00Z'), /stands at 2100-01-01/);
  assert.match(await engine('start', 'p'), /Started p/);
  assert.match(await engine('instances', '--all'), /since 2100-01-01T00:00:00/);
  dev.signal('SIGINT');
  assert.equal((await dev.ended()).code, 0);
});
