import type { Key, MachineInstance } from '../../../../engine/index.ts';
import { noActiveElements } from './active-elements.ts';
import type { InstanceHistory } from './entry.ts';
import type { Figures } from './figures.ts';

/** How many instances are remembered; those that have ended first are forgotten. */
const maxInstances = 1_000;

/** How many instances that were removed are remembered. */
const maxRemoved = 10_000;

/** How many instances are looked at to find one that has ended. */
const dropTries = 4;

/** The instances that the history knows. */
export interface KnownInstances {
  readonly get: (key: Key) => InstanceHistory | undefined;
  readonly all: () => Iterable<InstanceHistory>;
  /**
   * Adds one that was not known.
   *
   * @param startedAt in milliseconds since 1970; `undefined` if that is not known, nor what has happened in it since
   */
  readonly add: (found: MachineInstance, figures: Figures, startedAt: number | undefined) => InstanceHistory;
  /** Lists the latest one that was added, and forgets an older one if there are too many. */
  readonly list: (key: Key) => void;
  /** Those that are listed, newest first. */
  readonly listed: (definition: Key) => readonly InstanceHistory[];
  /** Removes some that do not exist any more. */
  readonly remove: (keys: ReadonlySet<Key>) => void;
  readonly wasRemoved: (key: Key) => boolean;
}

/** Creates an empty list of instances. */
export const createKnownInstances = (): KnownInstances => {
  const instances = new Map<Key, InstanceHistory>();
  /** The keys of the latest instances, oldest first. */
  let order: Key[] = [];
  /** The keys of known instances in the order in which they are looked at to forget one, from `nextCandidate` on. */
  let candidates: Key[] = [];
  let nextCandidate = 0;
  let removed: ReadonlySet<Key> = new Set();

  /** Forgets one of the instances that began first. One that is active moves to the end, so that nobody looks at it again soon. */
  const dropOldest = (): void => {
    for (let tries = 0; tries < dropTries && nextCandidate < candidates.length; nextCandidate += 1) {
      const key = candidates[nextCandidate]!;
      const instance = instances.get(key);
      // A step back has forgotten it.
      if (instance === undefined) continue;
      if (instance.endedAt !== undefined) {
        instances.delete(key);
        tries = dropTries;
      } else {
        candidates.push(key);
        tries += 1;
      }
    }
    if (nextCandidate < maxInstances) return;
    candidates = candidates.slice(nextCandidate);
    nextCandidate = 0;
  };

  return {
    get: (key) => instances.get(key),
    all: () => instances.values(),
    add: ({ key, bpmnProcessId, processDefinitionKey, version, state }, figures, startedAt) => {
      const instance: InstanceHistory = {
        key,
        process: bpmnProcessId,
        definition: processDefinitionKey,
        figures,
        startedAt,
        endedAt: undefined,
        version,
        state,
        active: noActiveElements(),
        last: undefined,
        length: 0,
        lines: 0,
        lostLines: 0,
        isCut: startedAt === undefined,
        events: undefined,
        isCounted: false,
      };
      instances.set(key, instance);
      candidates.push(key);
      return instance;
    },
    list: (key) => {
      if (instances.size > maxInstances) dropOldest();
      order.push(key);
      if (order.length >= 2 * maxInstances) order = order.slice(-maxInstances);
    },
    listed: (definition) => {
      const found: InstanceHistory[] = [];
      for (let index = order.length - 1; index >= 0; index -= 1) {
        const instance = instances.get(order[index]!);
        if (instance?.definition === definition) found.push(instance);
      }
      return found;
    },
    remove: (keys) => {
      for (const key of keys) instances.delete(key);
      order = order.filter((key) => !keys.has(key));
      removed = new Set([...removed, ...keys].slice(-maxRemoved));
    },
    wasRemoved: (key) => removed.has(key),
  };
};
