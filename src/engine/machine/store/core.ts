import { heapAdd, heapRemove } from '../../../common/heap.ts';
import type { EvaluateOptions } from '../../../feel/types.ts';
import type { FlowNode } from '../../model/types.ts';
import type { EngineEvent, Variables } from '../types.ts';
import type { Due, ElementInstance, StepName, Subscription } from './records.ts';
import { dueOrder, type State } from './state.ts';

/** Work that waits in the ready queue. Elements never call each other: they put tasks here. */
export type Task =
  /** A token reaches a node: an instance of it is created in the scope and activated. */
  | { readonly kind: 'enter'; readonly scope: ElementInstance; readonly node: FlowNode; readonly result?: Variables }
  | { readonly kind: 'step'; readonly step: StepName; readonly element: ElementInstance }
  /** A subscription looks for a buffered message. */
  | { readonly kind: 'correlate'; readonly subscription: Subscription }
  /** The next buffered message may start an instance, now that the one with the same correlation key has ended. */
  | { readonly kind: 'startNext'; readonly processId: string; readonly correlationKey: string };

/** What every part of the machine works on. */
export interface Core {
  readonly state: State;
  /** Milliseconds since the epoch; while something that fell due is fired, its due time. */
  readonly now: () => number;
  /** Absent when nobody listens, so that events need not be built. */
  readonly emit: ((event: EngineEvent) => void) | undefined;
  readonly enqueue: (task: Task) => void;
  readonly evaluateOptions: EvaluateOptions;
  /** How many ended process instances are kept for inspection. */
  readonly keepEnded: number;
}

export const nextKey = ({ state }: Core): number => {
  state.lastKey += 1;
  return state.lastKey;
};

export const enqueueStep = (core: Core, step: StepName, element: ElementInstance): void =>
  core.enqueue({ kind: 'step', step, element });

/** The last instant that a date can hold; what is due later, or never, is due then. */
const farthest = 8.64e15;

/** Lets an item happen at a time; one that is scheduled already moves. */
export const schedule = ({ state }: Core, item: Due, due: number): void => {
  heapRemove(dueOrder, state.due, item);
  item.due = Math.min(due, farthest);
  heapAdd(dueOrder, state.due, item);
};

export const unschedule = ({ state }: Core, item: Due): void => heapRemove(dueOrder, state.due, item);
