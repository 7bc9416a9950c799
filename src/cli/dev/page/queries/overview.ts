import { isInternalProcess, type MachineIncident, type MachineProcess } from '../../../../engine/index.ts';
import { canStart, startAdvice } from '../../actions/starts.ts';
import type {
  ClockState,
  InstanceFilter,
  InstanceList,
  InstanceRow,
  OtherDefinitions,
  Overview,
  ProcessSummary,
  StartTriggers,
} from '../contract.ts';
import { activeIds } from '../history/active-elements.ts';
import type { InstanceHistory } from '../history/entry.ts';
import type { Sources } from '../sources.ts';
import { hintsOf } from './advice.ts';
import { inboundCount } from './inbound.ts';

export const clockState = ({ engine, clock }: Sources): ClockState => {
  const now = engine().now();
  const moved = clock();
  return { now, movable: moved !== undefined, running: moved?.running ?? true, ahead: now - Date.now() };
};

/** The elements of the incidents, by the key of their instance. */
const byInstance = (incidents: readonly MachineIncident[]): ReadonlyMap<string, readonly string[]> => {
  const elements = new Map<string, string[]>();
  for (const { processInstanceKey, elementId } of incidents) {
    const known = elements.get(processInstanceKey);
    if (known === undefined) elements.set(processInstanceKey, [elementId]);
    else known.push(elementId);
  }
  return elements;
};

/** The names of the elements of a process, by id. */
export const namesOf = ({ processes }: Sources, definition: string): ReadonlyMap<string, string> => {
  const process = processes().find(({ processDefinitionKey }) => processDefinitionKey === definition);
  return new Map((process?.elements ?? []).map(({ id, name }) => [id, name]));
};

/**
 * An instance as a row.
 *
 * @param stuck the elements of its incidents, each as often as it has one
 */
export const instanceRow = (
  { key, process, version, state, startedAt, endedAt, active }: InstanceHistory,
  names: ReadonlyMap<string, string>,
  stuck: readonly string[],
): InstanceRow => ({
  ...{ key, process, version, state, incidents: stuck.length },
  ...(startedAt === undefined ? {} : { startedAt }),
  ...(endedAt === undefined ? {} : { endedAt }),
  // An element whose incident arose when it was entered is not active yet.
  at: [...new Set([...activeIds(active), ...stuck].map((id) => names.get(id) ?? id))],
});

/** The incidents of the user's processes. */
const ownIncidents = (sources: Sources): readonly MachineIncident[] =>
  sources
    .engine()
    .incidents()
    .filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId));

/** Those that are stuck. */
const stuckInstances = (
  { history }: Sources,
  definition: string,
  incidents: ReadonlyMap<string, readonly string[]>,
): readonly InstanceHistory[] =>
  [...incidents.keys()]
    .flatMap((key) => history.instance(key) ?? [])
    .filter((each) => each.definition === definition)
    .sort((a, b) => (a.key < b.key ? 1 : -1));

/**
 * The latest instances of a version of a process.
 *
 * @param definition its key
 * @param count how many rows at most
 */
export const instanceList = (
  sources: Sources,
  definition: string,
  count: number,
  show: InstanceFilter = 'all',
): InstanceList => {
  const names = namesOf(sources, definition);
  const incidents = byInstance(ownIncidents(sources));
  const all = sources.history.instancesOf(definition);
  const found =
    show === 'incidents'
      ? stuckInstances(sources, definition, incidents)
      : all.filter(({ state }) => show === 'all' || (state === 'ACTIVE') === (show === 'active'));
  const rows = found.slice(0, count).map((each) => instanceRow(each, names, incidents.get(each.key) ?? []));
  const { completed, terminated } = sources.history.figures(definition);
  const listedEnded = all.filter(({ state }) => state !== 'ACTIVE').length;
  return {
    rows,
    more: found.length - rows.length,
    // All that are active are listed, and only they have incidents.
    unlisted: show === 'all' || show === 'ended' ? completed + terminated - listedEnded : 0,
  };
};

const triggersOf = ({ connectors }: Sources, process: MachineProcess): StartTriggers => ({
  text: startAdvice(process, connectors?.().webhooks ?? []),
  // The value of an expression is known only to the engine.
  messages: process.starts.flatMap(({ kind, name = '=' }) =>
    kind === 'message' && !name.startsWith('=') ? [name] : [],
  ),
});

/** Each of some ids once: the last one, which is of the latest version. */
const latestById = <Row extends { readonly id: string }>(rows: readonly Row[]): readonly Row[] => [
  ...new Map(rows.map((row) => [row.id, row])).values(),
];

const otherDefinitions = ({ engine }: Sources): OtherDefinitions => ({
  forms: latestById(
    engine()
      .forms()
      .map(({ formId: id, resourceName }) => ({ id, resourceName })),
  ),
  decisions: latestById(
    engine()
      .decisions()
      .map(({ dmnDecisionId: id, dmnDecisionName: name }) => ({ id, name })),
  ),
  files: [
    ...new Set(
      engine()
        .files()
        .map(({ resourceName }) => resourceName),
    ),
  ],
});

/** The processes with their figures, and what the page shows everywhere. */
export const overview = (sources: Sources): Overview => {
  const engine = sources.engine();
  const incidents = ownIncidents(sources);
  const definitionOf = (incident: MachineIncident): string | undefined =>
    engine.instance(incident.processInstanceKey)?.processDefinitionKey;
  const stuck = incidents.map((incident) => [definitionOf(incident), incident.elementId] as const);
  const processes = sources
    .processes()
    .filter(({ internal, deleted }) => internal !== true && deleted !== true)
    .map((process): ProcessSummary => {
      const { processDefinitionKey: key, bpmnProcessId: id, name, version, resourceName } = process;
      const { active, completed, terminated, counted, elements, flows } = sources.history.figures(key);
      const own = stuck.filter(([definition]) => definition === key);
      return {
        ...{ key, id, name, version, resourceName, active, completed, terminated, counted },
        incidents: own.length,
        hints: hintsOf(sources, process).length,
        elements: Object.fromEntries(elements),
        flows: Object.fromEntries(flows),
        stuck: [...new Set(own.map(([, elementId]) => elementId))],
        ...(canStart(process) ? {} : { triggers: triggersOf(sources, process) }),
      };
    });
  return {
    ...(sources.recording === undefined ? {} : { recording: sources.recording }),
    ...(sources.hasStopped?.() === true ? { hasStopped: true } : {}),
    seq: sources.history.seq(),
    clock: clockState(sources),
    processes,
    ...(processes.length === 0 ? { others: otherDefinitions(sources) } : {}),
    counts: {
      ...sources.history.open.counts(),
      incidents: incidents.length,
      messages: engine.messages().length,
      connectors: sources.connectorCount(),
      webhooks: inboundCount(sources),
    },
  };
};
