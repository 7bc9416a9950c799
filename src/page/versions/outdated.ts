import type { ProcessSummary } from '../../cli/dev/page/contract.ts';

/** Instances that run in an older version of a process. */
export interface Outdated {
  readonly process: string;
  /** Only this one. Absent: all of the process. */
  readonly instance?: string;
  /** The latest version. */
  readonly version: number;
  readonly count: number;
  /** Whether instances of the latest version can be started by hand. */
  readonly canStart: boolean;
}

/** How many instances of a process run in an older version; of which version they could be. */
export const outdatedOf = (processes: readonly ProcessSummary[], process: string): Outdated => {
  const versions = processes.filter(({ id }) => id === process);
  const version = Math.max(0, ...versions.map((each) => each.version));
  const older = versions.filter((each) => each.version < version);
  const canStart = versions.find((each) => each.version === version)?.triggers === undefined;
  return { process, version, canStart, count: older.reduce((sum, { active }) => sum + active, 0) };
};

/** The address of what has to be decided to migrate them. */
export const migrationPath = ({ process, instance }: Outdated): string =>
  `/data/migration?process=${encodeURIComponent(process)}${instance === undefined ? '' : `&instance=${instance}`}`;
