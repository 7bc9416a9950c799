import type { Clock } from '../../../common/clock.ts';
import type { ConcurrencyLimit } from '../../../common/concurrency.ts';
import type { QueuedTimer, TimerQueue } from '../../../common/timer-queue.ts';
import type { Sender } from '../../send/sender.ts';

/** Renewals per second beyond which leases grow longer instead. */
const mostRenewals = 400;

/**
 * How long a lease is, in milliseconds. Each is renewed about twice in its length, so the length grows with the number
 * of leases where renewing would become too frequent.
 *
 * @param shortest length for few leases, which is also how long others wait for those of a killed runtime
 * @param held leases that this runtime holds
 * @example
 * leaseLength(60_000, 10_000); // 60000: 333 renewals a second
 * leaseLength(60_000, 40_000); // 200000: 400 renewals a second
 */
export const leaseLength = (shortest: number, held: number): number =>
  Math.max(shortest, Math.ceil((2 * held * 1000) / mostRenewals));

/**
 * When a lease is renewed, in milliseconds after it began: between a quarter and three quarters of its length, by
 * chance, so that leases which began together are not renewed together.
 */
export const renewalDelay = (length: number, random: number): number => length * (0.25 + random / 2);

/** When a lease is offered to other runtimes: after half a term to one and a half. */
export const offerDelay = (term: number, random: number): number => term * (0.5 + random);

/** Part of a lease that is left for certain when its job arrives: the rest is for the way. */
const certainPart = 5 / 6;

/** A lease, as its holder sees it. */
export interface LeaseHolder {
  /** The lease is over. */
  drop(): void;
  /** The lease would do good to somebody else; says whether it was given up. */
  offer(): boolean;
}

/** Leases that are renewed until they are ended or lost. */
export interface Leases {
  /**
   * Keeps the lease of a job that was handed out now, or a moment ago.
   *
   * @returns the way to end it
   */
  keep(jobKey: string, holder: LeaseHolder): () => void;
  /** How long a lease is that begins now, in milliseconds. */
  length(): number;
}

/** What leases work with. */
export interface LeaseServices {
  readonly clock: Clock;
  readonly timers: TimerQueue;
  readonly sender: Sender;
  /** Bounds the renewals under way, so that an outage is not met by all leases at once. */
  readonly limit: ConcurrencyLimit;
  /** Ends the waiting for answers. */
  readonly signal: AbortSignal;
  /** Milliseconds of a lease while there are few. */
  readonly shortest: number;
  /** Milliseconds for which a subscription stays with one runtime before it is offered to the others. */
  readonly term: number;
}

/**
 * Makes a keeper of leases.
 *
 * The cluster lets anybody renew any job, so a renewal proves nothing unless its answer comes while the lease before
 * it still lasts: after that somebody else may hold the job, and the lease counts as lost.
 */
export const createLeases = (services: LeaseServices): Leases => {
  const { clock, timers, sender, limit, signal, shortest, term } = services;
  let held = 0;
  const length = (): number => leaseLength(shortest, held);

  const keep: Leases['keep'] = (jobKey, holder) => {
    const taken = clock.now();
    const offerAt = taken + offerDelay(term, clock.random());
    // It may have been asked for when leases were shorter, and handed out a while before it arrived.
    let until = taken + shortest * certainPart;
    let next: QueuedTimer | undefined;
    let over = false;
    held++;

    const end = (): void => {
      if (over) return;
      over = true;
      held--;
      timers.cancel(next);
    };

    const lose = (): void => {
      end();
      holder.drop();
    };

    const schedule = (begun: number, lasting: number): void => {
      next = timers.at(begun + renewalDelay(lasting, clock.random()), () => void limit(renew));
    };

    const renew = async (): Promise<void> => {
      if (over) return;
      const sent = clock.now();
      if (sent >= offerAt && holder.offer()) return;
      if (sent >= until) return lose();
      const timeout = length();
      const command = { kind: 'updateJobTimeout', jobKey, timeout } as const;
      const delivery = await sender.send(command, { subject: jobKey, deadline: until, signal });
      if (over || delivery.kind === 'abandoned') return;
      if (delivery.kind !== 'accepted' || clock.now() >= until) return lose();
      until = sent + timeout;
      schedule(sent, timeout);
    };

    schedule(taken, shortest);
    return end;
  };

  return { keep, length };
};
