import type { Json, Key } from '../../../engine/index.ts';
import type { DevSession } from '../session.ts';
import type { AttemptFacts, JobFacts } from './sources.ts';

/** How many jobs are remembered. */
const maxJobs = 2_000;

/** How many attempts of one job are remembered. */
const maxAttempts = 20;

/** What is known of a job, while it changes. */
interface OpenFacts {
  readonly settled: AttemptFacts[];
  open: AttemptFacts | undefined;
}

const unknown: JobFacts = { settled: [] };

/**
 * Remembers what the connectors say of their attempts.
 *
 * @returns a function that gives what is known of the attempts of a job
 */
export const followAttempts = ({ host }: Pick<DevSession, 'host'>): ((job: Key) => JobFacts) => {
  const jobs = new Map<Key, OpenFacts>();
  const create = (key: Key): OpenFacts => {
    const facts: OpenFacts = { settled: [], open: undefined };
    jobs.set(key, facts);
    if (jobs.size <= maxJobs) return facts;
    for (const oldest of jobs.keys()) {
      jobs.delete(oldest);
      break;
    }
    return facts;
  };
  /** What is known of a job, moved to the end: the jobs that are forgotten are those of which nothing was heard for the longest time. */
  const again = (key: Key, facts: OpenFacts): OpenFacts => {
    jobs.delete(key);
    jobs.set(key, facts);
    return facts;
  };
  host.on((event) => {
    if (event.kind !== 'job:input' && event.kind !== 'job:returned' && event.kind !== 'job:settled') return;
    const { jobKey } = event;
    const known = jobs.get(jobKey);
    const facts = known === undefined ? create(jobKey) : known.settled.length > 0 ? again(jobKey, known) : known;
    if (event.kind === 'job:input') facts.open = { input: event.input as Json };
    else if (event.kind === 'job:returned') {
      if (event.value !== undefined) facts.open = { ...facts.open, returned: event.value as Json };
    } else {
      const { took, stack } = event;
      facts.settled.push({ ...facts.open, took, ...(stack === undefined ? {} : { stack }) });
      if (facts.settled.length > maxAttempts) facts.settled.shift();
      facts.open = undefined;
    }
  });
  return (job) => jobs.get(job) ?? unknown;
};
