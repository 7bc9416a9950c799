import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fault } from '../../common/fault.ts';
import { fileLimits, readFailure, readFileWithin, sizeText } from '../../common/files/read-file.ts';
import { isObject } from '../../common/is-object.ts';
import { asList, isText } from '../../connector/rules/rule-engine.ts';
import type { DeploymentFile } from './compile-files.ts';

/** A file to deploy: a path, or a name with its content. */
export type ResourceInput = string | { readonly name: string; readonly content: string | Uint8Array };

type ReadResult = readonly DeploymentFile[] | { readonly problem: string };

const readResource = async (path: string): Promise<DeploymentFile> => ({
  name: basename(path),
  content: await readFileWithin(path, fileLimits.resource),
});

const readPath = async (path: string): Promise<ReadResult> => {
  let current = path;
  try {
    if (!(await stat(path)).isDirectory()) return [await readResource(path)];
    const names = (await readdir(path)).filter((name) => /\.(bpmn|dmn|form)$/i.test(name)).sort();
    if (names.length === 0) {
      return { problem: `${path}: the folder contains no .bpmn, .dmn or .form file; its subfolders are not read` };
    }
    const files: DeploymentFile[] = [];
    for (const name of names) {
      current = join(path, name);
      files.push(await readResource(current));
    }
    return files;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${readFailure(error)})`;
    return { problem: `${current}: ${why}` };
  }
};

const isResource = (value: unknown): value is ResourceInput => {
  if (typeof value === 'string') return isText(value);
  if (!isObject(value) || !isText(value.name)) return false;
  return typeof value.content === 'string' || value.content instanceof Uint8Array;
};

const read = async (input: ResourceInput): Promise<ReadResult> => {
  if (typeof input === 'string') return readPath(input);
  const { name, content } = input;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > fileLimits.resource) {
    return { problem: `${name}: the content is longer than ${sizeText(fileLimits.resource)}` };
  }
  return [{ name, content: bytes }];
};

/**
 * Reads the resources of a deployment: files, folders (all `.bpmn`, `.dmn` and `.form` files in them, but not in subfolders), and contents.
 * Each may have at most 4 MB, as on a cluster.
 *
 * @param where what names the resources, for the text of the error
 * @throws a `configuration` fault that names all unreadable paths and invalid resources
 */
export const readFiles = async (
  resources: ResourceInput | readonly ResourceInput[],
  where = 'engine.deploy(resources)',
): Promise<readonly DeploymentFile[]> => {
  const inputs: readonly ResourceInput[] = Array.isArray(resources) ? resources : [resources as ResourceInput];
  const invalid = inputs.flatMap((input, index) =>
    isResource(input)
      ? []
      : [`item ${index}: expected the path of a file or folder, or { name, content } with text or bytes as content`],
  );
  const results = invalid.length > 0 ? [] : await Promise.all(inputs.map(read));
  const problems = [...invalid, ...results.flatMap((result) => ('problem' in result ? [result.problem] : []))];
  if (problems.length > 0) {
    throw fault('configuration', {
      what: `Not all resources can be read:\n${asList(problems)}`,
      where,
      fix: 'correct the paths; relative paths start at the working directory. A folder must contain a file to deploy; name other files one by one.',
    });
  }
  return results.flatMap((result) => ('problem' in result ? [] : result));
};
