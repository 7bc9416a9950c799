import type { ExecutionEvent, JobDefinition, Listeners } from '../../types.ts';
import { type Element, elementAt, elements, isA, tagOf, textAt } from '../../xml/element.ts';
import type { Report } from '../../xml/problems.ts';
import { jobAt, readHeaders, single } from '../zeebe-extensions.ts';

const events: readonly ExecutionEvent[] = ['start', 'end', 'beforeAll', 'cancel'];

const isEvent = (text: string): text is ExecutionEvent => events.some((event) => event === text);

const hasDefinition = (element: Element, type: string): boolean =>
  elements(element, 'eventDefinitions').some(({ $type }) => $type === type);

/** Why an element cannot have a listener to this event, with the place to use instead; `undefined` if it can. */
const misplaced = (element: Element, event: ExecutionEvent): string | undefined => {
  if (element.$type === 'bpmn:BoundaryEvent' && hasDefinition(element, 'bpmn:CompensateEventDefinition'))
    return 'A compensation boundary event has no listeners. Add them to the compensation handler.';
  if (event === 'start' && element.$type === 'bpmn:StartEvent')
    return 'A start event has no listeners to its start. Add them to the process or subprocess.';
  if (event === 'start' && element.$type === 'bpmn:BoundaryEvent')
    return 'A boundary event has no listeners to its start. Add them to the activity that it is attached to.';
  if (event === 'end' && isA(element, 'bpmn:Gateway'))
    return 'A gateway has no listeners to its end. Add listeners to the start of the element after it.';
  if (event === 'end' && element.$type === 'bpmn:EndEvent' && hasDefinition(element, 'bpmn:ErrorEventDefinition'))
    return 'An error end event has no listeners to its end. Add them to the event that catches the error.';
  if (event === 'beforeAll' && elementAt(element, 'loopCharacteristics') === undefined)
    return 'Only a multi-instance activity has listeners to "beforeAll". Use "start".';
  if (event === 'cancel' && element.$type !== 'bpmn:Process')
    return 'Only a process has listeners to "cancel". Add them to the process.';
  return undefined;
};

/** Reads `zeebe:executionListeners` of an element or process; `undefined` without any. */
export const readExecutionListeners = (element: Element, report: Report): Listeners | undefined => {
  const holder = single(element, 'zeebe:ExecutionListeners', report);
  if (holder === undefined) return undefined;
  const found = new Map<ExecutionEvent, JobDefinition[]>();
  const seen = new Set<string>();
  for (const listener of elements(holder, 'listeners')) {
    const event = textAt(listener, 'eventType') ?? '';
    if (!isEvent(event)) {
      report(listener, `The eventType "${event}" of an execution listener is none of ${events.join(', ')}.`);
      continue;
    }
    const reason = misplaced(element, event);
    if (reason !== undefined) report(listener, reason);
    const type = textAt(listener, 'type') ?? '';
    const identity = JSON.stringify([event, type]);
    if (type !== '' && seen.has(identity)) {
      report(
        listener,
        `There is another "${event}" listener with the type "${type}" on <${tagOf(element)}>. Remove one.`,
      );
    }
    seen.add(identity);
    const headers = { ...readHeaders(element, report), ...readHeaders(listener, report, 'headers') };
    const job = jobAt(listener, headers, report);
    if (job !== undefined) found.set(event, [...(found.get(event) ?? []), job]);
  }
  if (found.size === 0) return undefined;
  return Object.freeze(Object.fromEntries([...found].map(([event, jobs]) => [event, Object.freeze(jobs)])));
};
