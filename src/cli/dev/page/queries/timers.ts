import { type DueItem, isInternalProcess } from '../../../../engine/index.ts';
import type { DueRow, Timers } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { clockState } from './overview.ts';

/** What else than timers happens at a time: back-offs of jobs, their timeouts, the ends of buffered messages. */
const othersDue = (sources: Sources): readonly DueItem[] => {
  const engine = sources.engine();
  const jobs = engine.jobs().flatMap(({ key, type, state, deadline, backoffUntil, ...job }): readonly DueItem[] => {
    const { bpmnProcessId, processInstanceKey, elementId } = job;
    const place = { key, name: type, bpmnProcessId, processInstanceKey, elementId };
    if (backoffUntil !== undefined) return [{ kind: 'jobBackoff', due: backoffUntil, ...place }];
    return state === 'ACTIVATED' ? [{ kind: 'jobTimeout', due: deadline, ...place }] : [];
  });
  const expiries = engine
    .messages()
    .map(({ key, name, deadline }): DueItem => ({ kind: 'messageExpiry', due: deadline, key, name }));
  return [...jobs, ...expiries];
};

/**
 * What is due, the next first, and the clock of processes.
 *
 * @param count how many rows at most
 */
export const timers = (sources: Sources, count: number): Timers => {
  const rows = sources
    .engine()
    .timers()
    .map(
      ({ key, due, repetitions, elementId, elementName, bpmnProcessId, processInstanceKey }): DueRow => ({
        ...{ kind: 'timer', key, due, name: elementName, elementId, process: bpmnProcessId, repetitions },
        ...(processInstanceKey === undefined ? {} : { instance: processInstanceKey }),
      }),
    );
  const others = othersDue(sources).map(
    ({ kind, key, due, name, bpmnProcessId, processInstanceKey, elementId }): DueRow => ({
      ...{ kind, key, due, name },
      ...(bpmnProcessId === undefined ? {} : { process: bpmnProcessId }),
      ...(processInstanceKey === undefined ? {} : { instance: processInstanceKey }),
      ...(elementId === undefined ? {} : { elementId }),
    }),
  );
  const due = [...rows, ...others]
    .filter(({ process }) => process === undefined || !isInternalProcess(process))
    .sort((a, b) => a.due - b.due);
  return { clock: clockState(sources), due: due.slice(0, count), more: Math.max(0, due.length - count) };
};
