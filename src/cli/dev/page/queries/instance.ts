import { printable } from '../../../../common/printable.ts';
import type { Key, Wait } from '../../../../engine/index.ts';
import { canStart } from '../../actions/starts.ts';
import { latestOf } from '../../actions/versions.ts';
import { fixesOf, plainFailure } from '../../advice/incident-fixes.ts';
import type { ExpectedMessage } from '../../session.ts';
import { waitText } from '../../webhooks/expected-messages.ts';
import type { IncidentRow, InstanceDetail, Step, WaitText } from '../contract.ts';
import { activeIds } from '../history/active-elements.ts';
import { type Entry, entriesOf, eventOf, lineOf, timeOf } from '../history/entry.ts';
import type { Sources } from '../sources.ts';
import { stepOf } from '../steps.ts';
import { hintsOf } from './advice.ts';
import { stepsBefore } from './before-history.ts';
import { jobsOf } from './jobs.ts';
import { smallStep } from './large-values.ts';
import { instanceRow } from './overview.ts';

/** An entry as the page gets it. */
export const entryStep = (entry: Entry): Step => {
  const { seq } = entry;
  const at = timeOf(entry);
  const event = eventOf(entry);
  if (event !== undefined) return smallStep(stepOf(seq, at, event), entry.owner?.key);
  const { level = 'info', text = '', job, instance } = lineOf(entry) ?? {};
  return {
    ...{ seq, at, kind: `log:${level}`, text: printable(text) },
    ...(job === undefined ? {} : { job }),
    ...(instance === undefined ? {} : { instance }),
  };
};

const waitRow = (wait: Wait, now: number, expected: readonly ExpectedMessage[]): WaitText => ({
  kind: wait.kind,
  elementId: wait.elementId,
  text: printable(plainFailure(waitText(wait, now, expected))),
});

/** How many waits of an instance are described at each element: a parallel multi-instance activity can have thousands. */
const maxWaits = 20;

/** What an instance waits for, and how many more there are of the same. */
export const waitRows = (
  waits: readonly Wait[],
  now: number,
  expected: readonly ExpectedMessage[],
): Pick<InstanceDetail, 'waits' | 'moreWaits'> => {
  const counts = new Map<string, number>();
  const described = waits.filter(({ elementId }) => {
    const count = (counts.get(elementId) ?? 0) + 1;
    counts.set(elementId, count);
    return count <= maxWaits;
  });
  return {
    waits: described.map((wait) => waitRow(wait, now, expected)),
    moreWaits: waits.length - described.length,
  };
};

/** The incidents of an instance. */
const incidentRows = (sources: Sources, instance: Key): readonly IncidentRow[] => {
  const engine = sources.engine();
  const fixOf = fixesOf(engine);
  return engine
    .incidents(instance)
    .map(({ key, type, message, elementId, processInstanceKey, bpmnProcessId, jobKey }) => {
      const fix = fixOf({ type, message, elementId, processInstanceKey });
      return {
        ...{
          key,
          type,
          message: plainFailure(message),
          elementId,
          instance: processInstanceKey,
          process: bpmnProcessId,
        },
        ...(jobKey === '-1' ? {} : { job: jobKey }),
        canReload: sources.canReload,
        reasons: [...(sources.advice?.reasons(jobKey) ?? []), ...(fix === undefined ? [] : [fix])],
      };
    });
};

/** The steps of an instance that the page has: how many, and the number of the last one. */
export interface KnownSteps {
  readonly count: number;
  readonly last: number;
}

/** The entries after those that the page has; all of them if some that it has are gone, since they are never replaced. */
const entriesAfter = (entries: readonly Entry[], { count, last }: KnownSteps): readonly Entry[] =>
  entries[count - 1]?.seq === last ? entries.slice(count) : entries;

/**
 * Everything about one instance; `undefined` if the engine does not have it.
 *
 * @param has the steps that the page has already
 */
export const instanceDetail = (sources: Sources, key: Key, has?: KnownSteps): InstanceDetail | undefined => {
  const engine = sources.engine();
  const instance = engine.instance(key);
  if (instance === undefined) return undefined;
  const incidentList = incidentRows(sources, key);
  const process = sources.processes().find((each) => each.processDefinitionKey === instance.processDefinitionKey);
  const known = sources.history.instance(key);
  const entries = known === undefined ? [] : entriesOf(known);
  const isCut = known?.isCut ?? true;
  const isActive = instance.state === 'ACTIVE';
  const now = engine.now();
  const expected = sources.inbound?.expected() ?? [];
  const names = new Map((process?.elements ?? []).map(({ id, name }) => [id, name]));
  const row =
    known === undefined
      ? { key, process: instance.bpmnProcessId, version: instance.version, state: instance.state, incidents: 0, at: [] }
      : instanceRow(
          known,
          names,
          incidentList.map(({ elementId }) => elementId),
        );
  const newer = isActive ? latestOf(sources.processes(), instance) : undefined;
  const places = new Set([
    ...(known === undefined ? [] : activeIds(known.active)),
    ...incidentList.map(({ elementId }) => elementId),
  ]);
  const called = isActive ? engine.elements(key).filter((each) => each.calledProcessInstanceKey !== undefined) : [];
  return {
    ...row,
    definition: instance.processDefinitionKey,
    name: process?.name ?? instance.bpmnProcessId,
    ...(newer === undefined || newer.version <= instance.version
      ? {}
      : { newerVersion: newer.version, newerCanStart: canStart(newer) }),
    ...(instance.parentProcessInstanceKey === undefined ? {} : { parent: instance.parentProcessInstanceKey }),
    children: called.flatMap(({ calledProcessInstanceKey: child = '', elementId }) => {
      const found = engine.instance(child);
      return found === undefined ? [] : [{ key: child, process: found.bpmnProcessId, elementId }];
    }),
    names: Object.fromEntries(names),
    history: (has === undefined ? entries : entriesAfter(entries, has)).map(entryStep),
    historyLength: entries.length,
    before: isCut ? stepsBefore(engine, key, entries).map((step) => smallStep(step, key)) : [],
    isCut,
    ...(known?.isCounted === true ? { isCounted: true } : {}),
    lostLines: known?.lostLines ?? 0,
    ...waitRows(isActive ? engine.waits(key) : [], now, expected),
    hints: process === undefined ? [] : hintsOf(sources, process).filter(({ elementId }) => places.has(elementId)),
    incidentList,
    jobs: jobsOf(sources, key),
  };
};
