/**
 * Compiles test files and runs them with node:test: `npx tsx scripts/test.ts [options] [path…]`, where a path is a folder or a
 * file; default: all of test/ and examples/, without the tests in a browser and the packed package, which are steps of their
 * own.
 *
 * A process runs many files one after the other, since starting one and loading the sources takes longer than most
 * files; several processes run side by side, and each takes the next file when it is done with one. `tests/files.ts`
 * says which files get a process of their own.
 *
 * - `--quick`: only the pure rooms, without the files that take long
 * - `--processes N`: so many side by side; default: two more than there are cores, because many tests wait for programs
 *   that they have started; one more for given paths, since browsers need more of a core
 * - `--shuffle N`: in another order, which the number brings back
 * - `--limit SECONDS`: how long a test may take; default: 180
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type FileResult, startProcess, type TestProcess } from './tests/child.ts';
import { compileTests } from './tests/compile.ts';
import { cpuTime } from './tests/cpu.ts';
import { listQuickTests, listTests, listUsualTests, shuffle } from './tests/files.ts';
import { closingLines, failureReport, fileLine } from './tests/print.ts';

const began = performance.now();

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    processes: { type: 'string' },
    shuffle: { type: 'string' },
    limit: { type: 'string', default: process.env.CHAOS === 'long' ? '600' : '180' },
  },
  allowPositionals: true,
});
const isWhole = positionals.length === 0;
const processes = Number(values.processes ?? availableParallelism() + (isWhole ? 2 : 1));
const listed = values.quick ? listQuickTests() : isWhole ? listUsualTests() : listTests(positionals);
if (listed.length === 0) throw new Error(`No test file below ${positionals.join(', ')}`);
const files = values.shuffle === undefined ? listed : shuffle(listed, Number(values.shuffle));

const compiled = await compileTests(files.map(({ path }) => path));
const start = (): TestProcess => startProcess(compiled, Number(values.limit) * 1000);

const results: FileResult[] = [];

/** Takes what is known of a file, or of the end of a process. */
const take = (result: FileResult | undefined): void => {
  if (result === undefined) return;
  results.push(result);
  console.log(fileLine(result));
  if (files.length > 1) return;
  for (const line of result.lines) console.log(`  ${line}`);
  if (result.failures.length === 0 && result.output.trim() !== '') console.log(result.output.trimEnd());
};

const waiting = [...files];

/** Runs files until there are none. */
const runLane = async (): Promise<void> => {
  let common: TestProcess | undefined;
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (file.alone) {
      const own = start();
      take(await own.run(file.path, false));
      take(await own.end());
    } else {
      if (common !== undefined && !common.usable()) {
        take(await common.end());
        common = undefined;
      }
      common ??= start();
      take(await common.run(file.path, true));
    }
  }
  take(await common?.end());
};

await Promise.all(Array.from({ length: processes }, runLane));

const failed = results.filter(({ failures }) => failures.length > 0);
for (const result of failed) console.log(`\n${failureReport(result)}`);
console.log(`\n${closingLines(results, performance.now() - began, cpuTime())}`);
if (failed.length > 0) process.exitCode = 1;
