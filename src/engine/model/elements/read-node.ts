import type { FlowNode } from '../types.ts';
import { type Element, elementAt, elements, tagOf } from '../xml/element.ts';
import { notSupported } from '../xml/problems.ts';
import type { Context } from '../xml/references.ts';
import { readBoundaryEvent, readCatchEvent, readEndEvent, readStartEvent, readThrowEvent } from './events.ts';
import { readEventBasedGateway, readExclusiveGateway, readParallelGateway } from './gateways.ts';
import { isEmbeddedSubProcess, type Site } from './graph.ts';
import { type ReadNode, readBase } from './node-base.ts';
import { readSubProcess } from './subprocesses.ts';
import { readJobTask, readPassThrough, readReceiveTask } from './tasks.ts';
import { unsupportedText } from './unsupported.ts';
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
  'bpmn:SendTask': readJobTask,
  'bpmn:ReceiveTask': readReceiveTask,
  'bpmn:ExclusiveGateway': readExclusiveGateway,
  'bpmn:ParallelGateway': readParallelGateway,
  'bpmn:EventBasedGateway': readEventBasedGateway,
  'bpmn:SubProcess': readSubProcess,
};

/** Reads a flow node. It reports every problem; after a problem, the result may be `undefined`. */
export const readNode = (site: Site, context: Context): FlowNode | undefined => {
  const { element } = site;
  const read = readers[element.$type];
  if (read === undefined || (element.$type === 'bpmn:SubProcess' && !isEmbeddedSubProcess(element))) {
    const things = read === undefined ? `${tagOf(element)} elements` : 'event subprocesses';
    context.report(element, unsupportedText(element.$type) ?? notSupported(things));
    return undefined;
  }
  rejectMarkers(element, context);
  checkExtensions(element, context.report);
  for (const definition of elements(element, 'eventDefinitions')) checkExtensions(definition, context.report);
  const node = read(site, readBase(site, context), context);
  return node && Object.freeze(node);
};

/** Markers change what an activity does, so they must not be ignored. */
const rejectMarkers = (element: Element, { report }: Context): void => {
  const loop = elementAt(element, 'loopCharacteristics');
  if (loop !== undefined) report(element, unsupportedText(loop.$type) ?? notSupported(tagOf(loop)));
  if (element.isForCompensation === true) report(element, notSupported('compensation'));
};
