import type { Key } from '../../../engine/index.ts';
import type { DevSession } from '../session.ts';
import type { AttemptFacts } from './sources.ts';

/** How many jobs are remembered. */
const maxJobs = 2_000;

/** How many attempts of one job are remembered. */
const maxAttempts = 20;

/**
 * Remembers what the connectors say of their attempts.
 *
 * @returns a function that gives the facts of the attempts of a job, oldest first
 */
export const followAttempts = ({ host }: Pick<DevSession, 'host'>): ((job: Key) => readonly AttemptFacts[]) => {
  const jobs = new Map<Key, readonly AttemptFacts[]>();
  host.on((event) => {
    if (event.kind !== 'job:settled') return;
    const { jobKey, took, stack } = event;
    const before = jobs.get(jobKey) ?? [];
    // At the end, so that the jobs that are forgotten are those of which nothing was heard for the longest time.
    jobs.delete(jobKey);
    jobs.set(jobKey, [...before, { took, ...(stack === undefined ? {} : { stack }) }].slice(-maxAttempts));
    if (jobs.size <= maxJobs) return;
    for (const oldest of jobs.keys()) {
      jobs.delete(oldest);
      break;
    }
  });
  return (job) => jobs.get(job) ?? [];
};
