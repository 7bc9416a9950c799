import { fault } from '../../common/fault.ts';
import { startUnrefTimer } from '../../common/timer.ts';
import type { EngineEvent, Machine, MachineOptions, Variables, WorkEvent } from '../machine/types.ts';
import type { TestClock } from './test-clock.ts';

/** A machine that is connected to a clock and to listeners. */
export interface MachineHost {
  /** The secrets of the cluster, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The tenants of the engine; undefined without multi-tenancy. */
  readonly tenants: ReadonlySet<string> | undefined;
  /**
   * Runs a command, or several that belong together; calls of `run` can be nested. Everything that is due is fired first.
   * Before the outermost call returns, listeners receive the events. An error of the command is thrown.
   */
  run<T>(command: (machine: Machine) => T): T;
  /** Reads the state after the last command. */
  read<T>(look: (machine: Machine) => T): T;
  /** Calls the listener for each event, in order. Its errors are ignored. Returns a function that unsubscribes. */
  on(listener: (event: EngineEvent) => void): () => void;
  /** As `on`, for jobs that become activatable and ended instances. The other events are created only for listeners of `on`. */
  onWork(listener: (event: WorkEvent) => void): () => void;
  /** Calls the listener when all events of a command were delivered. The listener can run commands. */
  onSettled(listener: () => void): () => void;
  /** Stops time. From now on commands throw; reading still works. */
  close(): void;
}

/** Options of {@link createMachineHost}. */
export interface MachineHostOptions {
  readonly createMachine: (options: MachineOptions) => Machine;
  /** Default: the system clock. */
  readonly clock?: TestClock;
  readonly clusterVariables?: Variables;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly secretVariables?: readonly string[];
  readonly tenantVariables?: Readonly<Record<string, Variables>>;
  readonly uniqueBusinessIds?: boolean;
  readonly seed?: number | undefined;
  readonly version?: MachineOptions['version'];
  readonly keepEnded?: number;
  /** Default: no multi-tenancy. */
  readonly tenants?: readonly string[] | undefined;
}

const isWork = (event: EngineEvent): event is WorkEvent =>
  event.kind === 'job:activatable' || event.kind === 'instance:completed' || event.kind === 'instance:terminated';

const callEach = <Event>(listeners: ReadonlySet<(event: Event) => void>, event: Event): void => {
  for (const listener of listeners) {
    try {
      listener(event);
    } catch {
      // An error of a listener must not affect the process instance.
    }
  }
};

const subscribe = <Listener>(listeners: Set<Listener>, listener: Listener): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/**
 * Gives a machine time and listeners. Time is one timer to the next due time, or the test clock. Listeners are called when
 * the command that caused the event is complete, so that they can run commands.
 */
export const createMachineHost = ({
  createMachine,
  clock,
  clusterVariables = {},
  secrets = {},
  secretVariables = [],
  tenantVariables = {},
  uniqueBusinessIds = false,
  seed,
  version,
  keepEnded,
  tenants,
}: MachineHostOptions): MachineHost => {
  const now = clock?.now ?? Date.now;
  const listeners = new Set<(event: EngineEvent) => void>();
  const workListeners = new Set<(event: WorkEvent) => void>();
  const settledListeners = new Set<() => void>();
  let queue: EngineEvent[] = [];
  let depth = 0;
  let isDelivering = false;
  let isClosed = false;

  const options: MachineOptions = {
    now,
    clusterVariables,
    secrets,
    secretVariables,
    tenantVariables,
    uniqueBusinessIds,
    ...(seed === undefined ? {} : { seed }),
    ...(version === undefined ? {} : { version }),
    ...(keepEnded === undefined ? {} : { keepEnded }),
    onEvent: (event) => queue.push(event),
    isListening: () => listeners.size > 0,
  };
  const machine = createMachine(options);

  const deliverEvents = (): void => {
    if (isDelivering || depth > 0) return;
    isDelivering = true;
    try {
      while (queue.length > 0) {
        const events = queue;
        queue = [];
        for (const event of events) {
          if (isWork(event)) callEach(workListeners, event);
          callEach(listeners, event);
        }
        if (queue.length === 0) for (const listener of settledListeners) listener();
      }
    } finally {
      isDelivering = false;
    }
  };

  let timerDue = Number.POSITIVE_INFINITY;
  let cancelTimer = (): void => {};
  const stopTimer = (): void => {
    cancelTimer();
    timerDue = Number.POSITIVE_INFINITY;
  };
  const startTimer = (): void => {
    const due = machine.nextDue();
    // It is cheaper to let a timer fire too early than to replace it for each job.
    if (isClosed || due === undefined || due >= timerDue) return;
    cancelTimer();
    timerDue = due;
    cancelTimer = startUnrefTimer(due - now(), () => {
      timerDue = Number.POSITIVE_INFINITY;
      run(() => {});
    });
  };

  const advance = (): void => {
    const due = machine.nextDue();
    if (due !== undefined && due <= now()) machine.advance();
  };

  const run = <T>(command: (machine: Machine) => T): T => {
    if (isClosed) {
      throw fault(
        'rejection',
        { what: 'The embedded engine has stopped.', fix: 'create a new one; snapshot() keeps the state.' },
        { code: 'INVALID_STATE' },
      );
    }
    depth += 1;
    try {
      advance();
      return command(machine);
    } finally {
      depth -= 1;
      deliverEvents();
      if (clock === undefined || clock.running) startTimer();
    }
  };

  const leaveClock = clock?.onAdvance(() => {
    // The clock has jumped or stands still, so the timer no longer fires at the due time.
    stopTimer();
    run(() => {});
  }, machine.nextDue);
  // A restored state can contain items that are already due.
  run(() => {});

  return {
    secrets,
    tenants: tenants && new Set(tenants),
    run,
    read: (look) => look(machine),
    on: (listener) => subscribe(listeners, listener),
    onWork: (listener) => subscribe(workListeners, listener),
    onSettled: (listener) => subscribe(settledListeners, listener),
    close: () => {
      isClosed = true;
      cancelTimer();
      leaveClock?.();
    },
  };
};
