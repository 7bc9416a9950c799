import type { EngineEvent, Key, Variables } from '../../../engine/index.ts';
import { eventText } from '../../../testing/recording/text.ts';
import type { Step } from './contract.ts';

/** The process, the instance and the element that an event is about. */
export interface Subject {
  readonly bpmnProcessId?: string;
  readonly processInstanceKey?: Key;
  readonly elementId?: string;
  readonly elementInstanceKey?: Key;
}

const nothing: Subject = {};

/**
 * The part of an event that says what it is about, as it is in the event: nothing is copied, because this is called for every event
 * of a busy engine. Of an element it does not have the key, and of an instance not the key of the instance.
 */
export const subjectOf = (event: EngineEvent): Subject => {
  switch (event.kind) {
    case 'process:deployed':
      return event.process;
    case 'instance:created':
    case 'instance:completed':
    case 'instance:terminated':
    case 'instance:modified':
    case 'instance:migrated':
      return event.instance;
    case 'element:activated':
    case 'element:completed':
    case 'element:terminated':
      return event.element;
    case 'variable:created':
    case 'variable:updated':
      return event.variable;
    case 'job:activatable':
    case 'job:activated':
    case 'job:completed':
    case 'job:failed':
    case 'job:errorThrown':
    case 'job:cancelled':
    case 'job:updated':
      return event.job;
    case 'userTask:created':
    case 'userTask:assigned':
    case 'userTask:updated':
    case 'userTask:completed':
    case 'userTask:cancelled':
    case 'userTask:denied':
      return event.userTask;
    case 'incident:created':
    case 'incident:resolved':
      return event.incident;
    case 'subscription:opened':
    case 'subscription:closed':
      return event.subscription;
    case 'timer:scheduled':
    case 'timer:triggered':
    case 'timer:cancelled':
      return event.timer;
    case 'flow:taken':
    case 'message:correlated':
      return event;
    case 'decision:evaluated':
    case 'decision:failed':
      // Null where no process has asked for the decision.
      return (event.evaluation.evaluatedDecisions.at(-1) as Subject | undefined) ?? nothing;
    default:
      return nothing;
  }
};

/** The process instance that an event is about; `undefined` if it is about none. */
export const instanceOf = (event: EngineEvent, subject: Subject): Key | undefined =>
  'instance' in event ? event.instance.key : (subject.processInstanceKey ?? undefined);

/** The element instance that an event is about. Of a variable, it is the scope that has it. */
const elementOf = (event: EngineEvent, subject: Subject): Key | undefined => {
  if ('element' in event) return event.element.key;
  if ('variable' in event) return event.variable.scopeKey;
  return subject.elementInstanceKey ?? undefined;
};

const variablesOf = (event: EngineEvent): Variables | undefined => {
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

/**
 * A message without the variables of the error that the runtime adds for Camunda's own pages, which show nothing else. Here they are
 * shown as variables.
 *
 * @example
 * plainFailure('refused | Error variables: {"error":{"type":"Error"}}'); // 'refused'
 */
export const plainFailure = (message: string): string => message.replace(/ \| Error variables: \{.*\}$/s, '');

/** The words for events whose line is about a job: it is known already which one. */
const jobText = (event: EngineEvent): string | undefined => {
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
export const stepOf = (seq: number, at: number, event: EngineEvent): Step => {
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
    text: (
      jobText(event) ??
      eventText(event) ??
      `flow ${event.kind === 'flow:taken' ? event.flowId : ''} taken`
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
