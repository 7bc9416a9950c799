/** Coverage of the command `test`: of test cases, and of a command that runs process tests. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { create, isIn, publish } from '../../testing/cases/support/instructions.ts';
import { models } from '../../testing/support/models.ts';
import { runInProcess } from '../support/in-process.ts';

const start = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'wait.bpmn'), models.wait.content);
  const waiting = create('wait', { orderId: '1' });
  const cases = {
    begun: { name: 'waits', instructions: [waiting, isIn('wait', 'IS_ACTIVE')] },
    paid: { name: 'is paid', instructions: [waiting, publish('paid', '1'), isIn('wait', 'IS_COMPLETED')] },
  };
  for (const [name, testCase] of Object.entries(cases)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ testCases: [testCase] }));
  }
  /** A program in place of a test runner: it passes what a process test of another run has left on to this run. */
  const command = (code: string): readonly string[] => ['--', process.execPath, '-e', code];
  return {
    folder,
    command,
    cli: (...args: readonly string[]) => runInProcess(['test', ...args], folder),
    resource: ['--resource', 'wait.bpmn'],
  };
};

test('test cases have pages, figures and a threshold', async (t) => {
  const { folder, cli, resource } = start(t);
  const half = await cli('begun.json', ...resource, '--coverage', 'out', '--min', '90');
  assert.equal(half.code, 1);
  assert.match(half.output, /\n1 passed, 0 failed/);
  assert.match(half.output, /\nwait +60 % of elements and flows\n {2}missed: End\n/);
  assert.match(half.output, /\nReport: out.index\.html\nBelow 90 %: wait\.\n$/);
  assert.ok(existsSync(join(folder, 'out', 'wait.html')), 'The process has a page.');

  const whole = await cli('begun.json', 'paid.json', ...resource, '--coverage', 'out', '--min', '90');
  assert.equal(whole.code, 0);
  assert.match(whole.output, /\nwait +100 % of elements and flows\n/);
});

test('a run forgets what an earlier one has left; without files and command, the last one is reported again', async (t) => {
  const { cli, resource } = start(t);
  await cli('paid.json', ...resource, '--coverage', 'out');
  const later = await cli('begun.json', ...resource, '--coverage', 'out');
  assert.doesNotMatch(later.output, /100 %/);
  const again = await cli('--coverage', 'out');
  assert.equal(again.code, 0);
  assert.match(later.output, new RegExp(again.output.trim().split('\n')[0]!.replaceAll(/[.%]/g, '.')));
});

test('a command gets the folder for its process tests, and its failure is that of the run', async (t) => {
  const { folder, cli, resource, command } = start(t);
  await cli('paid.json', ...resource, '--coverage', 'other');
  const copy = `const { cpSync } = require('node:fs'); cpSync('other/data', process.env.CAMUNDA_TEST_COVERAGE, { recursive: true });`;
  const passed = await cli('--coverage', 'out', '--min', '100', ...command(copy));
  assert.equal(passed.code, 0, passed.output + passed.errors);
  assert.match(passed.output, /\nwait +100 %/);
  assert.deepEqual(readdirSync(join(folder, 'out')).sort(), ['coverage.json', 'data', 'index.html', 'wait.html']);
  const failed = await cli('--coverage', 'out', ...command(`${copy} process.exit(3)`));
  assert.equal(failed.code, 1);
  assert.match(failed.output, /Report: /);
});

test('a command runs without coverage, too, and keeps its own options', async (t) => {
  const { cli, command } = start(t);
  assert.equal(
    (await cli(...command('process.exit(process.argv.includes("--help") ? 0 : 1)'), '--', '--help')).code,
    0,
  );
  assert.equal((await cli(...command('process.exit(2)'))).code, 1);
  assert.equal((await cli(...command('process.kill(process.pid, "SIGKILL")'))).code, 1);
});

for (const [title, args, text] of [
  ['no percentage', ['--min', 'much'], /--min must be a percentage from 0 to 100[\s\S]*Fix:/],
  ['more than all', ['--min', '101'], /--min must be a percentage/],
  [
    'a command that does not exist',
    ['--', 'no-such-program-here'],
    /"no-such-program-here" cannot be started[\s\S]*Fix:/,
  ],
  ['a folder without coverage', ['--coverage', 'nothing'], /No process test has left coverage[\s\S]*Fix:/],
] as const) {
  test(`refused: ${title}`, async (t) => {
    const { code, errors } = await start(t).cli(...args);
    assert.equal(code, 2);
    assert.match(errors, text);
  });
}
