import type { FlowNode } from '../types.ts';
import { elements, tagOf } from '../xml/element.ts';
import { notSupported } from '../xml/problems.ts';
import type { Context } from '../xml/references.ts';
import { readAdHocSubProcess } from './ad-hoc/ad-hoc-subprocesses.ts';
import { readCallActivity } from './call-activities.ts';
import { readBoundaryEvent, readCatchEvent, readEndEvent, readStartEvent, readThrowEvent } from './events.ts';
import { readEventBasedGateway, readExclusiveGateway, readInclusiveGateway, readParallelGateway } from './gateways.ts';
import type { Site } from './graph.ts';
import { type ReadNode, readBase } from './node-base.ts';
import { readSubProcess } from './subprocesses.ts';
import {
  readBusinessRuleTask,
  readJobTask,
  readMessageJob,
  readPassThrough,
  readReceiveTask,
  readScriptTask,
} from './tasks.ts';
import { unsupportedText } from './unsupported.ts';
import { readUserTask } from './user-tasks.ts';
import { checkExtensions } from './zeebe-extensions.ts';

/**
 * What reads each kind of flow node, by its type in the file. A new kind needs an entry here, a `kind` in types.ts, and
 * an entry in machine/elements/execute-node.ts, which executes it. What the engine rejects is listed in unsupported.ts.
 */
const readers: Readonly<Record<string, ReadNode>> = {
  'bpmn:StartEvent': readStartEvent,
  'bpmn:EndEvent': readEndEvent,
  'bpmn:IntermediateThrowEvent': readThrowEvent,
  'bpmn:IntermediateCatchEvent': readCatchEvent,
  'bpmn:BoundaryEvent': readBoundaryEvent,
  'bpmn:Task': readPassThrough,
  'bpmn:ManualTask': readPassThrough,
  'bpmn:ServiceTask': readJobTask,
  'bpmn:SendTask': readMessageJob,
  'bpmn:UserTask': readUserTask,
  'bpmn:ScriptTask': readScriptTask,
  'bpmn:BusinessRuleTask': readBusinessRuleTask,
  'bpmn:ReceiveTask': readReceiveTask,
  'bpmn:ExclusiveGateway': readExclusiveGateway,
  'bpmn:InclusiveGateway': readInclusiveGateway,
  'bpmn:ParallelGateway': readParallelGateway,
  'bpmn:EventBasedGateway': readEventBasedGateway,
  'bpmn:SubProcess': readSubProcess,
  'bpmn:AdHocSubProcess': readAdHocSubProcess,
  'bpmn:CallActivity': readCallActivity,
};

/** Reads a flow node. It reports every problem; after a problem, the result may be `undefined`. */
export const readNode = (site: Site, context: Context): FlowNode | undefined => {
  const { element } = site;
  const read = readers[element.$type];
  if (read === undefined) {
    context.report(element, unsupportedText(element.$type) ?? notSupported(`${tagOf(element)} elements`));
  }
  checkExtensions(element, context.report);
  for (const definition of elements(element, 'eventDefinitions')) checkExtensions(definition, context.report);
  // Of an element that the engine does not run, everything else is looked at as well.
  const base = readBase(site, context);
  const node = read?.(site, base, context);
  return node && Object.freeze(node);
};
