import type { InstanceState, Key, MachineElement, MachineIncident, MachineInstance } from '../machine/types.ts';
import { type Change, type EventOf, orderOf } from './change.ts';
import type { StoredElement, StoredIncident, StoredInstance } from './records.ts';
import { none } from './short-lists.ts';
import type { Store } from './store.ts';

/** Adds a process instance that is active. */
export const addInstance = (store: Store, view: MachineInstance, at: number): StoredInstance | undefined => {
  const { instances, processes } = store.tables;
  const process = processes.get(view.processDefinitionKey);
  if (process === undefined) return undefined;
  const { key, parentProcessInstanceKey, parentElementInstanceKey, tags = none, businessId, tenantId } = view;
  const parent = parentProcessInstanceKey === undefined ? undefined : instances.get(parentProcessInstanceKey);
  // A plain literal, because objects that are spread together need more memory.
  const instance: StoredInstance = {
    key,
    order: orderOf(key),
    process,
    state: 'ACTIVE',
    startDate: at,
    endDate: undefined,
    parentProcessInstanceKey,
    parentElementInstanceKey,
    rootProcessInstanceKey: parent?.rootProcessInstanceKey ?? parentProcessInstanceKey ?? key,
    tags,
    businessId,
    tenantId,
    openIncidents: 0,
    elements: none,
    variables: none,
    incidents: none,
    jobs: none,
    userTasks: none,
    subscriptions: none,
    correlations: none,
    decisions: none,
    flows: none,
  };
  store.addInstance(instance);
  return instance;
};

/** Adds an element instance. */
export const addElement = (store: Store, view: MachineElement, at: number): StoredElement | undefined => {
  const instance = store.tables.instances.get(view.processInstanceKey);
  if (instance === undefined) return undefined;
  const { key, elementId, name, kind, scopeKey } = view;
  const type = instance.process.elements.get(elementId)?.type ?? 'UNSPECIFIED';
  const element: StoredElement = {
    key,
    order: orderOf(key),
    instance,
    elementId,
    name,
    type: kind === 'multiInstanceBody' ? 'MULTI_INSTANCE_BODY' : type,
    // One text for all records that have the key.
    scopeKey: scopeKey === instance.key ? instance.key : scopeKey,
    state: 'ACTIVE',
    startDate: at,
    endDate: undefined,
    incident: undefined,
    openIncidents: 0,
  };
  store.add('elements', element);
  return element;
};

/** An element has ended. */
export const endElement =
  (view: MachineElement, state: InstanceState, at: number): Change =>
  (store) => {
    // An element that never became active has no event before its end.
    const element = store.tables.elements.get(view.key) ?? addElement(store, view, at);
    if (element === undefined) return;
    element.state = state;
    element.endDate = at;
    store.endScope(element.key);
    store.end('elements', element);
  };

/** Counts an incident at its element, at everything around it, and at the call activities that lead to it. */
const countIncident = ({ tables }: Store, { instance, elementInstanceKey }: StoredIncident, by: 1 | -1): void => {
  let element = tables.elements.get(elementInstanceKey);
  let root: StoredInstance | undefined = instance;
  while (root !== undefined) {
    for (; element !== undefined; element = tables.elements.get(element.scopeKey)) element.openIncidents += by;
    root.openIncidents += by;
    const caller: Key | undefined = root.parentElementInstanceKey;
    const parent: Key | undefined = root.parentProcessInstanceKey;
    element = caller === undefined ? undefined : tables.elements.get(caller);
    root = parent === undefined ? undefined : tables.instances.get(parent);
  }
};

/**
 * Adds an open incident.
 *
 * @param holder the element of the incident, in case that it has not become active
 */
export const addIncident = (
  store: Store,
  view: MachineIncident,
  holder: MachineElement | undefined,
  at: number,
): void => {
  const instance = store.tables.instances.get(view.processInstanceKey);
  if (instance === undefined) return;
  const { key, type, message, elementId, elementInstanceKey, jobKey } = view;
  const incident: StoredIncident = {
    ...{ key, order: orderOf(key), instance, type, message, elementId, elementInstanceKey },
    jobKey: jobKey === '-1' ? undefined : jobKey,
    ...{ creationTime: at, state: 'ACTIVE' },
  };
  const known = store.tables.elements.get(elementInstanceKey);
  const element = known ?? (holder && holder.kind !== 'process' ? addElement(store, holder, at) : undefined);
  if (element !== undefined) element.incident = incident;
  store.add('incidents', incident);
  countIncident(store, incident, 1);
};

/** An incident is resolved, or its element has ended. */
export const resolveIncident =
  ({ key }: MachineIncident): Change =>
  (store) => {
    const incident = store.tables.incidents.get(key);
    if (incident === undefined) return;
    incident.state = 'RESOLVED';
    const element = store.tables.elements.get(incident.elementInstanceKey);
    if (element !== undefined) element.incident = undefined;
    countIncident(store, incident, -1);
    store.end('incidents', incident);
  };

/** A process instance has ended. */
export const endInstance = (
  { instance: view, kind }: EventOf<'instance:completed' | 'instance:terminated'>,
  at: number,
) => {
  const state = kind === 'instance:completed' ? ('COMPLETED' as const) : ('TERMINATED' as const);
  return (store: Store): void => {
    const instance = store.tables.instances.get(view.key);
    if (instance !== undefined) store.endInstance(instance, state, at);
  };
};

/** A variable has a value. */
export const setVariable =
  ({ variable }: EventOf<'variable:created' | 'variable:updated'>): Change =>
  (store) => {
    const { processInstanceKey, scopeKey, name, value } = variable;
    const instance = store.tables.instances.get(processInstanceKey);
    if (instance !== undefined) store.setVariable(instance, scopeKey, name, value);
  };
