import type { Clock } from '../../../common/clock.ts';
import type { ConcurrencyLimit } from '../../../common/concurrency.ts';
import type { QueuedTimer, TimerQueue } from '../../../common/timer-queue.ts';
import type { Sender } from '../../send/sender.ts';

/** Renewals per second; beyond this rate, leases become longer instead. */
const maxRenewals = 400;

/**
 * Computes the length of a lease in milliseconds. Each lease is renewed about twice per length, so the length grows with
 * the number of leases once the renewals would become too frequent.
 *
 * @param shortest the length for few leases; other runtimes wait this long for the subscriptions of a killed runtime
 * @param held the number of leases that this runtime holds
 * @example
 * leaseLength(60_000, 10_000); // 60000: 333 renewals a second
 * leaseLength(60_000, 40_000); // 200000: 400 renewals a second
 */
export const leaseLength = (shortest: number, held: number): number =>
  Math.max(shortest, Math.ceil((2 * held * 1000) / maxRenewals));

/**
 * Computes when a lease is renewed, in milliseconds after it began: at random between a quarter and three quarters of
 * its length, so that leases which began together are not renewed together.
 */
export const renewalDelay = (length: number, random: number): number => length * (0.25 + random / 2);

/** Computes when a lease is offered to other runtimes: at random after half a term to one and a half terms. */
export const offerDelay = (term: number, random: number): number => term * (0.5 + random);

/** The part of a lease that surely remains when its job arrives; the rest allows for the transfer. */
const certainPart = 5 / 6;

/** The owner of a lease. */
export interface LeaseOwner {
  /** Called when the lease is lost. */
  drop(): void;
  /** Called when other runtimes should get a chance; returns whether the lease was given up. */
  offer(): boolean;
}

/** The lease of one subscription. */
export interface Lease {
  /** Time on the clock at which it is over, unless it is renewed. From then on, another runtime may have the subscription. */
  until(): number;
  /** Ends its renewal. */
  end(): void;
}

/** Renews leases until they end or are lost. */
export interface Leases {
  /**
   * Renews the lease of a job that has just been activated.
   *
   * @param since when the cluster may have offered the job, on the clock; now by default
   */
  keep(jobKey: string, owner: LeaseOwner, since?: number): Lease;
  /** The length of a lease that begins now, in milliseconds. */
  length(): number;
}

/** What the leases need. */
export interface LeaseServices {
  readonly clock: Clock;
  readonly timers: TimerQueue;
  readonly sender: Sender;
  /** Limits how many renewals run at once, so that an outage does not affect all leases at the same time. */
  readonly limit: ConcurrencyLimit;
  /** Aborts every wait for an answer. */
  readonly signal: AbortSignal;
  /** Milliseconds of a lease while there are few leases. */
  readonly shortest: number;
  /** Milliseconds for which a subscription stays with one runtime before it is offered to the others. */
  readonly term: number;
}

/**
 * Creates the renewal of leases.
 *
 * The cluster lets any client extend any job's timeout. A renewal therefore counts only if its answer arrives before the
 * previous lease ends: after that, another runtime may have the job, and the lease is lost.
 */
export const createLeases = (services: LeaseServices): Leases => {
  const { clock, timers, sender, limit, signal, shortest, term } = services;
  let held = 0;
  const length = (): number => leaseLength(shortest, held);

  const keep: Leases['keep'] = (jobKey, owner, since = clock.now()) => {
    const taken = clock.now();
    const offerAt = taken + offerDelay(term, clock.random());
    // The job may have been requested when leases were shorter, and activated a while before it arrived.
    let until = since + shortest * certainPart;
    let next: QueuedTimer | undefined;
    let hasEnded = false;
    held++;

    const end = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      held--;
      timers.cancel(next);
    };

    const lose = (): void => {
      end();
      owner.drop();
    };

    const schedule = (begun: number, lasting: number): void => {
      next = timers.at(begun + renewalDelay(lasting, clock.random()), () => void limit(renew));
    };

    const renew = async (): Promise<void> => {
      if (hasEnded) return;
      const sent = clock.now();
      if (sent >= offerAt && owner.offer()) return;
      if (sent >= until) return lose();
      const timeout = length();
      const command = { kind: 'updateJobTimeout', jobKey, timeout } as const;
      const delivery = await sender.send(command, { subject: jobKey, deadline: until, signal });
      if (hasEnded || delivery.kind === 'abandoned') return;
      if (delivery.kind !== 'accepted' || clock.now() >= until) return lose();
      until = sent + timeout;
      schedule(sent, timeout);
    };

    schedule(since, shortest);
    return { until: () => until, end };
  };

  return { keep, length };
};
