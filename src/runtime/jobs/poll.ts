import { abortWith, createSharedAbort, settledOrAborted } from '../../common/abort.ts';
import { nextDelay } from '../../common/backoff.ts';
import { type Clock, createInterruptibleWait, type InterruptibleWait } from '../../common/clock.ts';
import { isFault } from '../../common/fault.ts';
import type { ActivatedJob, Connection, ConnectionFault } from '../../connection/port.ts';
import type { Link } from '../send/connection-state.ts';
import type { Sender } from '../send/sender.ts';
import type { Emit } from '../shared/events.ts';
import { createHands, jobsOf, type Worker } from './active-jobs.ts';
import type { Capacity } from './slots.ts';
import { createPush, type Push } from './stream.ts';

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

/** Milliseconds between requests beside an open stream, which brings what appears from now on and nothing else. */
const besideStream = 10_000;

/** Milliseconds after which a stream counts as open where the gateway does not say so. */
const openingTime = 1_000;

/** Milliseconds over the hold time after which a request without an answer counts as failed. */
const answerMargin = 10_000;

const outagePauses = { base: 100, cap: 3_000 };
const otherPauses = { base: 100, cap: 15_000 };
const emptyPauses = { base: 10, cap: 1_000 };

/** No answer at all, as opposed to a no or to a cluster that asks for a pause. */
const isSilence = (error: unknown): error is ConnectionFault =>
  isFault(error, 'connection') &&
  (error as ConnectionFault).reason !== 'rejected' &&
  (error as ConnectionFault).status !== 'RESOURCE_EXHAUSTED';

/**
 * Makes the intake for these workers.
 *
 * It polls: at once while there are free places, never for more than these. Where the cluster pushes jobs, it has the
 * backlog first and then a stream, with a request now and then for what a stream does not bring.
 */
export const createIntake = (workers: readonly Worker[], services: IntakeServices): Intake => {
  const { connection, capacity, sender, link, clock, emit, workerName } = services;
  const stopping = createSharedAbort();
  const force = createSharedAbort();
  const giveUp = createSharedAbort();
  const tasks = new Set<Promise<void>>();
  const requestTimeout = capacity.contended ? holdTime.shared : holdTime.usual;
  const hands = createHands({ connection, capacity, sender, clock, emit }, force.signal, giveUp.signal);
  const { see, giveBack } = hands;

  const track = (task: Promise<void>): void => {
    tasks.add(task);
    const done = (): void => void tasks.delete(task);
    task.then(done, done);
  };

  const loopOf = (worker: Worker): Loop => {
    const { streamJobs } = connection;
    const wait = createInterruptibleWait(clock, stopping.signal);
    // The pauses of an outage are not cut short by streams that end in it.
    const changed = (): void => {
      if (loop.failures === 0) wait.interrupt();
    };
    const push =
      worker.push !== true || streamJobs === undefined
        ? undefined
        : createPush(worker, { streamJobs, capacity, clock, emit, hands, workerName, track, changed });
    const loop: Loop = { worker, wait, push, failures: 0, quickEmpties: 0, eager: false, received: 0, rested: false };
    return loop;
  };
  const loops: readonly Loop[] = workers.map(loopOf);

  const takeIn = (worker: Worker, jobs: readonly ActivatedJob[], places: number): void => {
    const taken = stopping.signal.aborted ? [] : jobs.slice(0, places);
    for (const job of taken) track(see(worker, job));
    for (const job of jobs.slice(taken.length)) track(giveBack(worker, job));
    if (taken.length < places) capacity.release(worker.type, places - taken.length);
  };

  /** For how long the cluster may hold the next request. */
  const holdOf = ({ failures, push }: Loop): number => {
    // After a failure it is not held, so that it is known at once whether the cluster answers again.
    if (failures > 0) return unheldRequest;
    if (push === undefined) return requestTimeout;
    // Beside a stream, or just before one is opened, it is for what no stream brings.
    const opensIn = push.isOpen() ? 0 : push.opensIn();
    return opensIn > 0 ? Math.min(requestTimeout, opensIn) : unheldRequest;
  };

  /** What follows from an answer beside a stream, or without one that is wanted; milliseconds until the next request. */
  const attend = (loop: Loop, push: Push, brought: number, isShort: boolean): number => {
    if (!push.isOpen()) {
      if (!isShort || push.opensIn() > 0) return 0;
      push.open();
      loop.received = push.received();
      return openingTime;
    }
    // Jobs that waited although the stream was open all the time: it may have been forgotten at the other end.
    if (brought > 0 && loop.rested && push.received() === loop.received) push.giveUp();
    loop.received = push.received();
    return isShort && push.isOpen() ? besideStream * (0.75 + clock.random() / 2) : 0;
  };

  /** What follows from a request that failed; milliseconds until the next one. */
  const afterFailure = (loop: Loop, error: unknown): number => {
    const { type } = loop.worker;
    const silence = isSilence(error);
    const wait = nextDelay(loop.failures++, clock.random(), silence ? outagePauses : otherPauses);
    if (stopping.signal.aborted) return wait;
    if (silence) {
      link.lost(type, error);
      // A stream over the same connection may be as dead, and nobody would say so.
      loop.push?.giveUp();
    } else emit('poll:failed', { type, error, attempt: loop.failures, pause: wait });
    return wait;
  };

  /** Asks once, for as many jobs as there are places; says how long to wait before the next time. */
  const ask = async (loop: Loop, places: number): Promise<number> => {
    const { worker, push } = loop;
    const asked = clock.now();
    const hold = holdOf(loop);
    const request = { ...jobsOf(worker, workerName), maxJobs: places, requestTimeout: hold };
    const options = { signal: stopping.signal, timeout: Math.max(hold, 0) + answerMargin };
    let jobs: readonly ActivatedJob[];
    try {
      jobs = await connection.activateJobs(request, options);
    } catch (error) {
      capacity.release(worker.type, places);
      return afterFailure(loop, error);
    }
    link.answered(worker.type);
    loop.failures = 0;
    // A cluster that does not hold requests would be asked without a pause.
    const unheld = jobs.length === 0 && clock.now() - asked < hold / 2;
    loop.quickEmpties = unheld ? loop.quickEmpties + 1 : 0;
    loop.eager = jobs.length > 0;
    takeIn(worker, jobs, places);
    if (stopping.signal.aborted) return 0;
    const wait = push === undefined ? 0 : attend(loop, push, jobs.length, jobs.length < places);
    return unheld ? Math.max(wait, nextDelay(loop.quickEmpties - 1, clock.random(), emptyPauses)) : wait;
  };

  const next = (loop: Loop): void => {
    const { type, batch = Number.POSITIVE_INFINITY, maxJobs } = loop.worker;
    const grant = (places: number): void => {
      // What is pushed meanwhile needs places too.
      const most = loop.push?.isOpen() === true ? Math.ceil(maxJobs / 2) : batch;
      const used = Math.min(places, most);
      if (used < places) capacity.release(type, places - used);
      track(poll(loop, used));
    };
    capacity.request({ type, eager: loop.eager, grant });
  };

  const poll = async (loop: Loop, places: number): Promise<void> => {
    const wait = await ask(loop, places);
    loop.rested = wait > 0 && (await loop.wait.wait(wait));
    if (!stopping.signal.aborted) next(loop);
  };

  return {
    start: () => {
      for (const loop of loops) next(loop);
    },
    stop: async (forceSignal, giveUpSignal) => {
      capacity.close();
      stopping.abort();
      abortWith(force, forceSignal);
      abortWith(giveUp, giveUpSignal);
      for (const { push } of loops) push?.stop();
      while (tasks.size > 0 && !giveUpSignal.aborted) await settledOrAborted(Promise.all(tasks), giveUpSignal);
    },
    inFlight: hands.inFlight,
  };
};

/** The asking for one type, with what is remembered from one request to the next. */
interface Loop {
  readonly worker: Worker;
  readonly wait: InterruptibleWait;
  /** Absent where the type is polled only. */
  readonly push: Push | undefined;
  /** Requests that failed in a row. */
  failures: number;
  /** Empty answers in a row that came without having been held. */
  quickEmpties: number;
  /** The last answer brought jobs. */
  eager: boolean;
  /** Jobs that the stream had brought at the last request. */
  received: number;
  /** The last pause was not cut short. */
  rested: boolean;
}
