import { statSync } from 'node:fs';
import { resourcePaths } from '../deploy.ts';
import type { DevSession } from '../session.ts';
import { filesIn } from './watched-files.ts';

/** The names of BPMN and DMN files and of forms. */
export const modelFile: RegExp = /\.(?:bpmn|dmn|form)$/i;

/** Whether there is a folder at a path. */
export const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/** The files of models in a folder; none if it is gone. */
export const modelsIn = (folder: string): readonly string[] => filesIn(folder).filter((path) => modelFile.test(path));

/**
 * The files of models behind the resources of the command line.
 *
 * @throws a fault that names a resource that does not exist
 */
export const modelFilesOf = ({ request, context }: Pick<DevSession, 'request' | 'context'>): readonly string[] =>
  resourcePaths(request, context.folder).flatMap((path) => (isFolder(path) ? modelsIn(path) : [path]));
