import { heapRemove } from '../../common/heap.ts';
import { jobDue } from './commands/jobs.ts';
import { expire } from './commands/messages.ts';
import { fireTimer } from './elements/timers.ts';
import { runTask } from './steps.ts';
import type { Core, Task } from './store/core.ts';
import type { Due, Job, Message, Timer } from './store/records.ts';
import { createState, dueOrder, type State } from './store/state.ts';
import type { EngineEvent, MachineOptions } from './types.ts';

/** A core, and the way to run commands on it. */
export interface Runner {
  readonly core: Core;
  /**
   * Runs a command, then the steps that it sets off, then whatever falls due at once. A command of a listener runs inside
   * the command that it listens to: its steps follow after the steps that are queued already.
   */
  readonly run: <T>(command: (core: Core) => T) => T;
  /** Fires everything due by now, each entry at its own time, with all that it sets off before the next. */
  readonly advance: () => void;
  /** True while a command is running, which is when a listener is called. */
  readonly isBusy: () => boolean;
}

const keepEndedByDefault = 10_000;

/** So many tasks in a row that nothing interrupts are taken for a loop without end. */
const longestRun = 500_000;

/** So many timers in a row that are new and due at the very same instant, as well. */
const mostAtOnce = 100_000;

export const createRunner = ({ now, onEvent, keepEnded = keepEndedByDefault }: MachineOptions): Runner => {
  const state: State = createState();
  let queue: Task[] = [];
  let spare: Task[] = [];
  let events: EngineEvent[] = [];
  let listenerFault: { readonly error: unknown } | undefined;
  let firing: number | undefined;
  let busy = false;

  const nowOrDue = (): number => firing ?? now();
  const core: Core = {
    state,
    now: nowOrDue,
    emit: onEvent && ((event) => events.push(event)),
    enqueue: (task) => queue.push(task),
    evaluateOptions: { now: nowOrDue },
    keepEnded,
  };

  const flush = (): void => {
    while (events.length > 0) {
      const told = events;
      events = [];
      for (const event of told) {
        try {
          onEvent?.(event);
        } catch (error) {
          listenerFault ??= { error };
        }
      }
    }
  };

  const drain = (): void => {
    flush();
    let count = 0;
    while (queue.length > 0) {
      const batch = queue;
      queue = spare;
      for (const task of batch) {
        runTask(core, task, ++count > longestRun);
        flush();
      }
      batch.length = 0;
      spare = batch;
    }
  };

  const fire = (item: Due): void => {
    if (item.kind === 'job') jobDue(core, item as Job);
    else if (item.kind === 'timer') fireTimer(core, item as Timer);
    else expire(core, item as Message);
  };

  const fireDue = (): void => {
    const first = state.due[0];
    if (first === undefined) return;
    const until = now();
    const youngest = state.lastKey;
    let atOnce = 0;
    try {
      for (let item: Due | undefined = first; item !== undefined && item.due <= until; item = state.due[0]) {
        atOnce = item.key > youngest && item.due === firing ? atOnce + 1 : 0;
        // The rest stays due, so that whoever advances the machine has a chance to do something else first.
        if (atOnce > mostAtOnce) break;
        heapRemove(dueOrder, state.due, item);
        firing = item.due;
        fire(item);
        drain();
      }
    } finally {
      firing = undefined;
    }
  };

  const run = <T>(command: (core: Core) => T): T => {
    if (busy) return command(core);
    busy = true;
    try {
      const result = command(core);
      drain();
      fireDue();
      if (listenerFault !== undefined) throw listenerFault.error;
      return result;
    } finally {
      busy = false;
      listenerFault = undefined;
    }
  };

  return { core, run, advance: () => run(() => {}), isBusy: () => busy };
};
