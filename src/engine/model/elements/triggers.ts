import { isExpression } from '../../../feel/index.ts';
import type { Report } from '../checks/report.ts';
import { notSupported, unsupportedText } from '../checks/unsupported.ts';
import type { EndKind, ErrorTrigger, MessageDefinition, Source, TimerDefinition, Trigger } from '../types.ts';
import { bodyAt, type Element, elementAt, elements, extensionsOf, tagOf, textAt } from '../xml/element.ts';
import type { Document } from '../xml/parse.ts';
import { expressionAt, sourceAt } from './expressions.ts';
import { parseCycle, parseDateTime, parseDuration } from './timer.ts';

/** What compiling needs at every element. */
export interface Context {
  readonly report: Report;
  readonly unresolved: Document['unresolved'];
}

/** Where an event stands, which decides what it may wait for. */
export type Place = 'processStart' | 'catch' | 'interruptingBoundary' | 'nonInterruptingBoundary';

type TimerKind = TimerDefinition['kind'];

const timerKinds: Readonly<Record<Place, readonly TimerKind[]>> = {
  processStart: ['date', 'cycle'],
  catch: ['duration', 'date'],
  interruptingBoundary: ['duration', 'date'],
  nonInterruptingBoundary: ['duration', 'date', 'cycle'],
};

/** The only event definition of an event, or `none`. More than one is reported and yields `undefined`. */
export const onlyDefinition = (event: Element, { report }: Context): Element | 'none' | undefined => {
  // A definition by reference stands outside the event, where Camunda does not look for it.
  if (elements(event, 'eventDefinitionRef').length > 0) {
    report(event, notSupported('event definitions by reference'), 'eventDefinitionRef');
    return undefined;
  }
  const definitions = elements(event, 'eventDefinitions');
  if (definitions.length > 1) {
    report(event, `Only one event definition is allowed, but there are ${definitions.map(tagOf).join(', ')}.`);
    return undefined;
  }
  return definitions[0] ?? 'none';
};

/** What a catching event waits for; `undefined` after a problem. */
export const readTrigger = (
  event: Element,
  definition: Element,
  place: Place,
  context: Context,
): Trigger | undefined => {
  switch (definition.$type) {
    case 'bpmn:MessageEventDefinition':
      return readMessage(definition, place, context);
    case 'bpmn:TimerEventDefinition': {
      const timer = readTimer(definition, place, context);
      return timer && Object.freeze({ kind: 'timer', timer });
    }
    default:
      refuse(event, definition, context);
      return undefined;
  }
};

/** Reports an event definition that is not allowed at the event or that the engine does not run. */
export const refuse = (event: Element, definition: Element, { report }: Context): void =>
  report(
    definition,
    unsupportedText(definition.$type) ?? `A ${tagOf(definition)} is not allowed in a ${tagOf(event)}.`,
  );

/** The message that `messageRef` of an event definition or a receive task names. */
export const readMessage = (
  referrer: Element,
  place: Place,
  context: Context,
): (Trigger & { readonly kind: 'message' }) | undefined => {
  const { report } = context;
  const message = refer(referrer, 'messageRef', context);
  if (message === undefined) {
    if (context.unresolved(referrer, 'messageRef') === undefined)
      report(referrer, 'The message is missing. Name one by "messageRef".');
    return undefined;
  }
  const name = readMessageName(message, place, context);
  const correlationKey = readCorrelationKey(message, place, context);
  if (name === undefined || correlationKey === undefined) return undefined;
  const definition: MessageDefinition = {
    name: Object.freeze(name),
    ...(correlationKey === 'none' || place === 'processStart' ? {} : { correlationKey }),
  };
  return Object.freeze({ kind: 'message', message: Object.freeze(definition) });
};

const readMessageName = (message: Element, place: Place, { report }: Context): Source | undefined => {
  const text = textAt(message, 'name') ?? '';
  if (text.trim() === '') {
    report(message, 'The message is in use, but its name is missing or empty.');
    return undefined;
  }
  const name = sourceAt(text, report, message, 'name');
  return name && place === 'processStart' ? withoutVariables(name, report, message, 'name') : name;
};

const readCorrelationKey = (message: Element, place: Place, { report }: Context) => {
  const [subscription, second] = extensionsOf(message, 'zeebe:Subscription');
  if (second !== undefined) report(second, 'Only one zeebe:subscription is allowed here. Leave the others out.');
  const text = subscription && textAt(subscription, 'correlationKey');
  if (subscription !== undefined && (place !== 'processStart' || (text ?? '') !== '')) {
    return expressionAt('The correlation key', text, report, subscription);
  }
  if (place === 'processStart') return 'none' as const;
  report(message, 'A running process waits for the message, so it needs a zeebe:subscription with a correlationKey.');
  return undefined;
};

/** Process start events are evaluated at deployment, when there is no variable yet. */
const withoutVariables = (
  source: Source,
  report: Report,
  element: Element,
  ...below: readonly string[]
): Source | undefined => {
  const names = source.kind === 'feel' ? source.expression.names : [];
  if (names.length === 0) return source;
  report(
    element,
    `A start event's expression is evaluated at deployment, without variables, but this one mentions ${names.join(', ')}.`,
    ...below,
  );
  return undefined;
};

const timerProperties = { timeDuration: 'duration', timeDate: 'date', timeCycle: 'cycle' } as const;

const readTimer = (definition: Element, place: Place, { report }: Context): TimerDefinition | undefined => {
  const given = Object.entries(timerProperties).filter(([property]) => elementAt(definition, property) !== undefined);
  const [entry] = given;
  if (entry === undefined || given.length > 1) {
    report(definition, `Exactly one of timeDate, timeDuration and timeCycle is needed, but there are ${given.length}.`);
    return undefined;
  }
  const [property, kind] = entry;
  if (!timerKinds[place].includes(kind)) {
    report(definition, `This event takes only ${timerKinds[place].join(' or ')}, not ${kind}.`, property);
    return undefined;
  }
  const text = bodyAt(definition, property) ?? '';
  if (!isExpression(text)) {
    const problem = timerProblem(kind, text);
    if (problem !== undefined) report(definition, problem, property);
    return problem === undefined ? Object.freeze({ kind, value: Object.freeze({ kind: 'static', text }) }) : undefined;
  }
  const source = sourceAt(text, report, definition, property);
  const value = source && place === 'processStart' ? withoutVariables(source, report, definition, property) : source;
  return value && Object.freeze({ kind, value: Object.freeze(value) });
};

const timerReaders: Readonly<Record<TimerKind, { read: (text: string) => unknown; expected: string }>> = {
  duration: { read: parseDuration, expected: 'an ISO 8601 duration such as PT15S or P1DT2H' },
  date: { read: parseDateTime, expected: 'an ISO 8601 date and time such as 2030-01-31T09:00:00Z' },
  cycle: {
    read: parseCycle,
    expected: 'an ISO 8601 repeating interval such as R3/PT10S, whose interval is above zero where it has no end',
  },
};

const timerProblem = (kind: TimerKind, text: string): string | undefined => {
  const { read, expected } = timerReaders[kind];
  if (read(text) !== undefined) return undefined;
  if (text === '') return `The timer's ${kind} is empty. Give ${expected}, or a FEEL expression that begins with "=".`;
  if (kind === 'cycle' && (text.split(/\s+/).length === 6 || text.startsWith('@'))) {
    return `${notSupported('cron expressions')} Instead give ${expected}.`;
  }
  return `The timer's ${kind} "${text}" is not ${expected}.`;
};

/** The error that a boundary event catches. */
export const readErrorTrigger = (definition: Element, context: Context): ErrorTrigger | undefined => {
  const error = refer(definition, 'errorRef', context);
  if (error === undefined) {
    return context.unresolved(definition, 'errorRef') === undefined ? Object.freeze({ kind: 'error' }) : undefined;
  }
  const code = textAt(error, 'errorCode') ?? '';
  if (isExpression(code)) {
    context.report(error, 'The code of an error that is caught must be static text, not an expression.', 'errorCode');
    return undefined;
  }
  return Object.freeze({ kind: 'error', ...(code === '' ? {} : { code }) });
};

/** What an end event does. */
export const readEnd = (event: Element, definition: Element | 'none', context: Context): EndKind | undefined => {
  if (definition === 'none') return Object.freeze({ kind: 'none' });
  switch (definition.$type) {
    case 'bpmn:TerminateEventDefinition':
      return Object.freeze({ kind: 'terminate' });
    case 'bpmn:ErrorEventDefinition':
      return readThrownError(definition, context);
    default:
      refuse(event, definition, context);
      return undefined;
  }
};

const readThrownError = (definition: Element, context: Context): EndKind | undefined => {
  const { report } = context;
  const error = refer(definition, 'errorRef', context);
  if (error === undefined) {
    if (context.unresolved(definition, 'errorRef') === undefined)
      report(definition, 'The error is missing. Name one by "errorRef".');
    return undefined;
  }
  const text = textAt(error, 'errorCode') ?? '';
  if (text === '') {
    report(error, 'An end event throws the error, but its code is missing or empty.', 'errorCode');
    return undefined;
  }
  const code = sourceAt(text, report, error, 'errorCode');
  return code && Object.freeze({ kind: 'error', code: Object.freeze(code) });
};

/** The element that a reference names; one that names nothing is reported. */
export const refer = (element: Element, property: string, { report, unresolved }: Context): Element | undefined => {
  const id = unresolved(element, property);
  if (id !== undefined) report(element, `"${property}" names "${id}", which does not exist in the file.`);
  return elementAt(element, property);
};
