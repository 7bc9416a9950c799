import type { KeyTable } from '../../common/collections/key-table.ts';
import { assignBusinessId } from './commands/business-ids.ts';
import { evaluateConditional } from './commands/conditions.ts';
import { evaluateDecision } from './commands/decisions.ts';
import { broadcastSignal, fireTimerNow } from './commands/events.ts';
import { evaluateExpression } from './commands/expressions.ts';
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
import type { CreateMachine, Machine, MachineOptions } from './types.ts';

export type { Rejection } from './rejection.ts';
export { createRestoration, type Restoration };

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
    all: KeyTable<Item>,
    key: string | undefined,
    itemOf: (element: ElementInstance) => Item | undefined,
  ): readonly Item[] =>
    key === undefined ? [...all.values()] : wholeOf(key).flatMap((element) => itemOf(element) ?? []);

  return {
    deploy: (resources, tenantId) => run(() => deploy(context, resources, tenantId)),
    deleteResource: (key) => run(() => deleteResource(context, key)),
    createInstance: (request) => run(() => createInstance(context, request)),
    cancelInstance: (key) => run(() => cancelInstance(context, key), key),
    migrateInstance: (key, plan) => run(() => migrateInstance(context, key, plan), key),
    assignBusinessId: (key, businessId) => run(() => assignBusinessId(context, key, businessId), key),
    modifyInstance: (key, modification) => run(() => modifyInstance(context, key, modification), key),
    activateJobs: (request) => run(() => activateJobs(context, request)),
    activateJob: (key, request) => run(() => activateJob(context, key, request), key),
    returnJob: (key) => run(() => returnJob(context, key), key),
    completeJob: (key, variables, result, leaseToken, businessId) =>
      run(() => completeJob(context, key, variables, result, leaseToken, businessId), key),
    failJob: (key, failure) => run(() => failJob(context, key, failure), key),
    throwError: (key, error) => run(() => throwError(context, key, error), key),
    updateJobRetries: (key, retries, leaseToken) => run(() => updateJobRetries(context, key, retries, leaseToken), key),
    updateJobTimeout: (key, timeout, leaseToken) => run(() => updateJobTimeout(context, key, timeout, leaseToken), key),
    updateJobPriority: (key, priority, leaseToken) =>
      run(() => updateJobPriority(context, key, priority, leaseToken), key),
    assignUserTask: (key, assignee, override, action) =>
      run(() => assignUserTask(context, key, assignee, override, action), key),
    unassignUserTask: (key) => run(() => unassignUserTask(context, key), key),
    updateUserTask: (key, changes, action) => run(() => updateUserTask(context, key, changes, action), key),
    completeUserTask: (key, variables, action) => run(() => completeUserTask(context, key, variables, action), key),
    publishMessage: (message) => run(() => publishMessage(context, message)),
    correlateMessage: (message) => run(() => correlateNow(context, message)),
    broadcastSignal: (name, variables, tenantId) => run(() => broadcastSignal(context, name, variables, tenantId)),
    evaluateConditional: (request) => run(() => evaluateConditional(context, request)),
    evaluateExpression: (request) => run(() => evaluateExpression(context, request)),
    evaluateDecision: (request) => run(() => evaluateDecision(context, request)),
    activateAdHocActivities: (key, activations, cancelRemaining) =>
      run(() => activateAdHocActivities(context, key, activations, cancelRemaining), key),
    isUpdating: (key) => state.elements.get(keyNumber(key))?.details?.userTask?.change?.event === 'updating',
    setVariables: (key, variables, local) => run(() => setVariables(context, key, variables, local), key),
    resolveIncident: (key) => run(() => resolveIncident(context, key), key),
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
