import { type DueItem, isInternalProcess, type MachineTimer } from '../../../../engine/index.ts';
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

interface DueTimer extends DueItem {
  readonly repetitions?: number;
}

const timerDue = ({ key, due, repetitions, elementName: name, ...timer }: MachineTimer): DueTimer => {
  const { elementId, bpmnProcessId, processInstanceKey } = timer;
  return {
    ...{ kind: 'timer', key, due, name, repetitions, elementId, bpmnProcessId },
    ...(processInstanceKey === undefined ? {} : { processInstanceKey }),
  };
};

const dueRow = ({
  kind,
  key,
  due,
  name,
  bpmnProcessId,
  processInstanceKey,
  elementId,
  repetitions,
}: DueTimer): DueRow => ({
  ...{ kind, key, due, name },
  ...(bpmnProcessId === undefined ? {} : { process: bpmnProcessId }),
  ...(processInstanceKey === undefined ? {} : { instance: processInstanceKey }),
  ...(elementId === undefined ? {} : { elementId }),
  ...(repetitions === undefined ? {} : { repetitions }),
});

/**
 * What is due, the next first, and the clock of processes.
 *
 * @param count how many rows at most
 */
export const timers = (sources: Sources, count: number): Timers => {
  const due = [...sources.engine().timers().map(timerDue), ...othersDue(sources)]
    .filter(({ bpmnProcessId }) => bpmnProcessId === undefined || !isInternalProcess(bpmnProcessId))
    .sort((one, other) => one.due - other.due);
  return {
    clock: clockState(sources),
    due: due.slice(0, count).map(dueRow),
    more: Math.max(0, due.length - count),
  };
};
