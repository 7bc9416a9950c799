import type { EngineEvent, Key, MachineElement } from '../../../../engine/index.ts';
import type { ActiveElements } from './active-elements.ts';
import type { EntryContent, KnownLine, Unfolded } from './content.ts';
import type { Figures } from './figures.ts';

/** An event of an element. */
export type ElementEvent = Extract<EngineEvent, { readonly element: MachineElement }>;

/** What every entry has. Objects of one shape are made with few fields, since a busy engine makes very many of them. */
interface EntryBase {
  readonly seq: number;
  /** When it happened, for {@link timeOf}. */
  readonly since: number;
  /** The entry before it of the same instance. */
  previous: Entry | undefined;
}

/** The event of an element whose instance is known, which are the most: without variables, and without what the instance knows. */
export interface ElementEntry extends EntryBase {
  readonly owner: InstanceHistory;
  readonly element: ElementEvent['kind'];
  readonly elementId: string;
  readonly key: Key;
  readonly scopeKey: Key;
}

/** A sequence flow that an instance has taken. */
export interface FlowEntry extends EntryBase {
  readonly owner: InstanceHistory;
  readonly flowId: string;
}

/** Any other event, or a line of the log. */
export interface ContentEntry extends EntryBase {
  /** Absent if it is about none that is known. */
  readonly owner: InstanceHistory | undefined;
  readonly content: EngineEvent | KnownLine;
}

/** Something that has happened, with its number and the time of processes. */
export type Entry = ElementEntry | FlowEntry | ContentEntry;

/** What is known of an instance beyond what the engine keeps. */
export interface InstanceHistory {
  readonly key: Key;
  /** The id of its process; a migration can change it, as it changes the definition and the version. */
  process: string;
  /** The key of its definition. */
  definition: Key;
  /** Of its definition. */
  figures: Figures;
  readonly startedAt: number | undefined;
  endedAt: number | undefined;
  /** Of the process. */
  version: number;
  state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  readonly active: ActiveElements;
  /** The latest entry. */
  last: Entry | undefined;
  /** How many entries there are. */
  length: number;
  /** How many of them are lines of the log. */
  lines: number;
  /** How many older lines are gone. */
  lostLines: number;
  /** Whether the oldest entries are gone. */
  isCut: boolean;
  /** What has happened so far, of which no entries are made yet; absent if they are made at once. */
  events: Unfolded | undefined;
  /** Whether it was only counted, so that it has no entries. */
  isCounted: boolean;
}

type FlowEvent = Extract<EngineEvent, { readonly kind: 'flow:taken' }>;

/** An event as the page knows it: of an element and of a sequence flow, only what it shows. */
export type KnownEvent =
  | Exclude<EngineEvent, ElementEvent | FlowEvent>
  | Omit<FlowEvent, 'scopeKey'>
  | {
      readonly kind: ElementEvent['kind'];
      readonly element: Pick<MachineElement, 'elementId' | 'key' | 'scopeKey' | 'processInstanceKey' | 'bpmnProcessId'>;
    };

/** Small whole numbers need no memory of their own, unlike milliseconds since 1970. */
const epoch = Date.now();

/**
 * A time as an entry keeps it.
 *
 * @param at in milliseconds since 1970
 */
export const sinceOf = (at: number): number => at - epoch;

/** When something happened, in milliseconds since 1970, in the time of processes. */
export const timeOf = ({ since }: Entry): number => since + epoch;

/**
 * Makes an entry of something that has happened in a known instance. Only what has to be remembered is copied from an event, because an
 * engine that is busy makes very many.
 *
 * @param since when it happened, from {@link sinceOf}
 * @param previous the entry before it of the same instance
 */
export const entryOf = (
  content: EntryContent,
  seq: number,
  since: number,
  owner: InstanceHistory,
  previous: Entry | undefined,
): Entry => {
  switch (content.kind) {
    case 'element:activated':
    case 'element:completed':
    case 'element:terminated': {
      const { elementId, key, scopeKey } = content.element;
      return { seq, since, previous, owner, element: content.kind, elementId, key, scopeKey };
    }
    case 'flow:taken':
      return { seq, since, previous, owner, flowId: content.flowId };
    default:
      return { seq, since, previous, owner, content };
  }
};

/** The event of an entry; `undefined` for a line of the log. */
export const eventOf = (entry: Entry): KnownEvent | undefined => {
  if ('content' in entry) return entry.content.kind === 'line' ? undefined : entry.content;
  const { key: processInstanceKey, process: bpmnProcessId } = entry.owner;
  if ('flowId' in entry) return { kind: 'flow:taken', flowId: entry.flowId, processInstanceKey, bpmnProcessId };
  const { element: kind, elementId, key, scopeKey } = entry;
  return { kind, element: { elementId, key, scopeKey, processInstanceKey, bpmnProcessId } };
};

/** The line of an entry; `undefined` for an event. */
export const lineOf = (entry: Entry): KnownLine | undefined =>
  'content' in entry && entry.content.kind === 'line' ? entry.content : undefined;

/** The entries of an instance, oldest first. */
export const entriesOf = ({ last }: InstanceHistory): readonly Entry[] => {
  const entries: Entry[] = [];
  for (let entry = last; entry !== undefined; entry = entry.previous) entries.push(entry);
  return entries.reverse();
};
