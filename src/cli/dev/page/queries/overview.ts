import { isInternalProcess, type MachineIncident, type MachineInstance } from '../../../../engine/index.ts';
import type { ClockState, InstanceRow, Overview, ProcessSummary } from '../contract.ts';
import type { Sources } from '../sources.ts';

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

/** An instance as a row. */
export const instanceRow = (
  { engine, history }: Sources,
  { key, bpmnProcessId, version, state }: MachineInstance,
  incidents: number,
): InstanceRow => {
  const known = history.instance(key);
  const elements = state === 'ACTIVE' ? engine().elements(key) : [];
  return {
    ...{ key, process: bpmnProcessId, version, state, incidents },
    ...(known?.startedAt === undefined ? {} : { startedAt: known.startedAt }),
    ...(known?.endedAt === undefined ? {} : { endedAt: known.endedAt }),
    at: [...new Set(elements.filter(({ kind }) => kind !== 'process').map(({ name }) => name))],
  };
};

/** The processes with their figures, and the latest instances. */
export const overview = (sources: Sources): Overview => {
  const engine = sources.engine();
  const incidents = engine.incidents().filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId));
  const perInstance = byInstance(incidents);
  const instances = engine.instances().filter(({ internal }) => internal !== true);
  const latest = instances.slice(-maxRows).reverse();
  const definitionOf = (incident: MachineIncident): string | undefined =>
    engine.instance(incident.processInstanceKey)?.processDefinitionKey;
  const stuck = incidents.map((incident) => [definitionOf(incident), incident.elementId] as const);
  const processes = engine
    .processes()
    .filter(({ internal, deleted }) => internal !== true && deleted !== true)
    .map(({ processDefinitionKey: key, bpmnProcessId: id, name, version, resourceName }): ProcessSummary => {
      const { active, completed, terminated, elements, flows } = sources.history.figures(key);
      const own = stuck.filter(([definition]) => definition === key);
      return {
        ...{ key, id, name, version, resourceName, active, completed, terminated },
        incidents: own.length,
        elements: Object.fromEntries(elements),
        flows: Object.fromEntries(flows),
        stuck: [...new Set(own.map(([, elementId]) => elementId))],
      };
    });
  return {
    seq: sources.history.seq(),
    clock: clockState(sources),
    processes,
    instances: latest.map((instance) => instanceRow(sources, instance, perInstance.get(instance.key) ?? 0)),
    instanceCount: instances.length,
    counts: {
      jobs: engine.jobs().filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId)).length,
      incidents: incidents.length,
      messages: engine.messages().length,
      timers: engine.timers().length,
      tasks: engine.userTasks().length,
      decisions: engine.decisionInstances().length,
      connectors: sources.connectorCount(),
    },
  };
};
