import { type ClusterVersion, isSince } from '../cluster-version.ts';
import { type Element, elementsInside, extensionsOf, textAt } from '../xml/element.ts';
import type { Report } from '../xml/problems.ts';

/** What older clusters do not run: its name in the plural, and the version since which they do. */
interface Newer {
  readonly what: string;
  readonly since: ClusterVersion;
}

/** The events of task listeners that Camunda 8.7 knows, by all their names. */
const firstTaskEvents = ['assigning', 'assignment', 'completing', 'complete'];

const newerListener = (listener: Element): Newer | undefined => {
  const event = textAt(listener, 'eventType') ?? '';
  if (listener.$type === 'zeebe:TaskListener')
    return { what: `task listeners to "${event}"`, since: firstTaskEvents.includes(event) ? '8.7' : '8.8' };
  return ['beforeAll', 'cancel'].includes(event)
    ? { what: `execution listeners to "${event}"`, since: '8.10' }
    : undefined;
};

/** Interrupting start events of event subprocesses in ad-hoc subprocesses. */
const interruptsAdHoc = ({ $parent, isInterrupting }: Element): boolean =>
  $parent?.triggeredByEvent === true && isInterrupting !== false && $parent.$parent?.$type === 'bpmn:AdHocSubProcess';

/** By type. Everything else runs since 8.6 or longer, or the engine refuses it anyway. */
const newer: Readonly<Record<string, (element: Element) => Newer | undefined>> = {
  'bpmn:ConditionalEventDefinition': () => ({ what: 'conditional events', since: '8.9' }),
  'bpmn:AdHocSubProcess': (element) =>
    extensionsOf(element, 'zeebe:TaskDefinition').length > 0
      ? { what: 'ad-hoc subprocesses with a job', since: '8.8' }
      : { what: 'ad-hoc subprocesses', since: '8.7' },
  'bpmn:StartEvent': (start) =>
    interruptsAdHoc(start)
      ? { what: 'event subprocesses that interrupt an ad-hoc subprocess', since: '8.10' }
      : undefined,
  'zeebe:Input': (input) =>
    (textAt(input, 'source') ?? '') === '' ? { what: 'input mappings without a source', since: '8.8' } : undefined,
  'zeebe:CalledElement': (called) =>
    textAt(called, 'businessId') === undefined ? undefined : { what: 'business ids of call activities', since: '8.10' },
  'zeebe:LinkedResources': () => ({ what: 'linked resources', since: '8.7' }),
  'zeebe:JobPriorityDefinition': () => ({ what: 'job priorities', since: '8.10' }),
  'zeebe:ExecutionListener': newerListener,
  'zeebe:TaskListener': newerListener,
};

/** Reports everything in a process that clusters of a version do not run. */
export const checkClusterVersion = (process: Element, version: ClusterVersion, report: Report): void => {
  for (const element of elementsInside(process)) {
    const found = newer[element.$type]?.(element);
    if (found !== undefined && !isSince(version, found.since)) {
      report(
        element,
        `Camunda ${version} does not run ${found.what}, but ${found.since} does. ` +
          `Remove this, or choose the version of your cluster: createEngine({ version: '${found.since}' }).`,
      );
    }
  }
};
