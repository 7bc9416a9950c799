/** The command `test`, in this process. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { runProgram } from '../../../scripts/program.ts';
import type { Instruction } from '../../../src/testing/cases/types.ts';
import { create, isIn, publish } from '../../testing/cases/support/instructions.ts';
import { models } from '../../testing/support/models.ts';
import { runInProcess } from '../support/in-process.ts';
import { moduleOf } from '../support/running.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-test-'));
after(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

write('wait.bpmn', models.wait.content);
const resource = ['--resource', 'wait.bpmn'];
const cli = (...args: string[]) => runInProcess(['test', ...args], folder);

const waiting = create('wait', { orderId: '1' });
const testCase = (name: string, ...instructions: readonly Instruction[]) => ({ name, instructions });
const passing = testCase('is paid', waiting, publish('paid', '1'), isIn('wait', 'IS_COMPLETED'));
const failing = testCase('is <not> paid', waiting, isIn('wait', 'IS_ACTIVE'), isIn('wait', 'IS_COMPLETED'));

write('passing.json', { testCases: [passing] });
write('mixed.json', { testCases: [failing, passing] });

const withoutTimes = (text: string): string => text.replaceAll(/\(\d+ ms\)/g, '(N ms)');

test('all cases pass: exit code 0', async () => {
  const { code, output, errors } = await cli('passing.json', ...resource);
  assert.equal(errors, '');
  assert.equal(withoutTimes(output), 'passing.json\n  ✔ is paid (N ms)\n\n1 passed, 0 failed (N ms)\n');
  assert.equal(code, 0);
});

test('case 89, 90: a case fails with its instruction and its state, and the next one sees nothing of it', async () => {
  const { code, output } = await cli('mixed.json', ...resource);
  assert.equal(code, 1);
  assert.match(output, /✖ is <not> paid/);
  assert.match(output, /Instruction 3\/3 failed: \{"type":"ASSERT_PROCESS_INSTANCE"/);
  assert.match(output, /at mixed\.json#\/testCases\/0\/instructions\/2\n/);
  assert.match(output, /Paid waits for the message "paid" with the key "1"/);
  assert.match(output, /✔ is paid[\s\S]*\n1 passed, 1 failed/);
});

test('--bail ends the run with the first failure, --filter chooses cases', async () => {
  const bailed = await cli('mixed.json', '--bail', ...resource);
  assert.equal(bailed.code, 1);
  assert.match(bailed.output, /\n0 passed, 1 failed, 1 not run/);
  const filtered = await cli('mixed.json', '--filter', 'is paid', ...resource);
  assert.equal(filtered.code, 0);
  assert.match(filtered.output, /\n1 passed, 0 failed/);
});

test('a folder means its .json files', async () => {
  const { code, output } = await cli('.', '--filter', 'is paid', ...resource);
  assert.equal(code, 0);
  assert.match(output, /mixed\.json\n[\s\S]*passing\.json\n/);
});

test('--now is the time at which each case starts', async () => {
  write('time.json', { testCases: [testCase('time', { type: 'SET_TIME', time: '2001-01-01T00:00:00Z' })] });
  assert.equal((await cli('time.json')).code, 1);
  assert.equal((await cli('time.json', '--now', '2000-12-31T00:00:00Z')).code, 0);
});

test('the reporter tap', async () => {
  const { output } = await cli('mixed.json', '--reporter', 'tap', ...resource);
  assert.match(
    output,
    /^TAP version 14\n1\.\.2\nnot ok 1 - mixed\.json: is <not> paid\n {2}---\n {2}duration_ms: \d+\n/,
  );
  assert.match(output, /\n {2}message: \|\n {4}Instruction 3\/3 failed/);
  assert.match(output, /\nok 2 - mixed\.json: is paid\n {2}---\n {2}duration_ms: \d+\n {2}\.\.\.\n$/);
  const bailed = await cli('mixed.json', '--reporter', 'tap', '--bail', ...resource);
  assert.match(bailed.output, /\nBail out! A test case has failed\.\n$/);
});

test('the reporter junit', async () => {
  const { output } = await cli('mixed.json', '--reporter', 'junit', ...resource);
  assert.match(
    output,
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="2" failures="1" time="[\d.]+">\n/,
  );
  assert.match(output, /<testsuite name="mixed\.json" tests="2" failures="1"/);
  assert.match(
    output,
    /<testcase classname="mixed\.json" name="is &lt;not&gt; paid" time="[\d.]+">\n {6}<failure message="Expected wait /,
  );
  assert.match(output, /<testcase classname="mixed\.json" name="is paid" time="[\d.]+"\/>/);
});

test('the reporter json', async () => {
  const { output } = await cli('mixed.json', '--reporter', 'json', ...resource);
  const report = JSON.parse(output);
  assert.deepEqual([report.passed, report.failed, report.notRun], [1, 1, 0]);
  assert.deepEqual([report.testCases[0].failure.number, report.testCases[0].total], [3, 3]);
  assert.deepEqual(report.testCases[1].warnings, []);
});

test('connectors are run as in production', async () => {
  const path = write('hello.json', {
    testCases: [testCase('greets', create('hello', { name: 'Ada' }), isIn('hello', 'IS_COMPLETED'))],
  });
  const { code, output } = await runInProcess([
    'test',
    path,
    '--resource',
    'examples/bpmn/hello.bpmn',
    '--connectors',
    resolve('examples/log.ts'),
  ]);
  assert.equal(code, 0, output);
});

for (const [args, message] of [
  [[], /test needs at least one file of test cases\.\nFix: /],
  [['nothing.json'], /nothing\.json cannot be read: ENOENT\.\nFix: correct the path/],
  [['wait.bpmn'], /wait\.bpmn does not contain a JSON object/],
  [['passing.json', '--reporter', 'sepc'], /There is no reporter sepc\. Did you mean spec\?\nFix: use one of/],
  [['passing.json', '--now', 'today'], /--now must be a date and time with an offset/],
  [['passing.json', '--filter', 'nothing'], /No name of the 1 test cases contains "nothing"/],
  [['passing.json', '--resource', 'missing.bpmn'], /missing\.bpmn/],
  [['passing.json', '--connectors', './missing.js'], /no file \.\/missing\.js/],
] as const) {
  test(`exit code 2: test ${args.join(' ')}`, async () => {
    const { code, output, errors } = await cli(...args);
    assert.equal(output, '');
    assert.match(errors, message);
    assert.equal(code, 2);
  });
}

test('case 85: everything wrong with the files is named before anything runs', async () => {
  write('wrong.json', {
    testCases: [{ name: 'x', instructions: [{ type: 'COMPLETE_JOBS' }, { ...waiting, vars: {} }] }],
  });
  const { code, output, errors } = await cli('passing.json', 'wrong.json', ...resource);
  assert.equal(code, 2);
  assert.equal(output, '');
  assert.match(
    errors,
    /wrong\.json#\/testCases\/0\/instructions\/0\/type: "COMPLETE_JOBS" .* Did you mean COMPLETE_JOB\?/,
  );
  assert.match(errors, /wrong\.json#\/testCases\/0\/instructions\/1\/vars: unknown field/);
});

test('exit code 3: a connector causes an error outside its run', async () => {
  const lost =
    "() => { void Promise.reject(new TypeError('lost')); return new Promise((done) => setImmediate(done, {})); }";
  write('stray.mjs', moduleOf('Charge', 'charge', lost));
  write('order.bpmn', models.order.content);
  write('stray.json', {
    testCases: [testCase('one', create('order', { total: 1 }), isIn('order', 'IS_COMPLETED')), passing],
  });
  const args = ['test', 'stray.json', '--resource', 'order.bpmn', '--connectors', './stray.mjs'];
  const { code, output, errors } = await runProgram(['src/cli/main.ts', ...args], { folder });
  assert.equal(code, 3, `${output}${errors}`);
  assert.match(output, /1 not run/);
  assert.match(`${output}${errors}`, /TypeError: lost/);
});
