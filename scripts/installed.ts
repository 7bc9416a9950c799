/**
 * Tries the packed package in fresh folders, as users have it: every kind of module, compiler, test runner, bundler and
 * package manager that is promised, on every Node.js that `engines` allows. Needs an npm registry: exits with 69 if none
 * answers, and with 1 if a case fails.
 *
 * `npm run test:installed`; with words, only the cases whose names contain one of them: `npm run test:installed -- Jest`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from '../test/package/support.ts';
import { allCases } from './installed/cases.ts';
import { nodes, npmProject } from './installed/project.ts';
import { registryProblem } from './installed/registry.ts';
import { runOrThrow } from './installed/shell.ts';

const words = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-installed-'));
const project = join(folder, 'project');
const alone = join(folder, 'alone');
let failed = 0;
let passed = 0;
let isReachable = true;

const tryAll = async (registry: string): Promise<void> => {
  for (const place of [project, alone]) mkdirSync(place);
  const { filename: tarball } = await pack();
  console.log('Installing the package, the tools and several versions of Node.js.');
  await npmProject(project, tarball);
  const cases = allCases({ project, alone, tarball }, await nodes(join(folder, 'nodes')), registry);
  // What later cases need is made in any case.
  const isWanted = (name: string): boolean =>
    words.length === 0 || words.some((word) => name.includes(word)) || /bundles|installs it/.test(name);
  for (const { name, act } of cases.filter(({ name }) => isWanted(name))) {
    const began = performance.now();
    try {
      await act();
      passed += 1;
      console.log(`✔ ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`✖ ${name}\n${(error as Error).message.replace(/^/gm, '    ')}`);
    }
  }
};

try {
  const registry = (await runOrThrow(['npm', 'config', 'get', 'registry'], folder)).trim();
  const problem = await registryProblem(registry, folder);
  if (problem === undefined) await tryAll(registry);
  else {
    isReachable = false;
    console.error(problem);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${passed} passed, ${failed} failed`);
// As sysexits.h has it: the service is unavailable.
process.exitCode = isReachable ? Math.min(failed, 1) : 69;
