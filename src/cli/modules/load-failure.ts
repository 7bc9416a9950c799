import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileLimits, readFileWithinSync } from '../../common/files/read-file.ts';
import { moduleFolder } from '../own-files.ts';
import { packageFolder } from './watch-sources.ts';

/** Time limit in milliseconds for the process that repeats a syntax error. */
const repeatTimeout = 10_000;

/** The forms of a place in a stack: a frame with a function, a frame without one, the first line of a syntax error. */
const places = [
  /\((?<file>[^()]+):(?<line>\d+):(?<column>\d+)\)$/,
  /^\s+at (?:async )?(?<file>.+):(?<line>\d+):(?<column>\d+)$/,
  /^(?<file>(?:file:\/\/|\/|[A-Za-z]:\\).*?):(?<line>\d+)(?::(?<column>\d+))?(?:: .*)?$/,
];

const pathOf = (file: string): string | undefined => {
  try {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    return isAbsolute(path) && existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Finds the first place in a stack that lies in a file of the user.
 *
 * @returns `undefined` if the error comes from installed packages or Node.js alone
 * @example
 * placeIn('Error: no luck\n    at file:///app/a.js:3:7'); // '/app/a.js:3:7', if the file exists
 */
export const placeIn = (stack: string): string | undefined => {
  for (const text of stack.split(/\r?\n/)) {
    const found = places.map((place) => place.exec(text)?.groups).find((groups) => groups !== undefined);
    const path = found?.file === undefined ? undefined : pathOf(found.file);
    if (path === undefined || path.includes(`${sep}node_modules${sep}`)) continue;
    if (path.startsWith(moduleFolder)) return undefined;
    return [path, found?.line, found?.column].filter((part) => part !== undefined).join(':');
  }
  return undefined;
};

/**
 * Node.js reveals the place of a syntax error in an ES module only when the error ends a process, so this starts a process
 * that imports the module. No code of the module runs, because Node.js parses the whole module graph first.
 */
const syntaxErrorReport = (url: string): string =>
  spawnSync(
    process.execPath,
    [...process.execArgv, '--input-type=module', '--eval', `import ${JSON.stringify(url)};`],
    { encoding: 'utf8', timeout: repeatTimeout, stdio: ['ignore', 'ignore', 'pipe'] },
  ).stderr;

/** Whether a stack frame belongs to Node.js, to this program or to the TypeScript compiler, not to a running module. */
const isLoaderFrame = (frame: string): boolean =>
  frame.includes('node:') || frame.includes(moduleFolder) || /[\\/]node_modules[\\/](?:tsx|esbuild)[\\/]/.test(frame);

const wasRunning = (stack: string): boolean =>
  stack.split(/\r?\n/).some((line) => /^\s+at /.test(line) && !isLoaderFrame(line));

/**
 * The place in the user's files where the import of a module failed.
 *
 * @param error what the import threw
 * @param url of the imported module, `file://…`
 * @returns `file:line:column`, or the path of the module if the error names no place
 */
export const whereLoadingFailed = (error: unknown, url: string): string => {
  const file = fileURLToPath(url);
  if (!(error instanceof Error)) return file;
  const place = placeIn(error.stack ?? '');
  if (place !== undefined) return place;
  if (error.name !== 'SyntaxError' || wasRunning(error.stack ?? '')) return file;
  return placeIn(syntaxErrorReport(url)) ?? file;
};

/** Whether Node.js treats a `.js` file as CommonJS, which has no `import` and no `export`. */
const isCommonJs = (path: string): boolean => {
  if (!path.endsWith('.js')) return false;
  try {
    const manifest = readFileWithinSync(join(packageFolder(path), 'package.json'), fileLimits.settings);
    const { type } = JSON.parse(manifest.toString('utf8')) as { type?: unknown };
    return type !== 'module';
  } catch {
    return true;
  }
};

/** How to fix a module that cannot be loaded, as the end of an error text. */
export const loadingFix = (error: unknown, url: string): string => {
  const general = 'correct the code at that place, or omit the module.';
  if (!(error instanceof Error) || error.name !== 'SyntaxError' || !isCommonJs(fileURLToPath(url))) return general;
  return `${general} If the error is about import or export, run npm pkg set type=module, or rename the file to end in .mjs.`;
};
