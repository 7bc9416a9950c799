#!/usr/bin/env node
import { runCli } from './cli.ts';
import { exitCodes } from './exit-codes.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  folder: process.cwd(),
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
  colours: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
});

// The connector that caused a stray error may also have left something that would keep the process running.
if (process.exitCode === exitCodes.stray) process.exit();
