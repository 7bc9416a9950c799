import { compileOnce } from '../../engine/deployment/compile-once.ts';
import { readFiles } from '../../engine/deployment/read-files.ts';
import type { ProcessModel } from '../../engine/model/types.ts';

/**
 * Reads and compiles the processes of BPMN files. A file that the engine cannot run has none here.
 *
 * @param paths absolute paths of files and folders
 * @throws a fault that names every file that cannot be read
 */
export const readModels = async (paths: readonly string[]): Promise<readonly ProcessModel[]> => {
  const files = await readFiles(paths, '--resource');
  const compiled = await Promise.all(
    files.filter(({ name }) => /\.(?:bpmn|xml)$/i.test(name)).map(({ name, content }) => compileOnce(name, content)),
  );
  return compiled.flatMap((result) => (result.ok ? result.processes : []));
};
