import type { Problem, ProcessModel } from '../types.ts';

/**
 * The problems of files that contain a process id of an earlier file of the same deployment.
 *
 * @returns the problems of each file, in the order of the files
 */
export const repeatedProcessIds = (
  files: readonly { readonly name: string; readonly processes: readonly ProcessModel[] }[],
): readonly (readonly Problem[])[] => {
  const owners = new Map<string, string>();
  return files.map(({ name, processes }) =>
    processes.flatMap(({ id }): readonly Problem[] => {
      const owner = owners.get(id);
      if (owner === undefined) owners.set(id, name);
      return owner === undefined
        ? []
        : [{ element: id, text: `The process id '${id}' is also used in '${owner}'. Rename one of the processes.` }];
    }),
  );
};
