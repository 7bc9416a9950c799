/** The runner of the tests: whatever goes wrong in a file makes the run fail, and is found by what it prints. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';

/** Runs files of these contents, each with node's `test` at hand. */
const run = async (t: TestContext, files: Readonly<Record<string, string>>, ...options: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-runner-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const paths = Object.entries(files).map(([name, content]) => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, `import { after, suite, test } from 'node:test';\n${content}`);
    return path;
  });
  const args = ['--import', 'tsx', 'scripts/test.ts', ...options, ...paths];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('close', done)),
  ]);
  return { code, output: output.replaceAll(`${folder}/`, ''), errors };
};

const closing = (counts: Readonly<Record<string, number>>): RegExp =>
  new RegExp(
    `\n${Object.entries(counts)
      .map(([name, count]) => `ℹ ${name} ${count}\n`)
      .join('')}ℹ cpu_ms \\d+\nℹ duration_ms \\d+\n$`,
  );

test('a run that passes says so by its closing lines and ends with 0', async (t) => {
  const { code, output, errors } = await run(t, {
    one: "test('a\u2028', (t) => t.test('b', () => {})); suite('s', () => { test('c', () => {}); });",
    other: "test('d', { skip: true }); test('e', { todo: true }, () => { throw new Error('later'); });",
  });
  assert.match(output, /^✔ one\.mjs \(3 tests, /m);
  assert.match(output, /^✔ other\.mjs \(2 tests, 1 skipped, /m);
  assert.match(output, closing({ tests: 5, suites: 1, pass: 3, fail: 0, cancelled: 0, skipped: 1, todo: 1 }));
  assert.equal(errors, '');
  assert.equal(code, 0);
});

test('whatever is wrong with a file makes the run fail, by a text that names it, and the other files are run', async (t) => {
  const faults: Readonly<Record<string, readonly [content: string, expected: RegExp]>> = {
    failing: [
      "suite('s', () => { test('fails', () => { throw new Error('no luck'); }); });",
      /s > fails\n +Error: no luck/,
    ],
    broken: ["test('before', () => {}); throw new Error('not loaded');", /The file as a whole\n +Error: not loaded/],
    empty: ['', /It holds no test/],
    alive: ["test('a', () => { setInterval(() => {}, 1000); });", /it still keeps the process alive with: 1 Timeout/],
    hook: ["test('a', () => {}); after(() => { throw new Error('hook'); });", /The file as a whole\n +Error: hook/],
    changing: [
      "test('a', () => { process.env.LEFT_BEHIND = '1'; });",
      /It leaves changes .*: process\.env\.LEFT_BEHIND/,
    ],
    listening: ["test('a', () => { process.on('SIGUSR2', () => {}); });", /It leaves changes .* for SIGUSR2/],
    exiting: ["test('a', () => { process.exit(0); });", /The process ended in the middle of it, with code 0/],
    forgotten: ["test('a', () => new Promise(() => {}));", /nothing is left that could end it\. Running: .*a\./],
  };
  const files = Object.fromEntries(Object.entries(faults).map(([name, [content]]) => [name, content]));
  const { code, output } = await run(t, { ...files, good: "test('a', () => {});" }, '--processes', '2');
  assert.match(output, /^✔ good\.mjs/m);
  for (const [name, [, expected]] of Object.entries(faults)) {
    assert.ok(output.includes(`✖ ${name}.mjs (`), name);
    const report = output.slice(output.indexOf(`\n✖ ${name}.mjs\n`)).split('\n\n')[0]!;
    assert.match(report, expected);
    assert.match(report, new RegExp(`Run it alone: npx tsx scripts/test\\.ts ${name}\\.mjs`));
  }
  assert.equal(code, 1);
});

test('a test that neither ends nor fails is ended with its file, and the file after it is run', async (t) => {
  const { code, output } = await run(
    t,
    {
      stuck: "test('waits', () => new Promise(() => { setInterval(() => {}, 1000); }));",
      next: "test('a', () => {});",
    },
    ...['--processes', '1', '--limit', '5'],
  );
  assert.match(
    output,
    /✖ stuck\.mjs\n {2}The file as a whole\n +No test has begun or ended for 5 s\. Running: .*waits\./,
  );
  assert.match(output, /^✔ next\.mjs/m);
  assert.equal(code, 1);
});

test('a folder without a test file is refused', async (t) => {
  const { code, errors } = await run(t, {}, 'docs');
  assert.match(errors, /No test file below docs/);
  assert.equal(code, 1);
});
