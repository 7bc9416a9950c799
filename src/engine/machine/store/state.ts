import { createKeyTable, type KeyTable } from '../../../common/collections/key-table.ts';
import type { List } from '../../../common/collections/linked-list.ts';
import { createRandomState, type RandomState } from '../random.ts';
import type { MachineDecisionEvaluation } from '../types.ts';
import type {
  ConditionWatch,
  DecisionVersion,
  Definition,
  ElementInstance,
  EndedInstance,
  Form,
  Incident,
  Job,
  Lost,
  Message,
  MessageStart,
  Requirements,
  Resource,
  Scheduled,
  SignalStart,
  SignalSubscription,
  StoredFile,
  SubscriptionGroup,
  Timer,
  UserTask,
} from './records.ts';

/** The generators of random numbers. The choices depend on the network, so they must not affect the expressions. */
export interface Randomness {
  readonly seed: number;
  readonly expressions: RandomState;
  readonly choices: RandomState;
}

/** The state of the machine. The maps by key are the state itself; the others are indexes. */
export interface State {
  /** From which the random numbers follow: those of expressions, and those of the choice of a worker. */
  random: Randomness;
  /** The last key that was assigned. */
  lastKey: number;
  readonly resources: Resource[];
  readonly definitions: Map<number, Definition>;
  /** Versions by process id; version n is at index n - 1. */
  readonly versions: Map<string, Definition[]>;
  readonly elements: KeyTable<ElementInstance>;
  readonly jobs: KeyTable<Job>;
  readonly userTasks: KeyTable<UserTask>;
  /** Versions of forms by id; version n is at index n - 1. */
  readonly forms: Map<string, Form[]>;
  /** Versions of files that are only stored, by id; version n is at index n - 1. */
  readonly files: Map<string, StoredFile[]>;
  /** Versions of DMN files by the id of their definitions; version n is at index n - 1. */
  readonly requirements: Map<string, Requirements[]>;
  /** Versions of decisions by id; version n is at index n - 1. */
  readonly decisions: Map<string, DecisionVersion[]>;
  /** The evaluations that happened last, by key, oldest first. */
  readonly evaluations: Map<number, MachineDecisionEvaluation>;
  /** Heaps of the activatable jobs by type. */
  readonly ready: Map<string, Job[]>;
  /** The number of the last version of what was deleted, by kind and id, because no number is used again. */
  readonly deletedVersions: Map<string, number>;
  readonly incidents: KeyTable<Incident>;
  /** Heap of scheduled items. */
  readonly due: Scheduled[];
  /** Open message subscriptions by message name, then by correlation key. */
  readonly subscriptions: Map<string, Map<string, SubscriptionGroup>>;
  /** Buffered messages. */
  readonly messages: KeyTable<Message>;
  /** The latest messages that have correlated with nothing, oldest first. */
  readonly lost: Lost[];
  /** Buffered messages by name, then by correlation key. */
  readonly buffer: Map<string, Map<string, List<Message>>>;
  /** Buffered messages with an id, by `messageIdentity`. */
  readonly messageIds: Map<string, Message>;
  /** Message start events of the latest versions by process id. */
  readonly messageStarts: Map<string, readonly MessageStart[]>;
  /** The same, by message name. */
  readonly startsByName: Map<string, Set<MessageStart>>;
  /** Process instances whose variables have changed while something in them waits for a condition. */
  readonly changedConditions: ConditionWatch[];
  /** Open signal subscriptions by name. */
  readonly signals: Map<string, Set<SignalSubscription>>;
  /** Signal start events of the latest versions by process id. */
  readonly signalStarts: Map<string, readonly SignalStart[]>;
  /** Timers of the start events of the latest versions by process id. */
  readonly timerStarts: Map<string, readonly Timer[]>;
  /** Running instances that a message with a correlation key started, by `lockOf`. */
  readonly locks: Map<string, ElementInstance>;
  /** How many running process instances that no call activity has started have a business id, by process and id. */
  readonly businessIds: Map<string, number>;
  /** The process instances that ended last. `endedRing` is a ring buffer of their keys; `endedNext` is its oldest entry. */
  readonly ended: Map<number, EndedInstance>;
  readonly endedRing: number[];
  endedNext: number;
}

/** How many ended process instances are kept by default. */
export const defaultKeepEnded = 10_000;

/** Creates the generators of random numbers. */
export const createRandomness = (seed: number): Randomness => ({
  seed,
  expressions: createRandomState(seed, 0),
  choices: createRandomState(seed, 1),
});

/** Creates an empty state. */
export const createState = (seed: number): State => ({
  random: createRandomness(seed),
  lastKey: 0,
  resources: [],
  definitions: new Map(),
  versions: new Map(),
  elements: createKeyTable(),
  jobs: createKeyTable(),
  userTasks: createKeyTable(),
  forms: new Map(),
  files: new Map(),
  requirements: new Map(),
  decisions: new Map(),
  evaluations: new Map(),
  ready: new Map(),
  deletedVersions: new Map(),
  incidents: createKeyTable(),
  due: [],
  subscriptions: new Map(),
  messages: createKeyTable(),
  lost: [],
  buffer: new Map(),
  messageIds: new Map(),
  messageStarts: new Map(),
  startsByName: new Map(),
  changedConditions: [],
  signals: new Map(),
  signalStarts: new Map(),
  timerStarts: new Map(),
  locks: new Map(),
  businessIds: new Map(),
  ended: new Map(),
  endedRing: [],
  endedNext: 0,
});
