import { evaluateConditional } from './commands/conditions.ts';
import { evaluateDecision } from './commands/decisions.ts';
import { broadcastSignal, fireTimerNow } from './commands/events.ts';
import { resolveIncident } from './commands/incidents.ts';
import { migrateInstance } from './commands/instances/migration.ts';
import { modifyInstance } from './commands/instances/modification.ts';
import { cancelInstance, createInstance, setVariables } from './commands/instances.ts';
import { activateAdHocActivities } from './commands/jobs/ad-hoc.ts';
import { completeJob, failJob, throwError } from './commands/jobs/job-results.ts';
import {
  activateJob,
  activateJobs,
  returnJob,
  updateJobPriority,
  updateJobRetries,
  updateJobTimeout,
} from './commands/jobs/jobs.ts';
import { correlateNow, publishMessage } from './commands/messages.ts';
import { deleteResource } from './commands/resources/delete-resource.ts';
import { deploy } from './commands/resources/deploy.ts';
import { assignUserTask, completeUserTask, unassignUserTask, updateUserTask } from './commands/user-tasks.ts';
import {
  findDue,
  findProcess,
  findResource,
  findStartForm,
  listDecisionFiles,
  listFiles,
  listForms,
  listLostMessages,
  listProcesses,
  listSubscriptions,
  listTimers,
  subscriptionsOf,
  waitsOf,
} from './look-in.ts';
import { nextRandom } from './random.ts';
import { reject } from './rejection.ts';
import { createRunner } from './runner.ts';
import { createRestoration, type Restoration } from './snapshot/restoration.ts';
import { snapshotParts } from './snapshot/snapshot-parts.ts';
import { takeSnapshot } from './snapshot/take-snapshot.ts';
import { keepInstance } from './store/context.ts';
import { viewJoins } from './store/events/wait-views.ts';
import { elementsOf } from './store/instances.ts';
import { keyNumber, keyText } from './store/keys.ts';
import type { ElementInstance } from './store/records.ts';
import type { State } from './store/state.ts';
import {
  viewElement,
  viewEnded,
  viewIncident,
  viewInstance,
  viewJob,
  viewMessage,
  viewUserTask,
} from './store/views.ts';
import type { CreateMachine, Key, Machine, MachineOptions } from './types.ts';

export type { Rejection } from './rejection.ts';
export { createRestoration, type Restoration };

/** The element that a key belongs to: its own, or that of its job, incident or user task. */
const ownerOf = ({ elements, jobs, incidents, userTasks }: State, key: Key): ElementInstance | undefined => {
  const number = keyNumber(key);
  return elements.get(number) ?? (jobs.get(number) ?? incidents.get(number) ?? userTasks.get(number))?.element;
};

/**
 * Creates the state machine of the embedded engine; see {@link Machine}.
 *
 * @example
 * const machine = createMachine({ now: Date.now, onEvent: (event) => log(event.kind) });
 * machine.deploy([{ name: 'order.bpmn', content, processes }]);
 * const { processInstanceKey } = machine.createInstance({ bpmnProcessId: 'order', variables: { id: 7 } });
 */
export const createMachine: CreateMachine = (options, from) => {
  if (from === undefined) return machineWith(options);
  const restoration = createRestoration(options.keepEnded);
  restoration.add(from.snapshot, from.resources);
  return machineWith(options, restoration.finish());
};

/**
 * Creates a machine that continues with a state.
 *
 * @param restored from {@link createRestoration}; default: an empty state
 */
export const machineWith = (options: MachineOptions, restored?: State): Machine => {
  const { context, run, advance, isBusy } = createRunner(options, restored);
  const { state } = context;

  /** Runs a command on what has this key: an element, a job, an incident or a user task. */
  const runOn = <T>(key: Key, command: () => T): T =>
    run(() => {
      const element = context.captures.size > 0 ? ownerOf(state, key) : undefined;
      if (element !== undefined) keepInstance(context, element);
      return command();
    });

  const checkIdle = (): void => {
    if (isBusy()) throw reject('INVALID_STATE', 'SNAPSHOT', 'Expected no command to be running, but one is');
  };

  const rootOf = (key: string): ElementInstance | undefined => {
    const element = state.elements.get(keyNumber(key));
    return element?.scope === undefined ? element : undefined;
  };

  const wholeOf = (key: string): readonly ElementInstance[] => {
    const root = rootOf(key);
    return root === undefined ? [] : elementsOf(root);
  };

  /** All records, or those of the elements of one process instance. */
  const select = <Item>(
    all: ReadonlyMap<number, Item>,
    key: string | undefined,
    itemOf: (element: ElementInstance) => Item | undefined,
  ): readonly Item[] =>
    key === undefined ? [...all.values()] : wholeOf(key).flatMap((element) => itemOf(element) ?? []);

  return {
    deploy: (resources, tenantId) => run(() => deploy(context, resources, tenantId)),
    deleteResource: (key) => run(() => deleteResource(context, key)),
    createInstance: (request) => run(() => createInstance(context, request)),
    cancelInstance: (key) => runOn(key, () => cancelInstance(context, key)),
    migrateInstance: (key, plan) => runOn(key, () => migrateInstance(context, key, plan)),
    modifyInstance: (key, modification) => runOn(key, () => modifyInstance(context, key, modification)),
    activateJobs: (request) => run(() => activateJobs(context, request)),
    activateJob: (key, request) => runOn(key, () => activateJob(context, key, request)),
    returnJob: (key) => runOn(key, () => returnJob(context, key)),
    completeJob: (key, variables, result, leaseToken) =>
      runOn(key, () => completeJob(context, key, variables, result, leaseToken)),
    failJob: (key, failure) => runOn(key, () => failJob(context, key, failure)),
    throwError: (key, error) => runOn(key, () => throwError(context, key, error)),
    updateJobRetries: (key, retries, leaseToken) =>
      runOn(key, () => updateJobRetries(context, key, retries, leaseToken)),
    updateJobTimeout: (key, timeout, leaseToken) =>
      runOn(key, () => updateJobTimeout(context, key, timeout, leaseToken)),
    updateJobPriority: (key, priority, leaseToken) =>
      runOn(key, () => updateJobPriority(context, key, priority, leaseToken)),
    assignUserTask: (key, assignee, override, action) =>
      runOn(key, () => assignUserTask(context, key, assignee, override, action)),
    unassignUserTask: (key) => runOn(key, () => unassignUserTask(context, key)),
    updateUserTask: (key, changes, action) => runOn(key, () => updateUserTask(context, key, changes, action)),
    completeUserTask: (key, variables, action) => runOn(key, () => completeUserTask(context, key, variables, action)),
    publishMessage: (message) => run(() => publishMessage(context, message)),
    correlateMessage: (message) => run(() => correlateNow(context, message)),
    broadcastSignal: (name, variables, tenantId) => run(() => broadcastSignal(context, name, variables, tenantId)),
    evaluateConditional: (request) => run(() => evaluateConditional(context, request)),
    evaluateDecision: (request) => run(() => evaluateDecision(context, request)),
    activateAdHocActivities: (key, activations, cancelRemaining) =>
      runOn(key, () => activateAdHocActivities(context, key, activations, cancelRemaining)),
    isUpdating: (key) => state.elements.get(keyNumber(key))?.details?.userTask?.change?.event === 'updating',
    setVariables: (key, variables, local) => runOn(key, () => setVariables(context, key, variables, local)),
    resolveIncident: (key) => runOn(key, () => resolveIncident(context, key)),
    random: () => nextRandom(state.random.choices),
    instanceOf: (key) => {
      const element = state.elements.get(keyNumber(key));
      return element && keyText(element.root.key);
    },
    nextDue: () => state.due[0]?.due,
    nextDueItem: (test) => findDue(state, test),
    fireTimer: (key) => run(() => fireTimerNow(context, key)),
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
    elements: (key) => wholeOf(key).slice(1).map(viewElement),
    jobs: (key) => select(state.jobs, key, ({ job }) => job).map(viewJob),
    userTasks: (key) =>
      select(state.userTasks, key, ({ details }) => details?.userTask).map((task) => viewUserTask(task)),
    decisionInstances: () => [...state.evaluations.values()].flatMap(({ evaluatedDecisions }) => evaluatedDecisions),
    incidents: (key) => select(state.incidents, key, ({ incident }) => incident).map(viewIncident),
    messages: () => [...state.messages.values()].map(viewMessage),
    lostMessages: () => listLostMessages(state),
    subscriptions: (key) => (key === undefined ? listSubscriptions(state) : subscriptionsOf(wholeOf(key))),
    timers: (key) => (key === undefined ? listTimers(state.due) : listTimers(waitsOf(wholeOf(key)))),
    joins: (key) => wholeOf(key).flatMap(viewJoins),
    processes: () => listProcesses(state),
    process: (key) => findProcess(state, key),
    forms: () => listForms(state),
    files: () => listFiles(state),
    decisionFiles: () => listDecisionFiles(state),
    startForm: (key) => findStartForm(state, key),
    resource: (key) => findResource(state, key),
    snapshot: () => {
      checkIdle();
      return takeSnapshot(context);
    },
    snapshotParts: function* (partSize) {
      checkIdle();
      yield* snapshotParts(context, partSize);
    },
  };
};
