import type { Clock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import { isConnectionFault } from '../../connection/faults.ts';
import { endedFault, type ReservationWatcher } from '../execute/time-limit.ts';
import { type CommandedJob, timeoutCommand } from '../send/command.ts';
import type { Sender } from '../send/sender.ts';
import type { Delivery } from '../shared/delivery.ts';

/**
 * Computes when a job is renewed, in milliseconds after its time began to run: at random between a quarter and half of it, so
 * that jobs which began together are not renewed together, and so that an outage in which the other half passes does no harm.
 */
export const renewalDelay = (length: number, random: number): number => length * (0.25 + random / 4);

/** Renews one job, so that it may take longer than the cluster waits for a runtime that was killed. */
export interface Renewal {
  /** Time on the clock until which the cluster surely leaves the job with this runtime. */
  until(): number;
  /**
   * Keeps the job until a time on the clock, by renewals.
   *
   * @param since when the time that the job has now began to run, on the clock
   */
  keepUntil(end: number, since: number): void;
  /**
   * Asks the cluster at once, if the job is not reserved until then, and keeps it until then. Rejects if the cluster refuses,
   * if the job is lost or if the runtime stops.
   */
  extend(end: number): Promise<void>;
  /** What became of the job, once it is lost. */
  lost(): Delivery | undefined;
  /** Ends the renewals. */
  end(): void;
}

/** What {@link createRenewal} works with. */
export interface RenewalServices {
  readonly sender: Pick<Sender, 'send'>;
  readonly clock: Clock;
  /** Ends the waits for answers. */
  readonly signal: AbortSignal;
  /** Who is told when the job is lost or cannot be renewed. */
  readonly watcher: () => ReservationWatcher | undefined;
}

const lostFault = (): Error =>
  fault('timeout', {
    what: 'The runtime no longer has the job: it was cancelled or settled elsewhere, or the cluster did not answer in time and gives the job to another runtime.',
  });

/** Whether a refusal means that the job is no longer with this runtime, rather than that jobs cannot be renewed. */
const isTimedOut = (error: unknown): boolean => isConnectionFault(error) && error.status === 'FAILED_PRECONDITION';

/**
 * Creates the renewal of a job.
 *
 * The cluster lets any client extend any job's timeout. A renewal therefore counts only if its answer arrives before the time
 * that the job had ends: after that, another runtime may have the job, and it is lost. A job with a lease token is lost when
 * the cluster says so: it refuses the token as soon as it has given the job to another worker.
 *
 * @param lease milliseconds of one renewal at most: another runtime gets the job of a killed one after this time
 * @param deadline until when the cluster leaves the job with this runtime now, on the clock
 */
export const createRenewal = (
  job: CommandedJob,
  lease: number,
  deadline: number,
  { sender, clock, signal, watcher }: RenewalServices,
): Renewal => {
  const hasToken = job.leaseToken !== undefined;
  let until = deadline;
  let needed = deadline;
  let lostAs: Delivery | undefined;
  let hasEnded = false;
  let cancelTimer: (() => void) | undefined;
  /** The request that is under way. */
  let renewing: Promise<void> | undefined;

  /** With a token, the cluster itself says whether another worker has the job. */
  const isOver = (now: number): boolean => now >= (hasToken ? needed : until);

  const end = (): void => {
    hasEnded = true;
    cancelTimer?.();
  };

  const lose = (delivery: Delivery): Error => {
    const error = lostFault();
    lostAs = delivery;
    // Nothing more is sent for the job.
    until = Math.min(until, clock.now());
    end();
    watcher()?.lost(error);
    return error;
  };

  const request = async (): Promise<void> => {
    const sent = clock.now();
    if (isOver(sent)) throw lose({ kind: 'expired', error: lostFault() });
    // Never less than the job has, so that it does not matter whether a request without an answer was carried out.
    const timeout = Math.ceil(Math.max(Math.min(lease, needed - sent), until - sent));
    const limits = { subject: job.key, deadline: hasToken ? needed : until, signal };
    const delivery = await sender.send(timeoutCommand(job, timeout), limits);
    if (hasEnded) throw endedFault();
    switch (delivery.kind) {
      case 'accepted':
        if (isOver(clock.now())) throw lose({ kind: 'expired', error: lostFault() });
        until = sent + timeout;
        schedule(sent);
        return;
      case 'abandoned':
        throw endedFault();
      case 'refused':
        if (isTimedOut(delivery.error)) throw lose({ kind: 'gone' });
        throw delivery.error;
      default:
        throw lose(delivery);
    }
  };

  /** Sends one request. Calls during a request share it. */
  const renew = (): Promise<void> => {
    renewing ??= request().finally(() => {
      renewing = undefined;
    });
    return renewing;
  };

  const renewInTime = async (): Promise<void> => {
    try {
      await renew();
    } catch (error) {
      if (!hasEnded && !signal.aborted) watcher()?.refused(error, until - clock.now());
    }
  };

  const schedule = (since: number): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (hasEnded || needed <= until) return;
    const wait = since + renewalDelay(until - since, clock.random()) - clock.now();
    cancelTimer = clock.timer(Math.max(0, wait), () => void renewInTime());
  };

  return {
    until: () => until,
    keepUntil: (time, since) => {
      needed = Math.max(needed, time);
      schedule(since);
    },
    extend: async (time) => {
      if (hasEnded) throw lostAs === undefined ? endedFault() : lostFault();
      const before = needed;
      needed = Math.max(needed, time);
      try {
        // A job that is kept by renewals has enough time if it was renewed lately.
        while (until < Math.min(time, clock.now() + lease / 2)) await renew();
      } catch (error) {
        needed = before;
        throw error;
      }
      if (cancelTimer === undefined) schedule(clock.now());
    },
    lost: () => lostAs,
    end,
  };
};
