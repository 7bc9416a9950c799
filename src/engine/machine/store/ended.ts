import type { Core } from './core.ts';
import type { ElementInstance, EndedInstance } from './records.ts';
import type { State } from './state.ts';
import { localVariables } from './variables.ts';
import { viewEnded } from './views.ts';

/** The lock that a message with a correlation key holds on a process while the instance that it started runs. */
export const lockOf = (processId: string, correlationKey: string): string => `${processId}\u0000${correlationKey}`;

/** Keeps an ended instance for inspection, and forgets the oldest beyond the limit. */
export const keepEnded = (state: State, limit: number, instance: EndedInstance): void => {
  if (limit <= 0) return;
  if (state.endedRing.length < limit) {
    state.endedRing.push(instance.key);
  } else {
    state.ended.delete(state.endedRing[state.endedNext]!);
    state.endedRing[state.endedNext] = instance.key;
    state.endedNext = (state.endedNext + 1) % limit;
  }
  state.ended.set(instance.key, instance);
};

/** The process instance is over: nothing of it is left but what is kept for inspection. */
export const endInstance = (core: Core, root: ElementInstance, state: 'COMPLETED' | 'TERMINATED'): void => {
  const { key, definition, lock } = root;
  root.state = state;
  core.state.elements.delete(key);
  const ended: EndedInstance = { key, definition, state, variables: localVariables(root) };
  keepEnded(core.state, core.keepEnded, ended);
  core.emit?.({
    kind: state === 'COMPLETED' ? 'instance:completed' : 'instance:terminated',
    instance: viewEnded(ended),
  });
  if (lock === undefined) return;
  const processId = definition.model.id;
  core.state.locks.delete(lockOf(processId, lock));
  core.enqueue({ kind: 'startNext', processId, correlationKey: lock });
};
