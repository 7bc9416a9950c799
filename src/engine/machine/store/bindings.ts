import type { Binding } from '../../model/types.ts';
import type { Definition } from './records.ts';

/**
 * The version of a resource to which an element of a process is bound.
 *
 * @param versions oldest first
 * @param process the version of the process that contains the element
 * @param tagOf reads the version tag
 */
export const findVersion = <T extends { readonly deployments: readonly number[] }>(
  versions: readonly T[],
  binding: Binding,
  process: Definition,
  tagOf: (version: T) => string | undefined,
): T | undefined => {
  if (binding.kind === 'latest') return versions.at(-1);
  if (binding.kind === 'versionTag') return versions.findLast((version) => tagOf(version) === binding.versionTag);
  return versions.findLast(({ deployments }) => deployments.some((key) => process.deployments.includes(key)));
};
