import type { EngineEvent, Key, MachineElement } from '../../../../engine/index.ts';
import type { LogLine } from '../contract.ts';
import type { Figures } from './figures.ts';

type ElementEvent = Extract<EngineEvent, { readonly element: MachineElement }>;

/** What is kept of the events of elements, which are the most: without the variables, and without what the instance knows. */
interface KeptElement {
  readonly kind: ElementEvent['kind'];
  readonly elementId: string;
  readonly key: Key;
  readonly scopeKey: Key;
}

/** A line of the log with what it is about. */
export interface KnownLine extends LogLine {
  readonly kind: 'line';
  readonly job?: Key;
  readonly instance?: Key;
}

/** Something that has happened, with its number and the time of processes. */
export interface Entry {
  readonly seq: number;
  readonly at: number;
  /** Absent if it is about none that is known. */
  readonly owner: InstanceHistory | undefined;
  /** The entry before it of the same instance. */
  previous: Entry | undefined;
  readonly content: Exclude<EngineEvent, ElementEvent> | ElementEvent | KeptElement | KnownLine;
}

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
  /** The elements that are active, by the key of the element instance. */
  readonly active: Map<Key, string>;
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

/** An event as the page knows it: of an element, only what it shows. */
export type KnownEvent =
  | Exclude<EngineEvent, ElementEvent>
  | {
      readonly kind: ElementEvent['kind'];
      readonly element: Pick<MachineElement, 'elementId' | 'key' | 'scopeKey' | 'processInstanceKey' | 'bpmnProcessId'>;
    };

/** What is kept of the event of an element whose instance is known. */
export const keptElement = ({ kind, element: { elementId, key, scopeKey } }: ElementEvent): KeptElement => {
  return { kind, elementId, key, scopeKey };
};

/** The event of an entry; `undefined` for a line of the log. */
export const eventOf = ({ content, owner }: Entry): KnownEvent | undefined => {
  if (content.kind === 'line') return undefined;
  if (!('elementId' in content) || !('key' in content)) return content;
  const { kind, elementId, key, scopeKey } = content;
  const instance = { processInstanceKey: owner?.key ?? '', bpmnProcessId: owner?.process ?? '' };
  return { kind, element: { elementId, key, scopeKey, ...instance } };
};

/** The line of an entry; `undefined` for an event. */
export const lineOf = ({ content }: Entry): KnownLine | undefined => (content.kind === 'line' ? content : undefined);

/** The entries of an instance, oldest first. */
export const entriesOf = ({ last }: InstanceHistory): readonly Entry[] => {
  const entries: Entry[] = [];
  for (let entry = last; entry !== undefined; entry = entry.previous) entries.push(entry);
  return entries.reverse();
};
