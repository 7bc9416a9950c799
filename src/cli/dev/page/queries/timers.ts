import { type DueItem, isInternalProcess, type MachineTimer } from '../../../../engine/index.ts';
import type { DueFilter, DueRow, Timers } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { clockState } from './overview.ts';

interface DueTimer extends DueItem {
  readonly repetitions?: number;
}

/** The back-offs of jobs, and their timeouts. */
const jobsDue = (sources: Sources): readonly DueTimer[] =>
  sources
    .engine()
    .jobs()
    .flatMap(({ key, type, state, deadline, backoffUntil, ...job }): readonly DueTimer[] => {
      const { bpmnProcessId, processInstanceKey, elementId } = job;
      const place = { key, name: type, bpmnProcessId, processInstanceKey, elementId };
      if (backoffUntil !== undefined) return [{ kind: 'jobBackoff', due: backoffUntil, ...place }];
      return state === 'ACTIVATED' ? [{ kind: 'jobTimeout', due: deadline, ...place }] : [];
    });

/** The ends of buffered messages. */
const messagesDue = (sources: Sources): readonly DueTimer[] =>
  sources
    .engine()
    .messages()
    .map(({ key, name, deadline }): DueTimer => ({ kind: 'messageExpiry', due: deadline, key, name }));

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

const isOwn = ({ bpmnProcessId }: DueTimer): boolean =>
  bpmnProcessId === undefined || !isInternalProcess(bpmnProcessId);

/**
 * What is due, the next first, and the clock of processes.
 *
 * @param count how many rows at most
 * @param show which of them: very many messages that end soon would hide the timers
 */
export const timers = (sources: Sources, count: number, show: DueFilter = 'all'): Timers => {
  const kinds = {
    timers: sources.engine().timers().map(timerDue).filter(isOwn),
    jobs: jobsDue(sources).filter(isOwn),
    messages: messagesDue(sources),
  };
  const all = Object.values(kinds).flat();
  const due = (show === 'all' ? all : [...kinds[show]]).sort((one, other) => one.due - other.due);
  return {
    clock: clockState(sources),
    due: due.slice(0, count).map(dueRow),
    more: Math.max(0, due.length - count),
    counts: {
      ...{ all: all.length, timers: kinds.timers.length },
      ...{ jobs: kinds.jobs.length, messages: kinds.messages.length },
    },
  };
};
