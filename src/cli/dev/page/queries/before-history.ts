import type { Engine, EngineEvent, Key, MachineIncident } from '../../../../engine/index.ts';
import type { Step } from '../contract.ts';
import { type Entry, eventOf, type KnownEvent } from '../history/entry.ts';
import { stepOf } from '../steps.ts';

type ElementPart = Extract<KnownEvent, { readonly element: object }>['element'];
type UpdateEvent = Extract<EngineEvent, { readonly kind: 'variable:updated' }>;

/** What the entries that are kept say of the state before them. */
interface Traces {
  /** Elements that the entries do not activate, and variables that they do not create. */
  readonly elements: Map<Key, ElementPart>;
  readonly variables: Map<string, UpdateEvent>;
  readonly incidents: Map<Key, MachineIncident>;
  /** What the entries begin. */
  readonly known: Set<string>;
}

const idOf = (scope: Key, name: string): string => `${scope} ${name}`;

const tracesOf = (entries: readonly Entry[]): Traces => {
  const traces: Traces = { elements: new Map(), variables: new Map(), incidents: new Map(), known: new Set() };
  for (const entry of entries) {
    const event = eventOf(entry);
    switch (event?.kind) {
      case 'element:activated':
        traces.known.add(event.element.key);
        break;
      case 'element:completed':
      case 'element:terminated':
        if (!traces.known.has(event.element.key)) traces.elements.set(event.element.key, event.element);
        traces.known.add(event.element.key);
        break;
      case 'variable:created':
        traces.known.add(idOf(event.variable.scopeKey, event.variable.name));
        break;
      case 'variable:updated': {
        const id = idOf(event.variable.scopeKey, event.variable.name);
        if (!traces.known.has(id)) traces.variables.set(id, event);
        traces.known.add(id);
        break;
      }
      case 'incident:created':
        traces.known.add(event.incident.key);
        break;
      case 'incident:resolved':
        if (!traces.known.has(event.incident.key)) traces.incidents.set(event.incident.key, event.incident);
        break;
    }
  }
  return traces;
};

/**
 * The state before the entries that are kept of an instance, as steps that lead to it: what is active now and was not activated by
 * one of them was active before, and a variable that none of them has changed had its value before.
 *
 * @param entries oldest first
 */
export const stepsBefore = (engine: Engine, instance: Key, entries: readonly Entry[]): readonly Step[] => {
  const { elements, variables, incidents, known } = tracesOf(entries);
  const found = engine.instance(instance);
  const active = engine.elements(instance);
  for (const element of active) {
    // What is stuck on its way in is not active yet.
    if (!known.has(element.key) && element.state !== 'ACTIVATING') elements.set(element.key, element);
  }
  for (const incident of engine.incidents(instance)) {
    if (!known.has(incident.key)) incidents.set(incident.key, incident);
  }
  const process = { processInstanceKey: instance, bpmnProcessId: found?.bpmnProcessId ?? '' };
  const scopes = [
    { key: instance, elementId: process.bpmnProcessId, variables: found?.variables ?? {} },
    ...active.filter(({ key }) => key !== instance),
  ];
  const unchanged = scopes.flatMap(({ key, elementId, variables: values }) =>
    Object.entries(values).flatMap(([name, value]) =>
      known.has(idOf(key, name)) ? [] : [{ name, value, scopeKey: key, elementId, ...process }],
    ),
  );
  const changed = [...variables.values()].map(({ variable, previous }) => ({ ...variable, value: previous }));
  const events: readonly KnownEvent[] = [
    ...[...elements.values()].map((element) => ({ kind: 'element:activated', element }) as const),
    ...[...unchanged, ...changed].map((variable) => ({ kind: 'variable:created', variable }) as const),
    ...[...incidents.values()].map((incident) => ({ kind: 'incident:created', incident }) as const),
  ];
  return events.map((event) => stepOf(0, 0, event));
};
