/**
 * The command line: its commands with their options, and the exit code of each way to end.
 *
 * After an intended change: `UPDATE_PUBLIC=1 npx tsx scripts/test.ts test/public`, then review the difference.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../../src/cli/cli.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { defaultOut } from '../../src/cli/template/options.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { freePort } from '../support/free-port.ts';
import { checkSnapshot } from './support/snapshot.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-public-'));
after(() => rmSync(folder, { recursive: true }));

const log = resolve('examples/log.ts');
const hello = resolve('examples/bpmn/hello.bpmn');

interface Ended {
  readonly code: number;
  readonly text: string;
}

/** Runs the command line in this process, with no settings but the given ones. */
const cli = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  const before = { ...process.env };
  delete process.env.CAMUNDA_CONNECTION_TYPE;
  delete process.env.CAMUNDA_RESOURCES;
  Object.assign(process.env, { CAMUNDA_CONNECTORS_LOG_LEVEL: 'silent' }, env);
  let text = '';
  const print = (more: string): void => {
    text += more;
  };
  try {
    const code = await runCli(args, { folder: process.cwd(), print, printError: print, colours: false });
    return { code, text };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
};

/** A section of the help text: the first word of each of its lines. */
const firstWords = (help: string, title: string): readonly string[] => {
  const lines = help.split('\n');
  const first = lines.indexOf(title) + 2;
  if (first === 1) return [];
  return lines.slice(first, lines.indexOf('', first)).map((line) => /^ *(.*?)(?: {2,}|$)/.exec(line)![1]!);
};

test('the commands and their options stay as they are', async () => {
  const { text } = await cli(['--help']);
  const commands = firstWords(text, 'COMMANDS');
  assert.ok(commands.length > 0);
  const lines: string[] = [
    `camunda-connectors ${commands.join('|')}`,
    'camunda-connectors --help',
    'camunda-connectors --version',
    `Folder for element templates: ${defaultOut}`,
  ];
  for (const command of commands) {
    const help = (await cli([command, '--help'])).text;
    const usage = /^USAGE (.*)$/m.exec(help)![1]!;
    lines.push('', usage, ...firstWords(help, 'OPTIONS').map((option) => `  ${option}`));
  }
  for (const option of ['--help', '-h', '--version']) assert.equal((await cli([option])).code, 0);
  checkSnapshot('cli', lines.join('\n'));
});

const fileWith = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test('the exit codes stay as they are', { skip: process.platform === 'win32' }, async () => {
  const out = ['--out', join(folder, 'templates')];
  const stale = mkdtempSync(join(folder, 'stale-'));
  assert.equal((await cli(['template', log, '--out', stale])).code, 0);
  const file = join(stale, 'log.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"name": "', '"name": "Former '));
  const gateway = { id: 'choose', xml: '<bpmn:complexGateway id="choose" />', roots: [] };
  const broken = fileWith('broken.bpmn', processFile('broken', ...chain(start(), gateway, end())));
  const stuck = processFile(
    'stuck',
    ...chain(start(), serviceTask('a', { type: 'log', retries: '=missing.retries' }), end()),
  );
  const atOnce = fileWith('stuck.bpmn', stuck);
  const nowhere = {
    CAMUNDA_CONNECTION_TYPE: 'INSECURE',
    ZEEBE_HOSTNAME: '127.0.0.1',
    ZEEBE_PORT: String(await freePort()),
  };
  const embedded = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_RESOURCES: hello };
  const run = ['dev', log, '--resource', hello, '--run', 'hello'];
  const cases: readonly (readonly [what: string, args: readonly string[], env?: Readonly<Record<string, string>>])[] = [
    ['help', ['--help']],
    ['version', ['--version']],
    ['no command', []],
    ['an unknown command', ['stop']],
    ['an unknown option', ['dev', log, '--resources', 'x.bpmn']],
    ['a missing argument', ['dev']],
    ['an option with a wrong value', ['start', log, '--max-jobs', '0']],
    ['a module that does not exist', ['dev', './no-such-module.js']],
    ['a module without a connector', ['dev', 'examples/support/try.ts']],
    ['start: no settings', ['start', log]],
    ['start: a wrong log level in the environment', ['start', log], { CAMUNDA_CONNECTORS_LOG_LEVEL: 'loud' }],
    ['start: all connectors switched off', ['start', log], { ...embedded, CONNECTOR_OUTBOUND_DISABLED: 'log' }],
    [
      'start: a process that the embedded engine cannot run',
      ['start', log],
      { ...embedded, CAMUNDA_RESOURCES: broken },
    ],
    ['check: no settings', ['check']],
    ['check: a cluster that answers', ['check', log], embedded],
    ['check: nobody answers', ['check'], nowhere],
    ['dev --run: the instance completed', [...run, '--variables', '{"name":"Ada"}']],
    ['dev --run: the instance is stuck', ['dev', log, '--resource', atOnce, '--run', 'stuck']],
    ['dev --run: no such process', ['dev', log, '--resource', hello, '--run', 'nobody']],
    ['dev: a process that the engine cannot run', ['dev', log, '--resource', broken]],
    ['template --check: templates are missing', ['template', log, ...out, '--check']],
    ['template: written', ['template', log, ...out]],
    ['template --check: nothing to do', ['template', log, ...out, '--check']],
    ['template: a template changed without a new version', ['template', log, '--out', stale]],
    ['template --version-bump: it gets one', ['template', log, '--out', stale, '--version-bump']],
  ];
  const lines = Object.entries(exitCodes).map(([name, code]) => `${name}: ${code}`);
  for (const [what, args, env] of cases) {
    const { code } = await cli(args, env);
    lines.push(`${code}  ${what}`);
  }
  checkSnapshot('exit-codes', lines.join('\n'));
});
