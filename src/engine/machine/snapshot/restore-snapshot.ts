import type { FlowNode } from '../../model/types.ts';
import { reject } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { indexDecision, indexRequirements, keepEvaluation } from '../store/decisions.ts';
import { checksumOf, indexDefinition, indexFile, indexMessageStarts, indexTimerStarts } from '../store/definitions.ts';
import { indexCondition } from '../store/events/conditions.ts';
import { bufferMessage, indexSubscription } from '../store/events/messages.ts';
import { schedule } from '../store/events/schedule.ts';
import { indexSignal, indexSignalStarts } from '../store/events/signals.ts';
import { addInstance, keepEnded, newInstance } from '../store/instances.ts';
import { adoptVariables, fromTagged } from '../store/json-values.ts';
import type {
  Definition,
  ElementInstance,
  EventSubscription,
  Incident,
  Message,
  MessageStart,
  Requirements,
  StoredFile,
  Timer,
} from '../store/records.ts';
import type { State } from '../store/state.ts';
import { setInitialVariables } from '../store/variables.ts';
import { restoreJob } from '../store/work/jobs.ts';
import { addUserTask } from '../store/work/user-tasks.ts';
import { processKey, recordTenant } from '../tenants.ts';
import type { CompiledResource, Json, MachineSnapshot, Variables } from '../types.ts';
import type {
  SavedDetails,
  SavedElement,
  SavedFile,
  SavedMessage,
  SavedState,
  SavedTimer,
  SavedWait,
} from './saved-state.ts';

const rejection = (reason: string): Error =>
  reject('INVALID_ARGUMENT', 'RESTORE', `Expected a snapshot of this engine, but ${reason}`);

const adopt = (variables: Variables): Variables => adoptVariables(variables, rejection);

const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw rejection(`${what} is missing`);
  return value;
};

const restoreDefinitions = (
  { state }: Context,
  saved: SavedState,
  snapshot: MachineSnapshot,
  resources: readonly CompiledResource[],
): void => {
  if (resources.length !== snapshot.resources.length) {
    throw rejection(`${resources.length} of its ${snapshot.resources.length} resources were compiled`);
  }
  for (const { name, content } of resources) state.resources.push({ name, content, checksum: checksumOf(content) });
  for (const [id, version] of Object.entries(saved.deletedVersions ?? {})) state.deletedVersions.set(id, version);
  for (const { key, processId, version, resource, deployments = [], tenant, deleted } of saved.definitions) {
    const model = resources[resource]?.processes.find(({ id }) => id === processId);
    indexDefinition(state, {
      key,
      version,
      deployments: [...deployments],
      model: required(model, `the process '${processId}'`),
      resource: required(state.resources[resource], `a resource of the process '${processId}'`),
      ...recordTenant(tenant),
      ...(deleted === undefined ? {} : { deleted }),
    });
  }
};

const restoreFiles = ({ resources }: State, saved: readonly SavedFile[], index: Map<string, StoredFile[]>): void => {
  for (const { resource: place, versionTag, deployments, ...file } of saved) {
    const resource = required(resources[place], `a resource of the file '${file.id}'`);
    indexFile(index, { ...file, versionTag: versionTag ?? undefined, deployments: [...deployments], resource });
  }
};

const restoreDecisions = (
  { state, keepEnded: limit }: Context,
  { requirements = [], decisions = [], evaluations = [] }: SavedState,
  resources: readonly CompiledResource[],
): void => {
  const byKey = new Map<number, Requirements>();
  for (const { id, resource: index, ...saved } of requirements) {
    const model = required(resources[index]?.requirements, `the decision requirements '${id}'`);
    const restored = { ...saved, model, resource: required(state.resources[index], `a resource of '${id}'`) };
    byKey.set(saved.key, restored);
    indexRequirements(state, restored);
  }
  for (const { id, requirements: key, deployments, ...saved } of decisions) {
    const owner = required(byKey.get(key), `the decision requirements of '${id}'`);
    const model = required(
      owner.model.decisions.find((decision) => decision.id === id),
      `the decision '${id}'`,
    );
    indexDecision(state, { ...saved, model, requirements: owner, deployments: [...deployments] });
  }
  for (const evaluation of evaluations) keepEvaluation(state, limit, evaluation);
};

const definitionOf = ({ state }: Context, key: number): Definition =>
  required(state.definitions.get(key), 'a process definition');

const nodeOf = (definition: Definition, id: string): FlowNode =>
  required(definition.model.nodes.get(id), `the element '${id}' of the process '${definition.model.id}'`);

const elementOf = ({ state }: Context, key: number): ElementInstance =>
  required(state.elements.get(key), 'an element instance');

const restoreDetails = (
  context: Context,
  element: ElementInstance,
  { caller: callerKey, compensates, loop, next, ...details }: SavedDetails,
): void => {
  element.details = {
    ...details,
    ...(next === undefined ? {} : { next: { ...next, variables: adopt(next.variables) } }),
    ...(loop === undefined ? {} : { loop: { ...loop, items: adopt({ items: loop.items }).items as readonly Json[] } }),
  };
  if (compensates !== undefined) element.details.compensates = elementOf(context, compensates);
  if (callerKey === undefined) return;
  const caller = elementOf(context, callerKey);
  element.details.caller = caller;
  caller.details = { ...caller.details, called: element };
};

const restoreElement = (context: Context, saved: SavedElement): void => {
  const definition = definitionOf(context, saved.definition);
  const scope = saved.scope === null ? undefined : elementOf(context, saved.scope);
  const node = saved.node === null ? undefined : nodeOf(definition, saved.node);
  const element = newInstance(saved.key, definition, scope, node);
  element.state = saved.state;
  if (saved.variables !== null) setInitialVariables(element, adopt(saved.variables));
  element.tokens = saved.tokens;
  // Without a prototype, as in tokens.ts.
  element.joins = saved.joins === null ? undefined : Object.assign(Object.create(null), saved.joins);
  element.result = saved.result === null ? undefined : adopt(saved.result);
  element.chosenFlow = saved.chosen ?? undefined;
  element.lock = saved.lock ?? undefined;
  if (saved.details !== undefined) restoreDetails(context, element, saved.details);
  addInstance(context.state, element);
};

const restoreTimer = (context: Context, saved: SavedTimer): Timer => {
  const definition = definitionOf(context, saved.definition);
  const timer: Timer = {
    kind: 'timer',
    key: saved.key,
    definition,
    node: nodeOf(definition, saved.node),
    element: saved.element === null ? undefined : elementOf(context, saved.element),
    cycle: saved.cycle ?? undefined,
    repetitions: saved.repetitions,
    due: saved.due,
    dueIndex: -1,
  };
  schedule(context, timer, timer.due);
  return timer;
};

const restoreSubscription = (context: Context, saved: SavedWait): void => {
  let subscription: EventSubscription;
  if (saved.kind === 'timer') {
    subscription = restoreTimer(context, saved);
    if (subscription.element === undefined) {
      const id = processKey(subscription.definition);
      indexTimerStarts(context.state, id, [...(context.state.timerStarts.get(id) ?? []), subscription]);
      return;
    }
  } else if (saved.kind === 'condition') {
    const element = elementOf(context, saved.element);
    subscription = { ...saved, element, node: nodeOf(element.definition, saved.node), isNew: false };
    indexCondition(context.state, subscription);
  } else if (saved.kind === 'signal') {
    const element = elementOf(context, saved.element);
    subscription = { ...saved, element, node: nodeOf(element.definition, saved.node) };
    indexSignal(context.state, subscription);
  } else {
    const element = elementOf(context, saved.element);
    const node = nodeOf(element.definition, saved.node);
    subscription = { ...saved, element, node, open: true, previous: undefined, next: undefined };
    indexSubscription(context.state, subscription);
  }
  const { element } = subscription;
  if (element !== undefined) element.subscriptions = [...(element.subscriptions ?? []), subscription];
};

const restoreMessage = (context: Context, saved: SavedMessage): void => {
  const message: Message = {
    kind: 'message',
    ...saved,
    publishedAt: saved.publishedAt ?? saved.due,
    variables: adopt(saved.variables),
    correlated: [...saved.correlated],
    dueIndex: -1,
    previous: undefined,
    next: undefined,
  };
  bufferMessage(context.state, message);
  schedule(context, message, message.due);
};

const restoreMessageStarts = (context: Context, { messageStarts }: SavedState): void => {
  const byProcess = new Map<string, MessageStart[]>();
  for (const { definition: key, node, ...saved } of messageStarts) {
    const definition = definitionOf(context, key);
    const id = processKey(definition);
    byProcess.set(id, [...(byProcess.get(id) ?? []), { ...saved, definition, node: nodeOf(definition, node) }]);
  }
  for (const [id, starts] of byProcess) indexMessageStarts(context.state, id, starts);
};

const restoreSignalStarts = (context: Context, { signalStarts = [] }: SavedState): void => {
  for (const { definition: key, node: nodeId, name } of signalStarts) {
    const definition = definitionOf(context, key);
    const id = processKey(definition);
    const node = nodeOf(definition, nodeId);
    indexSignalStarts(context.state, id, [...(context.state.signalStarts.get(id) ?? []), { name, definition, node }]);
  }
};

/** Restores a saved state into an empty one. */
export const restoreSnapshot = (
  context: Context,
  { snapshot, resources }: { readonly snapshot: MachineSnapshot; readonly resources: readonly CompiledResource[] },
): void => {
  if (snapshot.format !== 1) throw rejection('its format is unknown');
  const saved = fromTagged(snapshot.state) as unknown as SavedState;
  const { state } = context;
  restoreDefinitions(context, saved, snapshot, resources);
  restoreFiles(context.state, saved.forms ?? [], context.state.forms);
  restoreFiles(context.state, saved.files ?? [], context.state.files);
  restoreDecisions(context, saved, resources);
  for (const element of saved.elements) restoreElement(context, element);
  for (const { element, change, ...task } of saved.userTasks ?? []) {
    const variables = change?.variables && adopt(change.variables);
    addUserTask(context, {
      ...task,
      element: elementOf(context, element),
      ...(change === undefined ? {} : { change: { ...change, ...(variables === undefined ? {} : { variables }) } }),
    });
  }
  for (const { scheduled, element: key, ...job } of saved.jobs) {
    const element = elementOf(context, key);
    restoreJob(context, { kind: 'job', ...job, element, dueIndex: -1, readyIndex: -1 }, scheduled);
  }
  for (const { element: key, ...rest } of saved.incidents) {
    const element = elementOf(context, key);
    const incident: Incident = { ...rest, element };
    element.incident = incident;
    state.incidents.set(incident.key, incident);
  }
  for (const subscription of saved.waits) restoreSubscription(context, subscription);
  for (const message of saved.messages) restoreMessage(context, message);
  for (const message of saved.lost ?? []) state.lost.push(message);
  restoreMessageStarts(context, saved);
  restoreSignalStarts(context, saved);
  for (const { definition, variables, ...rest } of saved.ended) {
    keepEnded(state, context.keepEnded, {
      ...rest,
      definition: definitionOf(context, definition),
      variables: adopt(variables),
    });
  }
  state.lastKey = saved.lastKey;
  if (saved.random !== undefined) {
    const { seed, expressions, choices } = saved.random;
    state.random = { seed, expressions: [...expressions], choices: [...choices] };
  }
};
