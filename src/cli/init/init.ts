import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { fileLimits, readFailure, readFileWithinSync } from '../../common/files/read-file.ts';
import { isObject } from '../../common/is-object.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { packageRoot } from '../own-files.ts';
import { installingFolder, type Manifest, type OwnPackage, projectManifest } from './manifest.ts';
import type { InitRequest } from './options.ts';
import { extensionOf, projectFiles } from './sources.ts';

/** @returns `undefined` if there is no such file */
const readManifest = (folder: string): Manifest | undefined => {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return undefined;
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

/**
 * Writes a small project: a connector, its tests, a process and the scripts to run them. A package.json that exists is
 * completed; no other file is changed.
 *
 * @returns the exit code
 * @throws a fault of kind `definition` that lists the files that exist already; nothing is written then
 */
export const init = ({ folder: given, language }: InitRequest, { folder: current, print }: CliContext): number => {
  const folder = resolve(current, given);
  const before = readManifest(folder);
  const extension = extensionOf(language, before === undefined || before.type === 'module');
  const files = projectFiles(language, extension);
  const present = Object.keys(files).filter((path) => existsSync(join(folder, path)));
  if (present.length > 0) {
    throw fault('definition', {
      what: `These files exist already: ${present.join(', ')}`,
      fix: 'name another folder, or move them.',
    });
  }
  const request = { language, folder, extension, name: packageName(folder) };
  const manifest = `${JSON.stringify(projectManifest(before, ownPackage(), request), null, 2)}\n`;
  const all = { 'package.json': manifest, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const place = relative(current, folder) || '.';
  print(`Wrote ${Object.keys(all).join(', ')}${place === '.' ? '' : ` to ${place}`}.\n\nNext:\n`);
  if (place !== '.') print(`  cd ${place}\n`);
  print('  npm install\n  npm test         # calls the connector, and runs the process on the embedded engine\n');
  print('  npm run coverage # shows what the tests have used of the process\n');
  print('  npm run try      # runs the process once and prints its variables\n');
  print('  npm run template # writes the element template for the Camunda Modeler\n\n');
  print(
    `npm test runs every src/*.test.${extension}. To add a connector, write its module, for example src/mail.${extension}, and add it\n` +
      'to the scripts dev, try, start and template of package.json, after the first one.\n',
  );
  return exitCodes.done;
};
