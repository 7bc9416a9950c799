import type { FlowNode } from '../../model/types.ts';
import { eventSubProcessStarts } from '../flow/event-subprocesses.ts';
import { createToken } from '../flow/tokens.ts';
import { enqueueStep } from '../store/context.ts';
import type { ElementInstance } from '../store/records.ts';
import { writeLocal } from '../store/variables.ts';
import { adHocNodeOf } from './ad-hoc-subprocesses.ts';
import { activateWith, type Behavior, leaveByAllFlows } from './behavior.ts';

const startOf = (element: ElementInstance, id: string): FlowNode => {
  const start = element.definition.model.nodes.get(id);
  if (start === undefined) throw new Error(`The model has no start event with the id ${id}.`);
  return start;
};

/** An embedded subprocess completes when there is no token left in it. */
export const subProcess: Behavior<'subProcess'> = {
  activate: (context, element, node) => {
    const start = startOf(element, node.start);
    activateWith(context, element, node, eventSubProcessStarts(element));
    createToken(context, element, start);
  },
};

/** An event subprocess runs as an embedded one. Its start event has the variables of the event. */
export const eventSubProcess: Behavior<'eventSubProcess'> = {
  activate: (context, element, node) => {
    const start = startOf(element, node.start);
    const { result } = element;
    activateWith(context, element, node, eventSubProcessStarts(element));
    // The variables are local already; they are not a result of the subprocess.
    element.result = undefined;
    // The output mappings of the start event write into the subprocess and not into a scope around it.
    for (const { target } of start.outputs) {
      const [name] = target;
      if (name !== undefined && element.variables?.[name] === undefined) writeLocal(context, element, name, null);
    }
    createToken(context, element, start, result ?? {});
  },
  leave: (context, element, scope) => {
    leaveByAllFlows(context, element, scope);
    if (adHocNodeOf(scope)?.adHoc.job !== undefined) enqueueStep(context, 'ask', scope);
  },
};
