import type { MachineIncident } from '../engine/machine/types.ts';
import type { JobOutcome } from './outcomes.ts';
import type { Counts } from './state/counts.ts';
import type { ProcessTestOptions } from './types.ts';

type SomeVariables = Readonly<Record<string, unknown>>;

/** What a walk through a process chooses from. Jobs that have a connector or a mock are left to these. */
export interface WalkOptions extends ProcessTestOptions {
  /** The id of the process. */
  readonly process: string;
  /** The tenant of the instances, if the engine has tenants. Default: its first. */
  readonly tenantId?: string;
  /** The variables that an instance can start with. Default: none. */
  readonly starts?: readonly SomeVariables[];
  /** How jobs can end, by their types. Default: they complete without variables. A type that no process has is refused. */
  readonly jobs?: Readonly<Record<string, readonly JobOutcome[]>>;
  /** The variables with which user tasks can be completed, by the ids of their elements. Default: they complete without variables. */
  readonly userTasks?: Readonly<Record<string, readonly SomeVariables[]>>;
  /** The variables that messages can have, by their names. Default: none. */
  readonly messages?: Readonly<Record<string, readonly SomeVariables[]>>;
  /** A walk with more steps counts as endless. Default: 200. */
  readonly maxSteps?: number;
}

/** One way through a process. */
export interface Walk {
  /**
   * How it ended. `incident`: somebody would have to resolve an incident. `stuck`: nothing that a walk can do lets it continue.
   * `endless`: it has taken too many steps.
   */
  readonly end: 'completed' | 'terminated' | 'incident' | 'stuck' | 'endless';
  /** What was chosen, in order, e.g. `job "charge" of Charge: BPMN error DECLINED`. */
  readonly steps: readonly string[];
  /** The numbers that lead to the same steps again, for `walk`. */
  readonly choices: readonly number[];
  /** The ids of the elements that were entered, in order. */
  readonly path: readonly string[];
  readonly incident?: MachineIncident;
  /** What the instance was doing at the end, as text. */
  readonly description: string;
}

/** What many walks have found. */
export interface Exploration {
  /** How many walks ended in each way. */
  readonly ends: Readonly<Record<Walk['end'], number>>;
  /** Of the walks that neither completed nor were terminated, the shortest for each place and reason. */
  readonly problems: readonly Walk[];
  /** The ids of the elements of the process that no walk has entered. */
  readonly unreached: readonly string[];
  readonly counts: Counts;
}
