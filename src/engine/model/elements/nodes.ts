import { defaultFlow } from '../checks/structure.ts';
import { notSupported, unsupportedText } from '../checks/unsupported.ts';
import type { FlowNode } from '../types.ts';
import { type Element, elementAt, elements, tagOf, textAt } from '../xml/element.ts';
import { checkExtensions, readJob, readMappings } from './extensions.ts';
import { isEmbeddedSubProcess, type Site } from './graph.ts';
import {
  type Context,
  onlyDefinition,
  readEnd,
  readErrorTrigger,
  readMessage,
  readTrigger,
  refuse,
} from './triggers.ts';

/** What all kinds of nodes have. */
type Base = Omit<FlowNode, 'kind'>;

/** Reads the particulars of one kind of node; `undefined` after a problem. */
type ReadNode = (site: Site, base: Base, context: Context) => FlowNode | undefined;

/** Compiles a flow node; everything wrong with it is reported, and then it may be `undefined`. */
export const compileNode = (site: Site, context: Context): FlowNode | undefined => {
  const { element } = site;
  const read = readers[element.$type];
  if (read === undefined || (element.$type === 'bpmn:SubProcess' && !isEmbeddedSubProcess(element))) {
    const things = read === undefined ? `${tagOf(element)} elements` : 'event subprocesses';
    context.report(element, unsupportedText(element.$type) ?? notSupported(things));
    return undefined;
  }
  refuseMarkers(element, context);
  checkExtensions(element, context.report);
  for (const definition of elements(element, 'eventDefinitions')) checkExtensions(definition, context.report);
  const node = read(site, readBase(site, context), context);
  return node && Object.freeze(node);
};

const readBase = ({ element, id, scope, incoming, outgoing, boundaryEvents }: Site, context: Context): Base => {
  const { inputs, outputs } = readMappings(element, context.report);
  const name = textAt(element, 'name');
  const ids = (sites: readonly { readonly id: string }[]): readonly string[] =>
    Object.freeze(sites.map((site) => site.id));
  return {
    id,
    ...(name === undefined ? {} : { name }),
    scope: scope.id,
    incoming: ids(incoming),
    outgoing: ids(outgoing),
    inputs: Object.freeze(inputs),
    outputs: Object.freeze(outputs),
    boundaryEvents: ids(boundaryEvents),
  };
};

/** Markers change what an activity does, so they are not passed over. */
const refuseMarkers = (element: Element, { report }: Context): void => {
  const loop = elementAt(element, 'loopCharacteristics');
  if (loop !== undefined) report(element, unsupportedText(loop.$type) ?? notSupported(tagOf(loop)));
  if (element.isForCompensation === true) report(element, notSupported('compensation'));
};

const readStart: ReadNode = (site, base, context) => {
  const definition = onlyDefinition(site.element, context);
  if (definition === undefined) return undefined;
  if (definition === 'none') return { ...base, kind: 'startEvent' };
  // Another rule reports any trigger in a subprocess, whatever it is.
  if (site.scope.element.$type !== 'bpmn:Process') return undefined;
  const trigger = readTrigger(site.element, definition, 'processStart', context);
  return trigger && { ...base, kind: 'startEvent', trigger };
};

const readEndEvent: ReadNode = ({ element }, base, context) => {
  const definition = onlyDefinition(element, context);
  const end = definition && readEnd(element, definition, context);
  return end && { ...base, kind: 'endEvent', end };
};

const readJobTask: ReadNode = ({ element }, base, { report }) => {
  const job = readJob(element, report);
  return job && { ...base, kind: 'jobTask', job };
};

const readPassThrough: ReadNode = (_site, base) => ({ ...base, kind: 'passThrough' });

const readThrowEvent: ReadNode = ({ element }, base, context) => {
  const definition = onlyDefinition(element, context);
  if (definition === 'none') return { ...base, kind: 'passThrough' };
  if (definition !== undefined) refuse(element, definition, context);
  return undefined;
};

const readReceiveTask: ReadNode = ({ element }, base, context) => {
  if (element.instantiate === true)
    context.report(element, 'A receive task cannot start a process. Use a start event.');
  const trigger = readMessage(element, 'catch', context);
  return trigger && { ...base, kind: 'receiveTask', trigger };
};

const readCatchEvent: ReadNode = ({ element }, base, context) => {
  const definition = requiredDefinition(element, context);
  const trigger = definition && readTrigger(element, definition, 'catch', context);
  return trigger && { ...base, kind: 'catchEvent', trigger };
};

const readBoundaryEvent: ReadNode = ({ element }, base, context) => {
  const definition = requiredDefinition(element, context);
  const attachedTo = elementAt(element, 'attachedToRef')?.id;
  const interrupting = element.cancelActivity !== false;
  if (definition === undefined) return undefined;
  const isError = definition.$type === 'bpmn:ErrorEventDefinition';
  if (isError && !interrupting)
    context.report(element, 'A boundary event that catches an error is always interrupting.');
  const place = interrupting ? 'interruptingBoundary' : 'nonInterruptingBoundary';
  const trigger = isError ? readErrorTrigger(definition, context) : readTrigger(element, definition, place, context);
  return trigger && attachedTo !== undefined
    ? { ...base, kind: 'boundaryEvent', attachedTo, interrupting, trigger }
    : undefined;
};

const requiredDefinition = (event: Element, context: Context): Element | undefined => {
  const definition = onlyDefinition(event, context);
  if (definition !== 'none') return definition;
  context.report(event, `The ${tagOf(event)} needs an event definition that says what it waits for.`);
  return undefined;
};

const readExclusiveGateway: ReadNode = (site, base, context) => {
  const flow = defaultFlow(site, context);
  return { ...base, kind: 'exclusiveGateway', ...(flow === undefined ? {} : { defaultFlow: flow.id }) };
};

const readSubProcess: ReadNode = ({ element }, base) => {
  const start = elements(element, 'flowElements').find(({ $type }) => $type === 'bpmn:StartEvent')?.id;
  return start === undefined ? undefined : { ...base, kind: 'subProcess', start };
};

const readers: Readonly<Record<string, ReadNode>> = {
  'bpmn:StartEvent': readStart,
  'bpmn:EndEvent': readEndEvent,
  'bpmn:ServiceTask': readJobTask,
  'bpmn:SendTask': readJobTask,
  'bpmn:Task': readPassThrough,
  'bpmn:ManualTask': readPassThrough,
  'bpmn:IntermediateThrowEvent': readThrowEvent,
  'bpmn:ReceiveTask': readReceiveTask,
  'bpmn:IntermediateCatchEvent': readCatchEvent,
  'bpmn:BoundaryEvent': readBoundaryEvent,
  'bpmn:ExclusiveGateway': readExclusiveGateway,
  'bpmn:ParallelGateway': (_site, base) => ({ ...base, kind: 'parallelGateway' }),
  'bpmn:EventBasedGateway': (_site, base) => ({ ...base, kind: 'eventBasedGateway' }),
  'bpmn:SubProcess': readSubProcess,
};
