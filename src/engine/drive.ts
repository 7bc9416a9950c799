import { fault } from '../common/fault.ts';
import { startUnrefTimer } from '../common/timer.ts';
import type { CreateMachine, EngineEvent, Machine, MachineOptions } from './machine/types.ts';
import type { TestClock } from './types.ts';

/** A machine with time and listeners around it. */
export interface Drive {
  /**
   * Runs one command (or several that belong together; `run` inside of `run` is fine) and, before the outermost returns,
   * tells the listeners what happened. What has fallen due by now is fired first. Errors of the command pass through.
   */
  run<T>(command: (machine: Machine) => T): T;
  /** Reads; sees everything up to the last command. */
  read<T>(look: (machine: Machine) => T): T;
  /** Calls the listener for each event, in order; a throwing one is ignored. Returns the way to unsubscribe. */
  on(listener: (event: EngineEvent) => void): () => void;
  /** Calls the listener whenever all events of a command have been told; it may run commands of its own. */
  onSettled(listener: () => void): () => void;
  /** Stops time; commands throw from now on, reading goes on. */
  close(): void;
}

/** Options of {@link createDrive}. */
export interface DriveOptions {
  readonly createMachine: CreateMachine;
  readonly from?: Parameters<CreateMachine>[1];
  /** Default: the system's clock. */
  readonly clock?: TestClock;
}

/**
 * Gives a machine what it does not have itself: time that passes (one timer armed to the next instant at which something
 * falls due, or the test clock) and listeners, which hear of events only after the command that caused them is through,
 * so that they may run commands themselves.
 */
export const createDrive = ({ createMachine, from, clock }: DriveOptions): Drive => {
  const now = clock?.now ?? Date.now;
  const listeners = new Set<(event: EngineEvent) => void>();
  const settledListeners = new Set<() => void>();
  let queue: EngineEvent[] = [];
  let depth = 0;
  let telling = false;
  let closed = false;

  const options: MachineOptions = { now, onEvent: (event) => queue.push(event) };
  const machine = from === undefined ? createMachine(options) : createMachine(options, from);

  const tell = (): void => {
    if (telling || depth > 0) return;
    telling = true;
    try {
      while (queue.length > 0) {
        const events = queue;
        queue = [];
        for (const event of events) {
          for (const listener of listeners) {
            try {
              listener(event);
            } catch {
              // A listener watches; its own fault must not reach the process instance that it watches.
            }
          }
        }
        if (queue.length === 0) for (const listener of settledListeners) listener();
      }
    } finally {
      telling = false;
    }
  };

  let armedFor = Number.POSITIVE_INFINITY;
  let disarm = (): void => {};
  const arm = (): void => {
    const due = machine.nextDue();
    // A timer that fires too early is cheap, a timer that is set anew for each job is not.
    if (closed || due === undefined || due >= armedFor) return;
    disarm();
    armedFor = due;
    disarm = startUnrefTimer(due - now(), () => {
      armedFor = Number.POSITIVE_INFINITY;
      run(() => {});
    });
  };

  const advance = (): void => {
    const due = machine.nextDue();
    if (due !== undefined && due <= now()) machine.advance();
  };

  const run = <T>(command: (machine: Machine) => T): T => {
    if (closed) {
      throw fault(
        'rejection',
        { what: 'The embedded engine has been stopped.', fix: 'create a new one, from its snapshot() to go on.' },
        { code: 'INVALID_STATE' },
      );
    }
    depth += 1;
    try {
      advance();
      return command(machine);
    } finally {
      depth -= 1;
      tell();
      if (clock === undefined) arm();
    }
  };

  const leaveClock = clock?.onAdvance(() => run(() => {}), machine.nextDue);
  // A restored state may hold what fell due meanwhile.
  run(() => {});

  return {
    run,
    read: (look) => look(machine),
    on: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    onSettled: (listener) => {
      settledListeners.add(listener);
      return () => {
        settledListeners.delete(listener);
      };
    },
    close: () => {
      closed = true;
      disarm();
      leaveClock?.();
    },
  };
};
