import { type Element, elementAt, isA, tagOf } from '../xml/element.ts';
import type { Context } from '../xml/references.ts';
import { isCompensation, readCompensated, readThrownCompensation } from './event-definitions/compensation.ts';
import { onlyDefinition, readCaught, readEnd, readThrown, readTrigger } from './event-definitions/event-definition.ts';
import { readLinkName, readLinkTarget } from './event-definitions/link.ts';
import { isEventSubProcess } from './graph.ts';
import type { ReadNode } from './node-base.ts';
import { readMessageJob } from './tasks.ts';

export const readStartEvent: ReadNode = (site, base, context) => {
  const { element, scope } = site;
  const definition = onlyDefinition(element, context);
  if (definition === undefined) return undefined;
  const isTriggered = isEventSubProcess(scope.element);
  // What is wrong with the start events of a scope, the checks report.
  if (definition === 'none') return isTriggered ? undefined : { ...base, kind: 'startEvent' };
  if (isTriggered) {
    const trigger = readCaught(element, definition, element.isInterrupting !== false, context);
    return trigger && { ...base, kind: 'startEvent', trigger };
  }
  if (scope.element.$type !== 'bpmn:Process') return undefined;
  const trigger = readTrigger(element, definition, 'processStart', context);
  return trigger && { ...base, kind: 'startEvent', trigger };
};

const isMessage = (definition: Element | 'none' | undefined): boolean =>
  typeof definition === 'object' && definition.$type === 'bpmn:MessageEventDefinition';

export const readEndEvent: ReadNode = (site, base, context) => {
  const { element } = site;
  const definition = onlyDefinition(element, context);
  if (isMessage(definition)) return readMessageJob(site, base, context);
  const end = isCompensation(definition)
    ? readThrownCompensation(site, definition, context)
    : definition && readEnd(element, definition, context);
  return end && { ...base, kind: 'endEvent', end };
};

export const readThrowEvent: ReadNode = (site, base, context) => {
  const { element } = site;
  const definition = onlyDefinition(element, context);
  if (isMessage(definition)) return readMessageJob(site, base, context);
  if (definition === 'none') return { ...base, kind: 'passThrough' };
  if (definition === undefined) return undefined;
  if (definition.$type === 'bpmn:LinkEventDefinition') {
    const target = readLinkTarget(site, definition, context);
    return target === undefined ? undefined : { ...base, kind: 'throwEvent', thrown: { kind: 'link', target } };
  }
  const thrown = isCompensation(definition)
    ? readThrownCompensation(site, definition, context)
    : readThrown(element, definition, context);
  return thrown && { ...base, kind: 'throwEvent', thrown };
};

export const readCatchEvent: ReadNode = ({ element }, base, context) => {
  const definition = requiredDefinition(element, context);
  if (definition?.$type === 'bpmn:LinkEventDefinition') {
    return readLinkName(definition, context) === undefined ? undefined : { ...base, kind: 'passThrough' };
  }
  const trigger = definition && readTrigger(element, definition, 'catch', context);
  return trigger && { ...base, kind: 'catchEvent', trigger };
};

export const readBoundaryEvent: ReadNode = (site, base, context) => {
  const { element } = site;
  const definition = requiredDefinition(element, context);
  const host = elementAt(element, 'attachedToRef');
  const interrupting = element.cancelActivity !== false;
  if (definition === undefined) return undefined;
  const trigger = isCompensation(definition)
    ? readCompensated(site, context)
    : readCaught(element, definition, interrupting, context);
  if (trigger?.kind === 'escalation' && host !== undefined && !throwsEscalations(host)) {
    context.report(
      element,
      `No escalation can come from <${tagOf(host)}>. Attach the event to a subprocess or call activity.`,
    );
  }
  return trigger && host?.id !== undefined
    ? { ...base, kind: 'boundaryEvent', attachedTo: host.id, interrupting, trigger }
    : undefined;
};

const throwsEscalations = (host: Element): boolean => isA(host, 'bpmn:SubProcess') || isA(host, 'bpmn:CallActivity');

const requiredDefinition = (event: Element, context: Context): Element | undefined => {
  const definition = onlyDefinition(event, context);
  if (definition !== 'none') return definition;
  context.report(event, `The ${tagOf(event)} needs an event definition that says what it waits for.`);
  return undefined;
};
