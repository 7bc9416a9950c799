import { repeatedProcessIds } from '../../model/checks/repeated-process-ids.ts';
import type { FlowNode, Problem, ProcessModel } from '../../model/types.ts';
import { deploymentErrorText } from '../../model/xml/problems.ts';
import { evaluateText } from '../evaluation/expressions.ts';
import { planTimer, type TimerPlan } from '../evaluation/timer-due-times.ts';
import { cancelTimer } from '../flow/event-subscriptions.ts';
import { reject } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import {
  checksumOf,
  indexDefinition,
  indexForm,
  indexMessageStarts,
  indexTimerStarts,
  storeResource,
} from '../store/definitions.ts';
import { schedule } from '../store/events/schedule.ts';
import { indexSignalStarts } from '../store/events/signals.ts';
import { viewStart, viewTimer } from '../store/events/wait-views.ts';
import { isStepFailure } from '../store/incidents.ts';
import { keyText, nextKey } from '../store/keys.ts';
import type { DecisionVersion, Definition, Form, Requirements, Resource, Timer } from '../store/records.ts';
import type { State } from '../store/state.ts';
import { viewDecision, viewDefinition, viewForm, viewRequirements } from '../store/views.ts';
import type { CompiledResource, Deployment, MachineSubscription } from '../types.ts';
import { addDecisions, type DeployedDecisions, reportRepeatedDecisions } from './deploy-decisions.ts';

/** The message, timer and signal start events of a process, evaluated at deployment without variables. */
interface StartPlan {
  readonly messages: readonly { readonly node: FlowNode; readonly name: string }[];
  readonly timers: readonly { readonly node: FlowNode; readonly timer: TimerPlan }[];
  readonly signals: readonly { readonly node: FlowNode; readonly name: string }[];
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
  const signals: { node: FlowNode; name: string }[] = [];
  for (const id of model.triggeredStarts) {
    const node = model.nodes.get(id);
    if (node?.kind !== 'startEvent' || node.trigger === undefined) continue;
    try {
      if (node.trigger.kind === 'message') {
        messages.push({ node, name: evaluateText(context, node.trigger.message.name, noVariables) });
      } else if (node.trigger.kind === 'signal') {
        signals.push({ node, name: evaluateText(context, node.trigger.name, noVariables) });
      } else if (node.trigger.kind === 'timer') {
        timers.push({ node, timer: planTimer(context, node.trigger.timer, noVariables) });
      }
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      add(problems, model.resourceName, id, error.message);
    }
  }
  return { messages, timers, signals };
};

/** What one file has deployed: processes, or a form, or decisions. */
interface Deployed extends DeployedDecisions {
  readonly definitions: readonly Definition[];
  readonly forms: readonly Form[];
}

/** The latest versions of what is in a file, if all of it was deployed from the same file with this content. */
const knownVersions = (
  state: State,
  { name, processes, form, requirements: model }: CompiledResource,
  checksum: string,
): Deployed | undefined => {
  const isSame = (version: { readonly resource: Resource } | undefined): boolean =>
    version?.resource.name === name && version.resource.checksum === checksum;
  const definitions = processes.map(({ id }) => state.versions.get(id)?.at(-1));
  const forms = form === undefined ? [] : [state.forms.get(form.id)?.at(-1)];
  const requirements = model === undefined ? [] : [state.requirements.get(model.id)?.at(-1)];
  const decisions = model?.decisions.map(({ id }) => state.decisions.get(id)?.at(-1)) ?? [];
  const all = [...definitions, ...forms, ...requirements, ...decisions.map((version) => version?.requirements)];
  if (!all.every(isSame)) return undefined;
  return {
    definitions: definitions as Definition[],
    forms: forms as Form[],
    requirements: requirements as Requirements[],
    decisions: decisions as DecisionVersion[],
  };
};

/** Versions that were deployed apart from each other are bound to each other by a deployment that contains them all. */
const shareDeployment = (deployed: readonly Deployed[], deploymentKey: number): void => {
  const versions = deployed.flatMap(({ definitions, forms, decisions }) => [...definitions, ...forms, ...decisions]);
  const [first, ...others] = versions.map(({ deployments }) => deployments);
  if (first?.some((key) => others.every((deployments) => deployments.includes(key)))) return;
  for (const { deployments } of versions) deployments.push(deploymentKey);
};

const addForm = (
  context: Context,
  { form }: CompiledResource,
  resource: Resource,
  deploymentKey: number,
): readonly Form[] => {
  if (form === undefined) return [];
  const version = (context.state.forms.get(form.id)?.length ?? 0) + 1;
  const { id, versionTag } = form;
  const added = { key: nextKey(context), id, versionTag, version, resource, deployments: [deploymentKey] };
  indexForm(context.state, added);
  return [added];
};

const checkProcesses = (resources: readonly CompiledResource[], problems: FileProblems): void => {
  const repeated = repeatedProcessIds(resources);
  resources.forEach(({ name, processes, form, requirements }, index) => {
    if (processes.length === 0 && form === undefined && requirements === undefined)
      add(problems, name, name, 'The file has no executable process.');
    for (const { element, text } of repeated[index]!) add(problems, name, element, text);
    const other = form && resources.slice(0, index).find((resource) => resource.form?.id === form.id);
    if (other !== undefined)
      add(
        problems,
        name,
        form!.id,
        `The form id '${form!.id}' is also used in '${other.name}'. Rename one of the forms.`,
      );
  });
};

const startsOf = (state: State, processId: string): readonly MachineSubscription[] => [
  ...(state.messageStarts.get(processId) ?? []).map((start) => viewStart('message', start)),
  ...(state.signalStarts.get(processId) ?? []).map((start) => viewStart('signal', start)),
];

const openStarts = (context: Context, definition: Definition, plan: StartPlan, deploymentKey: number): void => {
  const { state } = context;
  const { id } = definition.model;
  const before = state.messageStarts.get(id) ?? [];
  for (const subscription of startsOf(state, id)) context.emit?.({ kind: 'subscription:closed', subscription });
  const sinceOf = (name: string): number => before.find((start) => start.name === name)?.since ?? deploymentKey;
  indexMessageStarts(
    state,
    id,
    plan.messages.map(({ node, name }) => ({ name, definition, node, since: sinceOf(name) })),
  );
  indexSignalStarts(
    state,
    id,
    plan.signals.map((start) => ({ ...start, definition })),
  );
  for (const subscription of startsOf(state, id)) context.emit?.({ kind: 'subscription:opened', subscription });
  for (const timer of state.timerStarts.get(id) ?? []) cancelTimer(context, timer);
  const timers = plan.timers
    .filter(({ timer }) => timer.repetitions !== 0)
    .map(({ node, timer: { due, repetitions, cycle } }): Timer => {
      const key = nextKey(context);
      return { kind: 'timer', key, definition, node, element: undefined, cycle, repetitions, due, dueIndex: -1 };
    });
  for (const timer of timers) {
    schedule(context, timer, timer.due);
    context.emit?.({ kind: 'timer:scheduled', timer: viewTimer(timer) });
  }
  indexTimerStarts(state, id, timers);
};

/**
 * The command DeployResource. If the names and contents of all files are known, it returns the existing versions.
 * Otherwise, all processes, decisions and forms of the deployment get a new version.
 */
export const deploy = (context: Context, resources: readonly CompiledResource[]): Deployment => {
  const { state } = context;
  const rejection = (reason: string): Error => reject('INVALID_ARGUMENT', 'CREATE', reason);
  if (resources.length === 0) throw rejection('Expected to deploy at least one resource, but none given');
  const problems: FileProblems = new Map();
  checkProcesses(resources, problems);
  reportRepeatedDecisions(resources, (name, element, text) => add(problems, name, element, text));
  const files = resources.map((file) => ({ file, checksum: checksumOf(file.content) }));
  const plans = new Map<ProcessModel, StartPlan>();
  for (const model of resources.flatMap(({ processes }) => processes))
    plans.set(model, planStarts(context, model, problems));
  if (problems.size > 0) {
    throw rejection(deploymentErrorText([...problems].map(([name, list]) => ({ name, problems: list }))));
  }
  const deploymentKey = nextKey(context);
  const known = files.map(({ file, checksum }) => knownVersions(state, file, checksum));
  const deployed: readonly Deployed[] = known.every((each) => each !== undefined)
    ? known
    : files.map(({ file, checksum }): Deployed => {
        const resource = storeResource(state, file, checksum);
        const definitions = file.processes.map((model): Definition => {
          const version = (state.versions.get(model.id)?.length ?? 0) + 1;
          const definition = { key: nextKey(context), version, model, resource, deployments: [deploymentKey] };
          indexDefinition(state, definition);
          context.emit?.({ kind: 'process:deployed', process: viewDefinition(definition) });
          openStarts(context, definition, plans.get(model)!, deploymentKey);
          return definition;
        });
        const decisions = addDecisions(context, file, resource, deploymentKey);
        return { definitions, forms: addForm(context, file, resource, deploymentKey), ...decisions };
      });
  if (deployed === known) shareDeployment(deployed, deploymentKey);
  return {
    deploymentKey: keyText(deploymentKey),
    processes: deployed.flatMap(({ definitions }) => definitions.map(viewDefinition)),
    decisions: deployed.flatMap(({ decisions }) => decisions.map(viewDecision)),
    decisionRequirements: deployed.flatMap(({ requirements }) => requirements.map(viewRequirements)),
    forms: deployed.flatMap(({ forms }) => forms.map(viewForm)),
  };
};
