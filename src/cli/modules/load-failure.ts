import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolder } from './watch.ts';

/** Milliseconds for another process to meet the same syntax error. */
const secondLook = 10_000;

/** A place in a file as stacks write it: a frame with a function, a frame without one, the head of a syntax error. */
const places = [
  /\((?<file>[^()]+):(?<line>\d+):(?<column>\d+)\)$/,
  /^\s+at (?:async )?(?<file>.+):(?<line>\d+):(?<column>\d+)$/,
  /^(?<file>(?:file:\/\/|\/|[A-Za-z]:\\).*?):(?<line>\d+)(?::(?<column>\d+))?(?:: .*)?$/,
];

const ownFolder = fileURLToPath(new URL('..', import.meta.url));

const pathOf = (file: string): string | undefined => {
  try {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    return isAbsolute(path) && existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The first place in a user's file that a stack names; none when the error comes from installed packages or Node.js alone.
 *
 * @example
 * placeIn('Error: no luck\n    at file:///app/a.js:3:7'); // '/app/a.js:3:7', if there is such a file
 */
export const placeIn = (stack: string): string | undefined => {
  for (const text of stack.split(/\r?\n/)) {
    const found = places.map((place) => place.exec(text)?.groups).find((groups) => groups !== undefined);
    const path = found?.file === undefined ? undefined : pathOf(found.file);
    if (path === undefined || path.includes(`${sep}node_modules${sep}`)) continue;
    if (path.startsWith(ownFolder)) return undefined;
    return [path, found?.line, found?.column].filter((part) => part !== undefined).join(':');
  }
  return undefined;
};

/**
 * Node.js keeps the place of a syntax error in an ES module to itself until the error ends a process, so one is ended.
 * No code of the module runs there, because none of its graph runs before all of it is read.
 */
const syntaxErrorReport = (url: string): string =>
  spawnSync(
    process.execPath,
    [...process.execArgv, '--input-type=module', '--eval', `import ${JSON.stringify(url)};`],
    { encoding: 'utf8', timeout: secondLook, stdio: ['ignore', 'ignore', 'pipe'] },
  ).stderr;

/** Frames of Node.js, of this command and of what compiles TypeScript; others show that a module was running. */
const ofLoading = (frame: string): boolean =>
  frame.includes('node:') || frame.includes(ownFolder) || /[\\/]node_modules[\\/](?:tsx|esbuild)[\\/]/.test(frame);

const wasRunning = (stack: string): boolean =>
  stack.split(/\r?\n/).some((line) => /^\s+at /.test(line) && !ofLoading(line));

/**
 * Where in the user's files the import of a module failed, as `file:line:column`; the module's own file when nothing
 * says more.
 *
 * @param url of the module that was imported, `file://…`
 */
export const whereLoadingFailed = (error: unknown, url: string): string => {
  const file = fileURLToPath(url);
  if (!(error instanceof Error)) return file;
  const place = placeIn(error.stack ?? '');
  if (place !== undefined) return place;
  if (error.name !== 'SyntaxError' || wasRunning(error.stack ?? '')) return file;
  return placeIn(syntaxErrorReport(url)) ?? file;
};

/** Whether Node.js takes a file ending in `.js` for CommonJS, which knows no `import` and no `export`. */
const isCommonJs = (path: string): boolean => {
  if (!path.endsWith('.js')) return false;
  try {
    const { type } = JSON.parse(readFileSync(join(packageFolder(path), 'package.json'), 'utf8')) as { type?: unknown };
    return type !== 'module';
  } catch {
    return true;
  }
};

/** What to do about a module that cannot be loaded. */
export const loadingFix = (error: unknown, url: string): string => {
  const general = 'correct what stands there, or leave the module out.';
  if (!(error instanceof Error) || error.name !== 'SyntaxError' || !isCommonJs(fileURLToPath(url))) return general;
  return `${general} If it is import or export that is refused: npm pkg set type=module, or end the file's name with .mjs.`;
};
