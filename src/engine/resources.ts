import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fault } from '../common/fault.ts';
import { checkResources } from './arguments.ts';
import type { DeploymentFile } from './deployment.ts';
import type { ResourceInput } from './types.ts';

type Found = readonly DeploymentFile[] | { readonly problem: string };

const readPath = async (path: string): Promise<Found> => {
  try {
    if (!(await stat(path)).isDirectory()) return [{ name: basename(path), content: await readFile(path) }];
    const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.bpmn')).sort();
    if (names.length === 0) return { problem: `${path}: the folder has no .bpmn file in it` };
    return await Promise.all(names.map(async (name) => ({ name, content: await readFile(join(path, name)) })));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: `${path}: ${code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${code})`}` };
  }
};

const read = async (input: ResourceInput): Promise<Found> => {
  if (typeof input === 'string') return readPath(input);
  const { name, content } = input;
  return [{ name, content: typeof content === 'string' ? new TextEncoder().encode(content) : content }];
};

/**
 * Reads what a deployment names: files, folders (each `.bpmn` file in them, not below) and contents given as they are.
 *
 * @throws a `configuration` fault that names every path which cannot be read, and everything that is no resource
 */
export const readResources = async (
  resources: ResourceInput | readonly ResourceInput[],
): Promise<readonly DeploymentFile[]> => {
  const inputs: readonly ResourceInput[] = Array.isArray(resources) ? resources : [resources as ResourceInput];
  const wrong = checkResources(inputs);
  const found = wrong.length > 0 ? [] : await Promise.all(inputs.map(read));
  const problems = [...wrong, ...found.flatMap((result) => ('problem' in result ? [result.problem] : []))];
  if (problems.length > 0) {
    throw fault('configuration', {
      what: `Not all resources can be read:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
      where: 'engine.deploy(resources)',
      fix: 'correct the paths; relative ones start at the working directory.',
    });
  }
  return found.flatMap((result) => ('problem' in result ? [] : result));
};
