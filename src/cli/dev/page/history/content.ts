import type { EngineEvent, Key } from '../../../../engine/index.ts';
import type { LogLine } from '../contract.ts';

/** A line of the log with what it is about. */
export interface KnownLine extends LogLine {
  readonly kind: 'line';
  readonly job?: Key;
  readonly instance?: Key;
}

/** What entries are made of. */
export type Content = EngineEvent | KnownLine;

type ElementEvent = Extract<EngineEvent, { readonly element: object }>;
type FlowEvent = Extract<EngineEvent, { readonly kind: 'flow:taken' }>;

/** What an entry has of an event of an element or a sequence flow, if its instance is known. */
export type EntryContent =
  | Exclude<Content, ElementEvent | FlowEvent>
  | Pick<FlowEvent, 'kind' | 'flowId'>
  | {
      readonly kind: ElementEvent['kind'];
      readonly element: Pick<ElementEvent['element'], 'elementId' | 'key' | 'scopeKey'>;
    };

/**
 * What has happened in an instance, oldest first, before entries are made of it. One flat list without objects of its own, since a busy
 * engine adds to it for each event and drops it a moment later: of each event its number, its time, and the event; of an element or
 * a sequence flow, only the kind and what an entry has of it. Those are the most.
 */
export type Unfolded = (Content | string | number)[];

/** Adds an event with its number and its time, as `sinceOf` gives it. */
export const addUnfolded = (list: Unfolded, content: Content, seq: number, since: number): void => {
  switch (content.kind) {
    case 'element:activated':
    case 'element:completed':
    case 'element:terminated': {
      const { elementId, key, scopeKey } = content.element;
      list.push(seq, since, content.kind, elementId, key, scopeKey);
      return;
    }
    case 'flow:taken':
      list.push(seq, since, content.kind, content.flowId);
      return;
    default:
      list.push(seq, since, content);
  }
};

/** Passes on each event with its number and its time, oldest first. */
export const unfold = (list: Unfolded, take: (content: EntryContent, seq: number, since: number) => void): void => {
  for (let at = 0; at < list.length; ) {
    const [seq, since] = [list[at] as number, list[at + 1] as number];
    const kind = list[at + 2] as Content | 'flow:taken' | ElementEvent['kind'];
    if (typeof kind !== 'string') {
      // Events of elements and sequence flows are never in the list as a whole.
      take(kind as EntryContent, seq, since);
      at += 3;
    } else if (kind === 'flow:taken') {
      take({ kind, flowId: list[at + 3] as string }, seq, since);
      at += 4;
    } else {
      const [elementId, key, scopeKey] = list.slice(at + 3, at + 6) as [string, Key, Key];
      take({ kind, element: { elementId, key, scopeKey } }, seq, since);
      at += 6;
    }
  }
};
