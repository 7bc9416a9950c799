import { printable } from '../../../common/printable.ts';
import type { EngineEvent, Key, Variables } from '../../../engine/index.ts';
import { eventText } from '../../../testing/recording/text.ts';
import { printShort } from '../../../testing/state/print-json.ts';
import { plainFailure } from '../advice/incident-fixes.ts';
import type { Step } from './contract.ts';
import type { KnownEvent } from './history/entry.ts';
import { instanceOf, type Subject, subjectOf } from './history/subject.ts';

/** How many characters of a value stand in a line. The page has the value itself as well. */
const valueLength = 400;

const shortValue = (value: unknown): string => printShort(value, valueLength);

/** The element instance that an event is about. Of a variable, it is the scope that has it. */
const elementOf = (event: KnownEvent, subject: Subject): Key | undefined => {
  if ('element' in event) return event.element.key;
  if ('variable' in event) return event.variable.scopeKey;
  return subject.elementInstanceKey ?? undefined;
};

const variablesOf = (event: KnownEvent): Variables | undefined => {
  switch (event.kind) {
    case 'instance:created':
    case 'instance:completed':
      return event.instance.variables;
    case 'job:activated':
    case 'job:completed':
    case 'job:failed':
    case 'job:errorThrown':
    case 'userTask:completed':
      return event.variables;
    case 'message:published':
      return event.message.variables;
    case 'signal:broadcast':
      return event.signal.variables;
    default:
      return undefined;
  }
};

/** The words for events whose line is about a job: it is known already which one. */
const jobText = (event: KnownEvent): string | undefined => {
  switch (event.kind) {
    case 'job:failed': {
      const { retries, errorMessage } = event.job;
      const left = retries === 0 ? 'no attempt left' : retries === 1 ? '1 attempt left' : `${retries} attempts left`;
      return `${event.job.elementId} failed, ${left}: ${plainFailure(errorMessage)}`;
    }
    case 'job:errorThrown':
      return `${event.job.elementId} threw the BPMN error ${event.code}: ${plainFailure(event.job.errorMessage)}`;
    case 'incident:created':
      return `${event.incident.elementId} has an incident (${event.incident.type}): ${plainFailure(event.incident.message)}`;
    default:
      return undefined;
  }
};

/**
 * What the page gets of an event.
 *
 * @param seq the number of the event
 * @param at when it happened, in the time of processes
 * @example
 * stepOf(7, engine.now(), event); // { seq: 7, at: …, kind: 'element:activated', text: 'Pay entered', elementId: 'Pay', … }
 */
export const stepOf = (seq: number, at: number, event: KnownEvent): Step => {
  const subject = subjectOf(event);
  const { bpmnProcessId, elementId } = subject;
  const instance = instanceOf(event, subject);
  const element = elementOf(event, subject);
  const variables = variablesOf(event);
  const scope = 'element' in event ? event.element.scopeKey : 'variable' in event ? event.variable.scopeKey : undefined;
  return {
    seq,
    at,
    kind: event.kind,
    text: printable(
      jobText(event) ??
        eventText(event as EngineEvent, shortValue) ??
        `flow ${event.kind === 'flow:taken' ? event.flowId : ''} taken`,
    ).trim(),
    ...(bpmnProcessId == null ? {} : { process: bpmnProcessId }),
    ...(instance === undefined ? {} : { instance }),
    ...(elementId == null ? {} : { elementId }),
    ...(element === undefined ? {} : { element }),
    ...(scope === undefined ? {} : { scope }),
    ...(event.kind === 'flow:taken' ? { flowId: event.flowId } : {}),
    ...('job' in event ? { job: event.job.key } : {}),
    ...(variables === undefined ? {} : { variables }),
    ...(event.kind === 'variable:created'
      ? { variable: { name: event.variable.name, value: event.variable.value } }
      : {}),
    ...(event.kind === 'variable:updated'
      ? { variable: { name: event.variable.name, value: event.variable.value, previous: event.previous } }
      : {}),
  };
};
