import type { ActivatedJob, ActivateRequest, Connection, ConnectionFault } from '../connection/port.ts';
import { isFault } from '../connector/fault.ts';
import type { Outcome } from '../connector/types.ts';
import { stoppedMessage } from './attempt.ts';
import { nextDelay } from './backoff.ts';
import type { Capacity } from './capacity.ts';
import { abortWith, type Clock, orAborted, pause, sharedAbort } from './clock.ts';
import type { Emit } from './events.ts';
import { failOnce, failUntouched } from './failure.ts';
import { type Lease, openLease } from './lease.ts';
import type { Link } from './link.ts';
import type { Delivery, Sender } from './sender.ts';
import { errorText } from './text.ts';

/** A job whose command was sent already, or is another's to send. */
export interface Settled {
  readonly kind: 'settled';
  readonly outcome: Outcome;
  readonly delivery: Delivery;
}

/** One job type and what handles it. */
export interface Worker {
  readonly type: string;
  /** Name for events and status. */
  readonly connector: string;
  readonly maxJobs: number;
  /** Milliseconds that the cluster leaves a job with us. */
  readonly jobTimeout: number;
  /** Variables to fetch; none: all. */
  readonly variables?: readonly string[];
  /** Most jobs of one request, so that other runtimes get a share of a backlog; absent: as many as there are places. */
  readonly batch?: number;
  /** A type of the runtime's own, whose jobs are told as something else than jobs. */
  readonly quiet?: boolean;
  /**
   * What the job yields. Never rejects. The signal fires when the runtime cannot wait any longer; the lease is for
   * a job that needs another time.
   */
  readonly handle: (
    job: ActivatedJob,
    signal: AbortSignal,
    lease: Lease,
    /** To be told of work that goes on after its outcome: it keeps the job's place until it has ended. */
    leftRunning: (work: Promise<void>) => void,
  ) => Promise<Outcome | Settled>;
}

/** What the intake works with. */
export interface IntakeServices {
  readonly connection: Connection;
  readonly capacity: Capacity;
  readonly sender: Sender;
  readonly link: Link;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Name that the cluster shows for these workers. */
  readonly workerName: string;
}

/** Takes jobs in and sees each of them through. */
export interface Intake {
  /** Sends the first request of each type. */
  start(): void;
  /**
   * Takes no more jobs. Resolves when all in hand are settled; `force` aborts those that still run, `giveUp` ends the
   * waiting for the cluster's answers.
   */
  stop(force: AbortSignal, giveUp: AbortSignal): Promise<void>;
  /** Jobs in hand of a type. */
  inFlight(type: string): number;
}

/** Milliseconds that the cluster may hold a request; shorter where connectors have to share places. */
const holdTime = { usual: 20_000, shared: 1_000 };

/** Asks the cluster to look once and to answer at once. */
const unheldRequest = -1;

/** Milliseconds over the hold time after which a request without an answer counts as failed. */
const answerMargin = 10_000;

const outagePauses = { base: 100, cap: 3_000 };
const otherPauses = { base: 100, cap: 15_000 };
const emptyPauses = { base: 10, cap: 1_000 };

const requestOf = (worker: Worker, workerName: string, maxJobs: number, requestTimeout: number): ActivateRequest => ({
  type: worker.type,
  worker: workerName,
  timeout: worker.jobTimeout,
  maxJobs,
  requestTimeout,
  ...(worker.variables === undefined ? {} : { fetchVariables: worker.variables }),
});

/** No answer at all, as opposed to a no or to a cluster that asks for a pause. */
const isSilence = (error: unknown): error is ConnectionFault =>
  isFault(error, 'connection') &&
  (error as ConnectionFault).reason !== 'rejected' &&
  (error as ConnectionFault).status !== 'RESOURCE_EXHAUSTED';

/** Makes the intake for these workers. It polls: at once while there are free places, never for more than these. */
export const createIntake = (workers: readonly Worker[], services: IntakeServices): Intake => {
  const { connection, capacity, sender, link, clock, emit, workerName } = services;
  const stopping = sharedAbort();
  const force = sharedAbort();
  const giveUp = sharedAbort();
  const running = new Map<string, number>(workers.map(({ type }) => [type, 0]));
  const tasks = new Set<Promise<void>>();
  const requestTimeout = capacity.contended ? holdTime.shared : holdTime.usual;

  const track = (task: Promise<void>): void => {
    tasks.add(task);
    const done = (): void => void tasks.delete(task);
    task.then(done, done);
  };

  const limits = (worker: Worker, job: ActivatedJob) => ({
    subject: job.key,
    // By our own clock: the cluster's may show another time.
    deadline: clock.now() + worker.jobTimeout,
    signal: giveUp.signal,
  });

  const giveBack = async (worker: Worker, job: ActivatedJob): Promise<void> => {
    const outcome = failUntouched(job, stoppedMessage);
    const delivery = await sender.settle(job, outcome, limits(worker, job));
    if (worker.quiet !== true) emit('job:returned', { connector: worker.connector, job, delivery });
  };

  const see = async (worker: Worker, job: ActivatedJob): Promise<void> => {
    const { connector, type } = worker;
    const started = clock.now();
    const { deadline, ...bounds } = limits(worker, job);
    const lease = openLease(job.key, deadline, connection, clock, force.signal);
    running.set(type, (running.get(type) ?? 0) + 1);
    if (worker.quiet !== true) emit('job:started', { connector, job });
    let left: Promise<void> | undefined;
    let isLeft = false;
    let yielded: Outcome | Settled;
    try {
      yielded = await worker.handle(job, force.signal, lease, (work) => {
        isLeft = true;
        left = work.then(() => {
          isLeft = false;
        });
      });
    } catch (error) {
      yielded = failOnce({ retries: job.retries, backoff: 0 }, errorText(error), error);
    }
    const handled = clock.now() - started;
    const { outcome, delivery } =
      yielded.kind === 'settled'
        ? yielded
        : { outcome: yielded, delivery: await sender.settle(job, yielded, { ...bounds, deadline: lease.deadline() }) };
    const leave = (): void => void running.set(type, (running.get(type) ?? 0) - 1);
    const overran = isLeft ? left : undefined;
    if (overran === undefined) leave();
    const took = Math.round(clock.now() - started);
    if (worker.quiet !== true) emit('job:settled', { connector, job, outcome, delivery, handled, took });
    if (overran === undefined) {
      capacity.release(type, 1);
      return;
    }
    emit('job:overran', { connector, job });
    // Not waited for, so that it does not hold up the end of the runtime.
    void overran.then(() => {
      leave();
      capacity.release(type, 1);
    });
  };

  const takeIn = (worker: Worker, jobs: readonly ActivatedJob[], places: number): void => {
    const taken = stopping.signal.aborted ? [] : jobs.slice(0, places);
    for (const job of taken) track(see(worker, job));
    for (const job of jobs.slice(taken.length)) track(giveBack(worker, job));
    if (taken.length < places) capacity.release(worker.type, places - taken.length);
  };

  /** Asks once, for as many jobs as there are places; says how long to wait before the next time. */
  const ask = async (worker: Worker, places: number, state: PollState): Promise<number> => {
    const asked = clock.now();
    // After a failure the first request is not held, so that it is known at once whether the cluster answers again.
    const hold = state.failures === 0 ? requestTimeout : unheldRequest;
    const request = requestOf(worker, workerName, places, hold);
    const options = { signal: stopping.signal, timeout: Math.max(hold, 0) + answerMargin };
    try {
      const jobs = await connection.activateJobs(request, options);
      link.answered(worker.type);
      state.failures = 0;
      // A cluster that does not hold requests would be asked without a pause.
      const unheld = jobs.length === 0 && clock.now() - asked < hold / 2;
      state.quickEmpties = unheld ? state.quickEmpties + 1 : 0;
      state.eager = jobs.length > 0;
      takeIn(worker, jobs, places);
      return unheld ? nextDelay(state.quickEmpties - 1, clock.random(), emptyPauses) : 0;
    } catch (error) {
      const silence = isSilence(error);
      const wait = nextDelay(state.failures++, clock.random(), silence ? outagePauses : otherPauses);
      if (!stopping.signal.aborted) {
        if (silence) link.lost(worker.type, error);
        else emit('poll:failed', { type: worker.type, error, attempt: state.failures, pause: wait });
      }
      capacity.release(worker.type, places);
      return wait;
    }
  };

  const next = (worker: Worker, state: PollState): void => {
    const { type, batch = Number.POSITIVE_INFINITY } = worker;
    const grant = (places: number): void => {
      const used = Math.min(places, batch);
      if (used < places) capacity.release(type, places - used);
      track(poll(worker, used, state));
    };
    capacity.request({ type, eager: state.eager, grant });
  };

  const poll = async (worker: Worker, places: number, state: PollState): Promise<void> => {
    const wait = await ask(worker, places, state);
    if (wait > 0) await pause(clock, wait, stopping.signal);
    if (!stopping.signal.aborted) next(worker, state);
  };

  return {
    start: () => {
      for (const worker of workers) next(worker, { failures: 0, quickEmpties: 0, eager: false });
    },
    stop: async (forceSignal, giveUpSignal) => {
      capacity.close();
      stopping.abort();
      abortWith(force, forceSignal);
      abortWith(giveUp, giveUpSignal);
      while (tasks.size > 0 && !giveUpSignal.aborted) await orAborted(Promise.all(tasks), giveUpSignal);
    },
    inFlight: (type) => running.get(type) ?? 0,
  };
};

/** What a poller remembers from one request to the next. */
interface PollState {
  /** Requests that failed in a row. */
  failures: number;
  /** Empty answers in a row that came without having been held. */
  quickEmpties: number;
  /** The last answer brought jobs. */
  eager: boolean;
}
