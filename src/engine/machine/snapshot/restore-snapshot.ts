import type { FlowNode } from '../../model/types.ts';
import { reject } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { checksumOf, indexDefinition, indexMessageStarts, indexTimerStarts } from '../store/definitions.ts';
import { addInstance, keepEnded, newInstance } from '../store/instances.ts';
import { restoreJob } from '../store/jobs.ts';
import { adoptVariables, fromTagged } from '../store/json-values.ts';
import { bufferMessage, indexSubscription } from '../store/messages.ts';
import type {
  Definition,
  ElementInstance,
  EventSubscription,
  Incident,
  Message,
  MessageStart,
  Timer,
} from '../store/records.ts';
import { schedule } from '../store/schedule.ts';
import { writeAllLocal } from '../store/variables.ts';
import type { CompiledResource, MachineSnapshot, Variables } from '../types.ts';
import type { SavedElement, SavedMessage, SavedState, SavedSubscription, SavedTimer } from './saved-state.ts';

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
  for (const { key, processId, version, resource } of saved.definitions) {
    const model = resources[resource]?.processes.find(({ id }) => id === processId);
    indexDefinition(state, {
      key,
      version,
      model: required(model, `the process '${processId}'`),
      resource: required(state.resources[resource], `a resource of the process '${processId}'`),
    });
  }
};

const definitionOf = ({ state }: Context, key: number): Definition =>
  required(state.definitions.get(key), 'a process definition');

const nodeOf = (definition: Definition, id: string): FlowNode =>
  required(definition.model.nodes.get(id), `the element '${id}' of the process '${definition.model.id}'`);

const elementOf = ({ state }: Context, key: number): ElementInstance =>
  required(state.elements.get(key), 'an element instance');

const restoreElement = (context: Context, saved: SavedElement): void => {
  const definition = definitionOf(context, saved.definition);
  const scope = saved.scope === null ? undefined : elementOf(context, saved.scope);
  const node = saved.node === null ? undefined : nodeOf(definition, saved.node);
  const element = newInstance(saved.key, definition, scope, node);
  element.state = saved.state;
  if (saved.variables !== null) writeAllLocal(element, adopt(saved.variables));
  element.tokens = saved.tokens;
  // Without a prototype, as in tokens.ts.
  element.joins = saved.joins === null ? undefined : Object.assign(Object.create(null), saved.joins);
  element.result = saved.result === null ? undefined : adopt(saved.result);
  element.chosenFlow = saved.chosen ?? undefined;
  element.lock = saved.lock ?? undefined;
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

const restoreSubscription = (context: Context, saved: SavedTimer | SavedSubscription): void => {
  let subscription: EventSubscription;
  if (saved.kind === 'timer') {
    subscription = restoreTimer(context, saved);
    if (subscription.element === undefined) {
      const { id } = subscription.definition.model;
      indexTimerStarts(context.state, id, [...(context.state.timerStarts.get(id) ?? []), subscription]);
      return;
    }
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
    const { id } = definition.model;
    byProcess.set(id, [...(byProcess.get(id) ?? []), { ...saved, definition, node: nodeOf(definition, node) }]);
  }
  for (const [id, starts] of byProcess) indexMessageStarts(context.state, id, starts);
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
  for (const element of saved.elements) restoreElement(context, element);
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
  restoreMessageStarts(context, saved);
  for (const { definition, variables, ...rest } of saved.ended) {
    keepEnded(state, context.keepEnded, {
      ...rest,
      definition: definitionOf(context, definition),
      variables: adopt(variables),
    });
  }
  state.lastKey = saved.lastKey;
};
