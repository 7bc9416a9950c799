import type { Json, Key } from '../../../engine/index.ts';
import type { DevSession } from '../session.ts';
import type { JobFacts } from './sources.ts';

/** How many jobs are remembered. */
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
    const [oldest] = jobs.keys();
    if (jobs.size > maxJobs && oldest !== undefined) jobs.delete(oldest);
  };
  host.on((event) => {
    if (event.kind !== 'job:input' && event.kind !== 'job:returned' && event.kind !== 'job:settled') return;
    const { jobKey } = event;
    const { settled, open } = jobs.get(jobKey) ?? unknown;
    if (event.kind === 'job:input') keep(jobKey, { settled, open: { input: event.input as Json } });
    else if (event.kind === 'job:returned') {
      if (event.value !== undefined) keep(jobKey, { settled, open: { ...open, returned: event.value as Json } });
    } else {
      const { took, stack } = event;
      const facts = { ...open, took, ...(stack === undefined ? {} : { stack }) };
      keep(jobKey, { settled: [...settled, facts].slice(-maxAttempts) });
    }
  });
  return (job) => jobs.get(job) ?? unknown;
};
