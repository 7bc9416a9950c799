import type { FlowNode } from '../model/types.ts';
import { indexDefinition, indexMessageStarts, indexTimerStarts } from './commands/deploy.ts';
import { indexJob } from './commands/jobs.ts';
import type { SavedElement, SavedJob, SavedMessage, SavedState, SavedSubscription, SavedTimer } from './snapshot.ts';
import { checksumOf } from './store/checksum.ts';
import { type Core, schedule } from './store/core.ts';
import { newElement } from './store/element.ts';
import { keepEnded, lockOf } from './store/ended.ts';
import { append } from './store/list.ts';
import type {
  Definition,
  ElementInstance,
  Incident,
  Job,
  Message,
  MessageStart,
  Timer,
  Wait,
} from './store/records.ts';
import { reject } from './store/rejection.ts';
import { bufferMessage, indexSubscription } from './store/subscriptions.ts';
import { adoptVariables, fromTagged } from './store/values.ts';
import { writeAllLocal } from './store/variables.ts';
import type { CompiledResource, MachineSnapshot, Variables } from './types.ts';

const refuse = (reason: string): Error =>
  reject('INVALID_ARGUMENT', 'RESTORE', `Expected a snapshot that this engine has taken, but ${reason}`);

const own = (variables: Variables): Variables => adoptVariables(variables, refuse);

const known = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw refuse(`${what} is missing in it`);
  return value;
};

const restoreDefinitions = (
  { state }: Core,
  saved: SavedState,
  snapshot: MachineSnapshot,
  resources: readonly CompiledResource[],
): void => {
  if (resources.length !== snapshot.resources.length) {
    throw refuse(`it has ${snapshot.resources.length} resources and ${resources.length} were compiled`);
  }
  for (const { name, content } of resources) state.resources.push({ name, content, checksum: checksumOf(content) });
  for (const { key, processId, version, resource } of saved.definitions) {
    const model = resources[resource]?.processes.find(({ id }) => id === processId);
    indexDefinition(state, {
      key,
      version,
      model: known(model, `the process '${processId}'`),
      resource: known(state.resources[resource], `a resource of the process '${processId}'`),
    });
  }
};

const definitionOf = ({ state }: Core, key: number): Definition =>
  known(state.definitions.get(key), 'a process definition');

const nodeOf = (definition: Definition, id: string): FlowNode =>
  known(definition.model.nodes.get(id), `the element '${id}' of the process '${definition.model.id}'`);

const elementOf = ({ state }: Core, key: number): ElementInstance =>
  known(state.elements.get(key), 'an element instance');

const restoreElement = (core: Core, saved: SavedElement): void => {
  const definition = definitionOf(core, saved.definition);
  const scope = saved.scope === null ? undefined : elementOf(core, saved.scope);
  const node = saved.node === null ? undefined : nodeOf(definition, saved.node);
  const element = newElement(saved.key, definition, scope, node);
  element.state = saved.state;
  if (saved.variables !== null) writeAllLocal(element, own(saved.variables));
  element.tokens = saved.tokens;
  // As in tree.ts: names that objects inherit are names like others.
  element.joins = saved.joins === null ? undefined : Object.assign(Object.create(null), saved.joins);
  element.result = saved.result === null ? undefined : own(saved.result);
  element.chosen = saved.chosen ?? undefined;
  element.lock = saved.lock ?? undefined;
  core.state.elements.set(element.key, element);
  if (scope !== undefined) append(scope, element);
  if (element.lock !== undefined) core.state.locks.set(lockOf(definition.model.id, element.lock), element);
};

const restoreJob = (core: Core, { scheduled, element: elementKey, ...saved }: SavedJob): void => {
  const element = elementOf(core, elementKey);
  const job: Job = { kind: 'job', ...saved, element, dueAt: -1, readyAt: -1 };
  element.job = job;
  indexJob(core, job);
  if (scheduled) schedule(core, job, job.due);
};

const restoreTimer = (core: Core, saved: SavedTimer): Timer => {
  const definition = definitionOf(core, saved.definition);
  const timer: Timer = {
    kind: 'timer',
    key: saved.key,
    definition,
    node: nodeOf(definition, saved.node),
    element: saved.element === null ? undefined : elementOf(core, saved.element),
    cycle: saved.cycle ?? undefined,
    repetitions: saved.repetitions,
    due: saved.due,
    dueAt: -1,
  };
  schedule(core, timer, timer.due);
  return timer;
};

const restoreWait = (core: Core, saved: SavedTimer | SavedSubscription): void => {
  let wait: Wait;
  if (saved.kind === 'timer') {
    wait = restoreTimer(core, saved);
    if (wait.element === undefined) {
      const { id } = wait.definition.model;
      indexTimerStarts(core.state, id, [...(core.state.timerStarts.get(id) ?? []), wait]);
      return;
    }
  } else {
    const element = elementOf(core, saved.element);
    const node = nodeOf(element.definition, saved.node);
    wait = { ...saved, element, node, open: true, previous: undefined, next: undefined };
    indexSubscription(core.state, wait);
  }
  const { element } = wait;
  if (element !== undefined) element.waits = [...(element.waits ?? []), wait];
};

const restoreMessage = (core: Core, saved: SavedMessage): void => {
  const message: Message = {
    kind: 'message',
    ...saved,
    variables: own(saved.variables),
    correlated: [...saved.correlated],
    dueAt: -1,
    previous: undefined,
    next: undefined,
  };
  bufferMessage(core.state, message);
  schedule(core, message, message.due);
};

const restoreMessageStarts = (core: Core, { messageStarts }: SavedState): void => {
  const byProcess = new Map<string, MessageStart[]>();
  for (const { definition: key, node, ...saved } of messageStarts) {
    const definition = definitionOf(core, key);
    const { id } = definition.model;
    byProcess.set(id, [...(byProcess.get(id) ?? []), { ...saved, definition, node: nodeOf(definition, node) }]);
  }
  for (const [id, starts] of byProcess) indexMessageStarts(core.state, id, starts);
};

/** Fills an empty machine with the state of an earlier one. */
export const restoreState = (
  core: Core,
  { snapshot, resources }: { readonly snapshot: MachineSnapshot; readonly resources: readonly CompiledResource[] },
): void => {
  if (snapshot.format !== 1) throw refuse('its format is another');
  const saved = fromTagged(snapshot.state) as unknown as SavedState;
  const { state } = core;
  restoreDefinitions(core, saved, snapshot, resources);
  for (const element of saved.elements) restoreElement(core, element);
  for (const job of saved.jobs) restoreJob(core, job);
  for (const { element: key, ...rest } of saved.incidents) {
    const element = elementOf(core, key);
    const incident: Incident = { ...rest, element };
    element.incident = incident;
    state.incidents.set(incident.key, incident);
  }
  for (const wait of saved.waits) restoreWait(core, wait);
  for (const message of saved.messages) restoreMessage(core, message);
  restoreMessageStarts(core, saved);
  for (const { definition, variables, ...rest } of saved.ended) {
    keepEnded(state, core.keepEnded, {
      ...rest,
      definition: definitionOf(core, definition),
      variables: own(variables),
    });
  }
  state.lastKey = saved.lastKey;
};
