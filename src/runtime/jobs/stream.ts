import { type Backoff, nextDelay } from '../../common/backoff.ts';
import type { Clock } from '../../common/clock.ts';
import { afterReading } from '../../common/timer.ts';
import { isConnectionFault } from '../../connection/faults.ts';
import type { ActivatedJob, Connection, JobStream } from '../../connection/port.ts';
import type { TenantAccess } from '../send/tenant-access.ts';
import type { Emit } from '../shared/events.ts';
import type { ActiveJobs } from './active-jobs.ts';
import { createBacklog } from './backlog.ts';
import type { Slots } from './slots.ts';
import type { Suspensions } from './suspensions.ts';
import { streamRequest, type Worker } from './worker.ts';

/**
 * The states of a stream.
 *
 *                      open              confirmed               crowded
 *           closed ──────────▶ opening ────────────▶ reading ──────────────▶ paused
 *             ▲                   │                   │   ▲                   │  │
 *             │                   │                   │   └───── emptied ─────┘  │
 *             │   lost or stale   │                   │                          │
 *             └───────────────────┼───────────────────┼──────────────────────────┤
 *                                 │                   │                          │
 *           refusing ◀────────────┴─────── stuck ─────┴──────────────────────────┘
 *             │
 *             └─ open ─▶ opening                        (any state) ─ stop ─▶ stopped
 *
 * - `closed`: there is no stream. Jobs of an earlier stream may still arrive and run.
 * - `opening`: a stream was requested; the gateway has not confirmed it yet.
 * - `reading`: jobs arrive.
 * - `paused`: every slot is busy and jobs wait here, so nothing is read.
 * - `refusing`: the stream ended because its jobs waited too long. Jobs that still arrive are returned.
 * - `stopped`: no more streams are opened. Jobs that still arrive are returned.
 *
 * Streams have no flow control: the gateway pushes as fast as the stream is read, and the timeouts of the pushed jobs
 * keep running. The stream is therefore not read while every slot is busy. If jobs are quick, this takes only a moment.
 * If they are slow, the jobs in transit are returned and the stream ends, so that other runtimes get them. Until the
 * backlog in the cluster is done, the runtime polls for as many jobs as there are free slots.
 */
type State = 'closed' | 'opening' | 'reading' | 'paused' | 'refusing' | 'stopped';

/** What changes the state. An event that a state does not list has no effect there. */
type StreamEvent =
  /** A stream is requested. */
  | 'open'
  /** The gateway has opened the stream, or a job has arrived. */
  | 'confirmed'
  /** Too many jobs wait for a slot. */
  | 'crowded'
  /** No job is waiting. */
  | 'emptied'
  /** Jobs have waited too long. */
  | 'stuck'
  /** The other end has closed or refused the stream. */
  | 'lost'
  /** The stream does not bring the jobs that it should. */
  | 'stale'
  /** The stream is for other tenants than those whose jobs are requested now. */
  | 'outdated'
  | 'stop';

/** What ends a stream, whatever it is doing. */
const ends = { lost: 'closed', stale: 'closed', outdated: 'closed', stop: 'stopped' } as const;

/** The state after each event, by the state before it. */
export const transitions: Readonly<Record<State, Readonly<Partial<Record<StreamEvent, State>>>>> = {
  closed: { open: 'opening', stuck: 'closed', stop: 'stopped' },
  opening: { confirmed: 'reading', stuck: 'refusing', ...ends },
  reading: { crowded: 'paused', stuck: 'refusing', ...ends },
  paused: { emptied: 'reading', stuck: 'refusing', ...ends },
  refusing: { open: 'opening', stop: 'stopped' },
  stopped: {},
};

/** What {@link createStreamReader} works with. */
export interface StreamServices {
  readonly streamJobs: NonNullable<Connection['streamJobs']>;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly activeJobs: ActiveJobs;
  readonly suspensions: Pick<Suspensions, 'unread'>;
  readonly workerName: string;
  readonly tenantAccess: Pick<TenantAccess, 'selection' | 'concerns'>;
  /** Registers work that must finish before the workers have stopped. */
  readonly track: (task: Promise<void>) => void;
  /** Called when the stream is confirmed and when it has ended by itself. */
  readonly onChange: () => void;
}

/** Streams the jobs of one type. */
export interface StreamReader {
  /** Whether there is a stream, confirmed or not. */
  isOpen(): boolean;
  /** Milliseconds until a stream may be opened again; 0: now. */
  opensIn(): number;
  open(): void;
  /** Ends a stream that does not bring the jobs that it should. Another may be opened at once. */
  endStale(): void;
  /** Ends a stream for other tenants than those whose jobs are requested now. Another may be opened at once. */
  endOutdated(): void;
  /** How many jobs have arrived so far. */
  received(): number;
  /** Ends the stream for good and returns the jobs that were not started. */
  stop(): void;
}

/** As many jobs may wait before the stream is paused, since pausing and resuming takes time. */
const maxWaiting = 16;

/** Milliseconds for which a stream that ends is still read, so that the jobs in transit are not lost. */
const drainTime = 50;

/** Milliseconds after which a stream counts as stable. */
const stableTime = 30_000;

const pauses = {
  lost: { base: 100, cap: 15_000 },
  busy: { base: 1_000, cap: 60_000 },
  rejected: { base: 300_000, cap: 600_000 },
};

const busyMessage = 'Every slot of the runtime was busy. No attempt is lost.';

const isRejection = (error: unknown): boolean => isConnectionFault(error) && error.reason === 'rejected';

/** Creates the reader of one job type's streams. Nothing happens before `open`. */
export const createStreamReader = (worker: Worker, services: StreamServices): StreamReader => {
  const { streamJobs, slots, clock, emit, activeJobs, suspensions, workerName, tenantAccess, track, onChange } =
    services;
  const { type } = worker;
  let state: State = 'closed';
  /** The stream of the states opening, reading and paused. */
  let stream: JobStream | undefined;
  let openedAt = 0;
  /** Streams opened so far. It distinguishes the callbacks of the current stream from those of earlier ones. */
  let openings = 0;
  let opensAt = 0;
  /** Streams in a row that ended before they were stable. */
  let failures = 0;
  let received = 0;

  const isOpen = (): boolean => state === 'opening' || state === 'reading' || state === 'paused';

  const reopenAfter = (pause: Backoff): void => {
    if (clock.now() - openedAt >= stableTime) failures = 0;
    opensAt = clock.now() + nextDelay(failures++, clock.random(), pause);
  };

  /** Ends a stream after the jobs in transit have arrived. */
  const drain = (ending: JobStream | undefined): void => {
    ending?.resume();
    clock.timer(drainTime, () => afterReading(() => ending?.close()));
  };

  const openStream = (): void => {
    const opening = ++openings;
    const began = clock.now();
    openedAt = began;
    let ended = (): void => {};
    // The workers have stopped only when the stream has ended, since jobs may arrive until then.
    track(
      new Promise((resolve) => {
        ended = resolve;
      }),
    );
    const confirm = (): void => {
      if (state === 'opening' && opening === openings) apply('confirmed');
    };
    try {
      const opened = streamJobs(streamRequest(worker, workerName, tenantAccess.selection()), {
        opened: confirm,
        job: (job) => {
          confirm();
          take(job, began);
        },
        ended: (error) => {
          ended();
          if (opening === openings) apply('lost', error);
        },
      });
      if (isOpen()) stream = opened;
    } catch (error) {
      ended();
      apply('lost', error);
    }
  };

  /**
   * What follows from each event.
   *
   * @param current the stream that was open before the event
   */
  const effects: Readonly<
    Record<StreamEvent, (current: JobStream | undefined, before: State, error: unknown) => void>
  > = {
    open: openStream,
    confirmed: () => {
      emit('stream:opened', { type });
      onChange();
    },
    crowded: (current) => {
      current?.pause();
      backlog.streamPaused();
    },
    emptied: (current) => current?.resume(),
    stuck: (current, before) => {
      backlog.returnAll(busyMessage);
      if (before === 'closed') return;
      reopenAfter(pauses.busy);
      drain(current);
      emit('stream:ended', { type, reason: 'busy' });
      onChange();
    },
    lost: (current, _before, error) => {
      // A refused tenant is soon left out.
      reopenAfter(isRejection(error) && !tenantAccess.concerns(error) ? pauses.rejected : pauses.lost);
      // Jobs that arrived before the end may still be unread.
      current?.resume();
      emit('stream:ended', { type, reason: 'lost', error });
      onChange();
    },
    stale: (current) => {
      current?.close();
      emit('stream:ended', { type, reason: 'stale' });
    },
    outdated: (current) => {
      drain(current);
      emit('stream:ended', { type, reason: 'stale' });
    },
    stop: (current, before) => {
      backlog.returnAll();
      if (before === 'paused') drain(current);
      else current?.close();
    },
  };

  /** The one place that changes the state. */
  const apply = (event: StreamEvent, error?: unknown): void => {
    const before = state;
    const after = transitions[before][event];
    if (after === undefined) return;
    state = after;
    const current = stream;
    if (!isOpen()) stream = undefined;
    effects[event](current, before, error);
  };

  const backlog = createBacklog(worker, {
    slots,
    clock,
    activeJobs,
    track,
    onEmpty: () => apply('emptied'),
    onStuck: () => apply('stuck'),
  });

  /** @param began when the job's stream was opened: the job was not offered before */
  const take = (job: ActivatedJob, began: number): void => {
    received++;
    const waited = Math.min(suspensions.unread(), clock.now() - began);
    if (state === 'refusing' || state === 'stopped') {
      const message = state === 'refusing' ? busyMessage : undefined;
      track(activeJobs.returnUnstarted(worker, job, message, waited));
      return;
    }
    backlog.add(job, waited);
    if (state === 'reading' && backlog.size() >= maxWaiting) apply('crowded');
  };

  return {
    isOpen,
    opensIn: () => Math.max(0, opensAt - clock.now()),
    open: () => apply('open'),
    endStale: () => apply('stale'),
    endOutdated: () => apply('outdated'),
    received: () => received,
    stop: () => apply('stop'),
  };
};
