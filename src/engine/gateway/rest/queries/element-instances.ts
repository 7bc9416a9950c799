import type { StoredElement } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import type { Operation } from '../operation.ts';
import { elementStates, elementTypes } from './enumerations.ts';
import {
  byInstance,
  byKey,
  direct,
  exactly,
  flag,
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

const toItem = (element: StoredElement): object => ({
  elementInstanceKey: element.key,
  elementId: element.elementId,
  elementName: element.name,
  type: element.type,
  state: element.state,
  startDate: isoTime(element.startDate),
  endDate: isoTime(element.endDate),
  hasIncident: element.openIncidents > 0,
  incidentKey: element.incident?.key ?? null,
  ...toInstanceItem(element.instance),
});

const fields = {
  elementInstanceKey: key(({ key: own }: StoredElement) => own),
  elementInstanceScopeKey: key(({ scopeKey }: StoredElement) => scopeKey),
  elementId: text(({ elementId }: StoredElement) => elementId),
  elementName: text(({ name }: StoredElement) => name),
  type: exactly(oneOf(elementTypes, ({ type }: StoredElement) => type)),
  state: oneOf(elementStates, ({ state }: StoredElement) => state),
  startDate: time(({ startDate }: StoredElement) => startDate),
  endDate: time(({ endDate }: StoredElement) => endDate),
  hasIncident: flag(({ openIncidents }: StoredElement) => openIncidents > 0),
  incidentKey: key(({ incident }: StoredElement) => incident?.key),
  ...instanceFields(({ instance }: StoredElement) => instance),
};

/** The operations that read element instances, by method and path. */
export const elementInstanceQueries = (storage: SecondaryStorage): Readonly<Record<string, Operation>> => ({
  'POST /element-instances/search': searchOperation(
    storage,
    ({ elements }) => elements.values(),
    (tables) => ({
      operation: 'searchElementInstances',
      fields,
      lookups: {
        elementInstanceKey: byKey(tables.elements),
        processInstanceKey: byInstance(tables, ({ elements }) => elements),
      },
      inStates: { field: 'state', states: ['ACTIVE'], find: tables.elements.open },
      hasAlternatives: true,
      toItem,
    }),
  ),
  'GET /element-instances/*': direct((request) =>
    jsonAnswer(toItem(found(storage.read().elements, 'Element Instance', request))),
  ),
});
