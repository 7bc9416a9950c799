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
  // Two maps, since to delete the oldest of one costs a busy engine more. One without errors and values is only the time it took.
  let jobs = new Map<Key, JobFacts | number>();
  let older: ReadonlyMap<Key, JobFacts | number> = new Map();
  onRestore(
    () => new Map([...older, ...jobs]),
    (before) => {
      jobs = new Map();
      older = before;
    },
  );
  const factsOf = (key: Key): JobFacts | undefined => {
    const found = jobs.get(key) ?? older.get(key);
    return typeof found === 'number' ? { settled: [{ took: found }] } : found;
  };
  /** Forgotten are those of which nothing was heard for the longest time. */
  const keep = (key: Key, facts: JobFacts | number): void => {
    jobs.set(key, facts);
    if (jobs.size < maxJobs) return;
    older = jobs;
    jobs = new Map();
  };
  const settle = ({ jobKey, took, stack }: Extract<HostEvent, { readonly kind: 'job:settled' }>): void => {
    const before = factsOf(jobKey);
    if (before === undefined && stack === undefined) {
      keep(jobKey, took);
      return;
    }
    const facts = { ...before?.open, took, ...(stack === undefined ? {} : { stack }) };
    keep(jobKey, { settled: before === undefined ? [facts] : [...before.settled, facts].slice(-maxAttempts) });
  };
  host.on((event) => {
    switch (event.kind) {
      case 'job:input': {
        const { settled } = factsOf(event.jobKey) ?? unknown;
        keep(event.jobKey, { settled, open: { input: event.input as Json } });
        return;
      }
      case 'job:returned': {
        if (event.value === undefined) return;
        const { settled, open } = factsOf(event.jobKey) ?? unknown;
        keep(event.jobKey, { settled, open: { ...open, returned: event.value as Json } });
        return;
      }
      case 'job:settled':
        settle(event);
        return;
    }
  });
  return (job) => factsOf(job) ?? unknown;
};
