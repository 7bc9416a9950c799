import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { runCli } from '../../../src/cli/cli.ts';
import type { Manifest } from '../../../src/cli/init/manifest.ts';

/** A folder that is removed after the test. */
export const emptyFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-init-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Runs `init` in a folder, in this process. Returns the exit code and all that it prints. */
export const runInit = async (folder: string, ...args: readonly string[]) => {
  let text = '';
  const print = (more: string): void => {
    text += more;
  };
  return { code: await runCli(['init', ...args], { folder, print, printError: print, colours: false }), text };
};

/** The `package.json` of a folder. */
export const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
