import type { StoredIncident, StoredInstance, Tables } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import type { Operation } from '../operation.ts';
import type { Searchable } from '../search/search.ts';
import { incidentStates, incidentTypes } from './enumerations.ts';
import {
  byInstance,
  byKey,
  direct,
  found,
  instanceFields,
  isoTime,
  jsonAnswer,
  key,
  oneOf,
  searchOperation,
  text,
  time,
  toInstanceItem,
} from './shared.ts';

const toItem = (incident: StoredIncident): object => ({
  incidentKey: incident.key,
  errorType: incident.type,
  errorMessage: incident.message,
  creationTime: isoTime(incident.creationTime),
  state: incident.state,
  elementId: incident.elementId,
  elementInstanceKey: incident.elementInstanceKey,
  jobKey: incident.jobKey ?? null,
  ...toInstanceItem(incident.instance),
});

const fields = {
  incidentKey: key(({ key: own }: StoredIncident) => own),
  errorType: oneOf(incidentTypes, ({ type }: StoredIncident) => type),
  errorMessage: text(({ message }: StoredIncident) => message),
  creationTime: time(({ creationTime }: StoredIncident) => creationTime),
  state: oneOf(incidentStates, ({ state }: StoredIncident) => state),
  elementId: text(({ elementId }: StoredIncident) => elementId),
  elementInstanceKey: key(({ elementInstanceKey }: StoredIncident) => elementInstanceKey),
  jobKey: key(({ jobKey }: StoredIncident) => jobKey),
  ...instanceFields(({ instance }: StoredIncident) => instance),
};

/** How the incidents of one process instance, and of those that it has called, are searched. */
export const incidentSearch: Searchable<StoredIncident> = {
  operation: 'searchProcessInstanceIncidents',
  fields,
  toItem,
};

/** The incidents of a process instance, and of those that it has called. */
export const incidentsOf = ({ incidents, instances }: Tables, root: StoredInstance): readonly StoredIncident[] => {
  const isInside = (instance: StoredInstance | undefined): boolean => {
    if (instance === undefined || instance === root) return instance === root;
    const parent = instance.parentProcessInstanceKey;
    return parent !== undefined && isInside(instances.get(parent));
  };
  return [...incidents.values()].filter(({ instance }) => isInside(instance));
};

/** The operations that read incidents, by method and path. */
export const incidentQueries = (storage: SecondaryStorage): Readonly<Record<string, Operation>> => ({
  'POST /incidents/search': searchOperation(
    storage,
    ({ incidents }) => incidents.values(),
    (tables) => ({
      operation: 'searchIncidents',
      fields,
      lookups: {
        incidentKey: byKey(tables.incidents),
        processInstanceKey: byInstance(tables, ({ incidents }) => incidents),
      },
      inStates: { field: 'state', states: ['ACTIVE'], find: tables.incidents.open },
      toItem,
    }),
  ),
  'GET /incidents/*': direct((request) => jsonAnswer(toItem(found(storage.read().incidents, 'Incident', request)))),
});
