/** Moving instances to newer versions of their process. */
import type { Key } from '../../../../engine/machine/types.ts';

/** An element of instances that are to be migrated, which becomes an element of the newer version. */
export interface MigratedElement {
  readonly id: string;
  readonly name: string;
  /** What it is in the file, such as `SERVICE_TASK`. */
  readonly type: string;
  /** Whether it is an event beside the active elements, such as a boundary event: it can stop waiting. */
  readonly isEvent: boolean;
  /** In how many of the instances. */
  readonly count: number;
  /** The element with the same id; absent if there is none of this type. */
  readonly same?: string;
}

/** What has to be decided to migrate instances to the latest version of their process. */
export interface Migration {
  readonly version: number;
  readonly instances: readonly { readonly key: Key; readonly version: number }[];
  readonly elements: readonly MigratedElement[];
  /** The elements of the latest version. */
  readonly targets: readonly { readonly id: string; readonly name: string; readonly type: string }[];
}

/** What became of an instance that was to be moved to another version. */
export interface MovedInstance {
  readonly processInstanceKey: Key;
  /** Why nothing became of it. */
  readonly problem?: string;
  /** The instance that has been started instead. */
  readonly startedKey?: Key;
}
