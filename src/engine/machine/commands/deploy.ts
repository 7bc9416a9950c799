import { repeatedProcessIds } from '../../model/checks/repeated-process-ids.ts';
import type { FlowNode, Problem, ProcessModel } from '../../model/types.ts';
import { deploymentErrorText } from '../../model/xml/problems.ts';
import { evaluateText } from '../evaluation/expressions.ts';
import { planTimer, type TimerPlan } from '../evaluation/timer-due-times.ts';
import { reject } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import {
  checksumOf,
  indexDefinition,
  indexMessageStarts,
  indexTimerStarts,
  storeResource,
} from '../store/definitions.ts';
import { isStepFailure } from '../store/incidents.ts';
import { keyText, nextKey } from '../store/keys.ts';
import type { Definition, Timer } from '../store/records.ts';
import { schedule, unschedule } from '../store/schedule.ts';
import type { State } from '../store/state.ts';
import { viewDefinition } from '../store/views.ts';
import type { CompiledResource, Deployment } from '../types.ts';

/** The message and timer start events of a process, evaluated at deployment without variables. */
interface StartPlan {
  readonly messages: readonly { readonly node: FlowNode; readonly name: string }[];
  readonly timers: readonly { readonly node: FlowNode; readonly timer: TimerPlan }[];
}

/** Problems by file name. */
type FileProblems = Map<string, Problem[]>;

const add = (problems: FileProblems, name: string, element: string, text: string): void => {
  problems.set(name, [...(problems.get(name) ?? []), { element, text }]);
};

const noVariables = (): undefined => undefined;

const planStarts = (context: Context, model: ProcessModel, problems: FileProblems): StartPlan => {
  const messages: { node: FlowNode; name: string }[] = [];
  const timers: { node: FlowNode; timer: TimerPlan }[] = [];
  for (const id of model.triggeredStarts) {
    const node = model.nodes.get(id);
    if (node?.kind !== 'startEvent' || node.trigger === undefined) continue;
    try {
      if (node.trigger.kind === 'message') {
        messages.push({ node, name: evaluateText(context, node.trigger.message.name, noVariables) });
      } else {
        timers.push({ node, timer: planTimer(context, node.trigger.timer, noVariables) });
      }
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      add(problems, model.resourceName, id, error.message);
    }
  }
  return { messages, timers };
};

/** The latest versions of the processes in a file, if all of them were deployed from the same file with this content. */
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

const openStarts = (context: Context, definition: Definition, plan: StartPlan, deploymentKey: number): void => {
  const { state } = context;
  const { id } = definition.model;
  const before = state.messageStarts.get(id) ?? [];
  const sinceOf = (name: string): number => before.find((start) => start.name === name)?.since ?? deploymentKey;
  indexMessageStarts(
    state,
    id,
    plan.messages.map(({ node, name }) => ({ name, definition, node, since: sinceOf(name) })),
  );
  for (const timer of state.timerStarts.get(id) ?? []) unschedule(context, timer);
  const timers = plan.timers
    .filter(({ timer }) => timer.repetitions !== 0)
    .map(({ node, timer: { due, repetitions, cycle } }): Timer => {
      const key = nextKey(context);
      return { kind: 'timer', key, definition, node, element: undefined, cycle, repetitions, due, dueIndex: -1 };
    });
  for (const timer of timers) schedule(context, timer, timer.due);
  indexTimerStarts(state, id, timers);
};

/**
 * The command DeployResource. If the names and contents of all files are known, it returns the existing versions.
 * Otherwise, all processes of the deployment get a new version.
 */
export const deploy = (context: Context, resources: readonly CompiledResource[]): Deployment => {
  const { state } = context;
  const rejection = (reason: string): Error => reject('INVALID_ARGUMENT', 'CREATE', reason);
  if (resources.length === 0) throw rejection('Expected to deploy at least one resource, but none given');
  const problems: FileProblems = new Map();
  checkProcesses(resources, problems);
  const files = resources.map((file) => ({ file, checksum: checksumOf(file.content) }));
  const plans = new Map<ProcessModel, StartPlan>();
  for (const model of resources.flatMap(({ processes }) => processes))
    plans.set(model, planStarts(context, model, problems));
  if (problems.size > 0) {
    throw rejection(deploymentErrorText([...problems].map(([name, list]) => ({ name, problems: list }))));
  }
  const deploymentKey = nextKey(context);
  const known = files.map(({ file, checksum }) => knownDefinitions(state, file, checksum));
  const definitions = known.every((each) => each !== undefined)
    ? known.flat()
    : files.flatMap(({ file, checksum }) => {
        const resource = storeResource(state, file, checksum);
        return file.processes.map((model): Definition => {
          const version = (state.versions.get(model.id)?.length ?? 0) + 1;
          const definition = { key: nextKey(context), version, model, resource };
          indexDefinition(state, definition);
          openStarts(context, definition, plans.get(model)!, deploymentKey);
          context.emit?.({ kind: 'process:deployed', process: viewDefinition(definition) });
          return definition;
        });
      });
  return { deploymentKey: keyText(deploymentKey), processes: definitions.map(viewDefinition) };
};
