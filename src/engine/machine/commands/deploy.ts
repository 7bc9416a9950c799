import { repeatedProcessIds } from '../../model/checks/repeated-process-ids.ts';
import type { FlowNode, Problem, ProcessModel } from '../../model/types.ts';
import { deploymentErrorText } from '../../model/xml/problems.ts';
import { planTime, type TimePlan } from '../elements/due-times.ts';
import { evaluateText } from '../elements/expressions.ts';
import { checksumOf } from '../store/checksum.ts';
import { type Core, nextKey, schedule, unschedule } from '../store/core.ts';
import { isStepFailure } from '../store/failure.ts';
import { keyText } from '../store/keys.ts';
import type { Definition, MessageStart, Resource, Timer } from '../store/records.ts';
import { reject } from '../store/rejection.ts';
import type { State } from '../store/state.ts';
import { viewDefinition } from '../store/views.ts';
import type { CompiledResource, Deployment } from '../types.ts';

/** The start events of a process that something starts, evaluated at deployment, where there are no variables. */
interface StartPlan {
  readonly messages: readonly { readonly node: FlowNode; readonly name: string }[];
  readonly timers: readonly { readonly node: FlowNode; readonly time: TimePlan }[];
}

/** Problems by file, in order. */
type FileProblems = Map<string, Problem[]>;

const add = (problems: FileProblems, name: string, element: string, text: string): void => {
  problems.set(name, [...(problems.get(name) ?? []), { element, text }]);
};

const noVariables = (): undefined => undefined;

const planStarts = (core: Core, model: ProcessModel, problems: FileProblems): StartPlan => {
  const messages: { node: FlowNode; name: string }[] = [];
  const timers: { node: FlowNode; time: TimePlan }[] = [];
  for (const id of model.triggeredStarts) {
    const node = model.nodes.get(id);
    if (node?.kind !== 'startEvent' || node.trigger === undefined) continue;
    try {
      if (node.trigger.kind === 'message') {
        messages.push({ node, name: evaluateText(core, node.trigger.message.name, noVariables) });
      } else {
        timers.push({ node, time: planTime(core, node.trigger.timer, noVariables) });
      }
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      add(problems, model.resourceName, id, error.message);
    }
  }
  return { messages, timers };
};

/** The definitions that a file has already given, if all its processes are, in their latest version, from just this file. */
const knownDefinitions = (
  state: State,
  { name, processes }: CompiledResource,
  checksum: string,
): readonly Definition[] | undefined => {
  const latest = processes.map(({ id }) => state.versions.get(id)?.at(-1));
  const known = latest.filter(
    (definition) => definition?.resource.name === name && definition.resource.checksum === checksum,
  );
  return known.length === processes.length ? (known as Definition[]) : undefined;
};

const checkProcesses = (resources: readonly CompiledResource[], problems: FileProblems): void => {
  const repeated = repeatedProcessIds(resources);
  resources.forEach(({ name, processes }, index) => {
    if (processes.length === 0) add(problems, name, name, 'The file has no executable process.');
    for (const { element, text } of repeated[index]!) add(problems, name, element, text);
  });
};

/** Adds a definition to the indexes; also for a restored one. */
export const indexDefinition = (state: State, definition: Definition): void => {
  const { id } = definition.model;
  state.definitions.set(definition.key, definition);
  const versions = state.versions.get(id);
  if (versions === undefined) state.versions.set(id, [definition]);
  else versions.push(definition);
};

/** Makes these the message start events of the process, in place of those of its earlier version. */
export const indexMessageStarts = (state: State, processId: string, starts: readonly MessageStart[]): void => {
  for (const old of state.messageStarts.get(processId) ?? []) {
    const named = state.startsByName.get(old.name);
    named?.delete(old);
    if (named?.size === 0) state.startsByName.delete(old.name);
  }
  state.messageStarts.delete(processId);
  if (starts.length > 0) state.messageStarts.set(processId, starts);
  for (const start of starts) {
    const named = state.startsByName.get(start.name);
    if (named === undefined) state.startsByName.set(start.name, new Set([start]));
    else named.add(start);
  }
};

/** Makes these the timers of the process's start events. */
export const indexTimerStarts = (state: State, processId: string, timers: readonly Timer[]): void => {
  if (timers.length === 0) state.timerStarts.delete(processId);
  else state.timerStarts.set(processId, timers);
};

const openStarts = (core: Core, definition: Definition, plan: StartPlan, deploymentKey: number): void => {
  const { state } = core;
  const { id } = definition.model;
  const before = state.messageStarts.get(id) ?? [];
  const sinceOf = (name: string): number => before.find((start) => start.name === name)?.since ?? deploymentKey;
  indexMessageStarts(
    state,
    id,
    plan.messages.map(({ node, name }) => ({ name, definition, node, since: sinceOf(name) })),
  );
  for (const timer of state.timerStarts.get(id) ?? []) unschedule(core, timer);
  const timers = plan.timers
    .filter(({ time }) => time.repetitions !== 0)
    .map(({ node, time: { due, repetitions, cycle } }): Timer => {
      const key = nextKey(core);
      return { kind: 'timer', key, definition, node, element: undefined, cycle, repetitions, due, dueAt: -1 };
    });
  for (const timer of timers) schedule(core, timer, timer.due);
  indexTimerStarts(state, id, timers);
};

const resourceFor = (state: State, { name, content }: CompiledResource, checksum: string): Resource => {
  const known = state.resources.find((resource) => resource.name === name && resource.checksum === checksum);
  if (known !== undefined) return known;
  const resource = { name, content, checksum };
  state.resources.push(resource);
  return resource;
};

/**
 * The command DeployResource. Files that are all known already, by name and content, give their latest versions again;
 * if one of them is not, every process of the deployment gets a new version.
 */
export const deploy = (core: Core, resources: readonly CompiledResource[]): Deployment => {
  const { state } = core;
  const refuse = (reason: string): Error => reject('INVALID_ARGUMENT', 'CREATE', reason);
  if (resources.length === 0) throw refuse('Expected to deploy at least one resource, but none given');
  const problems: FileProblems = new Map();
  checkProcesses(resources, problems);
  const files = resources.map((file) => ({ file, checksum: checksumOf(file.content) }));
  const plans = new Map<ProcessModel, StartPlan>();
  for (const model of resources.flatMap(({ processes }) => processes))
    plans.set(model, planStarts(core, model, problems));
  if (problems.size > 0) {
    throw refuse(deploymentErrorText([...problems].map(([name, list]) => ({ name, problems: list }))));
  }
  const deploymentKey = nextKey(core);
  const known = files.map(({ file, checksum }) => knownDefinitions(state, file, checksum));
  const definitions = known.every((each) => each !== undefined)
    ? known.flat()
    : files.flatMap(({ file, checksum }) => {
        const resource = resourceFor(state, file, checksum);
        return file.processes.map((model): Definition => {
          const version = (state.versions.get(model.id)?.length ?? 0) + 1;
          const definition = { key: nextKey(core), version, model, resource };
          indexDefinition(state, definition);
          openStarts(core, definition, plans.get(model)!, deploymentKey);
          core.emit?.({ kind: 'process:deployed', process: viewDefinition(definition) });
          return definition;
        });
      });
  return { deploymentKey: keyText(deploymentKey), processes: definitions.map(viewDefinition) };
};
