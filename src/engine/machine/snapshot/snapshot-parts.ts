import type { Capture, Context } from '../store/context.ts';
import { elementsOf } from '../store/instances.ts';
import { toTagged } from '../store/json-values.ts';
import type { ElementInstance, Resource } from '../store/records.ts';
import type { Json, MachineSnapshot, SnapshotPart } from '../types.ts';
import { copyGradually, type GradualCopy } from './gradual-copy.ts';
import {
  saveElement,
  saveEnded,
  saveIncident,
  saveJob,
  saveMessage,
  saveSubscription,
  saveUserTask,
} from './save-records.ts';
import type { SavedLists } from './saved-state.ts';
import { endedKeys, saveHeader, saveStartTimers } from './take-snapshot.ts';

/** The usual size of a part: so small that it is made, written and read in a few milliseconds. */
const usualSize = 4_000;

/** Characters that count as much as one value. */
const charactersPerValue = 50;

/** How many values something contains; long text counts as several. */
const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return 1 + Math.floor(value.length / charactersPerValue);
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  for (const item of Object.values(value)) size += sizeOf(item);
  return size;
};

type ListName = keyof SavedLists;

/** A record, and the list to which it belongs. */
type Saved = readonly [list: ListName, record: unknown];

/** Everything that an element has. */
const saveWhole = (element: ElementInstance): readonly Saved[] => {
  const { job, incident, subscriptions, details } = element;
  const saved: Saved[] = [['elements', saveElement(element)]];
  if (details?.userTask !== undefined) saved.push(['userTasks', saveUserTask(details.userTask)]);
  if (job !== undefined) saved.push(['jobs', saveJob(job)]);
  if (incident !== undefined) saved.push(['incidents', saveIncident(incident)]);
  for (const subscription of subscriptions ?? []) saved.push(['waits', saveSubscription(subscription)]);
  return saved;
};

/** The outermost process instance: a call activity and the instance that it has started can change each other. */
const outermost = ({ root }: ElementInstance): ElementInstance => {
  let top = root;
  for (let caller = top.details?.caller; caller !== undefined; caller = top.details?.caller) top = caller.root;
  return top;
};

/** Keeps a process instance and all instances that it has called. */
const keepAll = (top: ElementInstance, { keep }: GradualCopy<ElementInstance, unknown>): void => {
  const roots = [top];
  for (const root of roots) {
    for (const element of elementsOf(root)) {
      keep(element);
      if (element.details?.called !== undefined) roots.push(element.details.called);
    }
  }
};

/** Files in groups that are not much larger than a part. */
const groupFiles = function* (
  resources: readonly Resource[],
  partSize: number,
): Generator<MachineSnapshot['resources'], void, void> {
  let group: { readonly name: string; readonly base64: string }[] = [];
  let size = 0;
  for (const { name, content } of resources) {
    group.push({ name, base64: Buffer.from(content).toString('base64') });
    size += content.length;
    if (size < partSize * charactersPerValue) continue;
    yield group;
    group = [];
    size = 0;
  }
  if (group.length > 0) yield group;
};

/**
 * Saves the complete state part by part. Between two parts, the machine can run commands: the parts together are the state
 * when the first one was made. Must not begin while a command is running.
 *
 * @param partSize how many values a part contains, about
 */
export const snapshotParts = function* (
  { state, captures, now }: Context,
  partSize: number = usualSize,
): Generator<SnapshotPart, void, void> {
  const time = now();
  const resources = [...state.resources];
  const header = saveHeader(state);
  const startTimers = saveStartTimers(state);
  const evaluations = [...state.evaluations.values()];
  const ended = endedKeys(state).map((key) => state.ended.get(key)!);
  const elements = copyGradually(state.elements, state.lastKey, saveWhole);
  const messages = copyGradually(state.messages, state.lastKey, saveMessage);
  const keptInstances = new Set<ElementInstance>();
  const capture: Capture = {
    keepInstance: (element) => {
      const top = outermost(element);
      if (keptInstances.has(top) || top.key > header.lastKey) return;
      keptInstances.add(top);
      keepAll(top, elements);
    },
    keepMessage: messages.keep,
  };

  const records = function* (): Generator<Saved, void, void> {
    for (let whole = elements.next(); whole !== undefined; whole = elements.next()) yield* whole;
    for (const timer of startTimers) yield ['waits', timer];
    for (let message = messages.next(); message !== undefined; message = messages.next()) yield ['messages', message];
    for (const instance of ended) yield ['ended', saveEnded(instance)];
    for (const evaluation of evaluations) yield ['evaluations', evaluation];
  };

  let count = 0;
  const part = (files: MachineSnapshot['resources'], saved: object, isLast = false): SnapshotPart => ({
    format: 1,
    time,
    part: count++,
    isLast,
    resources: files,
    state: toTagged(saved as Json),
  });

  captures.add(capture);
  try {
    for (const files of groupFiles(resources, partSize)) yield part(files, {});
    yield part([], header);
    let lists: Partial<Record<ListName, unknown[]>> = {};
    let size = 0;
    for (const [name, record] of records()) {
      const list = lists[name] ?? [];
      lists[name] = list;
      list.push(record);
      size += sizeOf(record);
      if (size < partSize) continue;
      yield part([], lists);
      lists = {};
      size = 0;
    }
    yield part([], lists, true);
  } finally {
    captures.delete(capture);
  }
};
