import type { Key, MachineInstance } from '../../../../engine/index.ts';
import { noActiveElements } from './active-elements.ts';
import type { InstanceHistory } from './entry.ts';
import type { Figures } from './figures.ts';

/** How many instances that have ended are remembered, of all definitions together. */
const maxEnded = 1_000;

/** How many instances that were removed are remembered. */
const maxRemoved = 10_000;

/** The instances of one definition that have ended, in the order in which they did, from `first` on. */
interface EndedInstances {
  keys: Key[];
  first: number;
}

const sizeOf = ({ keys, first }: EndedInstances): number => keys.length - first;

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
  /**
   * Says that one has ended. If too many have, it forgets the one of a definition that ended first: one definition cannot push out
   * what belongs to the share of another.
   */
  readonly end: (instance: InstanceHistory) => void;
  /** Those of a definition, newest first. All that are active are among them. */
  readonly listed: (definition: Key) => readonly InstanceHistory[];
  /** Removes some that do not exist any more. */
  readonly remove: (keys: ReadonlySet<Key>) => void;
  readonly wasRemoved: (key: Key) => boolean;
}

/** Creates an empty list of instances. */
export const createKnownInstances = (): KnownInstances => {
  const instances = new Map<Key, InstanceHistory>();
  let ended = new Map<Key, EndedInstances>();
  let endedCount = 0;
  let removed: ReadonlySet<Key> = new Set();

  const addEnded = ({ key, definition }: InstanceHistory): EndedInstances => {
    let own = ended.get(definition);
    if (own === undefined) {
      own = { keys: [], first: 0 };
      ended.set(definition, own);
    }
    own.keys.push(key);
    endedCount += 1;
    return own;
  };

  const largest = (): EndedInstances => [...ended.values()].reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));

  const dropFirst = (of: EndedInstances): void => {
    instances.delete(of.keys[of.first]!);
    of.first += 1;
    endedCount -= 1;
    if (of.first < maxEnded) return;
    of.keys = of.keys.slice(of.first);
    of.first = 0;
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
      return instance;
    },
    end: (instance) => {
      const own = addEnded(instance);
      // The largest is looked for only until each has its share.
      if (endedCount > maxEnded) dropFirst(sizeOf(own) > maxEnded / ended.size ? own : largest());
    },
    listed: (definition) =>
      [...instances.values()]
        .filter((instance) => instance.definition === definition)
        // One that is active again after a step back was added again.
        .sort((a, b) => (a.key < b.key ? 1 : -1)),
    remove: (keys) => {
      for (const key of keys) instances.delete(key);
      removed = new Set([...removed, ...keys].slice(-maxRemoved));
      // Some have not ended any more.
      ended = new Map();
      endedCount = 0;
      const left = [...instances.values()].filter(({ endedAt }) => endedAt !== undefined);
      for (const instance of left.sort((a, b) => a.endedAt! - b.endedAt!)) addEnded(instance);
    },
    wasRemoved: (key) => removed.has(key),
  };
};
