import type { Json, Key } from '../../../engine/index.ts';
import type { DevSession } from '../session.ts';
import type { AttemptFacts, JobFacts } from './sources.ts';

/** How many jobs are remembered. */
const maxJobs = 2_000;

/** How many attempts of one job are remembered. */
const maxAttempts = 20;

const unknown: JobFacts = { settled: [] };

/**
 * Remembers what the connectors say of their attempts.
 *
 * @returns a function that gives what is known of the attempts of a job
 */
export const followAttempts = ({ host }: Pick<DevSession, 'host'>): ((job: Key) => JobFacts) => {
  const jobs = new Map<Key, JobFacts>();
  const keep = (key: Key, facts: JobFacts): void => {
    // At the end, so that the jobs that are forgotten are those of which nothing was heard for the longest time.
    jobs.delete(key);
    jobs.set(key, facts);
    const [oldest] = jobs.keys();
    if (jobs.size > maxJobs && oldest !== undefined) jobs.delete(oldest);
  };
  host.on((event) => {
    if (event.kind !== 'job:input' && event.kind !== 'job:returned' && event.kind !== 'job:settled') return;
    const { settled, open } = jobs.get(event.jobKey) ?? unknown;
    if (event.kind === 'job:input') keep(event.jobKey, { settled, open: { input: event.input as Json } });
    else if (event.kind === 'job:returned') {
      const returned = event.value as Json | undefined;
      keep(event.jobKey, { settled, open: { ...open, ...(returned === undefined ? {} : { returned }) } });
    } else {
      const { took, stack } = event;
      const facts: AttemptFacts = { ...open, took, ...(stack === undefined ? {} : { stack }) };
      keep(event.jobKey, { settled: [...settled, facts].slice(-maxAttempts) });
    }
  });
  return (job) => jobs.get(job) ?? unknown;
};
