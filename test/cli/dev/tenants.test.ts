/** `dev` with tenants: the engine has them, and each gets the files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

test('dev deploys in each tenant, and --run uses the first one', async (t) => {
  const folder = folderWith(t, {
    'a.mjs': moduleOf('A', 'a', '(_input, { job }) => ({ tenant: job.tenantId })'),
    'a.bpmn': processFile('a', ...chain(start(), serviceTask('Task', { type: 'a' }), end())),
  });
  const tenants = ['--tenant', 'north', '--tenant', 'south'];
  const program = runCommand(t, ['dev', './a.mjs', '--resource', 'a.bpmn', ...tenants, '--run', 'a'], { folder });
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
  assert.match(program.output(), /^It has the tenants north, south\.$/m);
  assert.match(program.output(), /Running, connected to .*, for the tenants north, south\./);
  assert.match(program.output(), /^a completed with \{"tenant":"north"\}$/m);
});
