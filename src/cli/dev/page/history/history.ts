import {
  type Engine,
  type EngineEvent,
  isInternalProcess,
  type Key,
  type MachineInstance,
} from '../../../../engine/index.ts';
import { activeIds, addActive, clearActive, renameActive } from './active-elements.ts';
import { type CompletedEvent, type CompletedJob, completedJob } from './completed-job.ts';
import { addUnfolded, type Content, type KnownLine } from './content.ts';
import { countElement } from './count-element.ts';
import { type Entry, entriesOf, entryOf, type InstanceHistory, lineOf, sinceOf } from './entry.ts';
import { copyFigures, countFlow, countOf, type Figures, noFigures } from './figures.ts';
import { append, makeEntries } from './keep-entries.ts';
import { createKnownInstances } from './known-instances.ts';
import { createOpenItems, type OpenItems } from './open-items.ts';
import { instanceOf, subjectOf } from './subject.ts';

/** The events of an engine, counted and ordered by instance. */
export interface History {
  /** The number of the last event. */
  readonly seq: () => number;
  /** Whether all entries after a number are still there. The numbers of what was only counted are missing among them. */
  readonly has: (seq: number) => boolean;
  /** The latest entries, oldest first. */
  readonly latest: (count: number) => readonly Entry[];
  /** An instance with its entries. From now on, they are kept. */
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
  /** The instances of a definition that are active, and those that ended last, newest first. */
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

/** How many completed jobs are listed. */
const maxCompleted = 200;

/** Of how many instances that run the entries are not made yet. */
const maxBriefs = 2_000;

/** From this length on of the list of what has happened in an instance, its entries are made: it needs more memory than they do. */
const maxUnfolded = 10_000;

/** Milliseconds between two lines that say that instances are only counted. */
const sayTime = 60_000;

const countedText =
  'Very many instances run. Of some that end without trouble, only figures are kept: their paths are not shown.';

/** Whether an event is about something that a person wants to see with what led to it. */
const isKept = ({ kind }: EngineEvent): boolean => {
  switch (kind) {
    case 'job:failed':
    case 'job:errorThrown':
    case 'incident:created':
    case 'decision:failed':
    case 'userTask:denied':
    case 'instance:modified':
    case 'instance:migrated':
      return true;
    default:
      return false;
  }
};

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
 * Of an instance for which there is no time, it makes no entries at first. If the instance ends without trouble, it is only counted,
 * since what many instances leave behind for a while costs more than anything else. Everything else is kept as well of such an instance: as long as it
 * runs, and if a job of it fails, it gets an incident or somebody looks at it.
 *
 * @param engine asked for its time, and for what is active after a migration or a step back
 * @param isSpare whether there is time to keep everything of one more instance; asked when one begins, and if there was none, when it
 *   ends. Default: always
 */
export const createHistory = (engine: HistoryEngine, isSpare: () => boolean = () => true): History => {
  let seq = 0;
  let ring: Entry[] = [];
  /** The number of the entry before the first one in the ring. */
  let cutAt = 0;
  const instances = createKnownInstances();
  /** The latest of those of which no entries are made yet, and some that have ended since. */
  let briefs: InstanceHistory[] = [];
  /** When a line has last said that instances are only counted. */
  let saidAt = Number.NEGATIVE_INFINITY;
  const all = new Map<Key, Figures>();
  const open = createOpenItems();
  let onEntry = (): void => {};
  /** The events of the jobs that were completed. */
  let completed: CompletedEvent[] = [];
  let completedCount = 0;

  const figuresOf = (definition: Key): Figures => {
    let figures = all.get(definition);
    if (figures === undefined) {
      figures = noFigures();
      all.set(definition, figures);
    }
    return figures;
  };

  /** Makes no entries of an instance before somebody asks for them or it is in trouble: it may have ended well by then. */
  const postpone = (instance: InstanceHistory): void => {
    instance.events = [];
    briefs.push(instance);
    if (briefs.length < 2 * maxBriefs) return;
    const running = briefs.filter(({ events }) => events !== undefined);
    briefs = running.slice(-maxBriefs);
    // Those that began first take long. Events need more memory than entries.
    for (const instance of running.slice(0, -maxBriefs)) makeEntries(instance);
  };

  const created = ({ instance }: Extract<EngineEvent, { kind: 'instance:created' }>, at: number): InstanceHistory => {
    const figures = figuresOf(instance.processDefinitionKey);
    const known = instances.add(instance, figures, at);
    figures.active += 1;
    if (!isSpare()) postpone(known);
    return known;
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

  /** Drops what has happened in an instance that has ended. */
  const onlyCount = (instance: InstanceHistory, at: number): void => {
    instance.events = undefined;
    instance.isCounted = true;
    instance.isCut = true;
    instance.figures.counted += 1;
    if (at - saidAt < sayTime) return;
    saidAt = at;
    record({ kind: 'line', at, level: 'info', text: countedText }, undefined, at);
  };

  const endInstance = (instance: InstanceHistory, { state }: MachineInstance, at: number): void => {
    instance.figures.active -= 1;
    instance.figures[state === 'COMPLETED' ? 'completed' : 'terminated'] += 1;
    instance.endedAt = at;
    instance.state = state;
    instances.end(instance);
    if (instance.events === undefined) return;
    if (isSpare()) makeEntries(instance);
    else onlyCount(instance, at);
  };

  /** Events in a row are often about the same instance. */
  let lastOwner: InstanceHistory | undefined;
  const ownerOf = (key: Key): InstanceHistory | undefined => {
    if (lastOwner?.key !== key) lastOwner = instances.get(key);
    return lastOwner;
  };

  const pushEntry = (entry: Entry): void => {
    ring.push(entry);
    if (ring.length < 2 * ringSize) return;
    ring = ring.slice(-ringSize);
    // The ring can hold entries from before a step back, but numbers are missing after them.
    cutAt = Math.max(cutAt, ring[0]!.seq - 1);
  };

  /** Adds something with the number that follows. */
  const record = (content: Content, owner: InstanceHistory | undefined, at: number): void => {
    seq += 1;
    const since = sinceOf(at);
    if (owner === undefined) pushEntry({ seq, since, previous: undefined, owner, content });
    else if (owner.isCounted || owner.events !== undefined) {
      if (owner.events !== undefined) {
        addUnfolded(owner.events, content, seq, since);
        if (owner.events.length >= maxUnfolded) makeEntries(owner);
      }
      // What a connector has logged is in the log, whatever becomes of the instance.
      if (content.kind === 'line') pushEntry(entryOf(content, seq, since, owner, undefined));
    } else {
      const entry = entryOf(content, seq, since, owner, owner.last);
      append(owner, entry);
      pushEntry(entry);
    }
    onEntry();
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
    if (owner?.events !== undefined && isKept(event)) makeEntries(owner);
    record(event, owner, at);
    switch (event.kind) {
      case 'job:completed':
      case 'job:errorThrown':
        completed.push({ seq, event });
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
    const older = [...instances.all()].flatMap(entriesOf).filter((entry) => entry.seq < first);
    return [...older.sort((a, b) => a.seq - b.seq), ...kept].slice(-ringSize);
  };

  return {
    seq: () => seq,
    // Also for something that is no number.
    has: (given) => given >= cutAt && given <= seq,
    latest: (wanted) => ring.slice(-wanted),
    completedJobs: (mark) => ({
      completedCount: completedCount - mark.completedCount,
      completed: completed.filter((entry) => entry.seq > mark.seq).map(completedJob),
    }),
    instance: (key) => {
      const found = instances.get(key);
      if (found !== undefined) makeEntries(found);
      return found;
    },
    isTakenBack: instances.wasRemoved,
    figures: (definition) => all.get(definition) ?? noFigures(),
    open,
    instancesOf: instances.listed,
    add: (event) => {
      switch (event.kind) {
        case 'element:activated':
        case 'element:completed':
        case 'element:terminated': {
          const owner = ownerOf(event.element.processInstanceKey);
          if (owner === undefined) break;
          record(event, owner, engine.now());
          if (event.element.kind !== 'process') countElement(owner, event);
          return;
        }
        case 'flow:taken': {
          const owner = ownerOf(event.processInstanceKey);
          if (owner === undefined) break;
          record(event, owner, engine.now());
          countFlow(owner.figures, event.flowId);
          return;
        }
        case 'variable:created':
        case 'variable:updated': {
          const owner = ownerOf(event.variable.processInstanceKey);
          if (owner === undefined) break;
          record(event, owner, engine.now());
          return;
        }
      }
      addOther(event);
    },
    addLine: (line) => {
      const owner = line.instance === undefined ? undefined : ownerOf(line.instance);
      // A warning or an error is a reason to look at the instance.
      if (owner !== undefined && line.level !== 'info' && line.level !== 'debug') makeEntries(owner);
      record({ kind: 'line', ...line }, owner, engine.now());
    },
    onEntry: (listener) => {
      onEntry = listener;
    },
    mark: () => ({ seq, completedCount, figures: copyFigures(all) }),
    goBack: (mark) => {
      all.clear();
      for (const [key, figures] of copyFigures(mark.figures)) all.set(key, figures);
      lastOwner = undefined;
      briefs = [];
      const existing = new Map(engine.instances().map((instance) => [instance.key, instance]));
      const gone = new Set<Key>();
      for (const instance of instances.all()) {
        const found = existing.get(instance.key);
        if (found === undefined) {
          gone.add(instance.key);
          continue;
        }
        makeEntries(instance);
        while (instance.last !== undefined && instance.last.seq > mark.seq) {
          if (lineOf(instance.last) !== undefined) instance.lines -= 1;
          instance.last = instance.last.previous;
          instance.length -= 1;
        }
        define(instance, found);
        instance.state = found.state;
        if (found.state === 'ACTIVE') {
          instance.endedAt = undefined;
          instance.isCounted = false;
        }
        clearActive(instance.active);
      }
      instances.remove(gone);
      for (const found of existing.values()) {
        if (found.state !== 'ACTIVE' || found.internal === true) continue;
        // One whose entries were dropped when it had ended is active again.
        const instance =
          instances.get(found.key) ?? instances.add(found, figuresOf(found.processDefinitionKey), undefined);
        for (const { key, elementId, kind } of engine.elements(found.key)) {
          if (kind !== 'process') addActive(instance.active, key, elementId);
        }
      }
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
