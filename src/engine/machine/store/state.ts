import type { HeapOrder } from '../../../common/heap.ts';
import type { List } from './list.ts';
import type {
  Definition,
  Due,
  ElementInstance,
  EndedInstance,
  Incident,
  Job,
  Message,
  MessageStart,
  Resource,
  SubscriptionGroup,
  Timer,
} from './records.ts';

/** Everything that the machine knows. The maps by key are the state; the others are indexes over it. */
export interface State {
  /** The last key given away. */
  lastKey: number;
  readonly resources: Resource[];
  readonly definitions: Map<number, Definition>;
  /** Versions by process id; version n at index n - 1. */
  readonly versions: Map<string, Definition[]>;
  readonly elements: Map<number, ElementInstance>;
  readonly jobs: Map<number, Job>;
  /** Heaps of the activatable jobs by type. */
  readonly ready: Map<string, Job[]>;
  readonly incidents: Map<number, Incident>;
  /** Heap of all that happens at a time. */
  readonly due: Due[];
  /** By message name, then by correlation key. */
  readonly subscriptions: Map<string, Map<string, SubscriptionGroup>>;
  /** Buffered messages. */
  readonly messages: Map<number, Message>;
  /** Buffered messages by name, then by correlation key. */
  readonly buffer: Map<string, Map<string, List<Message>>>;
  /** Buffered messages that have an id, by `messageIdentity`. */
  readonly messageIds: Map<string, Message>;
  /** Message start events of the latest versions by process id. */
  readonly messageStarts: Map<string, readonly MessageStart[]>;
  /** The same by message name. */
  readonly startsByName: Map<string, Set<MessageStart>>;
  /** Timers of the start events of the latest versions by process id. */
  readonly timerStarts: Map<string, readonly Timer[]>;
  /** Running instances that a message with a correlation key started, by `lockOf`. */
  readonly locks: Map<string, ElementInstance>;
  /** The process instances that ended last; a ring that overwrites the oldest at `endedNext`. */
  readonly ended: Map<number, EndedInstance>;
  readonly endedRing: number[];
  endedNext: number;
}

export const createState = (): State => ({
  lastKey: 0,
  resources: [],
  definitions: new Map(),
  versions: new Map(),
  elements: new Map(),
  jobs: new Map(),
  ready: new Map(),
  incidents: new Map(),
  due: [],
  subscriptions: new Map(),
  messages: new Map(),
  buffer: new Map(),
  messageIds: new Map(),
  messageStarts: new Map(),
  startsByName: new Map(),
  timerStarts: new Map(),
  locks: new Map(),
  ended: new Map(),
  endedRing: [],
  endedNext: 0,
});

/** What falls due first comes first; of what falls due together, the older. */
export const dueOrder: HeapOrder<Due> = {
  before: (a, b) => a.due < b.due || (a.due === b.due && a.key < b.key),
  placeOf: (item) => item.dueAt,
  place: (item, index) => {
    item.dueAt = index;
  },
};

/** Jobs are handed out oldest first, also after they have come back. */
export const readyOrder: HeapOrder<Job> = {
  before: (a, b) => a.key < b.key,
  placeOf: (item) => item.readyAt,
  place: (item, index) => {
    item.readyAt = index;
  },
};
