import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compileEach, type DeploymentFile, type FileResult } from '../../../engine/deployment/compile-files.ts';
import { compileOnce } from '../../../engine/deployment/compile-once.ts';
import { readFiles } from '../../../engine/deployment/read-files.ts';
import type { ProcessModel } from '../../../engine/model/types.ts';
import type { Definition, DefinitionKind } from '../types.ts';
import { definitionsIn, kindsInFaulty } from './definitions.ts';

/** The processes of files, and what else they define. */
export interface Resources {
  readonly models: readonly ProcessModel[];
  readonly definitions: readonly Definition[];
  /** The kinds of what files that cannot be deployed may define. */
  readonly open: ReadonlySet<DefinitionKind>;
  /** The files that cannot be deployed, with the reasons. */
  readonly refused: readonly FileResult[];
}

/** Compiles files. One that the engine cannot deploy defines nothing here. */
export const compileResources = async (files: readonly DeploymentFile[]): Promise<Resources> => {
  const results = await compileEach(compileOnce, files);
  return {
    models: results.flatMap(({ resource }) => resource?.processes ?? []),
    definitions: definitionsIn(results),
    open: kindsInFaulty(results),
    refused: results.filter(({ problems }) => problems.length > 0),
  };
};

/**
 * Reads and compiles files.
 *
 * @param paths absolute paths of files and folders
 * @throws a fault that names every file that cannot be read
 */
export const readResources = async (paths: readonly string[]): Promise<Resources> =>
  compileResources(await readFiles(paths, '--resource'));

const pathsBeside = async (paths: readonly string[]): Promise<readonly string[]> => {
  const kinds = await Promise.all(paths.map(async (path) => ({ path, isFolder: (await stat(path)).isDirectory() })));
  const known = new Set(kinds.filter(({ isFolder }) => isFolder).map(({ path }) => path));
  const folders = new Set(kinds.filter(({ isFolder }) => !isFolder).map(({ path }) => dirname(path)));
  const found = [...folders]
    .filter((folder) => !known.has(folder))
    .map(async (folder) =>
      (await readdir(folder)).filter((name) => /\.(?:bpmn|dmn|form)$/i.test(name)).map((name) => join(folder, name)),
    );
  return (await Promise.all(found)).flat().filter((path) => !paths.includes(path));
};

/**
 * What the other files in the folders of files define. Says nothing of files that cannot be read: nobody has asked for them.
 *
 * @param paths absolute paths of files and folders
 */
export const readBeside = async (paths: readonly string[]): Promise<readonly Definition[]> => {
  try {
    return (await readResources(await pathsBeside(paths))).definitions;
  } catch {
    return [];
  }
};
