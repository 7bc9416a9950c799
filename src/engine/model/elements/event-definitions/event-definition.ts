import type { EndKind, Thrown, ThrownTrigger, Trigger } from '../../types.ts';
import { type Element, elements, tagOf } from '../../xml/element.ts';
import { notSupported } from '../../xml/problems.ts';
import type { Context } from '../../xml/references.ts';
import { unsupportedText } from '../unsupported.ts';
import { readCondition } from './condition.ts';
import { readErrorTrigger, readThrownError } from './error.ts';
import { readEscalationTrigger, readThrownEscalation } from './escalation.ts';
import { readMessage } from './message.ts';
import type { Place } from './place.ts';
import { readSignal } from './signal.ts';
import { readTimer } from './timer.ts';

/** What a catching event can wait for, by the type of its event definition. */
const triggerReaders: Readonly<
  Record<string, (definition: Element, place: Place, context: Context) => Trigger | undefined>
> = {
  'bpmn:MessageEventDefinition': readMessage,
  'bpmn:TimerEventDefinition': readTimer,
  'bpmn:SignalEventDefinition': readSignal,
  'bpmn:ConditionalEventDefinition': readCondition,
};

/** What an end event can do, by the type of its event definition. */
const endReaders: Readonly<Record<string, (definition: Element, context: Context) => EndKind | undefined>> = {
  'bpmn:TerminateEventDefinition': () => Object.freeze({ kind: 'terminate' }),
  'bpmn:ErrorEventDefinition': readThrownError,
  'bpmn:SignalEventDefinition': (definition, context) => readSignal(definition, 'throw', context),
  'bpmn:EscalationEventDefinition': readThrownEscalation,
};

/** The only event definition of an event, or `none`. More than one is reported and yields `undefined`. */
export const onlyDefinition = (event: Element, context: Context): Element | 'none' | undefined => {
  const { report } = context;
  // Camunda does not look for event definitions outside the event.
  if (elements(event, 'eventDefinitionRef').length > 0) {
    report(event, notSupported('event definitions by reference'), 'eventDefinitionRef');
    return undefined;
  }
  const definitions = elements(event, 'eventDefinitions');
  if (definitions.length > 1) {
    report(event, `Only one event definition is allowed, but there are ${definitions.map(tagOf).join(', ')}.`);
    for (const definition of definitions) {
      if (unsupportedText(definition.$type) !== undefined) rejectDefinition(event, definition, context);
    }
    return undefined;
  }
  return definitions[0] ?? 'none';
};

/** Reads what a catching event waits for; `undefined` after a problem. */
export const readTrigger = (
  event: Element,
  definition: Element,
  place: Place,
  context: Context,
): Trigger | undefined => {
  const read = triggerReaders[definition.$type];
  if (read !== undefined) return read(definition, place, context);
  rejectDefinition(event, definition, context);
  return undefined;
};

/** Reads what a boundary event or the start event of an event subprocess catches; `undefined` after a problem. */
export const readCaught = (
  event: Element,
  definition: Element,
  interrupting: boolean,
  context: Context,
): Trigger | ThrownTrigger | undefined => {
  if (definition.$type === 'bpmn:ErrorEventDefinition') {
    if (!interrupting) context.report(event, 'An event that catches an error must be interrupting.');
    return readErrorTrigger(definition, context);
  }
  if (definition.$type === 'bpmn:EscalationEventDefinition') return readEscalationTrigger(definition, context);
  return readTrigger(event, definition, interrupting ? 'interruptingBoundary' : 'nonInterruptingBoundary', context);
};

/** Reads what an intermediate event throws; `undefined` after a problem. */
export const readThrown = (event: Element, definition: Element, context: Context): Thrown | undefined => {
  if (definition.$type === 'bpmn:SignalEventDefinition') return readSignal(definition, 'throw', context);
  if (definition.$type === 'bpmn:EscalationEventDefinition') return readThrownEscalation(definition, context);
  rejectDefinition(event, definition, context);
  return undefined;
};

/** Reads what an end event does; `undefined` after a problem. */
export const readEnd = (event: Element, definition: Element | 'none', context: Context): EndKind | undefined => {
  if (definition === 'none') return Object.freeze({ kind: 'none' });
  const read = endReaders[definition.$type];
  if (read !== undefined) return read(definition, context);
  rejectDefinition(event, definition, context);
  return undefined;
};

/** Reports an event definition that the event must not have or that the engine does not run. */
export const rejectDefinition = (event: Element, definition: Element, { report }: Context): void =>
  report(
    definition,
    unsupportedText(definition.$type) ?? `<${tagOf(definition)}> is not allowed in <${tagOf(event)}>.`,
  );
