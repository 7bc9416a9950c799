/** The minor versions of Camunda 8 that the engine can behave as, oldest first. */
export const clusterVersions = ['8.6', '8.7', '8.8', '8.9', '8.10'] as const;

/** A minor version of Camunda 8. */
export type ClusterVersion = (typeof clusterVersions)[number];

/** The version without an option: the newest, because the engine runs all elements. */
export const defaultVersion: ClusterVersion = '8.10';

/**
 * Tells whether a version is at least another one.
 *
 * @example
 * isSince('8.10', '8.9'); // true
 */
export const isSince = (version: ClusterVersion, since: ClusterVersion): boolean =>
  clusterVersions.indexOf(version) >= clusterVersions.indexOf(since);
