import type { JobDefinition, Listeners, TaskEvent } from '../../types.ts';
import { type Element, elements, textAt } from '../../xml/element.ts';
import type { Report } from '../../xml/problems.ts';
import { jobAt, readHeaders, single } from '../zeebe-extensions.ts';

/** The events by their names in a file. The second name of each is that of Camunda 8.7. */
const events: Readonly<Record<string, TaskEvent>> = {
  creating: 'creating',
  create: 'creating',
  assigning: 'assigning',
  assignment: 'assigning',
  updating: 'updating',
  update: 'updating',
  completing: 'completing',
  complete: 'completing',
  canceling: 'canceling',
  cancel: 'canceling',
};

/** Reads `zeebe:taskListeners` of a user task. The headers of their jobs are those of the task. */
export const readTaskListeners = (task: Element, isNative: boolean, report: Report): Listeners => {
  const holder = single(task, 'zeebe:TaskListeners', report);
  if (holder === undefined) return {};
  if (!isNative) {
    report(
      holder,
      'Only a user task with zeebe:userTask has task listeners. Add zeebe:userTask, or use execution listeners.',
    );
    return {};
  }
  const headers = readHeaders(task, report);
  const found = new Map<TaskEvent, JobDefinition[]>();
  for (const listener of elements(holder, 'listeners')) {
    const name = textAt(listener, 'eventType') ?? '';
    const event = Object.hasOwn(events, name) ? events[name] : undefined;
    if (event === undefined) {
      const known = [...new Set(Object.values(events))].join(', ');
      report(listener, `The eventType "${name}" of a task listener is none of ${known}.`);
    }
    const job = jobAt(listener, headers, report);
    if (event !== undefined && job !== undefined) found.set(event, [...(found.get(event) ?? []), job]);
  }
  return Object.fromEntries([...found].map(([event, jobs]) => [event, Object.freeze(jobs)]));
};
