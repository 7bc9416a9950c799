import { nextDelay } from '../../common/backoff.ts';
import { type Clock, createInterruptibleWait } from '../../common/clock.ts';
import { isConnectionFault, pauseAskedFor } from '../../connection/faults.ts';
import type { ActivatedJob, Connection, ConnectionFault } from '../../connection/port.ts';
import type { ConnectionState } from '../send/connection-state.ts';
import type { TenantAccess } from '../send/tenant-access.ts';
import type { Emit } from '../shared/events.ts';
import type { ActiveJobs } from './active-jobs.ts';
import type { Slots } from './slots.ts';
import { createStreamReader, type StreamReader } from './stream.ts';
import type { Suspensions } from './suspensions.ts';
import { streamRequest, type Worker } from './worker.ts';

/** What {@link createPoller} works with. */
export interface PollerServices {
  readonly connection: Pick<Connection, 'activateJobs' | 'streamJobs' | 'holdTime'>;
  readonly slots: Slots;
  readonly connectionState: ConnectionState;
  readonly activeJobs: ActiveJobs;
  readonly suspensions: Pick<Suspensions, 'unread'>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly workerName: string;
  readonly tenantAccess: TenantAccess;
  /** How many job types are asked for. */
  readonly types: number;
  /** Registers work that must finish before the workers have stopped. */
  readonly track: (task: Promise<void>) => void;
  /** Ends the requests for jobs. */
  readonly stopping: AbortSignal;
}

/** Gets the jobs of one type. */
export interface Poller {
  /** Sends the first request. */
  start(): void;
  /** Ends the stream. The requests end by the signal `stopping`. */
  stop(): void;
  /** The process did not run for some milliseconds. */
  resumed(suspension: number): void;
}

/**
 * Milliseconds for which the cluster may hold a request; shorter if connectors share slots, and while a tenant is refused, so
 * that the jobs of one that comes back do not wait for long.
 */
const holdTime = { usual: 20_000, shared: 1_000, partial: 3_000 };

/** A hold time that makes the cluster answer at once. */
const unheld = -1;

/**
 * Milliseconds between requests while a stream is open. The stream delivers only new jobs; requests find older ones. With many
 * job types, all of them together make at most 25 requests a second.
 */
const besideStream = { shortest: 10_000, perType: 40 };

/**
 * With many job types, the requests of this many milliseconds are sent together. To wake up for each of them would take a process
 * several times the CPU of the requests.
 */
const together = 1_000;

/** Milliseconds after which a stream counts as open if the gateway does not confirm it. */
const confirmationTime = 1_000;

/** Milliseconds beyond the hold time after which a request without an answer counts as failed. */
const answerMargin = 10_000;

const outagePauses = { base: 100, cap: 3_000 };
const refusalPauses = { base: 100, cap: 15_000 };
const emptyPauses = { base: 10, cap: 1_000 };

/** Whether the cluster did not answer, as opposed to a refusal or a request to slow down. */
const isUnanswered = (error: unknown): error is ConnectionFault =>
  isConnectionFault(error) && error.reason !== 'rejected' && error.status !== 'RESOURCE_EXHAUSTED';

/**
 * Creates the poller of a worker. It repeats one cycle: wait for slots, request as many jobs, run them, pause if needed.
 *
 * Without streams the next request follows at once. Where the cluster streams jobs, the poller first gets the backlog,
 * then opens a stream and sends a request from time to time for jobs that a stream does not bring.
 */
export const createPoller = (worker: Worker, services: PollerServices): Poller => {
  const {
    connection,
    slots,
    connectionState,
    activeJobs,
    suspensions,
    clock,
    emit,
    workerName,
    tenantAccess,
    track,
    stopping,
  } = services;
  const { streamJobs } = connection;
  const { type, maxJobs, batch = Number.POSITIVE_INFINITY } = worker;
  // A connection that has its own time pays for each request, so connectors share their slots by time only if they have to.
  const isShared = slots.contended && (connection.holdTime === undefined || slots.crowded);
  const longestHold = isShared ? holdTime.shared : (connection.holdTime ?? holdTime.usual);
  const pauseBesideStream = Math.max(besideStream.shortest, besideStream.perType * services.types);
  const hasManyTypes = pauseBesideStream > besideStream.shortest;
  const interruptible = createInterruptibleWait(clock, stopping);
  /** Requests in a row that failed. */
  let failures = 0;
  /** Empty answers in a row that came although the cluster could have held the request. */
  let quickEmpties = 0;
  let lastBroughtJobs = false;
  /** Whether the pause before this request lasted its full time. */
  let pausedFully = false;
  /** Jobs that the stream had brought at the last request. */
  let streamedBefore = 0;

  /** Ends a pause early, except in an outage, which also ends streams. */
  const onStreamChange = (): void => {
    if (failures === 0) interruptible.interrupt();
  };

  const stream: StreamReader | undefined =
    worker.stream === true && streamJobs !== undefined
      ? createStreamReader(worker, { ...services, streamJobs, onChange: onStreamChange })
      : undefined;

  tenantAccess.onChange(() => {
    stream?.endOutdated();
    onStreamChange();
  });

  /** Milliseconds for which the cluster may hold the next request. */
  const nextHold = (): number => {
    const longest = tenantAccess.refusedTenants().length === 0 ? longestHold : Math.min(longestHold, holdTime.partial);
    // After a failure the cluster does not hold the request, so that its recovery shows at once.
    if (failures > 0) return unheld;
    if (stream === undefined) return longest;
    // Beside a stream, and just before one is opened, a request is for the jobs that a stream does not bring.
    const opensIn = stream.isOpen() ? 0 : stream.opensIn();
    return opensIn > 0 ? Math.min(longest, opensIn) : unheld;
  };

  /**
   * Runs the jobs that have arrived, and returns those that are too many or too late.
   *
   * @param free slots that the request still has
   * @param waited milliseconds for which the jobs may have waited unread
   * @returns how many have taken a slot
   */
  const runJobs = (jobs: readonly ActivatedJob[], free: number, waited: number): number => {
    const taken = stopping.aborted ? 0 : Math.min(jobs.length, free);
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index]!;
      track(
        index < taken
          ? activeJobs.run(worker, job, waited)
          : activeJobs.returnUnstarted(worker, job, undefined, waited),
      );
    }
    return taken;
  };

  /**
   * Opens or ends the stream as the answer to a request suggests.
   *
   * @param brought jobs in the answer
   * @param isBacklogDone the answer brought fewer jobs than requested
   * @returns milliseconds until the next request
   */
  const updateStream = (brought: number, isBacklogDone: boolean): number => {
    if (stream === undefined) return 0;
    if (!stream.isOpen()) {
      if (!isBacklogDone || stream.opensIn() > 0) return 0;
      stream.open();
      streamedBefore = stream.received();
      return confirmationTime;
    }
    // The stream was open all the time and brought nothing, but jobs were there: the other end may have dropped it.
    if (brought > 0 && pausedFully && stream.received() === streamedBefore) stream.endStale();
    streamedBefore = stream.received();
    if (!isBacklogDone || !stream.isOpen()) return 0;
    const wait = pauseBesideStream * (0.75 + clock.random() / 2);
    if (!hasManyTypes) return wait;
    const now = clock.now();
    return Math.ceil((now + wait) / together) * together - now;
  };

  /** Reports a request that failed; returns the milliseconds until the next one. */
  const handleFailure = (error: unknown): number => {
    const unanswered = isUnanswered(error);
    const pause = nextDelay(failures++, clock.random(), unanswered ? outagePauses : refusalPauses);
    const wait = Math.max(pause, pauseAskedFor(error));
    if (stopping.aborted) return wait;
    if (unanswered) {
      connectionState.lost(type, error);
      // A stream over the same connection may be dead as well, without any sign of it.
      stream?.endStale();
    } else {
      emit('poll:failed', { type, error, attempt: failures, pause: wait });
    }
    return wait;
  };

  /** Sends one request for as many jobs as there are granted slots; returns the milliseconds until the next one. */
  const requestJobs = async (granted: number): Promise<number> => {
    const requestedAt = clock.now();
    const hold = nextHold();
    const tenants = tenantAccess.selection();
    const request = { ...streamRequest(worker, workerName, tenants), maxJobs: granted, requestTimeout: hold };
    /** Slots of this request that no job has taken. */
    let free = granted;
    let brought = 0;
    const arrived = (jobs: readonly ActivatedJob[]): void => {
      connectionState.answered(type);
      brought += jobs.length;
      const taken = runJobs(jobs, free, Math.min(suspensions.unread(), clock.now() - requestedAt));
      free -= taken;
    };
    /** Jobs that arrive afterwards go back to the cluster. */
    const releaseFree = (): void => {
      const unused = free;
      free = 0;
      if (unused > 0) slots.release(type, unused);
    };
    const options = { signal: stopping, timeout: Math.max(hold, 0) + answerMargin, arrived };
    let rest: readonly ActivatedJob[];
    try {
      rest = await connection.activateJobs(request, options);
    } catch (error) {
      releaseFree();
      // The jobs of the other tenants do not wait.
      if (await tenantAccess.refused(error, tenants)) return 0;
      return handleFailure(error);
    }
    arrived(rest);
    releaseFree();
    failures = 0;
    // Without a pause, a cluster that does not hold requests would be asked in a hot loop.
    const isQuickEmpty = brought === 0 && clock.now() - requestedAt < hold / 2;
    quickEmpties = isQuickEmpty ? quickEmpties + 1 : 0;
    lastBroughtJobs = brought > 0;
    if (stopping.aborted) return 0;
    const wait = updateStream(brought, brought < granted);
    return isQuickEmpty ? Math.max(wait, nextDelay(quickEmpties - 1, clock.random(), emptyPauses)) : wait;
  };

  const poll = async (granted: number): Promise<void> => {
    const wait = await requestJobs(granted);
    pausedFully = wait > 0 && (await interruptible.wait(wait));
    if (!stopping.aborted) requestSlots();
  };

  const requestSlots = (): void => {
    const grant = (granted: number): void => {
      // Streamed jobs need slots too.
      const limit = stream?.isOpen() === true ? Math.ceil(maxJobs / 2) : batch;
      const used = Math.min(granted, limit);
      if (used < granted) slots.release(type, granted - used);
      track(poll(used));
    };
    slots.request({ type, eager: lastBroughtJobs, grant });
  };

  return {
    start: requestSlots,
    stop: () => stream?.stop(),
    resumed: (suspension) => {
      // More jobs than can be read at once may wait in the stream, and the time of all of them is over.
      if (suspension < worker.jobTimeout || stream === undefined) return;
      stream.endStale();
      onStreamChange();
    },
  };
};
