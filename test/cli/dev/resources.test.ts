import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInProcess } from '../support/in-process.ts';
import { folderWith, moduleOf } from '../support/running.ts';

test('a resource that does not exist is named with the option', async (t) => {
  const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
  const { code, errors } = await runInProcess(['dev', './a.mjs', '--resource', 'nope.bpmn'], folder);
  assert.equal(code, 2);
  assert.match(errors, /There is no file or folder nope\.bpmn\.\nWhere: --resource nope\.bpmn\nFix: correct the path/);
});
