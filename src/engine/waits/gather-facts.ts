import type { Key, Machine, MachineElement } from '../machine/types.ts';
import type { KnownWorker, WaitFacts } from './types.ts';

/** The elements of process instances, and of those that their call activities have started. */
const instancesFrom = (machine: Machine, instances: readonly Key[]): ReadonlyMap<Key, readonly MachineElement[]> => {
  const found = new Map<Key, readonly MachineElement[]>();
  const open = [...instances];
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

const activeInstances = (machine: Machine): readonly Key[] =>
  machine.instances().flatMap(({ key, state }) => (state === 'ACTIVE' ? [key] : []));

/**
 * Gathers what explains the waiting of an instance or element from a machine.
 *
 * @param key of a process instance or an element instance; undefined: of everything
 * @param onlyNeeded whether the messages are left out if nothing of it waits for one: there can be very many
 */
export const gatherFacts = (
  machine: Machine,
  key: Key | undefined,
  { now, workers }: { readonly now: number; readonly workers: readonly KnownWorker[] },
  onlyNeeded = false,
): WaitFacts => {
  const instances = instancesFrom(
    machine,
    key === undefined ? activeInstances(machine) : [machine.instanceOf(key) ?? key],
  );
  const keys = [...instances.keys()];
  const subscriptions = keys.flatMap((each) => machine.subscriptions(each));
  const hasMessages = !onlyNeeded || subscriptions.some(({ kind }) => kind === 'message');
  return {
    now,
    workers,
    elements: [...instances.values()].flat(),
    jobs: keys.flatMap((each) => machine.jobs(each)),
    userTasks: keys.flatMap((each) => machine.userTasks(each)),
    incidents: keys.flatMap((each) => machine.incidents(each)),
    subscriptions,
    timers: keys.flatMap((each) => machine.timers(each)),
    joins: keys.flatMap((each) => machine.joins(each)),
    messages: hasMessages ? machine.messages() : [],
    lostMessages: hasMessages ? machine.lostMessages() : [],
  };
};
