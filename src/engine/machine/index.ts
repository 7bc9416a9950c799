import { deploy } from './commands/deploy.ts';
import { resolveIncident } from './commands/incidents.ts';
import { cancelInstance, createInstance, setVariables } from './commands/instances.ts';
import { completeJob, failJob, throwError } from './commands/job-results.ts';
import { activateJob, activateJobs, returnJob, updateJobRetries, updateJobTimeout } from './commands/jobs.ts';
import { publishMessage } from './commands/messages.ts';
import { restoreState } from './restore.ts';
import { createRunner } from './run.ts';
import { takeSnapshot } from './snapshot.ts';
import { keyNumber } from './store/keys.ts';
import type { ElementInstance } from './store/records.ts';
import { reject } from './store/rejection.ts';
import { viewElement, viewEnded, viewIncident, viewInstance, viewJob, viewMessage } from './store/views.ts';
import type { CreateMachine, MachineElement } from './types.ts';

export type { Rejection } from './store/rejection.ts';

/** All element instances of a process instance, outer ones first; the process instance itself is not among them. */
const elementsOf = (root: ElementInstance): readonly MachineElement[] => {
  const found: MachineElement[] = [];
  const scopes = [root];
  for (const scope of scopes) {
    for (let element = scope.first; element !== undefined; element = element.next) {
      found.push(viewElement(element));
      if (element.first !== undefined) scopes.push(element);
    }
  }
  return found;
};

/**
 * Makes the embedded engine's state machine; see {@link Machine} for what it does and how it refuses.
 *
 * @example
 * const machine = createMachine({ now: Date.now, onEvent: (event) => log(event.kind) });
 * machine.deploy([{ name: 'order.bpmn', content, processes }]);
 * const { processInstanceKey } = machine.createInstance({ bpmnProcessId: 'order', variables: { id: 7 } });
 */
export const createMachine: CreateMachine = (options, from) => {
  const { core, run, advance, isBusy } = createRunner(options);
  const { state } = core;
  if (from !== undefined) restoreState(core, from);

  const rootOf = (key: string): ElementInstance | undefined => {
    const element = state.elements.get(keyNumber(key));
    return element?.scope === undefined ? element : undefined;
  };

  return {
    deploy: (resources) => run(() => deploy(core, resources)),
    createInstance: (request) => run(() => createInstance(core, request)),
    cancelInstance: (key) => run(() => cancelInstance(core, key)),
    activateJobs: (request) => run(() => activateJobs(core, request)),
    activateJob: (key, request) => run(() => activateJob(core, key, request)),
    returnJob: (key) => run(() => returnJob(core, key)),
    completeJob: (key, variables) => run(() => completeJob(core, key, variables)),
    failJob: (key, failure) => run(() => failJob(core, key, failure)),
    throwError: (key, error) => run(() => throwError(core, key, error)),
    updateJobRetries: (key, retries) => run(() => updateJobRetries(core, key, retries)),
    updateJobTimeout: (key, timeout) => run(() => updateJobTimeout(core, key, timeout)),
    publishMessage: (message) => run(() => publishMessage(core, message)),
    setVariables: (key, variables, local) => run(() => setVariables(core, key, variables, local)),
    resolveIncident: (key) => run(() => resolveIncident(core, key)),
    nextDue: () => state.due[0]?.due,
    advance,
    instance: (key) => {
      const root = rootOf(key);
      if (root !== undefined) return viewInstance(root);
      const ended = state.ended.get(keyNumber(key));
      return ended && viewEnded(ended);
    },
    instances: () => [
      ...[...state.ended.values()].map(viewEnded),
      ...[...state.elements.values()].filter(({ scope }) => scope === undefined).map(viewInstance),
    ],
    elements: (processInstanceKey) => {
      const root = rootOf(processInstanceKey);
      return root === undefined ? [] : elementsOf(root);
    },
    jobs: () => [...state.jobs.values()].map(viewJob),
    incidents: () => [...state.incidents.values()].map(viewIncident),
    messages: () => [...state.messages.values()].map(viewMessage),
    snapshot: () => {
      if (isBusy()) throw reject('INVALID_STATE', 'SNAPSHOT', 'Expected no command to be running, but one is');
      return takeSnapshot(core);
    },
  };
};
