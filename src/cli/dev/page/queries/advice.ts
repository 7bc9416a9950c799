import { printable } from '../../../../common/printable.ts';
import type { Key, MachineProcess, Wait } from '../../../../engine/index.ts';
import { plainFailure } from '../../advice/incident-fixes.ts';
import { waitText } from '../../webhooks/expected-messages.ts';
import type { HintRow, ProcessAdvice, WaitRow } from '../contract.ts';
import type { Sources } from '../sources.ts';

/** Of how many instances at the same element the wait is described. */
const maxExamples = 3;

/** The name of the file, with which a hint begins: a view shows it elsewhere. */
const fileName = /^[^:]*\.bpmn: /i;

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const nameOf = (process: MachineProcess, id: string): string =>
  process.elements.find((element) => element.id === id)?.name ?? id;

/** The hints about a version of a process: they are about the files as they are now, so older versions have none. */
export const hintsOf = (sources: Sources, process: MachineProcess): readonly HintRow[] => {
  const found = (sources.advice?.hints() ?? []).filter(({ bpmnProcessId }) => bpmnProcessId === process.bpmnProcessId);
  const isLatest = !sources
    .processes()
    .some(({ bpmnProcessId, version }) => bpmnProcessId === process.bpmnProcessId && version > process.version);
  if (!isLatest) return [];
  return found.map(({ level, elementId, text }) => ({
    ...{ level, elementId, elementName: nameOf(process, elementId) },
    text: printable(upperFirst(text.replace(fileName, ''))),
  }));
};

/** What instances of a process wait for, by element. */
const waitsOf = (sources: Sources, process: MachineProcess): readonly WaitRow[] => {
  const engine = sources.engine();
  const now = engine.now();
  const expected = sources.inbound?.expected() ?? [];
  const rows = new Map<string, { readonly keys: Set<Key>; readonly examples: Wait[] }>();
  for (const [key, waits] of sources.advice?.waits() ?? []) {
    if (sources.history.instance(key)?.definition !== process.processDefinitionKey) continue;
    for (const wait of waits) {
      const row = rows.get(wait.elementId) ?? { keys: new Set<Key>(), examples: [] };
      rows.set(wait.elementId, row);
      if (!row.keys.has(key) && row.keys.size < maxExamples) row.examples.push(wait);
      row.keys.add(key);
    }
  }
  return [...rows].map(([elementId, { keys, examples }]) => ({
    ...{ elementId, elementName: nameOf(process, elementId), count: keys.size },
    examples: examples.map((wait) => ({
      instance: wait.processInstanceKey,
      text: printable(plainFailure(waitText(wait, now, expected))),
    })),
  }));
};

/**
 * What the developer of a process should know about it.
 *
 * @param key of the version; `undefined` if there is no such process
 */
export const processAdvice = (sources: Sources, key: string): ProcessAdvice | undefined => {
  const process = sources.processes().find((each) => each.processDefinitionKey === key);
  return process && { hints: hintsOf(sources, process), waits: waitsOf(sources, process) };
};
