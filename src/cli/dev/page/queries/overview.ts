import { isInternalProcess, type MachineIncident } from '../../../../engine/index.ts';
import type { ClockState, InstanceRow, Overview, ProcessSummary } from '../contract.ts';
import type { InstanceHistory } from '../history.ts';
import type { Sources } from '../sources.ts';
import { hintsOf } from './advice.ts';

/** How many instances the list has. */
const maxRows = 200;

export const clockState = ({ engine, clock }: Sources): ClockState => {
  const now = engine().now();
  const moved = clock();
  return { now, movable: moved !== undefined, running: moved?.running ?? true, ahead: now - Date.now() };
};

/** The incidents by the key of their instance. */
const byInstance = (incidents: readonly MachineIncident[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { processInstanceKey } of incidents) {
    counts.set(processInstanceKey, (counts.get(processInstanceKey) ?? 0) + 1);
  }
  return counts;
};

/** The names of the elements of a process, by id. */
export const namesOf = ({ processes }: Sources, definition: string): ReadonlyMap<string, string> => {
  const process = processes().find(({ processDefinitionKey }) => processDefinitionKey === definition);
  return new Map((process?.elements ?? []).map(({ id, name }) => [id, name]));
};

/** An instance as a row. */
export const instanceRow = (
  { key, process, version, state, startedAt, endedAt, active }: InstanceHistory,
  names: ReadonlyMap<string, string>,
  incidents: number,
): InstanceRow => ({
  ...{ key, process, version, state, incidents },
  ...(startedAt === undefined ? {} : { startedAt }),
  ...(endedAt === undefined ? {} : { endedAt }),
  at: [...new Set([...active.values()].map((id) => names.get(id) ?? id))],
});

/** The processes with their figures, and the latest instances. */
export const overview = (sources: Sources): Overview => {
  const engine = sources.engine();
  const incidents = engine.incidents().filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId));
  const perInstance = byInstance(incidents);
  const latest = sources.history.latestInstances(maxRows);
  const names = new Map<string, ReadonlyMap<string, string>>();
  const namesIn = (definition: string): ReadonlyMap<string, string> => {
    const found = names.get(definition) ?? namesOf(sources, definition);
    names.set(definition, found);
    return found;
  };
  const definitionOf = (incident: MachineIncident): string | undefined =>
    engine.instance(incident.processInstanceKey)?.processDefinitionKey;
  const stuck = incidents.map((incident) => [definitionOf(incident), incident.elementId] as const);
  const processes = sources
    .processes()
    .filter(({ internal, deleted }) => internal !== true && deleted !== true)
    .map((process): ProcessSummary => {
      const { processDefinitionKey: key, bpmnProcessId: id, name, version, resourceName } = process;
      const { active, completed, terminated, elements, flows } = sources.history.figures(key);
      const own = stuck.filter(([definition]) => definition === key);
      return {
        ...{ key, id, name, version, resourceName, active, completed, terminated },
        incidents: own.length,
        hints: hintsOf(sources, process).length,
        elements: Object.fromEntries(elements),
        flows: Object.fromEntries(flows),
        stuck: [...new Set(own.map(([, elementId]) => elementId))],
      };
    });
  return {
    ...(sources.recording === undefined ? {} : { recording: sources.recording }),
    seq: sources.history.seq(),
    clock: clockState(sources),
    processes,
    instances: latest.map((instance) =>
      instanceRow(instance, namesIn(instance.definition), perInstance.get(instance.key) ?? 0),
    ),
    instanceCount: sources.history.instanceCount(),
    counts: {
      ...sources.history.open.counts(),
      incidents: incidents.length,
      messages: engine.messages().length,
      connectors: sources.connectorCount(),
    },
  };
};
