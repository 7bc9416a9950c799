import { abortWith, createSharedAbort, settledOrAborted } from '../../common/abort.ts';
import { type Clock, systemClock } from '../../common/clock.ts';
import type { Connection, TenantSelection } from '../../connection/port.ts';
import type { ConnectionState } from '../send/connection-state.ts';
import type { Sender } from '../send/sender.ts';
import { createTenantAccess, type TenantAccess } from '../send/tenant-access.ts';
import type { Emit } from '../shared/events.ts';
import { createActiveJobs } from './active-jobs.ts';
import { createPoller } from './poll.ts';
import type { Slots } from './slots.ts';
import { noSuspensions, type Suspensions, watchSuspensions } from './suspensions.ts';
import type { Worker } from './worker.ts';

/** What {@link createWorkers} works with. */
export interface WorkersServices {
  readonly connection: Connection;
  readonly slots: Slots;
  readonly sender: Sender;
  readonly connectionState: ConnectionState;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Name that the cluster shows for these workers. */
  readonly workerName: string;
  /** The tenants whose jobs are requested; absent: those of the connection. */
  readonly tenants?: TenantSelection | undefined;
  /** Which of them the cluster refuses, shared by all workers of a connection. Default: known to these workers alone. */
  readonly tenantAccess?: TenantAccess | undefined;
  /** Called when the process did not run for some milliseconds. */
  readonly onResumed?: (suspension: number) => void;
  /** Default: suspensions are watched for if the clock is that of the machine. */
  readonly watch?: (onResumed: (suspension: number) => void) => Suspensions;
}

/** Workers that get jobs from the cluster and run them. */
export interface Workers {
  /** Sends the first request of each type. */
  start(): void;
  /**
   * Takes no more jobs and resolves when all active ones are settled.
   *
   * @param force aborts the jobs that still run
   * @param giveUp ends the wait for the cluster's answers
   */
  stop(force: AbortSignal, giveUp: AbortSignal): Promise<void>;
  /** How many jobs of a type are active. */
  inFlight(type: string): number;
}

/** Creates workers on one connection, which share its slots. Nothing happens before `start`. */
export const createWorkers = (workers: readonly Worker[], services: WorkersServices): Workers => {
  const { slots, clock } = services;
  const tenantAccess = services.tenantAccess ?? createTenantAccess(services);
  const { watch = (act) => (clock === systemClock ? watchSuspensions(clock, act) : noSuspensions) } = services;
  const stopping = createSharedAbort();
  const force = createSharedAbort();
  const giveUp = createSharedAbort();
  /** Tasks that have not ended, and what is called when there are none. A number, because a table would keep what was in it. */
  let open = 0;
  let onIdle = (): void => {};
  const activeJobs = createActiveJobs(services, force.signal, giveUp.signal);

  const done = (): void => {
    open -= 1;
    if (open === 0) onIdle();
  };

  const track = (task: Promise<void>): void => {
    open += 1;
    task.then(done, done);
  };

  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      onIdle = resolve;
    });

  let suspensions: Suspensions = noSuspensions;
  const unread = (): number => suspensions.unread();

  const pollers = workers.map((worker) =>
    createPoller(worker, {
      ...services,
      tenantAccess,
      activeJobs,
      types: workers.length,
      suspensions: { unread },
      track,
      stopping: stopping.signal,
    }),
  );

  const onResumed = (suspension: number): void => {
    services.onResumed?.(suspension);
    for (const poller of pollers) poller.resumed(suspension);
  };

  return {
    start: () => {
      suspensions = watch(onResumed);
      for (const poller of pollers) poller.start();
    },
    stop: async (forceSignal, giveUpSignal) => {
      slots.close();
      stopping.abort();
      if (services.tenantAccess === undefined) tenantAccess.stop();
      abortWith(force, forceSignal);
      abortWith(giveUp, giveUpSignal);
      for (const poller of pollers) poller.stop();
      while (open > 0 && !giveUpSignal.aborted) await settledOrAborted(idle(), giveUpSignal);
      suspensions.stop();
    },
    inFlight: activeJobs.inFlight,
  };
};
