/** `dev` shows what happens in instances, as text or as JSON, and the path of the instance of `--run`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

const files = {
  'a.mjs': moduleOf('A', 'a', '() => ({ token: "a-shop-secret" })'),
  'p.bpmn': processFile('p', ...chain(start('Start'), serviceTask('Task', { type: 'a' }), end('End'))),
};

const args = ['dev', './a.mjs', '--resource', 'p.bpmn', '--run', 'p'];

test('--trace shows each step with its values, and --run the path; secrets are masked', async (t) => {
  const folder = folderWith(t, files);
  const program = runCommand(t, [...args, '--trace'], { folder, env: { SECRET_SHOP: 'a-shop-secret' } });
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
  assert.match(
    program.output(),
    /^#1 p with \{\}$[\s\S]*^ +a +Task +result \{ token: '\*\*\*' \}$[\s\S]*^Path: Start > Task > End$/m,
  );
});

test('without a terminal there is no trace, but the path', async (t) => {
  const program = runCommand(t, args, { folder: folderWith(t, files) });
  await program.ended();
  assert.match(program.output(), /^Path: Start > Task > End$/m);
  assert.doesNotMatch(program.output(), /#1 p/);
});

test('with --json, stdout has JSON lines only', async (t) => {
  const program = runCommand(t, [...args, '--json'], { folder: folderWith(t, files) });
  await program.ended();
  const kinds = program
    .output()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).kind] : []));
  assert.deepEqual(kinds, ['started', 'entered', 'input', 'result', 'entered', 'completed']);
});

test('the line about an instance that a command starts stands above its trace', async (t) => {
  const folder = folderWith(t, files);
  const program = runCommand(t, ['dev', './a.mjs', '--resource', 'p.bpmn', '--trace', '--no-page'], {
    folder,
    input: true,
  });
  await program.prints(/Running/);
  program.type('start p\n');
  await program.prints(/completed with/);
  assert.match(program.output(), /Started p: instance \d+\.\n\n#1 p with \{\}\n +Start +entered\n/);
});
