import type { Key, Machine, MachineElement } from '../machine/types.ts';
import type { KnownWorker, WaitFacts } from './types.ts';

/** The instance that has a key, or whose element has it, and the instances that its call activities have started. */
const instancesFrom = (machine: Machine, instance: Key): ReadonlyMap<Key, readonly MachineElement[]> => {
  const found = new Map<Key, readonly MachineElement[]>();
  const open = [instance];
  for (const key of open) {
    if (found.has(key)) continue;
    const elements = machine.elements(key);
    found.set(key, elements);
    for (const { calledProcessInstanceKey } of elements) {
      if (calledProcessInstanceKey !== undefined) open.push(calledProcessInstanceKey);
    }
  }
  return found;
};

/**
 * Gathers what explains the waiting of an instance or element from a machine.
 *
 * @param key of a process instance or an element instance
 */
export const gatherFacts = (
  machine: Machine,
  key: Key,
  { now, workers }: { readonly now: number; readonly workers: readonly KnownWorker[] },
): WaitFacts => {
  const instances = instancesFrom(machine, machine.instanceOf(key) ?? key);
  const keys = [...instances.keys()];
  return {
    now,
    workers,
    elements: [...instances.values()].flat(),
    jobs: keys.flatMap((each) => machine.jobs(each)),
    userTasks: keys.flatMap((each) => machine.userTasks(each)),
    incidents: keys.flatMap((each) => machine.incidents(each)),
    subscriptions: keys.flatMap((each) => machine.subscriptions(each)),
    timers: keys.flatMap((each) => machine.timers(each)),
    joins: keys.flatMap((each) => machine.joins(each)),
    messages: machine.messages(),
    lostMessages: machine.lostMessages(),
  };
};
