import type { Json, Key } from '../../../engine/index.ts';
import type { DevSession, HostEvent } from '../session.ts';
import type { JobFacts } from './sources.ts';

/** How many jobs are remembered at least; there are never twice as many. */
const maxJobs = 2_000;

/** How many attempts of one job are remembered. */
const maxAttempts = 20;

const unknown: JobFacts = { settled: [] };

/**
 * Remembers what the connectors say of their attempts. A step back forgets the attempts after it, as the history does: both are matched
 * by their order.
 *
 * @returns a function that gives what is known of the attempts of a job
 */
export const followAttempts = ({
  host,
  onRestore,
}: Pick<DevSession, 'host' | 'onRestore'>): ((job: Key) => JobFacts) => {
  let jobs = new Map<Key, JobFacts>();
  onRestore(
    () => new Map(jobs),
    (before) => {
      jobs = new Map(before);
    },
  );
  /** Jobs that have had an attempt move to the end: forgotten are those of which nothing was heard for the longest time. */
  const keep = (key: Key, facts: JobFacts): void => {
    if (facts.settled.length > 0) jobs.delete(key);
    jobs.set(key, facts);
    if (jobs.size < 2 * maxJobs) return;
    // All at once: the first key of a map is found slowly when many before it were deleted.
    let left = maxJobs;
    for (const oldest of jobs.keys()) {
      jobs.delete(oldest);
      left -= 1;
      if (left === 0) return;
    }
  };
  const settle = ({ jobKey, took, stack }: Extract<HostEvent, { readonly kind: 'job:settled' }>): void => {
    const before = jobs.get(jobKey);
    const facts = { ...before?.open, took, ...(stack === undefined ? {} : { stack }) };
    keep(jobKey, { settled: before === undefined ? [facts] : [...before.settled, facts].slice(-maxAttempts) });
  };
  host.on((event) => {
    switch (event.kind) {
      case 'job:input': {
        const { settled } = jobs.get(event.jobKey) ?? unknown;
        keep(event.jobKey, { settled, open: { input: event.input as Json } });
        return;
      }
      case 'job:returned': {
        if (event.value === undefined) return;
        const { settled, open } = jobs.get(event.jobKey) ?? unknown;
        keep(event.jobKey, { settled, open: { ...open, returned: event.value as Json } });
        return;
      }
      case 'job:settled':
        settle(event);
        return;
    }
  });
  return (job) => jobs.get(job) ?? unknown;
};
