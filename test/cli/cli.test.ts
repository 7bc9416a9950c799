import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { type Ended, type ProgramOptions, runProgram } from '../../scripts/program.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { runInProcess } from './support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-cli-'));
after(() => rmSync(folder, { recursive: true }));

const log = resolve('examples/log.ts');
const hello = resolve('examples/bpmn/hello.bpmn');

const cli = (...args: string[]): Promise<Ended> => runInProcess(args);

/** Runs the command line in a process of its own, without .env, and with no connection settings but the given ones. */
const program = (args: readonly string[], options: ProgramOptions = {}): Promise<Ended> =>
  runProgram(['src/cli/main.ts', ...args], {
    folder,
    ...options,
    env: { CAMUNDA_CONNECTION_TYPE: undefined, CAMUNDA_RESOURCES: undefined, ...options.env },
  });

test('--help lists the commands and the exit codes, without colours unless they are wanted', async () => {
  const { code, output } = await cli('--help');
  assert.equal(code, 0);
  assert.match(output, /^ +start /m);
  assert.match(output, /^ +dev /m);
  assert.match(output, /EXIT CODES\n\n {2}0 .*\n {2}1 .*\n {2}2 /);
  assert.ok(!output.includes('\u001B'));
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  assert.deepEqual(await cli('--version'), { code: 0, output: `${version}\n`, errors: '' });
});

test('--help of a command lists its options', async () => {
  const { code, output } = await cli('dev', '--help');
  assert.equal(code, 0);
  for (const option of ['--resource', '--port', '--run', '--variables']) assert.ok(output.includes(option), option);
});

for (const [args, message] of [
  [[], /The command is missing\.[\s\S]*COMMANDS/],
  [['stop'], /There is no command stop\.\nFix: use one of init, start, check, dev, engine, template, test, view;/],
  [['strat'], /There is no command strat\. Did you mean start\?/],
  [['dev'], /dev needs at least one module that exports connectors\.\nFix: .* camunda-connectors dev --help/],
  [['dev', log, '--resources', 'x.bpmn'], /^dev has no option --resources\. Did you mean --resource\?$/m],
  [['dev', './no-such-module.js'], /no file \.\/no-such-module\.js/],
  [['dev', 'examples/support/try.ts'], /There is no connector in examples\/support\/try\.ts/],
  [['dev', log, '--resource', 'no-such-folder'], /no-such-folder/],
  [['dev', log, '--run', 'no-such-process'], /no-such-process.*Fix: deploy its file/s],
  [['dev', log, '--resource', hello, '--run', 'no-such-process'], /Fix: name one of hello\./],
  [
    ['dev', log, '--resource', hello, '--run', 'helo'],
    /The process helo of --run is not deployed\. Did you mean hello\?/,
  ],
  [['start', log, '--port', '1'], /start has no option --port\. It is an option of dev\./],
  [['start', log, '--health-port', 'web'], /--health-port must be a number/],
  [['start', log, '--health-host', '::1'], /--health-host works only with --health-port/],
  [['start', log, '--max-jobs', '0'], /--max-jobs must be a whole number/],
  [['start', log, '--log-level', 'loud'], /--log-level must be one of silent, error, warn, info, debug/],
  [['start', log, '--log-format', 'xml'], /--log-format must be one of text, json/],
  [['start', './no-such-module.js', '--watch'], /no file \.\/no-such-module\.js/],
  [['check', './no-such-module.js'], /no file \.\/no-such-module\.js|CAMUNDA_CONNECTION_TYPE/],
] as const) {
  test(`exits with 2 and a reason: ${['camunda-connectors', ...args].join(' ')}`, async () => {
    const { code, errors } = await cli(...args);
    assert.match(errors, message);
    assert.equal(code, 2);
    assert.ok(!/\n {4}at /.test(errors), `no stack in ${errors}`);
  });
}

const broken = join(folder, 'broken.bpmn');
const gateway = { id: 'sign', xml: '<bpmn:complexGateway id="sign" />', roots: [] };
writeFileSync(broken, processFile('broken', ...chain(start(), gateway, end())));
mkdirSync(join(folder, 'empty'));

test('a file that the engine cannot run is refused with the id of the element', async () => {
  const { code, errors } = await cli('dev', log, '--resource', broken);
  assert.match(errors, /sign.*complex gateways/s);
  assert.equal(code, 2);
});

test('dev --run prints the variables of the completed instance and exits with 0', async () => {
  const { code, output } = await program([
    'dev',
    log,
    '--resource',
    hello,
    '--run',
    'hello',
    '--variables',
    '{"name":"Ada"}',
  ]);
  assert.match(output, /LogConnector: Hello, Ada/);
  assert.match(output, /^hello completed with \{"name":"Ada","status":"ok"\}$/m);
  assert.equal(code, 0);
});

test('dev --run names the element with an incident, whose reason the log has once, and exits with 1', async () => {
  const { code, errors, output } = await program(['dev', log, '--resource', hello, '--run', 'hello']);
  assert.match(errors, /^hello is stuck at SayHello \(JOB_NO_RETRIES\): The log line of the failed job says why\.$/m);
  const all = output + errors;
  assert.equal(all.split('- message: ').length, 2, all);
  assert.doesNotMatch(all, /io\.camunda|Error variables/);
  assert.equal(code, 1);
});

test('dev --run tells the reason itself where the log does not', async () => {
  const env = { CAMUNDA_CONNECTORS_LOG_LEVEL: 'silent' };
  const { code, errors } = await program(['dev', log, '--resource', hello, '--run', 'hello'], { env });
  assert.match(errors, /^hello is stuck at SayHello \(JOB_NO_RETRIES\): .*\n- message:/m);
  assert.doesNotMatch(errors, /io\.camunda|Error variables/);
  assert.equal(code, 1);
});

test('dev runs until SIGINT and exits with 0', { skip: process.platform === 'win32' }, async () => {
  writeFileSync(join(folder, 'book.form'), '{ "id": "book", "components": [] }');
  writeFileSync(join(folder, 'prompt.txt'), 'Be brief.');
  const others = [join(folder, 'book.form'), join(folder, 'prompt.txt')];
  const resources = [hello, resolve('examples/dmn/dish.dmn'), ...others].flatMap((path) => ['--resource', path]);
  const { code, output } = await program(['dev', log, ...resources], { until: 'Running', signal: 'SIGINT' });
  assert.match(output, /listens on 127\.0\.0\.1:\d+/);
  assert.match(output, /Deployed hello/);
  assert.match(output, /Deployed the decision dish/);
  assert.match(output, /^Deployed the form book \(book\.form\)\.$/m);
  assert.match(output, /^Deployed the file prompt\.txt\.$/m);
  assert.equal(code, 0);
});

test('dev --run names the element at which a signal interrupts the instance, and exits with 1', {
  skip: process.platform === 'win32',
}, async () => {
  const file = join(folder, 'waiting.bpmn');
  writeFileSync(file, processFile('waiting', ...chain(start(), serviceTask('a', { type: 'nobody' }), end())));
  const { code, errors } = await program(['dev', log, '--resource', file, '--run', 'waiting'], { until: 'Running' });
  assert.match(errors, /no loaded connector has the job type "nobody".*\nwaiting was interrupted at a\.\n$/);
  assert.equal(code, 1);
});

test('dev --run prints variables without their control characters', async () => {
  const file = join(folder, 'loud.bpmn');
  writeFileSync(file, processFile('loud', ...chain(start(), end())));
  const variables = JSON.stringify({ loud: '\u009b2J\u001b[2J' });
  const args = ['dev', log, '--resource', file, '--run', 'loud', '--variables', variables];
  const { code, output } = await program(args);
  assert.match(output, /^loud completed with \{"loud":"\\x9b2J\\u001b\[2J"\}$/m);
  assert.equal(code, 0);
});

test('dev --run notices an incident before the first job', async () => {
  const file = join(folder, 'at-once.bpmn');
  const task = serviceTask('a', { type: 'log', retries: '=missing.retries' });
  writeFileSync(file, processFile('at-once', ...chain(start(), task, end())));
  const { code, errors } = await program(['dev', log, '--resource', file, '--run', 'at-once']);
  assert.match(errors, /^at-once is stuck at a /m);
  assert.ok(!/\n {4}at /.test(errors), `no stack in ${errors}`);
  assert.equal(code, 1);
});

for (const [command, resource, message] of [
  ['start', 'broken.bpmn', /sign.*complex gateways/s],
  ['check', 'broken.bpmn', /sign.*complex gateways/s],
  ['start', 'empty', /contains no \.bpmn, \.dmn or \.form file/],
] as const) {
  test(`${command} exits with 2 if its embedded engine cannot run ${resource}`, async () => {
    const env = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_RESOURCES: resource };
    const { code, errors } = await program([command, log], { env });
    assert.match(errors, message);
    assert.equal(code, 2);
  });
}

test('start runs until SIGTERM and exits with 0', { skip: process.platform === 'win32' }, async () => {
  const env = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_RESOURCES: hello };
  const { code, output } = await program(['start', log], { env, until: 'Outbound: log. Inbound: none.' });
  const messages = output
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { message: string }).message);
  assert.match(messages[0]!, /^Running, connected to grpc:\/\/127\.0\.0\.1:\d+\.$/);
  assert.equal(messages.at(-1), 'Stopped.');
  assert.equal(code, 0);
});

test('start without settings lists the four connection types and exits with 2', async () => {
  const { code, errors } = await program(['start', log]);
  for (const value of ['CAMUNDA_CLOUD', 'INSECURE', 'SECURE', 'EMBEDDED']) assert.ok(errors.includes(value), value);
  assert.equal(code, 2);
});
