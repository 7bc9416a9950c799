import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process as processFile, start } from '../../engine/support/bpmn.ts';
import { runInProcess } from '../support/in-process.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

test('a resource that does not exist is named with the option', async (t) => {
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
  const { code, errors } = await runInProcess(['dev', './a.mjs', '--resource', 'nope.bpmn'], folder);
  assert.equal(code, 2);
  assert.match(errors, /There is no file or folder nope\.bpmn\.\nWhere: --resource nope\.bpmn\nFix: correct the path/);
});

test('--run of a process that a message starts names the message', async (t) => {
  const told = processFile('told', ...chain(start('Told', { message: { name: 'told' } }), end()));
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a'), 'told.bpmn': told });
  const args = ['dev', './a.mjs', '--resource', 'told.bpmn', '--run', 'told', '--no-page', '--no-watch'];
  const program = runCommand(t, args, { folder });
  assert.deepEqual(await program.ended(), { code: 2, signal: null });
  assert.match(
    program.output(),
    /The process told cannot be started by hand: all of its start events have a trigger\.\nFix: start dev without --run, and publish the message "told"\./,
  );
});
