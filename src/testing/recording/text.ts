import type { EngineEvent } from '../../engine/machine/types.ts';
import { lengthText } from '../state/describe-state.ts';
import { printJson } from '../state/print-json.ts';
import type { TestRecording } from './types.ts';

type EventOf<Kind extends EngineEvent['kind']> = EngineEvent & { readonly kind: Kind };

/** Writes a value. */
type Print = (value: unknown) => string;

/** A line about an event. Null: the line of another event says the same. */
type Describe<Kind extends EngineEvent['kind']> = (event: EventOf<Kind>, print: Print) => string | null;

const instanceText = ({ bpmnProcessId, key }: { readonly bpmnProcessId: string; readonly key: string }): string =>
  `${bpmnProcessId} ${key}`;

const variablesText = (variables: Readonly<Record<string, unknown>>, print: Print): string =>
  Object.keys(variables).length === 0 ? '' : ` with ${print(variables)}`;

const messageText = ({ name, correlationKey }: { readonly name: string; readonly correlationKey: string }): string =>
  `message "${name}" with the key "${correlationKey}"`;

const jobText = ({ type, elementId }: { readonly type: string; readonly elementId: string }): string =>
  `  job "${type}" of ${elementId}`;

const subscriptionText = ({
  kind,
  name,
  elementId,
}: {
  readonly kind: string;
  readonly name: string;
  readonly elementId: string;
}): string => `  ${elementId}: the ${kind} "${name}"`;

const taskText = ({ elementId }: { readonly elementId: string }): string => `  user task ${elementId}`;

const describers: { readonly [Kind in EngineEvent['kind']]: Describe<Kind> } = {
  'process:deployed': ({ process }) => `${process.bpmnProcessId} deployed in version ${process.version}`,
  'form:deployed': ({ form }) => `form ${form.formId} deployed in version ${form.version}`,
  'file:deployed': ({ resource }) => `file ${resource.resourceName} deployed`,
  'decisions:deployed': ({ decisions }) =>
    `decisions ${decisions.map(({ dmnDecisionId }) => dmnDecisionId).join(', ')} deployed`,
  'resource:deleted': ({ key }) => `resource ${key} deleted`,
  'instance:created': ({ instance }, print) =>
    `${instanceText(instance)} started${variablesText(instance.variables, print)}`,
  'instance:completed': ({ instance }, print) =>
    `${instanceText(instance)} completed${variablesText(instance.variables, print)}`,
  'instance:terminated': ({ instance }) => `${instanceText(instance)} terminated`,
  'instance:modified': ({ instance }) => `${instanceText(instance)} modified`,
  'instance:migrated': ({ instance }) => `${instanceText(instance)} migrated`,
  'element:activated': ({ element }) => `  ${element.elementId} entered`,
  'element:completed': ({ element }) => `  ${element.elementId} completed`,
  'element:terminated': ({ element }) => `  ${element.elementId} terminated`,
  'flow:taken': () => null,
  'variable:created': ({ variable }, print) => `  ${variable.elementId}: ${variable.name} = ${print(variable.value)}`,
  'variable:updated': ({ variable, previous }, print) =>
    `  ${variable.elementId}: ${variable.name} = ${print(variable.value)}, before ${print(previous)}`,
  'job:activatable': ({ job }) => `${jobText(job)} can be activated`,
  'job:activated': ({ job, variables }, print) =>
    `${jobText(job)} activated by "${job.worker}"${variablesText(variables, print)}`,
  'job:completed': ({ job, variables }, print) => `${jobText(job)} completed${variablesText(variables, print)}`,
  'job:failed': ({ job }) => `${jobText(job)} failed, ${job.retries} retries left: ${job.errorMessage}`,
  'job:errorThrown': ({ job, code }) => `${jobText(job)} threw the BPMN error ${code}: ${job.errorMessage}`,
  'job:updated': ({ job, property }) => `${jobText(job)}: its ${property} changed`,
  'job:cancelled': ({ job }) => `${jobText(job)} cancelled`,
  'userTask:created': ({ userTask }) => `${taskText(userTask)} created`,
  'userTask:assigned': ({ userTask }) => `${taskText(userTask)} assigned to ${userTask.assignee ?? 'nobody'}`,
  'userTask:updated': ({ userTask }) => `${taskText(userTask)} updated`,
  'userTask:completed': ({ userTask, variables }, print) =>
    `${taskText(userTask)} completed${variablesText(variables, print)}`,
  'userTask:cancelled': ({ userTask }) => `${taskText(userTask)} cancelled`,
  'userTask:denied': ({ userTask, reason }) => `${taskText(userTask)}: a listener denied the change: ${reason}`,
  'incident:created': ({ incident }) => `  ${incident.elementId}: incident ${incident.type}: ${incident.message}`,
  'incident:resolved': ({ incident }) => `  ${incident.elementId}: incident resolved`,
  'subscription:opened': ({ subscription }) => `${subscriptionText(subscription)} is awaited`,
  'subscription:closed': ({ subscription }) => `${subscriptionText(subscription)} is not awaited any more`,
  'message:published': ({ message }) => `${messageText(message)} published`,
  'message:correlated': ({ message, elementId }) => `  ${elementId} received the ${messageText(message)}`,
  'message:expired': ({ message }) => `${messageText(message)} expired`,
  'decision:evaluated': ({ evaluation }, print) => `decision ${evaluation.decisionId}: ${print(evaluation.output)}`,
  'decision:failed': ({ evaluation }) => `decision ${evaluation.decisionId} failed: ${evaluation.failureMessage}`,
  'signal:broadcast': ({ signal }) => `signal "${signal.name}" broadcast`,
  'timer:scheduled': ({ timer }) => `  ${timer.elementId}: the timer is due at ${new Date(timer.due).toISOString()}`,
  'timer:triggered': ({ elementId }) => `  ${elementId}: the timer fired`,
  'timer:cancelled': ({ timer }) => `  ${timer.elementId}: the timer was cancelled`,
};

/**
 * An event as one line. Null: the line of another event says the same.
 *
 * @param print writes the values in it, by default as a whole
 * @example
 * engine.on((event) => console.log(eventText(event)));
 */
export const eventText = (event: EngineEvent, print: Print = printJson): string | null => {
  // The kind of the event selects the function. A later version may write other kinds.
  const describe = describers[event.kind] as ((event: EngineEvent, print: Print) => string | null) | undefined;
  return describe === undefined ? event.kind : describe(event, print);
};

/** The time since the start of the test; empty where it is the same as before. */
const timeText = (time: number, before: number | undefined): string =>
  (time === before ? '' : `+${lengthText(time)}`).padEnd(14);

/**
 * A recording as text: why the test failed, what has happened with the time of processes since its start, and what the
 * instances were doing at the end.
 *
 * @example
 * console.log(recordingText(readRecording(text)));
 */
export const recordingText = ({ failure, began, ended, skips, events, description }: TestRecording): string => {
  let before: number | undefined;
  const skipAt = new Map(skips.map(({ to, until }) => [to, until]));
  const lines = events.flatMap(({ at, event }) => {
    const text = eventText(event);
    if (text === null) return [];
    const until = at === before ? undefined : skipAt.get(at);
    const time = timeText(at - began, before === undefined ? undefined : before - began);
    before = at;
    const line = `${until === undefined ? time : timeText(0, 0)}${text}`;
    return until === undefined ? [line] : [`${time}(time was skipped to ${until})`, line];
  });
  const section = (title: string, text: string): string => `${title}\n${text.replaceAll(/^/gm, '  ')}`;
  return [
    `Recording of a failed process test: ${lengthText(ended - began)} of processes since ${new Date(began).toISOString()}`,
    section('Failure', failure),
    section('Events', lines.join('\n')),
    section('At the end', description === '' ? 'no instances' : description),
    '',
  ].join('\n\n');
};
