/** Which test files there are, and in which order and where they run. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A test file. */
export interface TestFile {
  readonly path: string;
  /** Whether it gets a process of its own. */
  readonly alone: boolean;
}

/**
 * A comment that begins so gives a file a process of its own, and says why. All others share processes, one file at a
 * time, and have to leave the process as they found it.
 */
const aloneMark = /^\/\/ Runs alone: ./m;

/**
 * Files that take long, by the name of the file alone: they begin first, so that none is left for the end, when the
 * other processes have nothing more to do. A name that is missing here, or wrong, costs time and nothing else.
 */
const slow: readonly string[] = [
  'package.test.ts',
  'cli.test.ts',
  'docker.test.ts',
  'start.test.ts',
  'replacing.test.ts',
  'template.test.ts',
  'runtimes.test.ts',
  'thread-host.test.ts',
  'init.test.ts',
  'keys.test.ts',
  'processes.test.ts',
  'modify.test.ts',
  'mistakes.test.ts',
  'watch.test.ts',
  'readme.test.ts',
  'properties.test.ts',
  'headless.test.ts',
  'browser.test.ts',
  'worker.test.ts',
  'test.test.ts',
  'demo.test.ts',
  'gateway-killed.test.ts',
  'process.test.ts',
  'gateway.test.ts',
  'upgrade.test.ts',
  'limits.test.ts',
  'signals.test.ts',
  'attacks.test.ts',
  'numbered-cases.test.ts',
  'random-models.test.ts',
];

/** The rooms that open no connection and start no process, with what holds the rooms together. */
const pureRooms: readonly string[] = [
  'test/architecture.test.ts',
  'test/common',
  'test/connector',
  'test/engine/machine',
  'test/engine/model',
  'test/feel',
  'test/template',
];

const below = (path: string): readonly string[] => {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(path, name))
    .sort();
};

const rank = ({ path }: TestFile): number => {
  const index = slow.indexOf(basename(path));
  return index === -1 ? slow.length : index;
};

/** The test files below the paths, those that take long first. */
export const listTests = (paths: readonly string[]): readonly TestFile[] =>
  [...new Set(paths.flatMap(below))]
    .map((path) => ({ path, alone: aloneMark.test(readFileSync(path, 'utf8')) }))
    .sort((one, other) => rank(one) - rank(other));

/**
 * Steps of their own: `npm run test:browser` runs a browser for its tests, and `npm run test:package` builds, packs and
 * installs. Each takes as long as a good tenth of all other tests.
 */
const ownSteps = [join('test', 'page', 'browser'), join('test', 'template', 'browser'), join('test', 'package')];

/** All test files but those of the steps of their own. */
export const listUsualTests = (): readonly TestFile[] =>
  listTests(['test', 'examples']).filter(({ path }) => !ownSteps.some((folder) => path.startsWith(folder)));

/** The test files of the pure rooms that do not take long. */
export const listQuickTests = (): readonly TestFile[] =>
  listTests(pureRooms).filter((file) => rank(file) === slow.length);

/** The files in another order, which the number decides. */
export const shuffle = (files: readonly TestFile[], seed: number): readonly TestFile[] => {
  const shuffled = [...files];
  let state = seed;
  for (let end = shuffled.length - 1; end > 0; end -= 1) {
    // A linear congruential generator: any order will do, as long as the number brings it back.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (end + 1);
    [shuffled[end], shuffled[other]] = [shuffled[other]!, shuffled[end]!];
  }
  return shuffled;
};
