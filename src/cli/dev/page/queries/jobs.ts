import { isDeepStrictEqual } from 'node:util';
import { isInternalProcess, type Key, type MachineJob } from '../../../../engine/index.ts';
import type { Attempt, JobDetail, LogLine } from '../contract.ts';
import { type Entry, entriesOf, eventOf, lineOf } from '../history/entry.ts';
import type { AttemptFacts, JobFacts, Sources } from '../sources.ts';
import { plainFailure } from '../steps.ts';
import { namesOf } from './overview.ts';

/** How many jobs the view lists. */
const maxJobs = 100;

type OpenAttempt = { -readonly [Name in keyof Attempt]: Attempt[Name] };

interface Draft {
  job: MachineJob;
  state: string;
  readonly attempts: OpenAttempt[];
  readonly log: LogLine[];
}

/** The jobs of which the entries tell, oldest first. */
const draftsOf = (entries: readonly Entry[]): ReadonlyMap<Key, Draft> => {
  const drafts = new Map<Key, Draft>();
  const end = (draft: Draft, parts: Partial<Attempt>): void => {
    const last = draft.attempts.at(-1);
    if (last !== undefined && last.outcome === undefined) Object.assign(last, parts);
  };
  for (const entry of entries) {
    const { at } = entry;
    const line = lineOf(entry);
    const event = eventOf(entry);
    if (line?.job !== undefined) drafts.get(line.job)?.log.push({ at: line.at, level: line.level, text: line.text });
    if (event === undefined || !('job' in event)) continue;
    const { job } = event;
    let draft = drafts.get(job.key);
    if (draft === undefined) {
      draft = { job, state: job.state, attempts: [], log: [] };
      drafts.set(job.key, draft);
    }
    draft.job = job;
    draft.state = job.state;
    switch (event.kind) {
      case 'job:activatable':
        end(draft, { outcome: 'timedOut', endedAt: at });
        break;
      case 'job:activated':
        draft.attempts.push({ startedAt: at, worker: job.worker, input: event.variables });
        break;
      case 'job:completed':
        draft.state = 'COMPLETED';
        end(draft, { outcome: 'completed', endedAt: at, result: event.variables });
        break;
      case 'job:failed':
        end(draft, {
          outcome: 'failed',
          endedAt: at,
          message: plainFailure(job.errorMessage),
          retriesLeft: job.retries,
        });
        break;
      case 'job:errorThrown':
        end(draft, { outcome: 'errorThrown', endedAt: at, code: event.code, message: plainFailure(job.errorMessage) });
        break;
      case 'job:cancelled':
        draft.state = 'CANCELLED';
        end(draft, { outcome: 'cancelled', endedAt: at });
        break;
    }
  }
  return drafts;
};

const isSettled = ({ outcome }: Attempt): boolean =>
  outcome === 'completed' || outcome === 'failed' || outcome === 'errorThrown';

/** Values that say the same as others are left out. */
const withFact = (attempt: Attempt, { input, returned, ...rest }: AttemptFacts = {}): Attempt => ({
  ...{ ...attempt, ...rest },
  ...(input === undefined || isDeepStrictEqual(input, attempt.input) ? {} : { given: input }),
  ...(returned === undefined || isDeepStrictEqual(returned, attempt.result) ? {} : { returned }),
});

/** Adds what the connectors know. They know only the latest attempts, and only those that have ended. */
const withFacts = (attempts: readonly Attempt[], { settled, open }: JobFacts): readonly Attempt[] => {
  let index = settled.length - attempts.filter(isSettled).length;
  return attempts.map((attempt) => {
    if (attempt.outcome === undefined) return withFact(attempt, open);
    if (!isSettled(attempt)) return attempt;
    index += 1;
    return withFact(attempt, settled[index - 1]);
  });
};

/** The jobs of an instance, oldest first. */
export const jobsOf = (sources: Sources, instance: Key): readonly JobDetail[] => {
  const engine = sources.engine();
  const known = sources.history.instance(instance);
  if (known === undefined) return [];
  const names = namesOf(sources, known.definition);
  const open = new Map(engine.jobs(instance).map((job) => [job.key, job]));
  const incidents = new Map(engine.incidents(instance).map(({ jobKey, key }) => [jobKey, key]));
  const types = sources.jobTypes();
  return [...draftsOf(entriesOf(known))].map(([key, draft]): JobDetail => {
    const job = open.get(key) ?? draft.job;
    const { type, elementId, retries, worker, deadline, backoffUntil } = job;
    const until = backoffUntil ?? (job.state === 'ACTIVATED' && open.has(key) ? deadline : undefined);
    const incident = incidents.get(key);
    return {
      ...{ key, type, instance, process: job.bpmnProcessId, elementId, retries, worker },
      elementName: names.get(elementId) ?? elementId,
      state: open.get(key)?.state ?? draft.state,
      ...(until === undefined ? {} : { until }),
      ...(incident === undefined ? {} : { incident }),
      served: types.has(type),
      canReload: sources.canReload,
      reasons: sources.advice?.reasons(key) ?? [],
      attempts: withFacts(draft.attempts, sources.attempts(key)),
      log: draft.log,
    };
  });
};

/** The open jobs and the latest others, newest first. */
export const jobs = (sources: Sources): readonly JobDetail[] => {
  const instances = new Map<Key, Key>();
  for (const { key, processInstanceKey, bpmnProcessId } of sources.engine().jobs()) {
    if (!isInternalProcess(bpmnProcessId)) instances.set(key, processInstanceKey);
    if (instances.size >= maxJobs) break;
  }
  for (const entry of [...sources.history.latest(10 * maxJobs)].reverse()) {
    const event = eventOf(entry);
    if (instances.size >= 2 * maxJobs) break;
    if (event !== undefined && 'job' in event) instances.set(event.job.key, event.job.processInstanceKey);
  }
  return [...new Set(instances.values())]
    .flatMap((instance) => jobsOf(sources, instance))
    .filter(({ key }) => instances.has(key))
    .sort((a, b) => (a.key < b.key ? 1 : -1))
    .slice(0, maxJobs);
};
