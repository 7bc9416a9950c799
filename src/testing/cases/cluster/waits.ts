import type { MachineIncident } from '../../../engine/machine/types.ts';
import type { Wait } from '../../../engine/waits/types.ts';
import type { ElementItem, JobItem, SubscriptionItem, UserTaskItem } from './read-items.ts';

/** What a cluster says about an instance that waits. */
export interface WaitItems {
  readonly processInstanceKey: string;
  readonly bpmnProcessId: string;
  readonly elements: readonly ElementItem[];
  readonly jobs: readonly JobItem[];
  readonly userTasks: readonly UserTaskItem[];
  readonly incidents: readonly MachineIncident[];
  readonly subscriptions: readonly SubscriptionItem[];
}

/** What an instance waits for, as far as searches tell it. Timers are not among them. */
export const waitsOf = (items: WaitItems): readonly Wait[] => {
  const { processInstanceKey, bpmnProcessId, elements, jobs, userTasks, incidents, subscriptions } = items;
  const elementOf = (key: string): ElementItem | undefined => elements.find((element) => element.key === key);
  const base = (elementInstanceKey: string, elementId: string) => {
    const element = elementOf(elementInstanceKey);
    return {
      elementId: element?.elementId ?? elementId,
      elementName: element?.name ?? elementId,
      ...{ elementInstanceKey, processInstanceKey, bpmnProcessId },
    };
  };
  const hasIncident = ({ elementInstanceKey }: JobItem): boolean =>
    incidents.some((incident) => incident.elementInstanceKey === elementInstanceKey);
  return [
    ...incidents.map(
      ({ key, type, message, elementId, elementInstanceKey }): Wait => ({
        ...base(elementInstanceKey, elementId),
        ...{ kind: 'incident', incidentKey: key, incidentType: type, message },
      }),
    ),
    ...jobs
      .filter((job) => !hasIncident(job))
      .map(
        ({ key, type, kind, retries, errorMessage, elementId, elementInstanceKey }): Wait => ({
          ...base(elementInstanceKey, elementId),
          ...{ kind: 'job', jobKey: key, jobType: type, jobKind: kind, state: 'ready' },
          ...{ retries, errorMessage, nearMisses: [] },
        }),
      ),
    ...userTasks
      .filter(({ state }) => state === 'CREATED')
      .map(
        ({ key, assignee, candidateGroups, candidateUsers, elementId, elementInstanceKey }): Wait => ({
          ...base(elementInstanceKey, elementId),
          ...{ kind: 'userTask', userTaskKey: key, assignee, candidateGroups, candidateUsers },
        }),
      ),
    ...subscriptions.map(({ name, correlationKey = '', elementId, elementInstanceKey }): Wait => {
      const own = base(elementInstanceKey, elementId);
      const isGateway = elementOf(elementInstanceKey)?.type === 'EVENT_BASED_GATEWAY';
      return {
        ...own,
        ...{ kind: 'message', name, correlationKey, nearMisses: [], eventId: elementId, eventName: elementId },
        optional: own.elementId !== elementId && !isGateway,
      };
    }),
  ];
};
