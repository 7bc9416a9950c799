/**
 * Runs the test files below the given folders (default: all of test/ and examples/) with node:test through tsx.
 * Node 20 has no glob for `--test`, so the files are listed here.
 */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const listTests = (path: string): string[] => {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(path, name))
    .sort();
};

const folders = process.argv.slice(2);
const files = (folders.length > 0 ? folders : ['test', 'examples']).flatMap(listTests);
if (files.length === 0) throw new Error(`No test file below ${folders.join(', ')}`);

// A test waits for events; one that never comes must fail the test and not hold the run.
const timeLimit = `--test-timeout=${process.env.CHAOS === 'long' ? 600_000 : 180_000}`;
const child = spawn(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=spec', timeLimit, ...files], {
  stdio: 'inherit',
});
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
