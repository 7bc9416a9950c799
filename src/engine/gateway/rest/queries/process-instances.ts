import { isObject } from '../../../../common/is-object.ts';
import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type { StoredElement, StoredInstance, Tables } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import { invalidArgument } from '../../call-status.ts';
import { readFields } from '../fields.ts';
import type { Operation } from '../operation.ts';
import { readField, readProperty } from '../search/filter.ts';
import { allOf, findAll, type Searchable, search } from '../search/search.ts';
import { elementStates, instanceStates } from './enumerations.ts';
import { incidentSearch, incidentsOf } from './incidents.ts';
import {
  bodyOf,
  byKey,
  direct,
  flag,
  found,
  isoTime,
  jsonAnswer,
  key,
  number,
  oneOf,
  searchOperation,
  shownTenant,
  text,
  time,
} from './shared.ts';

const toItem = (instance: StoredInstance): object => {
  const { process, startDate, endDate, state, openIncidents, tags } = instance;
  return {
    processInstanceKey: instance.key,
    processDefinitionKey: process.key,
    processDefinitionId: process.view.bpmnProcessId,
    processDefinitionName: process.view.name,
    processDefinitionVersion: process.view.version,
    processDefinitionVersionTag: process.view.versionTag ?? null,
    startDate: isoTime(startDate),
    endDate: isoTime(endDate),
    suspendedDate: null,
    state,
    hasIncident: openIncidents > 0,
    tenantId: shownTenant(instance.tenantId),
    parentProcessInstanceKey: instance.parentProcessInstanceKey ?? null,
    parentElementInstanceKey: instance.parentElementInstanceKey ?? null,
    rootProcessInstanceKey: instance.rootProcessInstanceKey,
    tags,
    businessId: instance.businessId ?? null,
  };
};

/** A text or another plain value as JSON text, if it can be compared without being written as text. */
const plainValue = (property: unknown): string | number | boolean | null | undefined => {
  if (typeof property !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(property);
    return JSON.stringify(value) === property && typeof value !== 'object' ? (value as string) : undefined;
  } catch {
    return undefined;
  }
};

/** The test of a value that a filter describes by its JSON text. */
const readValueTest = (property: unknown, where: string): ((value: unknown) => boolean) => {
  const test = readProperty({ type: 'text' }, property, where);
  const plain = plainValue(property);
  const testText = (value: unknown): boolean => test(stringifyValue(value));
  if (plain === undefined) return testText;
  // Writing every value as text would take most of the time of a search among many instances.
  return (value) => value === plain || ((typeof value === 'object' || typeof value === 'bigint') && testText(value));
};

/** `variables` of a filter: each one must be a variable of some scope of the instance. */
export const readVariableFilter = <Item>(
  given: unknown,
  where: string,
  variablesOf: (item: Item) => Iterable<{ readonly name: string; readonly value: unknown }>,
): ((item: Item) => boolean) => {
  if (!Array.isArray(given) || !given.every(isObject)) throw invalidArgument(`${where} must be a list of objects.`);
  const wanted = given.map((entry, index) => {
    const { name, value } = entry;
    if (Object.keys(entry).length !== 2 || typeof name !== 'string' || value === undefined) {
      throw invalidArgument(`${where}[${index}] must have a name and a value.`);
    }
    return { name, test: readValueTest(value, `${where}[${index}].value`) };
  });
  const has = (item: Item, { name, test }: (typeof wanted)[number]): boolean => {
    for (const variable of variablesOf(item)) if (variable.name === name && test(variable.value)) return true;
    return false;
  };
  return allOf(wanted.map((each) => (item: Item) => has(item, each)));
};

/** Properties of the filter that one element instance must have together. */
const elementFields = {
  elementId: text(({ elementId }: StoredElement) => elementId),
  elementInstanceState: oneOf(elementStates, ({ state }: StoredElement) => state),
  hasElementInstanceIncident: flag(({ openIncidents }: StoredElement) => openIncidents > 0),
};

const readConditions = (filter: Readonly<Record<string, unknown>>): ((instance: StoredInstance) => boolean) => {
  const tests: ((instance: StoredInstance) => boolean)[] = [];
  const { variables, tags } = filter;
  if (variables !== undefined) {
    tests.push(readVariableFilter(variables, 'filter.variables', (instance: StoredInstance) => instance.variables));
  }
  if (tags !== undefined) {
    if (!Array.isArray(tags)) throw invalidArgument('filter.tags must be a list of texts.');
    tests.push((instance) => tags.every((tag) => instance.tags.includes(tag)));
  }
  const ofElement = Object.entries(elementFields)
    .filter(([name]) => filter[name] !== undefined)
    .map(([name, field]) => readField(field, filter[name], `filter.${name}`));
  if (ofElement.length > 0) {
    tests.push(({ elements }) => elements.some((element) => ofElement.every((test) => test(element))));
  }
  return allOf(tests);
};

const openIncidents = ({ incidents }: StoredInstance) => incidents.filter(({ state }) => state === 'ACTIVE');

const hasRetriesLeft = ({ jobs }: StoredInstance): boolean =>
  jobs.some(({ state, view }) => state === 'FAILED' && view.retries > 0);

/** How process instances are searched. */
export const instanceSearch = (storage: SecondaryStorage, { instances }: Tables): Searchable<StoredInstance> => ({
  operation: 'searchProcessInstances',
  fields: {
    processInstanceKey: key((instance) => instance.key),
    processDefinitionKey: key(({ process }) => process.key),
    processDefinitionId: text(({ process }) => process.view.bpmnProcessId),
    processDefinitionName: text(({ process }) => process.view.name),
    processDefinitionVersion: number(({ process }) => process.view.version),
    processDefinitionVersionTag: text(({ process }) => process.view.versionTag),
    parentProcessInstanceKey: key((instance) => instance.parentProcessInstanceKey),
    parentElementInstanceKey: key((instance) => instance.parentElementInstanceKey),
    rootProcessInstanceKey: key((instance) => instance.rootProcessInstanceKey),
    startDate: time((instance) => instance.startDate),
    endDate: time((instance) => instance.endDate),
    state: oneOf(instanceStates, ({ state }) => state),
    hasIncident: flag((instance) => instance.openIncidents > 0),
    tenantId: text(({ tenantId }) => shownTenant(tenantId)),
    businessId: text(({ businessId }) => businessId),
    errorMessage: text((instance) => openIncidents(instance).map(({ message }) => message)),
    hasRetriesLeft: flag(hasRetriesLeft),
    batchOperationKey: text((instance) => storage.batches.keysOf(instance.key)),
  },
  lookups: { processInstanceKey: byKey(instances) },
  inStates: { field: 'state', states: ['ACTIVE'], find: instances.open },
  conditions: { names: ['variables', 'tags', ...Object.keys(elementFields)], read: readConditions },
  hasAlternatives: true,
  toItem,
});

/** How often each element was executed, and how. */
const statisticsOf = (elements: Iterable<StoredElement>): readonly object[] => {
  const counts = new Map<string, { active: number; canceled: number; incidents: number; completed: number }>();
  for (const { elementId, state, incident } of elements) {
    const count = counts.get(elementId) ?? { active: 0, canceled: 0, incidents: 0, completed: 0 };
    if (state === 'COMPLETED') count.completed += 1;
    else if (state === 'TERMINATED') count.canceled += 1;
    else if (incident === undefined) count.active += 1;
    else count.incidents += 1;
    counts.set(elementId, count);
  }
  return [...counts].map(([elementId, count]) => ({ elementId, ...count }));
};

const flowsOf = ({ flows, process, key: processInstanceKey, ...instance }: StoredInstance): readonly object[] =>
  [...flows].map((elementId) => ({
    sequenceFlowId: `${processInstanceKey}_${elementId}`,
    ...{ elementId, processInstanceKey, rootProcessInstanceKey: instance.rootProcessInstanceKey },
    processDefinitionKey: process.key,
    processDefinitionId: process.view.bpmnProcessId,
    tenantId: shownTenant(instance.tenantId),
  }));

/** The instances that lead to this one by call activities, outermost first, and itself. */
const hierarchyOf = ({ instances }: Tables, instance: StoredInstance): readonly object[] => {
  const path: StoredInstance[] = [];
  for (
    let at: StoredInstance | undefined = instance;
    at !== undefined;
    at = at.parentProcessInstanceKey === undefined ? undefined : instances.get(at.parentProcessInstanceKey)
  ) {
    path.unshift(at);
  }
  return path.map(({ key: processInstanceKey, process }) => ({
    processInstanceKey,
    processDefinitionKey: process.key,
    processDefinitionName: process.view.name,
  }));
};

const what = 'Process Instance';

/** The same for all instances of a process definition that a filter finds. */
const definitionStatistics = (storage: SecondaryStorage): Operation =>
  direct((request) => {
    const tables = storage.read();
    const process = found(tables.processes, 'Process Definition', request);
    const { filter = {} } = readFields('getProcessDefinitionStatistics', bodyOf(request), { filter: 'object' });
    const searchable = { ...instanceSearch(storage, tables), operation: 'getProcessDefinitionStatistics' };
    const instances = findAll(searchable, filter, tables.instances.values()).filter((each) => each.process === process);
    return jsonAnswer({ items: statisticsOf(instances.flatMap(({ elements }) => elements)) });
  });

/** The operations that read process instances, by method and path. */
export const processInstanceQueries = (storage: SecondaryStorage): Readonly<Record<string, Operation>> => ({
  'POST /process-instances/search': searchOperation(
    storage,
    ({ instances }) => instances.values(),
    (tables) => instanceSearch(storage, tables),
  ),
  'GET /process-instances/*': direct((request) => jsonAnswer(toItem(found(storage.read().instances, what, request)))),
  'GET /process-instances/*/statistics/element-instances': direct((request) =>
    jsonAnswer({ items: statisticsOf(found(storage.read().instances, what, request).elements) }),
  ),
  'POST /process-definitions/*/statistics/element-instances': definitionStatistics(storage),
  'GET /process-instances/*/sequence-flows': direct((request) =>
    jsonAnswer({ items: flowsOf(found(storage.read().instances, what, request)) }),
  ),
  'GET /process-instances/*/call-hierarchy': direct((request) => {
    const tables = storage.read();
    return jsonAnswer(hierarchyOf(tables, found(tables.instances, what, request)));
  }),
  'POST /process-instances/*/incidents/search': direct((request) => {
    const tables = storage.read();
    const instance = found(tables.instances, what, request);
    return jsonAnswer(search(incidentSearch, bodyOf(request), incidentsOf(tables, instance)));
  }),
});
