import type { MachineHost } from '../host/machine-host.ts';
import { reject } from '../machine/rejection.ts';
import type { EngineEvent, Key, Machine } from '../machine/types.ts';
import { type Batches, createBatches } from './batches.ts';
import type { Change } from './change.ts';
import { changeOf } from './changes.ts';
import { addRequirements, toProcess } from './definition-changes.ts';
import { addElement, addIncident, addInstance } from './instance-changes.ts';
import { openSubscription } from './message-changes.ts';
import type { Tables } from './records.ts';
import { createStore, type Store } from './store.ts';
import { setJob, setUserTask } from './work-changes.ts';

/**
 * What searches read: definitions, current and ended instances, and what is in them. As on a cluster, it follows the events
 * of the engine, so that it can lag behind the commands.
 */
export interface SecondaryStorage {
  /** The records that are visible now. */
  read(): Tables;
  /**
   * Deletes an ended instance: nothing finds it any more.
   *
   * @throws a `rejection` (INVALID_STATE) while it is active
   */
  deleteInstance(key: Key): void;
  /** A key that nothing else has. */
  nextKey(): Key;
  /** The batches. They are visible at once. */
  readonly batches: Batches;
  /** The time of processes, in milliseconds since the epoch. */
  now(): number;
}

/** Options of {@link createSecondaryStorage}. */
export interface SecondaryStorageOptions {
  readonly host: MachineHost;
  /** The time of processes, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Real milliseconds until an event becomes visible. */
  readonly delay: number;
  /** How many ended process instances are kept. */
  readonly keepEnded: number;
  /** The clock of the delay, in milliseconds from any point. Default: `performance.now`. */
  readonly elapsed?: () => number;
}

/** Adds what a restored machine contains. Its dates are not in a snapshot, so that everything begins now. */
const addRestored = (store: Store, machine: Machine, at: number): void => {
  for (const view of machine.processes()) store.addProcess(toProcess(view));
  for (const form of machine.forms()) store.addForm({ key: form.formKey, order: Number(form.formKey), view: form });
  for (const view of machine.files()) store.addFile({ key: view.resourceKey, order: Number(view.resourceKey), view });
  for (const file of machine.decisionFiles()) addRequirements(file)(store);
  for (const view of machine.instances()) {
    const instance = addInstance(store, view, at);
    if (instance === undefined) continue;
    for (const [name, value] of Object.entries(view.variables)) store.setVariable(instance, view.key, name, value);
    if (view.state !== 'ACTIVE') store.endInstance(instance, view.state, at);
    for (const element of machine.elements(view.key)) {
      if (element.state !== 'ACTIVATING') addElement(store, element, at);
      for (const [name, value] of Object.entries(element.variables)) {
        store.setVariable(instance, element.key, name, value);
      }
    }
  }
  for (const job of machine.jobs()) setJob(job, at)(store);
  for (const task of machine.userTasks()) setUserTask(task, at)(store);
  for (const subscription of machine.subscriptions()) openSubscription(subscription, at)(store);
  for (const incident of machine.incidents()) {
    const holder = machine.elements(incident.processInstanceKey).find(({ key }) => key === incident.elementInstanceKey);
    addIncident(store, incident, holder, at);
  }
};

/** Creates the storage of an engine. It listens to all events from now on. */
export const createSecondaryStorage = ({
  host,
  now,
  delay,
  keepEnded,
  elapsed = () => performance.now(),
}: SecondaryStorageOptions): SecondaryStorage => {
  const store = createStore(keepEnded);
  /** Changes that are not visible yet, oldest first, from `next` on. */
  let pending: { readonly visibleAt: number; readonly change: Change }[] = [];
  let next = 0;

  const applyDue = (): void => {
    const time = elapsed();
    while (next < pending.length && pending[next]!.visibleAt <= time) {
      pending[next]!.change(store);
      next += 1;
    }
    if (next === pending.length || next > 1_000) {
      pending = pending.slice(next);
      next = 0;
    }
  };

  const follow = (event: EngineEvent): void => {
    const change = host.read((machine) => changeOf(event, machine, now()));
    if (change === undefined) return;
    if (delay === 0) {
      change(store);
      return;
    }
    pending.push({ visibleAt: elapsed() + delay, change });
    applyDue();
  };

  host.read((machine) => addRestored(store, machine, now()));
  host.on(follow);
  return {
    read: () => {
      if (delay > 0) applyDue();
      return store.tables;
    },
    deleteInstance: (key) => {
      const instance = store.tables.instances.get(key);
      if (instance?.state === 'ACTIVE') {
        const reason = `Expected to delete process instance with key '${key}', but it is active`;
        throw reject('INVALID_STATE', 'DELETE', reason);
      }
      if (instance !== undefined) store.removeInstance(instance);
    },
    nextKey: () => store.nextKey().key,
    batches: createBatches(),
    now,
  };
};
