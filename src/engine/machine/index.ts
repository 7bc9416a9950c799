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
import { publishMessage } from './commands/messages.ts';
import { deleteResource } from './commands/resources/delete-resource.ts';
import { deploy } from './commands/resources/deploy.ts';
import { assignUserTask, completeUserTask, unassignUserTask, updateUserTask } from './commands/user-tasks.ts';
import {
  elementsIn,
  findDue,
  findResource,
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
import { restoreSnapshot } from './snapshot/restore-snapshot.ts';
import { takeSnapshot } from './snapshot/take-snapshot.ts';
import { viewJoins } from './store/events/wait-views.ts';
import { keyNumber, keyText } from './store/keys.ts';
import type { ElementInstance } from './store/records.ts';
import { createRandomness } from './store/state.ts';
import {
  viewElement,
  viewEnded,
  viewIncident,
  viewInstance,
  viewJob,
  viewMessage,
  viewUserTask,
} from './store/views.ts';
import type { CreateMachine } from './types.ts';

export type { Rejection } from './rejection.ts';

/**
 * Creates the state machine of the embedded engine; see {@link Machine}.
 *
 * @example
 * const machine = createMachine({ now: Date.now, onEvent: (event) => log(event.kind) });
 * machine.deploy([{ name: 'order.bpmn', content, processes }]);
 * const { processInstanceKey } = machine.createInstance({ bpmnProcessId: 'order', variables: { id: 7 } });
 */
export const createMachine: CreateMachine = (options, from) => {
  const { context, run, advance, isBusy } = createRunner(options);
  const { state } = context;
  if (from !== undefined) restoreSnapshot(context, from);
  if (options.seed !== undefined) state.random = createRandomness(options.seed);

  const rootOf = (key: string): ElementInstance | undefined => {
    const element = state.elements.get(keyNumber(key));
    return element?.scope === undefined ? element : undefined;
  };

  const wholeOf = (key: string): readonly ElementInstance[] => {
    const root = rootOf(key);
    return root === undefined ? [] : [root, ...elementsIn(root)];
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
    cancelInstance: (key) => run(() => cancelInstance(context, key)),
    migrateInstance: (key, plan) => run(() => migrateInstance(context, key, plan)),
    modifyInstance: (key, modification) => run(() => modifyInstance(context, key, modification)),
    activateJobs: (request) => run(() => activateJobs(context, request)),
    activateJob: (key, request) => run(() => activateJob(context, key, request)),
    returnJob: (key) => run(() => returnJob(context, key)),
    completeJob: (key, variables, result, leaseToken) =>
      run(() => completeJob(context, key, variables, result, leaseToken)),
    failJob: (key, failure) => run(() => failJob(context, key, failure)),
    throwError: (key, error) => run(() => throwError(context, key, error)),
    updateJobRetries: (key, retries, leaseToken) => run(() => updateJobRetries(context, key, retries, leaseToken)),
    updateJobTimeout: (key, timeout, leaseToken) => run(() => updateJobTimeout(context, key, timeout, leaseToken)),
    updateJobPriority: (key, priority, leaseToken) => run(() => updateJobPriority(context, key, priority, leaseToken)),
    assignUserTask: (key, assignee, override, action) =>
      run(() => assignUserTask(context, key, assignee, override, action)),
    unassignUserTask: (key) => run(() => unassignUserTask(context, key)),
    updateUserTask: (key, changes, action) => run(() => updateUserTask(context, key, changes, action)),
    completeUserTask: (key, variables, action) => run(() => completeUserTask(context, key, variables, action)),
    publishMessage: (message) => run(() => publishMessage(context, message)),
    broadcastSignal: (name, variables, tenantId) => run(() => broadcastSignal(context, name, variables, tenantId)),
    evaluateConditional: (request) => run(() => evaluateConditional(context, request)),
    evaluateDecision: (request) => run(() => evaluateDecision(context, request)),
    activateAdHocActivities: (key, activations, cancelRemaining) =>
      run(() => activateAdHocActivities(context, key, activations, cancelRemaining)),
    isUpdating: (key) => state.elements.get(keyNumber(key))?.details?.userTask?.change?.event === 'updating',
    setVariables: (key, variables, local) => run(() => setVariables(context, key, variables, local)),
    resolveIncident: (key) => run(() => resolveIncident(context, key)),
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
    elements: (key) => elementsIn(rootOf(key)).map(viewElement),
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
    resource: (processDefinitionKey) => findResource(state, processDefinitionKey),
    snapshot: () => {
      if (isBusy()) throw reject('INVALID_STATE', 'SNAPSHOT', 'Expected no command to be running, but one is');
      return takeSnapshot(context);
    },
  };
};
