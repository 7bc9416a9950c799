import {
  type Engine,
  type EngineEvent,
  isInternalProcess,
  type Key,
  type MachineInstance,
} from '../../../../engine/index.ts';
import { activeIds, addActive, clearActive, noActiveElements, removeActive, renameActive } from './active-elements.ts';
import { type CompletedJob, completedJob } from './completed-job.ts';
import {
  type ContentEntry,
  type Entry,
  entriesOf,
  type InstanceHistory,
  type KnownLine,
  lineOf,
  sinceOf,
} from './entry.ts';
import { copyFigures, countFlow, countOf, type Figures, noFigures } from './figures.ts';
import { createOpenItems, type OpenItems } from './open-items.ts';
import { cutEntries, thinLines } from './shorten.ts';
import { instanceOf, subjectOf } from './subject.ts';

/** The events of an engine, counted and ordered by instance. */
export interface History {
  /** The number of the last event. */
  readonly seq: () => number;
  /** Whether all entries after a number are still there. */
  readonly has: (seq: number) => boolean;
  /** The latest entries, oldest first. */
  readonly latest: (count: number) => readonly Entry[];
  readonly instance: (key: Key) => InstanceHistory | undefined;
  /** Whether an instance does not exist any more because of {@link History.goBack}. */
  readonly isTakenBack: (key: Key) => boolean;
  readonly figures: (definition: Key) => Figures;
  /** The jobs that were completed after a mark: how many, and the latest ones. */
  readonly completedJobs: (mark: Mark) => {
    readonly completedCount: number;
    readonly completed: readonly CompletedJob[];
  };
  /** Adds an event of the engine. */
  readonly add: (event: EngineEvent) => void;
  /** Adds a line of the log. */
  readonly addLine: (line: Omit<KnownLine, 'kind'>) => void;
  /** Calls the listener after each entry; the one before is not called any more. */
  readonly onEntry: (listener: () => void) => void;
  /** How many jobs, timers and user tasks there are. */
  readonly open: OpenItems;
  /** All known instances of a definition, newest first. */
  readonly instancesOf: (definition: Key) => readonly InstanceHistory[];
  /** What {@link History.goBack} needs. */
  readonly mark: () => Mark;
  /**
   * Forgets what has happened since the mark, after the engine has gone back to it. The entries up to the mark stay, and the numbers
   * of entries go on.
   */
  readonly goBack: (mark: Mark) => void;
}

/** A point in the past. */
export interface Mark {
  readonly seq: number;
  /** How many jobs had been completed. */
  readonly completedCount: number;
  readonly figures: ReadonlyMap<Key, Figures>;
}

/** How many entries the ring holds, for pages that were disconnected. */
const ringSize = 5_000;

/** How many entries of one instance are kept. */
const maxEntries = 2_000;

/** How many lines of the log of one instance are kept: a connector that writes very many must not push the events out. */
const maxLines = 500;

/** How many instances keep their entries; those that have ended first lose theirs. */
const maxInstances = 1_000;

/** How many completed jobs are listed. */
const maxCompleted = 200;

/** How many instances that a step back has taken away are remembered. */
const maxTakenBack = 10_000;

/** How many instances are looked at to find one that has ended. */
const dropTries = 4;

/** What the history needs of an engine. */
export type HistoryEngine = Pick<
  Engine,
  'now' | 'instances' | 'elements' | 'jobs' | 'timers' | 'userTasks' | 'decisionInstances'
>;

/** What says of which process an instance is. */
type DefinedInstance = Pick<MachineInstance, 'bpmnProcessId' | 'processDefinitionKey' | 'version'>;

/**
 * Creates the history of an engine. It does as little as possible for each event: an engine that is busy must not become slower
 * because a page shows it.
 *
 * @param engine asked for its time, and for what is active after a migration or a step back
 */
export const createHistory = (engine: HistoryEngine): History => {
  let seq = 0;
  let ring: Entry[] = [];
  /** The number of the entry before the first one in the ring. */
  let cutAt = 0;
  const instances = new Map<Key, InstanceHistory>();
  let takenBack: ReadonlySet<Key> = new Set();
  /** The keys of the latest instances, oldest first. */
  let order: Key[] = [];
  const all = new Map<Key, Figures>();
  const open = createOpenItems();
  let onEntry = (): void => {};
  /** The entries of the jobs that were completed. */
  let completed: Entry[] = [];
  let completedCount = 0;

  const figuresOf = (definition: Key): Figures => {
    let figures = all.get(definition);
    if (figures === undefined) {
      figures = noFigures();
      all.set(definition, figures);
    }
    return figures;
  };

  /** The keys of known instances in the order in which they are looked at to forget one, from `nextCandidate` on. */
  let candidates: Key[] = [];
  let nextCandidate = 0;

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

  const remember = (found: MachineInstance, startedAt: number | undefined): InstanceHistory => {
    const { key, bpmnProcessId, processDefinitionKey, version, state } = found;
    const instance: InstanceHistory = {
      key,
      process: bpmnProcessId,
      definition: processDefinitionKey,
      figures: figuresOf(processDefinitionKey),
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
    };
    instances.set(key, instance);
    candidates.push(key);
    return instance;
  };

  const created = (event: Extract<EngineEvent, { kind: 'instance:created' }>, at: number): InstanceHistory => {
    const instance = remember(event.instance, at);
    if (instances.size > maxInstances) dropOldest();
    order.push(instance.key);
    if (order.length >= 2 * maxInstances) order = order.slice(-maxInstances);
    instance.figures.active += 1;
    return instance;
  };

  const define = (instance: InstanceHistory, found: DefinedInstance): void => {
    instance.process = found.bpmnProcessId;
    instance.definition = found.processDefinitionKey;
    instance.figures = figuresOf(found.processDefinitionKey);
    instance.version = found.version;
  };

  const migrate = (instance: InstanceHistory, found: DefinedInstance): void => {
    const before = instance.figures;
    define(instance, found);
    const now = instance.figures;
    before.active -= 1;
    now.active += 1;
    for (const id of activeIds(instance.active)) countOf(before, id).active -= 1;
    renameActive(instance.active, new Map(engine.elements(instance.key).map(({ key, elementId }) => [key, elementId])));
    for (const id of activeIds(instance.active)) countOf(now, id).active += 1;
  };

  const endInstance = (instance: InstanceHistory, { state }: MachineInstance, at: number): void => {
    instance.figures.active -= 1;
    instance.figures[state === 'COMPLETED' ? 'completed' : 'terminated'] += 1;
    instance.endedAt = at;
    instance.state = state;
  };

  /** Events in a row are often about the same instance. */
  let lastOwner: InstanceHistory | undefined;
  const ownerOf = (key: Key): InstanceHistory | undefined => {
    if (lastOwner?.key !== key) lastOwner = instances.get(key);
    return lastOwner;
  };

  /** Adds an entry, which is made with the number that follows and with the last entry of its instance. */
  const push = <Added extends Entry>(entry: Added): Added => {
    const { owner } = entry;
    seq += 1;
    if (owner !== undefined) {
      owner.last = entry;
      owner.length += 1;
      if (owner.length === 2 * maxEntries) cutEntries(owner, maxEntries);
    }
    ring.push(entry);
    if (ring.length >= 2 * ringSize) {
      ring = ring.slice(-ringSize);
      // The ring can hold entries from before a step back, but numbers are missing after them.
      cutAt = Math.max(cutAt, ring[0]!.seq - 1);
    }
    onEntry();
    return entry;
  };

  const pushContent = (
    at: number,
    owner: InstanceHistory | undefined,
    content: ContentEntry['content'],
  ): ContentEntry => push({ seq: seq + 1, since: sinceOf(at), previous: owner?.last, owner, content });

  const addElement = (event: Extract<EngineEvent, { element: object }>, owner: InstanceHistory): void => {
    const { key, elementId, kind, scopeKey } = event.element;
    const since = sinceOf(engine.now());
    push({ seq: seq + 1, since, previous: owner.last, owner, element: event.kind, elementId, key, scopeKey });
    if (kind === 'process') return;
    const count = countOf(owner.figures, elementId);
    if (event.kind === 'element:activated') {
      addActive(owner.active, key, elementId);
      count.active += 1;
      return;
    }
    if (removeActive(owner.active, key)) count.active -= 1;
    count[event.kind === 'element:completed' ? 'done' : 'terminated'] += 1;
  };

  /** Adds an event of a kind that is rarer, or of an instance that is not known. */
  const addOther = (event: EngineEvent): void => {
    const subject = subjectOf(event);
    const process = subject.bpmnProcessId;
    if (process != null && isInternalProcess(process)) return;
    const at = engine.now();
    const key = instanceOf(event, subject);
    const known = key === undefined ? undefined : ownerOf(key);
    const owner = event.kind === 'instance:created' ? created(event, at) : known;
    open.add(event);
    const entry = pushContent(at, owner, event);
    switch (event.kind) {
      case 'job:completed':
      case 'job:errorThrown':
        completed.push(entry);
        completedCount += 1;
        if (completed.length >= 2 * maxCompleted) completed = completed.slice(-maxCompleted);
        return;
      case 'instance:completed':
      case 'instance:terminated':
        if (owner !== undefined) endInstance(owner, event.instance, at);
        return;
      case 'instance:migrated':
        if (owner !== undefined) migrate(owner, event.instance);
        return;
    }
  };

  /** The latest entries up to a number. Those that have left the ring are taken from their instances. */
  const entriesUpTo = (last: number): Entry[] => {
    const kept = ring.filter((entry) => entry.seq <= last);
    if (kept.length >= ringSize || ring[0] === undefined || ring[0].seq === 1) return kept;
    const first = kept[0]?.seq ?? last + 1;
    const older = [...instances.values()].flatMap(entriesOf).filter((entry) => entry.seq < first);
    return [...older.sort((a, b) => a.seq - b.seq), ...kept].slice(-ringSize);
  };

  return {
    seq: () => seq,
    // Also for something that is no number.
    has: (given) => given >= cutAt && given <= seq,
    latest: (wanted) => ring.slice(-wanted),
    completedJobs: (mark) => ({
      completedCount: completedCount - mark.completedCount,
      completed: completed.filter((entry) => entry.seq > mark.seq).flatMap(completedJob),
    }),
    instance: (key) => instances.get(key),
    isTakenBack: (key) => takenBack.has(key),
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
      switch (event.kind) {
        case 'element:activated':
        case 'element:completed':
        case 'element:terminated': {
          const owner = ownerOf(event.element.processInstanceKey);
          if (owner !== undefined) addElement(event, owner);
          else addOther(event);
          return;
        }
        case 'flow:taken': {
          const owner = ownerOf(event.processInstanceKey);
          if (owner === undefined) break;
          const { flowId } = event;
          push({ seq: seq + 1, since: sinceOf(engine.now()), previous: owner.last, owner, flowId });
          countFlow(owner.figures, flowId);
          return;
        }
        case 'variable:created':
        case 'variable:updated': {
          const owner = ownerOf(event.variable.processInstanceKey);
          if (owner === undefined) break;
          pushContent(engine.now(), owner, event);
          return;
        }
      }
      addOther(event);
    },
    addLine: (line) => {
      const owner = line.instance === undefined ? undefined : ownerOf(line.instance);
      pushContent(engine.now(), owner, { kind: 'line', ...line });
      if (owner === undefined) return;
      owner.lines += 1;
      if (owner.lines === 2 * maxLines) thinLines(owner, maxLines);
    },
    onEntry: (listener) => {
      onEntry = listener;
    },
    mark: () => ({ seq, completedCount, figures: copyFigures(all) }),
    goBack: (mark) => {
      all.clear();
      for (const [key, figures] of copyFigures(mark.figures)) all.set(key, figures);
      lastOwner = undefined;
      const existing = new Map(engine.instances().map((instance) => [instance.key, instance]));
      const gone = [...instances.keys()].filter((key) => !existing.has(key));
      takenBack = new Set([...takenBack, ...gone].slice(-maxTakenBack));
      for (const [key, instance] of instances) {
        const found = existing.get(key);
        if (found === undefined) {
          instances.delete(key);
          continue;
        }
        while (instance.last !== undefined && instance.last.seq > mark.seq) {
          if (lineOf(instance.last) !== undefined) instance.lines -= 1;
          instance.last = instance.last.previous;
          instance.length -= 1;
        }
        define(instance, found);
        instance.state = found.state;
        if (found.state === 'ACTIVE') instance.endedAt = undefined;
        clearActive(instance.active);
      }
      for (const found of existing.values()) {
        if (found.state !== 'ACTIVE' || found.internal === true) continue;
        // One whose entries were dropped when it had ended is active again.
        const instance = instances.get(found.key) ?? remember(found, undefined);
        for (const { key, elementId, kind } of engine.elements(found.key)) {
          if (kind !== 'process') addActive(instance.active, key, elementId);
        }
      }
      order = order.filter((key) => instances.has(key));
      open.reset(engine);
      completed = completed.filter((entry) => entry.seq <= mark.seq);
      completedCount = mark.completedCount;
      ring = entriesUpTo(mark.seq);
      // Pages that are open load everything anew.
      seq += 1;
      cutAt = seq;
    },
  };
};
