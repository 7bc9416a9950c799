import { isObject } from '../../../common/is-object.ts';
import { keepEvaluation } from '../store/decisions.ts';
import { keepEnded } from '../store/instances.ts';
import { fromTagged } from '../store/json-values.ts';
import type { EndedInstance } from '../store/records.ts';
import { createState, defaultKeepEnded, type State } from '../store/state.ts';
import type { CompiledResource, MachineSnapshot, SnapshotPart } from '../types.ts';
import { restoreHeader, restoreResources } from './restore-definitions.ts';
import {
  adopt,
  restoreElement,
  restoreIncident,
  restoreMessage,
  restoreSavedJob,
  restoreSubscription,
  restoreUserTask,
} from './restore-records.ts';
import type { SavedEnded, SavedHeader, SavedLists } from './saved-state.ts';
import { definitionOf, rejection } from './snapshot-references.ts';

/** A state that is being restored. */
export interface Restoration {
  /**
   * Restores a snapshot, or the next part of one.
   *
   * @param resources its files, compiled, in the same order
   * @throws a rejection (INVALID_ARGUMENT) if something does not fit
   */
  readonly add: (snapshot: MachineSnapshot | SnapshotPart, resources: readonly CompiledResource[]) => void;
  /**
   * The restored state.
   *
   * @throws a rejection (INVALID_ARGUMENT) if a part is missing
   */
  readonly finish: () => State;
}

/** Sorts the records of a set. In parts of a snapshot, subscriptions are in the order of their elements. */
const sortSet = <Item extends { readonly key: number }>(set: Set<Item>): void => {
  const items = [...set].sort((a, b) => a.key - b.key);
  set.clear();
  for (const item of items) set.add(item);
};

/** Begins the restoration of a state from a snapshot, whole or in parts. */
export const createRestoration = (maxEnded: number = defaultKeepEnded): Restoration => {
  const state = createState(0);
  const context = { state };
  const resources: CompiledResource[] = [];
  let next = 0;
  let isComplete = false;

  const restoreEnded = ({ definition, variables, ...ended }: SavedEnded): void => {
    const instance: EndedInstance = {
      ...ended,
      definition: definitionOf(state, definition),
      variables: adopt(variables),
    };
    keepEnded(state, maxEnded, instance);
  };

  const restoreLists = (lists: Partial<SavedLists>): void => {
    for (const element of lists.elements ?? []) restoreElement(context, element);
    for (const task of lists.userTasks ?? []) restoreUserTask(context, task);
    for (const job of lists.jobs ?? []) restoreSavedJob(context, job);
    for (const incident of lists.incidents ?? []) restoreIncident(context, incident);
    for (const wait of lists.waits ?? []) restoreSubscription(context, wait);
    for (const message of lists.messages ?? []) restoreMessage(context, message);
    for (const ended of lists.ended ?? []) restoreEnded(ended);
    for (const evaluation of lists.evaluations ?? []) keepEvaluation(state, maxEnded, evaluation);
  };

  return {
    add: (snapshot, compiled) => {
      if (!isObject(snapshot) || snapshot.format !== 1 || !Array.isArray(snapshot.resources))
        throw rejection('its format is unknown');
      const { part = 0, isLast = true } = snapshot as Partial<SnapshotPart>;
      if (isComplete) throw rejection('something follows its last part');
      if (part !== next)
        throw rejection(
          `part ${part} was given where part ${next} is expected; give all parts of one snapshot in their order`,
        );
      if (compiled.length !== snapshot.resources.length) {
        throw rejection(`${compiled.length} of its ${snapshot.resources.length} resources were compiled`);
      }
      next += 1;
      isComplete = isLast;
      restoreResources(state, compiled);
      resources.push(...compiled);
      const saved = fromTagged(snapshot.state) as unknown as Partial<SavedHeader & SavedLists>;
      if (saved.definitions !== undefined) restoreHeader(state, saved as SavedHeader, resources);
      restoreLists(saved);
    },
    finish: () => {
      if (!isComplete)
        throw rejection(`it ends after ${next} parts, before the last one; save all parts of engine.snapshotParts()`);
      for (const subscriptions of state.signals.values()) sortSet(subscriptions);
      return state;
    },
  };
};
