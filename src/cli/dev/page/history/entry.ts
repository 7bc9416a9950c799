import type { EngineEvent, Key, MachineElement } from '../../../../engine/index.ts';
import type { LogLine } from '../contract.ts';
import type { ActiveElements } from './active-elements.ts';
import type { Figures } from './figures.ts';

type ElementEvent = Extract<EngineEvent, { readonly element: MachineElement }>;

/** A line of the log with what it is about. */
export interface KnownLine extends LogLine {
  readonly kind: 'line';
  readonly job?: Key;
  readonly instance?: Key;
}

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
