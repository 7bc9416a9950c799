import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { fileLimits, readFailure, readFileWithinSync } from '../../common/files/read-file.ts';
import { isObject } from '../../common/is-object.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { packageRoot } from '../own-files.ts';
import {
  addConnector,
  type GuideFacts,
  gitignore,
  missingPatterns,
  nextSteps,
  projectCommands,
  readme,
} from './guide.ts';
import { installingFolder, type Manifest, type OwnPackage, projectManifest, projectScripts } from './manifest.ts';
import type { InitRequest } from './options.ts';
import { extensionOf, projectFiles } from './sources.ts';

/** A link that leads nowhere is present as well: to write there would create a file elsewhere. */
const isPresent = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** @returns `undefined` if there is no such file */
const readManifest = (folder: string): Manifest | undefined => {
  const path = join(folder, 'package.json');
  if (!isPresent(path)) return undefined;
  let text: string;
  try {
    text = readFileWithinSync(path, fileLimits.settings).toString('utf8');
  } catch (cause) {
    throw fault('definition', {
      what: `${path} cannot be read (${readFailure(cause)}).`,
      fix: 'make it a readable file, or name another folder.',
      cause,
    });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw fault('definition', {
      what: `${path} is not valid JSON.`,
      fix: 'correct it, or name another folder.',
      cause,
    });
  }
  if (isObject(content)) return content as Manifest;
  throw fault('definition', {
    what: `${path} does not contain an object.`,
    fix: 'correct it, or name another folder.',
  });
};

const ownPackage = (): OwnPackage => {
  const manifest = readManifest(packageRoot) ?? {};
  const folder = installingFolder(packageRoot);
  const spec = folder === undefined ? undefined : readManifest(folder)?.dependencies?.['camunda-connectors'];
  return { manifest, installed: folder === undefined || spec === undefined ? undefined : { folder, spec } };
};

/** A name that npm accepts. */
const packageName = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9~-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'connectors';

/** Files that a folder often has already: they stay as they are. */
const optionalFiles = (facts: GuideFacts): Readonly<Record<string, string>> => ({
  'README.md': readme(facts),
  '.gitignore': gitignore,
});

/** What a .gitignore that exists does not name: nothing is known of one that cannot be read, such as a folder. */
const missingIn = (path: string): readonly string[] => {
  try {
    return missingPatterns(readFileWithinSync(path, fileLimits.settings).toString('utf8'));
  } catch {
    return [];
  }
};

/** What to know about files that stay as they are. */
const keptNote = (folder: string, kept: readonly string[]): string => {
  const lines = kept.map((path) => {
    if (path !== '.gitignore') return `${path} exists already and stays as it is.\n`;
    const missing = missingIn(join(folder, path));
    const advice = missing.length === 0 ? '' : ` Add to it what it does not contain: ${missing.join(', ')}`;
    return `${path} exists already and stays as it is.${advice}\n`;
  });
  return lines.join('');
};

/**
 * Writes a small project: a connector, its tests, a process, the scripts to run them, a README.md and a .gitignore. A package.json that
 * exists is completed; no other file is changed.
 *
 * @returns the exit code
 * @throws a fault of kind `definition` that lists the files that exist already; nothing is written then
 */
export const init = ({ folder: given, language }: InitRequest, { folder: current, print }: CliContext): number => {
  const folder = resolve(current, given);
  const before = readManifest(folder);
  const extension = extensionOf(language, before === undefined || before.type === 'module');
  const files = projectFiles(language, extension);
  const isKept = (path: string): boolean => isPresent(join(folder, path));
  const present = Object.keys(files).filter(isKept);
  if (present.length > 0) {
    throw fault('definition', {
      what: `These files exist already: ${present.join(', ')}`,
      fix: 'name another folder, or move them.',
    });
  }
  const name = packageName(folder);
  const manifest = projectManifest(before, ownPackage(), { language, folder, extension, name });
  const commands = projectCommands(projectScripts(extension), manifest.scripts ?? {});
  const facts: GuideFacts = { name: String(manifest.name ?? name), language, extension, commands };
  const optional = Object.entries(optionalFiles(facts));
  const kept = optional.map(([path]) => path).filter(isKept);
  const note = keptNote(folder, kept);
  const all = {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    ...files,
    ...Object.fromEntries(optional.filter(([path]) => !kept.includes(path))),
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Only a package.json is written again.
    writeFileSync(join(folder, path), text, { flag: path === 'package.json' && before !== undefined ? 'w' : 'wx' });
  }
  const place = relative(current, folder) || '.';
  print(`Wrote ${Object.keys(all).join(', ')}${place === '.' ? '' : ` to ${place}`}.\n${note}\nNext:\n`);
  if (place !== '.') print(`  cd ${place}\n`);
  print(`${nextSteps(facts).replace(/^/gm, '  ')}\n\n`);
  print(`${addConnector(facts)}\n${kept.includes('README.md') ? '' : 'README.md says what each file is.\n'}`);
  return exitCodes.done;
};
