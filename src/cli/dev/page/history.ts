import {
  type Engine,
  type EngineEvent,
  isInternalProcess,
  type Key,
  type MachineInstance,
  type MachineJob,
} from '../../../engine/index.ts';
import type { Count, LogLine } from './contract.ts';
import { createOpenItems, type OpenItems } from './open-items.ts';
import { instanceOf, subjectOf } from './steps.ts';

/** An event with its number and the time of processes. */
export interface Entry {
  readonly seq: number;
  readonly at: number;
  /** Absent for a line of the log. */
  readonly event?: EngineEvent;
  readonly line?: LogLine & { readonly job?: Key; readonly instance?: Key };
}

/** What is known of an instance beyond what the engine keeps. */
export interface InstanceHistory {
  readonly key: Key;
  /** The id of its process; a migration can change it, as it changes the definition and the version. */
  process: string;
  /** The key of its definition. */
  definition: Key;
  startedAt?: number;
  endedAt?: number;
  /** Of the process. */
  version: number;
  state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  /** The elements that are active, by the key of the element instance. */
  readonly active: Map<Key, string>;
  entries: Entry[];
  isCut: boolean;
}

/** Figures of one version of a process. */
export interface Figures {
  active: number;
  completed: number;
  terminated: number;
  readonly elements: Map<string, { -readonly [Name in keyof Count]: Count[Name] }>;
  readonly flows: Map<string, number>;
}

/** The events of an engine, counted and ordered by instance. */
export interface History {
  /** The number of the last event. */
  readonly seq: () => number;
  /** Whether all entries after a number are still there. */
  readonly has: (seq: number) => boolean;
  /** The latest entries, oldest first. */
  readonly latest: (count: number) => readonly Entry[];
  readonly instance: (key: Key) => InstanceHistory | undefined;
  readonly figures: (definition: Key) => Figures;
  /** The jobs that were completed after an entry, the latest ones if there were many. */
  readonly completedJobs: (seq: number) => readonly CompletedJob[];
  /** Adds an event of the engine. */
  readonly add: (event: EngineEvent) => void;
  /** Adds a line of the log. */
  readonly addLine: (line: NonNullable<Entry['line']>) => void;
  /** Calls the listener after each entry. */
  readonly onEntry: (listener: () => void) => void;
  /** How many jobs, timers and user tasks there are. */
  readonly open: OpenItems;
  /** All known instances of a definition, newest first. */
  readonly instancesOf: (definition: Key) => readonly InstanceHistory[];
  /** What {@link History.goBack} needs. */
  readonly mark: () => Mark;
  /**
   * Forgets what has happened since the mark, after the engine has gone back to it. The numbers of entries go on.
   */
  readonly goBack: (mark: Mark) => void;
}

/** A job whose connector has done what it does. */
export interface CompletedJob {
  readonly key: Key;
  readonly type: string;
  readonly elementId: string;
  readonly process: string;
  readonly instance: Key;
}

/** A point in the past. */
export interface Mark {
  readonly seq: number;
  readonly figures: ReadonlyMap<Key, Figures>;
}

/** How many entries the ring holds, for pages that were disconnected. */
const ringSize = 5_000;

/** How many entries of one instance are kept. */
const maxEntries = 2_000;

/** How many instances keep their entries; those that have ended first lose theirs. */
const maxInstances = 1_000;

/** How many completed jobs are listed. */
const maxCompleted = 200;

/** How many instances are looked at to find one that has ended. */
const dropTries = 4;

/** What the history needs of an engine. */
export type HistoryEngine = Pick<Engine, 'now' | 'instances' | 'elements' | 'jobs' | 'timers' | 'userTasks'>;

/** What says of which process an instance is. */
type DefinedInstance = Pick<MachineInstance, 'bpmnProcessId' | 'processDefinitionKey' | 'version'>;

const noFigures = (): Figures => ({ active: 0, completed: 0, terminated: 0, elements: new Map(), flows: new Map() });

const copyFigures = (figures: Figures): Figures => ({
  ...figures,
  elements: new Map([...figures.elements].map(([id, count]) => [id, { ...count }])),
  flows: new Map(figures.flows),
});

const bump = (map: Map<string, number>, name: string): void => void map.set(name, (map.get(name) ?? 0) + 1);

/**
 * Creates the history of an engine. It does as little as possible for each event: an engine that is busy must not become slower
 * because a page shows it.
 *
 * @param engine asked for its time, and for what is open after it has gone back
 */
export const createHistory = (engine: HistoryEngine): History => {
  let seq = 0;
  let ring: Entry[] = [];
  /** The number of the entry before the first one in the ring. */
  let cutAt = 0;
  const instances = new Map<Key, InstanceHistory>();
  /** The keys of the latest instances, oldest first. */
  let order: Key[] = [];
  const all = new Map<Key, Figures>();
  const open = createOpenItems();
  const listeners = new Set<() => void>();
  let completed: (CompletedJob & { readonly seq: number })[] = [];

  const keepCompleted = ({ key, type, elementId, bpmnProcessId, processInstanceKey }: MachineJob): void => {
    completed.push({ seq, key, type, elementId, process: bpmnProcessId, instance: processInstanceKey });
    if (completed.length >= 2 * maxCompleted) completed = completed.slice(-maxCompleted);
  };

  const figuresOf = (definition: Key): Figures => {
    let figures = all.get(definition);
    if (figures === undefined) {
      figures = noFigures();
      all.set(definition, figures);
    }
    return figures;
  };
  const countOf = ({ elements }: Figures, id: string) => {
    let count = elements.get(id);
    if (count === undefined) {
      count = { active: 0, done: 0, terminated: 0 };
      elements.set(id, count);
    }
    return count;
  };

  /** Forgets one of the instances that began first. One that is active moves to the end, so that nobody looks at it again soon. */
  const dropOldest = (): void => {
    let tries = 0;
    for (const [key, instance] of instances) {
      instances.delete(key);
      if (instance.endedAt !== undefined) return;
      instances.set(key, instance);
      tries += 1;
      if (tries === dropTries) return;
    }
  };

  const remember = (found: MachineInstance, startedAt: number | undefined): InstanceHistory => {
    const { key, bpmnProcessId, processDefinitionKey, version, state } = found;
    const instance: InstanceHistory = {
      ...{ key, process: bpmnProcessId, definition: processDefinitionKey, version, state },
      ...(startedAt === undefined ? {} : { startedAt }),
      ...{ active: new Map(), entries: [], isCut: startedAt === undefined },
    };
    instances.set(key, instance);
    return instance;
  };

  const created = (event: Extract<EngineEvent, { kind: 'instance:created' }>, at: number): InstanceHistory => {
    const instance = remember(event.instance, at);
    if (instances.size > maxInstances) dropOldest();
    order.push(instance.key);
    if (order.length >= 2 * maxInstances) order = order.slice(-maxInstances);
    figuresOf(instance.definition).active += 1;
    return instance;
  };

  const define = (instance: InstanceHistory, found: DefinedInstance): void => {
    instance.process = found.bpmnProcessId;
    instance.definition = found.processDefinitionKey;
    instance.version = found.version;
  };

  const migrate = (instance: InstanceHistory, found: DefinedInstance): void => {
    const before = figuresOf(instance.definition);
    const now = figuresOf(found.processDefinitionKey);
    before.active -= 1;
    now.active += 1;
    for (const id of instance.active.values()) {
      countOf(before, id).active -= 1;
      countOf(now, id).active += 1;
    }
    define(instance, found);
  };

  const count = (event: EngineEvent, instance: InstanceHistory, at: number): void => {
    const figures = figuresOf(instance.definition);
    switch (event.kind) {
      case 'element:activated':
        if (event.element.kind === 'process') return;
        instance.active.set(event.element.key, event.element.elementId);
        countOf(figures, event.element.elementId).active += 1;
        return;
      case 'element:completed':
      case 'element:terminated': {
        if (event.element.kind === 'process') return;
        const counted = countOf(figures, event.element.elementId);
        if (instance.active.delete(event.element.key)) counted.active -= 1;
        counted[event.kind === 'element:completed' ? 'done' : 'terminated'] += 1;
        return;
      }
      case 'flow:taken':
        bump(figures.flows, event.flowId);
        return;
      case 'instance:completed':
      case 'instance:terminated':
        figures.active -= 1;
        figures[event.kind === 'instance:completed' ? 'completed' : 'terminated'] += 1;
        instance.endedAt = at;
        instance.state = event.instance.state;
        return;
      case 'instance:migrated':
        migrate(instance, event.instance);
        return;
    }
  };

  const push = (entry: Entry): void => {
    ring.push(entry);
    if (ring.length >= 2 * ringSize) {
      ring = ring.slice(-ringSize);
      cutAt = ring[0]!.seq - 1;
    }
    for (const listener of listeners) listener();
  };

  const keep = (instance: InstanceHistory, entry: Entry): void => {
    instance.entries.push(entry);
    if (instance.entries.length < 2 * maxEntries) return;
    instance.entries = instance.entries.slice(-maxEntries);
    instance.isCut = true;
  };

  return {
    seq: () => seq,
    // Also for something that is no number.
    has: (given) => given >= cutAt && given <= seq,
    latest: (wanted) => ring.slice(-wanted),
    completedJobs: (given) => completed.filter((job) => job.seq > given),
    instance: (key) => instances.get(key),
    figures: figuresOf,
    open,
    instancesOf: (definition) => {
      const found: InstanceHistory[] = [];
      for (let index = order.length - 1; index >= 0; index -= 1) {
        const instance = instances.get(order[index]!);
        if (instance?.definition === definition) found.push(instance);
      }
      return found;
    },
    add: (event) => {
      const subject = subjectOf(event);
      const process = subject.bpmnProcessId;
      if (process != null && isInternalProcess(process)) return;
      seq += 1;
      const entry: Entry = { seq, at: engine.now(), event };
      if (event.kind === 'job:completed' || event.kind === 'job:errorThrown') keepCompleted(event.job);
      open.add(event);
      const key = instanceOf(event, subject);
      if (key !== undefined) {
        const instance = event.kind === 'instance:created' ? created(event, entry.at) : instances.get(key);
        if (instance !== undefined) {
          keep(instance, entry);
          count(event, instance, entry.at);
        }
      }
      push(entry);
    },
    addLine: (line) => {
      seq += 1;
      const entry: Entry = { seq, at: engine.now(), line };
      const instance = line.instance === undefined ? undefined : instances.get(line.instance);
      if (instance !== undefined) keep(instance, entry);
      push(entry);
    },
    onEntry: (listener) => void listeners.add(listener),
    mark: () => ({ seq, figures: new Map([...all].map(([key, figures]) => [key, copyFigures(figures)])) }),
    goBack: (mark) => {
      all.clear();
      for (const [key, figures] of mark.figures) all.set(key, copyFigures(figures));
      const existing = new Map(engine.instances().map((instance) => [instance.key, instance]));
      for (const [key, instance] of instances) {
        const found = existing.get(key);
        if (found === undefined) {
          instances.delete(key);
          continue;
        }
        instance.entries = instance.entries.filter((entry) => entry.seq <= mark.seq);
        define(instance, found);
        instance.state = found.state;
        if (found.state === 'ACTIVE') delete instance.endedAt;
        instance.active.clear();
      }
      for (const found of existing.values()) {
        if (found.state !== 'ACTIVE' || found.internal === true) continue;
        // One whose entries were dropped when it had ended is active again.
        const instance = instances.get(found.key) ?? remember(found, undefined);
        for (const { key, elementId, kind } of engine.elements(found.key)) {
          if (kind !== 'process') instance.active.set(key, elementId);
        }
      }
      order = order.filter((key) => instances.has(key));
      open.reset(engine);
      completed = completed.filter((job) => job.seq <= mark.seq);
      // Pages that are open load everything anew.
      ring = [];
      seq += 1;
      cutAt = seq;
    },
  };
};
