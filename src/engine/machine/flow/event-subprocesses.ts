import type { FlowNode } from '../../model/types.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { removeIncident } from '../store/incidents.ts';
import type { ElementInstance } from '../store/records.ts';
import { writeAllLocal } from '../store/variables.ts';
import { viewJob } from '../store/views.ts';
import { removeJob } from '../store/work/jobs.ts';
import type { Variables } from '../types.ts';
import { closeEventSubProcesses } from './event-subscriptions.ts';
import { terminateInside } from './termination.ts';
import { createElement } from './tokens.ts';

const none: readonly FlowNode[] = Object.freeze([]);

/** The start events of the event subprocesses directly in a scope. */
export const eventSubProcessStarts = ({ definition, node }: ElementInstance): readonly FlowNode[] => {
  const { eventSubProcesses, nodes, id } = definition.model;
  if (eventSubProcesses.size === 0) return none;
  const ids = eventSubProcesses.get(node?.id ?? id) ?? [];
  return ids.map((start) => nodes.get(start)).filter((start) => start !== undefined);
};

/** Tells whether event subprocesses of a scope can start. */
export const isReceptive = ({ state, details }: ElementInstance): boolean =>
  state === 'ACTIVE' && details?.interrupted !== true;

/** Creates an instance of an event subprocess. */
export const launchEventSubProcess = (
  context: Context,
  scope: ElementInstance,
  start: FlowNode,
  variables: Variables,
): void => {
  const node = scope.definition.model.nodes.get(start.scope);
  if (node === undefined) return;
  scope.tokens += 1;
  const element = createElement(context, scope, node, variables);
  writeAllLocal(context, element, variables);
  enqueueStep(context, 'activate', element);
};

/** An ad-hoc subprocess that is interrupted does not ask its worker any more. */
const withdrawAdHocJob = (context: Context, scope: ElementInstance): void => {
  if (scope.node?.kind !== 'adHocSubProcess') return;
  removeIncident(context, scope);
  if (scope.job === undefined) return;
  const job = viewJob(scope.job);
  removeJob(context, scope.job);
  context.emit?.({ kind: 'job:cancelled', job });
};

/** Starts an event subprocess in its scope. If it is interrupting, everything else in the scope ends. */
export const startEventSubProcess = (
  context: Context,
  scope: ElementInstance,
  start: FlowNode,
  variables: Variables,
): void => {
  const node = scope.definition.model.nodes.get(start.scope);
  if (node?.kind !== 'eventSubProcess' || !isReceptive(scope)) return;
  if (node.interrupting) {
    closeEventSubProcesses(context, scope);
    terminateInside(context, scope);
    withdrawAdHocJob(context, scope);
    // From now on, the scope ignores tokens that are still in the queue.
    scope.details = { ...scope.details, interrupted: true };
    if (scope.first !== undefined) {
      scope.details.next = { node: start.id, variables };
      return;
    }
  }
  launchEventSubProcess(context, scope, start, variables);
};
