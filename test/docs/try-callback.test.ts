/** "Try it" of docs/callbacks.md, word for word: its command, the command that dev prints, and what both show. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runCommand } from '../cli/support/running.ts';

const section = readFileSync('docs/callbacks.md', 'utf8').split('\n## Try it\n')[1]?.split('\n## ')[0] ?? '';

const blocks = [...section.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, language, text]) => ({
  language,
  text: text!,
}));

/** A shown line as a pattern: `…` stands for what differs from run to run. */
const patternOf = (line: string): RegExp =>
  new RegExp(line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*'), 'm');

/** The words of a command for the shell, which quotes only with `'`. */
const wordsOf = (command: string): readonly string[] =>
  [...command.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

const hasCurl = spawnSync('sh', ['-c', 'command -v curl']).status === 0;

test('docs/callbacks.md: the steps of "Try it" work as they are', {
  skip: hasCurl ? false : 'curl is not installed',
}, async (t) => {
  const command = blocks.find(({ language }) => language === 'sh')?.text ?? '';
  const [made, answered, continued] = blocks
    .filter(({ language }) => language === '')
    .map(({ text }) => text.trimEnd().split('\n'));
  assert.match(command, /^npx camunda-connectors dev examples\/webhooks\/approval\.ts /);
  // As on a terminal, where there is a trace.
  const args = [...wordsOf(command).slice(2), '--trace'];
  const dev = runCommand(t, args, { folder: '.', env: { CAMUNDA_CONNECTORS_PORT: '0' } });
  for (const line of made!) await dev.prints(patternOf(line));
  const [curl] = await dev.prints(/^ {2}body=.*curl .*$/m);
  const { stdout } = spawnSync('sh', ['-c', curl], { encoding: 'utf8' });
  for (const line of answered!) assert.match(stdout, patternOf(line));
  for (const line of continued!) await dev.prints(patternOf(line));
  await dev.ended();
});
