/** Moving instances to newer versions of their process. */
import type { Key } from '../../../../engine/machine/types.ts';

/** What an element is, and where. */
interface Placed {
  readonly id: string;
  readonly name: string;
  /** What it is in the file, such as `SERVICE_TASK`. */
  readonly type: string;
  /** The subprocess around it; absent directly in the process. */
  readonly inside?: string;
  /** The activity of a boundary event. */
  readonly attachedTo?: string;
}

/** An element of instances that are to be migrated, which becomes an element of the newer version. */
export interface MigratedElement extends Placed {
  /** Whether it is an event beside the active elements, such as a boundary event: it can stop waiting. */
  readonly isEvent: boolean;
  /** In how many of the instances. */
  readonly count: number;
  /** What it most likely becomes: the element with the same id or, without one, the only one with its name and type. */
  readonly preset?: { readonly id: string; readonly by: 'id' | 'name' };
  /** Why it cannot become some of the targets, whatever else is chosen. */
  readonly refusals: readonly { readonly reason: string; readonly targets: readonly string[] }[];
  /** Why it cannot become anything. */
  readonly problem?: string;
}

/** What has to be decided to migrate instances to the latest version of their process. */
export interface Migration {
  readonly version: number;
  readonly instances: readonly { readonly key: Key; readonly version: number }[];
  readonly elements: readonly MigratedElement[];
  /** The elements of the latest version. */
  readonly targets: readonly Placed[];
  /** Why some of the instances cannot be migrated now. */
  readonly blocked: readonly { readonly key: Key; readonly reason: string }[];
}

/** What became of an instance that was to be moved to another version. */
export interface MovedInstance {
  readonly processInstanceKey: Key;
  /** Why nothing became of it. */
  readonly problem?: string;
  /** The instance that has been started instead. */
  readonly startedKey?: Key;
}
