import type { Clock } from '../../common/clock.ts';
import type { ActivatedJob } from '../../connection/port.ts';
import type { ActiveJobs } from './active-jobs.ts';
import type { Slots } from './slots.ts';
import type { Worker } from './worker.ts';

/** What {@link createBacklog} works with. */
export interface BacklogServices {
  readonly slots: Slots;
  readonly clock: Clock;
  readonly activeJobs: ActiveJobs;
  /** Registers work that must finish before the workers have stopped. */
  readonly track: (task: Promise<void>) => void;
  /** Called when the last waiting job has started. */
  readonly onEmpty: () => void;
  /** Called when jobs have waited for {@link longestWaitHere} and too few of them have started. */
  readonly onStuck: () => void;
}

/** Streamed jobs of one type that wait for a slot. */
export interface Backlog {
  /**
   * Runs the job as soon as a slot is free, which may be at once.
   *
   * @param waited milliseconds for which the job may have waited unread
   */
  add(job: ActivatedJob, waited: number): void;
  size(): number;
  /** Reports that the stream is paused. Until the backlog is empty, its jobs count as having waited at the gateway too. */
  streamPaused(): void;
  /** Returns all waiting jobs to the cluster. */
  returnAll(message?: string): void;
}

/** Approximate time, in milliseconds, that a streamed job may wait here for a slot. */
export const longestWaitHere = 1_000;

/** Milliseconds that a job from a paused stream may have waited, at the gateway and here, while its timeout was running. */
const longestWait = 2 * longestWaitHere;

/**
 * About this many jobs may be in transit while the stream is not read: in the buffers of gRPC and of the gateway and in
 * the window of the stream. Nothing reports their number; up to 400 small jobs were measured.
 */
const maxInTransit = 400;

interface WaitingJob {
  readonly job: ActivatedJob;
  /** When the cluster may have offered it, on the runtime's clock. */
  readonly offeredAt: number;
}

/** Creates an empty backlog. */
export const createBacklog = (worker: Worker, services: BacklogServices): Backlog => {
  const { slots, clock, activeJobs, track, onEmpty, onStuck } = services;
  const { type } = worker;
  const jobs: WaitingJob[] = [];
  /** Milliseconds that the waiting jobs may have waited if the stream was paused. */
  let waited = 0;
  let isRequestingSlots = false;
  /** Jobs started so far, and how often the backlog was empty again: both show progress. */
  let started = 0;
  let emptied = 0;
  let cancelCheck: (() => void) | undefined;

  const start = (granted: number): void => {
    isRequestingSlots = false;
    const startable = jobs.splice(0, granted);
    started += startable.length;
    const now = clock.now();
    for (const { job, offeredAt } of startable) track(activeJobs.run(worker, job, Math.max(waited, now - offeredAt)));
    if (startable.length < granted) slots.release(type, granted - startable.length);
    if (jobs.length > 0) {
      requestSlots();
      return;
    }
    emptied++;
    waited = 0;
    onEmpty();
  };

  const request = { type, eager: true, grant: start };

  const requestSlots = (): void => {
    if (isRequestingSlots) return;
    isRequestingSlots = true;
    slots.request(request);
  };

  /** Checks from time to time whether jobs are stuck: enough of them must start for those in transit to start in time. */
  const checkProgress = (): void => {
    const startedBefore = started;
    const emptiedBefore = emptied;
    cancelCheck = clock.timer(longestWaitHere, () => {
      cancelCheck = undefined;
      if (jobs.length === 0) return;
      if (emptied !== emptiedBefore || started - startedBefore >= maxInTransit) checkProgress();
      else onStuck();
    });
  };

  return {
    add: (job, unread) => {
      jobs.push({ job, offeredAt: clock.now() - unread });
      requestSlots();
      if (jobs.length > 0 && cancelCheck === undefined) checkProgress();
    },
    size: () => jobs.length,
    streamPaused: () => {
      waited = longestWait;
    },
    returnAll: (message) => {
      const now = clock.now();
      for (const { job, offeredAt } of jobs.splice(0)) {
        track(activeJobs.returnUnstarted(worker, job, message, Math.max(waited, now - offeredAt)));
      }
      waited = 0;
      cancelCheck?.();
      cancelCheck = undefined;
    },
  };
};
