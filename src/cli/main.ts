#!/usr/bin/env node
import { processVariable } from '../runtime/processes/messages.ts';
import { runCli } from './cli.ts';
import { exitCodes } from './exit-codes.ts';

/** Where an error comes from, if several processes write to the same terminal. */
const errorPrefix = async (): Promise<string> => {
  if (process.env[processVariable] === undefined) return '';
  const { processNumber } = await import('../runtime/processes/member.ts');
  const number = processNumber();
  return number === undefined ? '' : `[process ${number}] `;
};

const prefix = await errorPrefix();
const args = process.argv.slice(2);
const code = await runCli(args, {
  folder: process.cwd(),
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(prefix + text),
  colours: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
  isTerminal: process.stdout.isTTY === true,
  input: () => process.stdin,
});
process.exitCode = code;

/** Resolves when a stream has passed everything on. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  stream.writableLength === 0
    ? Promise.resolve()
    : new Promise((resolve) => {
        stream.once('drain', resolve).once('error', resolve);
      });

// Modules may have left something that would keep the process running: those that check and template only look at, those
// that could not be loaded, and a connector that has caused a stray error.
const command = args.find((arg) => !arg.startsWith('-'));
const isOver = code === exitCodes.stray || code === exitCodes.usage || command === 'check' || command === 'template';
if (isOver) {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
}
