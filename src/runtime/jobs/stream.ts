import { nextDelay } from '../../common/backoff.ts';
import type { Clock } from '../../common/clock.ts';
import { isFault } from '../../common/fault.ts';
import type { ActivatedJob, Connection, ConnectionFault, JobStream } from '../../connection/port.ts';
import type { Emit } from '../shared/events.ts';
import { type Hands, jobsOf, type Worker } from './active-jobs.ts';
import type { Capacity } from './slots.ts';

/** What a push works with. */
export interface PushServices {
  readonly streamJobs: NonNullable<Connection['streamJobs']>;
  readonly capacity: Capacity;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly hands: Hands;
  readonly workerName: string;
  /** Takes note of work that the end of the intake has to wait for. */
  readonly track: (task: Promise<void>) => void;
  /** Told when the stream turns out to be open, and when it is over. */
  readonly changed: () => void;
}

/** The jobs of one type that the cluster pushes. */
export interface Push {
  isOpen(): boolean;
  /** Milliseconds until it may be opened (again); 0: now. */
  opensIn(): number;
  open(): void;
  /** Ends a stream that does not bring what it should; it may be opened again at once. */
  giveUp(): void;
  /** Jobs that came so far. */
  received(): number;
  /** Ends the stream for good and hands back what could not be started. */
  stop(): void;
}

/**
 * About as many jobs may be on their way while nothing is read: in gRPC's and the gateway's buffers and in the window of
 * the stream. Nobody says how many there are; small ones were up to 400.
 */
const onTheWay = 400;

/** Jobs that may wait here before a stream is not read any more, since ending and beginning to read costs time. */
const readAhead = 16;

/** Milliseconds that a pushed job may wait for a place, about. */
const patience = 1_000;

/** What a job may have waited that comes while there was no place, in milliseconds: at the gateway and here. */
const longestWait = 2 * patience;

/** Milliseconds in which the jobs on their way are read before a stream ends that they would be lost with. */
const drainTime = 50;

/** Milliseconds after which a stream counts as one that held. */
const steadyTime = 30_000;

const pauses = {
  lost: { base: 100, cap: 15_000 },
  busy: { base: 1_000, cap: 60_000 },
  refused: { base: 300_000, cap: 600_000 },
};

const busyMessage = 'All places of the runtime were taken. No attempt is lost.';

/** One stream, from its opening on. */
interface Current {
  readonly stream: JobStream;
  readonly since: number;
  told: boolean;
}

/**
 * Has the jobs of a type pushed.
 *
 * The protocol knows no credits: a gateway pushes as fast as the stream is read, and the time of what was pushed runs. So
 * the stream is not read while all places are taken, which is soon over where jobs are quick. Where they are slow, what
 * is on its way is handed back and the stream ended, so that others can have those jobs; until the backlog is done they
 * are asked for, as many as there are places.
 */
export const createPush = (worker: Worker, services: PushServices): Push => {
  const { streamJobs, capacity, clock, emit, hands, workerName, track, changed } = services;
  const { type } = worker;
  const request = jobsOf(worker, workerName);
  let current: Current | undefined;
  let opensAt = 0;
  let troubles = 0;
  let received = 0;
  let started = 0;
  const waiting: ActivatedJob[] = [];
  let isAsking = false;
  let isPaused = false;
  /** Counts the spells in which jobs waited. */
  let spell = 0;
  /** Ends the watch over a stream whose jobs wait. */
  let unwatch: (() => void) | undefined;
  /** What is pushed now cannot be started in time. */
  let isRefusing = false;
  let stopped = false;

  const rest = (kind: keyof typeof pauses): void => {
    if (current !== undefined && clock.now() - current.since >= steadyTime) troubles = 0;
    opensAt = clock.now() + nextDelay(troubles++, clock.random(), pauses[kind]);
  };

  const endWatch = (): void => {
    unwatch?.();
    unwatch = undefined;
  };

  const relieve = (): void => {
    if (waiting.length > 0) return;
    spell++;
    if (isPaused) current?.stream.resume();
    isPaused = false;
  };

  const start = (places: number): void => {
    isAsking = false;
    const waited = isPaused ? longestWait : 0;
    const jobs = waiting.splice(0, places);
    started += jobs.length;
    for (const job of jobs) track(hands.see(worker, job, waited));
    if (jobs.length < places) capacity.release(type, places - jobs.length);
    relieve();
    ask();
  };

  const ask = (): void => {
    if (isAsking || waiting.length === 0) return;
    isAsking = true;
    capacity.request({ type, eager: true, grant: start });
  };

  const returnWaiting = (): void => {
    for (const job of waiting.splice(0)) track(hands.giveBack(worker, job, stopped ? undefined : busyMessage));
    endWatch();
  };

  /** Ends a stream that was not read, when what was on its way has been told. */
  const drain = (stream: JobStream): void => {
    stream.resume();
    clock.timer(drainTime, stream.close);
  };

  /** Ends the stream because what it brings waits too long. */
  const refuse = (stream: JobStream): void => {
    rest('busy');
    current = undefined;
    isRefusing = true;
    returnWaiting();
    drain(stream);
    emit('stream:ended', { type, reason: 'busy' });
    changed();
  };

  /** Looks from time to time whether jobs have waited all the time since, and then how many of them could start. */
  const watch = (): void => {
    const before = started;
    const waitingSince = spell;
    unwatch = clock.timer(patience, () => {
      unwatch = undefined;
      if (waiting.length === 0) return;
      if (spell !== waitingSince || started - before >= onTheWay) watch();
      else if (current === undefined) returnWaiting();
      else refuse(current.stream);
    });
  };

  const take = (job: ActivatedJob): void => {
    received++;
    if (stopped || isRefusing) {
      track(hands.giveBack(worker, job, stopped ? undefined : busyMessage));
      return;
    }
    waiting.push(job);
    ask();
    if (waiting.length === 0) return;
    if (unwatch === undefined) watch();
    if (current === undefined || isPaused || waiting.length < readAhead) return;
    isPaused = true;
    current.stream.pause();
  };

  const open = (): void => {
    isRefusing = false;
    isPaused = false;
    let mine: Current | undefined;
    let over: () => void = () => {};
    // The end of the intake waits for the end of the stream, since jobs may still come with it.
    track(
      new Promise((resolve) => {
        over = resolve;
      }),
    );
    const tell = (): void => {
      if (mine === undefined || mine.told || mine !== current) return;
      mine.told = true;
      emit('stream:opened', { type });
      changed();
    };
    const lost = (error: unknown): void => {
      rest(isFault(error, 'connection') && (error as ConnectionFault).reason === 'rejected' ? 'refused' : 'lost');
      current = undefined;
      emit('stream:ended', { type, reason: 'lost', error });
      changed();
    };
    let early: ConnectionFault | undefined;
    let stream: JobStream;
    try {
      stream = streamJobs(request, {
        opened: tell,
        job: (job) => {
          tell();
          take(job);
        },
        ended: (error) => {
          over();
          if (mine === undefined) early = error;
          if (mine === undefined || mine !== current) return;
          // What came before the end of a stream that was not read.
          mine.stream.resume();
          lost(error);
        },
      });
    } catch (error) {
      over();
      lost(error);
      return;
    }
    if (early !== undefined) {
      lost(early);
      return;
    }
    mine = { stream, since: clock.now(), told: false };
    current = mine;
  };

  return {
    isOpen: () => current !== undefined,
    opensIn: () => Math.max(0, opensAt - clock.now()),
    open,
    giveUp: () => {
      const ending = current;
      if (ending === undefined) return;
      current = undefined;
      ending.stream.close();
      emit('stream:ended', { type, reason: 'stale' });
    },
    received: () => received,
    stop: () => {
      stopped = true;
      const ending = current?.stream;
      current = undefined;
      returnWaiting();
      if (isPaused && ending !== undefined) drain(ending);
      else ending?.close();
    },
  };
};
