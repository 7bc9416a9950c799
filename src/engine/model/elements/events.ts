import { type Element, elementAt, tagOf } from '../xml/element.ts';
import type { Context } from '../xml/references.ts';
import { readErrorTrigger } from './event-definitions/error.ts';
import { onlyDefinition, readEnd, readTrigger, rejectDefinition } from './event-definitions/event-definition.ts';
import type { ReadNode } from './node-base.ts';

export const readStartEvent: ReadNode = (site, base, context) => {
  const definition = onlyDefinition(site.element, context);
  if (definition === undefined) return undefined;
  if (definition === 'none') return { ...base, kind: 'startEvent' };
  // In a subprocess every trigger is a problem, which the checks report.
  if (site.scope.element.$type !== 'bpmn:Process') return undefined;
  const trigger = readTrigger(site.element, definition, 'processStart', context);
  return trigger && { ...base, kind: 'startEvent', trigger };
};

export const readEndEvent: ReadNode = ({ element }, base, context) => {
  const definition = onlyDefinition(element, context);
  const end = definition && readEnd(element, definition, context);
  return end && { ...base, kind: 'endEvent', end };
};

export const readThrowEvent: ReadNode = ({ element }, base, context) => {
  const definition = onlyDefinition(element, context);
  if (definition === 'none') return { ...base, kind: 'passThrough' };
  if (definition !== undefined) rejectDefinition(element, definition, context);
  return undefined;
};

export const readCatchEvent: ReadNode = ({ element }, base, context) => {
  const definition = requiredDefinition(element, context);
  const trigger = definition && readTrigger(element, definition, 'catch', context);
  return trigger && { ...base, kind: 'catchEvent', trigger };
};

export const readBoundaryEvent: ReadNode = ({ element }, base, context) => {
  const definition = requiredDefinition(element, context);
  const attachedTo = elementAt(element, 'attachedToRef')?.id;
  const interrupting = element.cancelActivity !== false;
  if (definition === undefined) return undefined;
  const isError = definition.$type === 'bpmn:ErrorEventDefinition';
  if (isError && !interrupting) context.report(element, 'A boundary event that catches an error must be interrupting.');
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
