import { isDeepStrictEqual } from 'node:util';
import { printable } from '../../../../common/printable.ts';
import { isInternalProcess, type Key, type MachineJob } from '../../../../engine/index.ts';
import { plainFailure } from '../../advice/incident-fixes.ts';
import type { Attempt, JobDetail, JobFilter, JobRows, LogLine } from '../contract.ts';
import { type Entry, entriesOf, eventOf, lineOf, timeOf } from '../history/entry.ts';
import type { AttemptFacts, JobFacts, Sources } from '../sources.ts';
import { smallAttempt } from './large-values.ts';
import { namesOf } from './overview.ts';

/** How many of the latest entries are searched for jobs that have ended. */
const latestEntries = 2_000;

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
    const at = timeOf(entry);
    const line = lineOf(entry);
    const event = eventOf(entry);
    if (line?.job !== undefined)
      drafts.get(line.job)?.log.push({ at: line.at, level: line.level, text: printable(line.text) });
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

/** The attempts of a job of an instance, with values of any size. */
export const attemptsOf = (sources: Sources, instance: Key, job: Key): readonly Attempt[] => {
  const known = sources.history.instance(instance);
  const draft = known && draftsOf(entriesOf(known)).get(job);
  return draft === undefined ? [] : withFacts(draft.attempts, sources.attempts(job));
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
  const drafts = new Map(draftsOf(entriesOf(known)));
  for (const job of open.values()) {
    // After a step back, its beginning can be missing.
    if (!drafts.has(job.key)) drafts.set(job.key, { job, state: job.state, attempts: [], log: [] });
  }
  return [...drafts].map(([key, draft]): JobDetail => {
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
      attempts: withFacts(draft.attempts, sources.attempts(key)).map((attempt, index) =>
        smallAttempt(attempt, { instance, job: key }, index),
      ),
      log: draft.log,
    };
  });
};

/** Which jobs a list has. */
export interface WantedJobs {
  /** How many rows at most. */
  readonly count: number;
  readonly show?: JobFilter;
  /** A part of the type, the element, the process or a key. */
  readonly text?: string;
  /** Only this one. */
  readonly key?: Key;
}

type Candidate = readonly [job: MachineJob, hasFailed: boolean];

/** The jobs that are open, and those of the latest entries. */
const candidatesOf = ({ engine, history }: Sources): ReadonlyMap<Key, Candidate> => {
  const found = new Map<Key, Candidate>();
  for (const job of engine().jobs()) {
    if (!isInternalProcess(job.bpmnProcessId)) found.set(job.key, [job, job.errorMessage !== '']);
  }
  for (const entry of history.latest(latestEntries)) {
    const event = eventOf(entry);
    if (event === undefined || !('job' in event)) continue;
    const { job, kind } = event;
    const before = found.get(job.key);
    const hasFailed = before?.[1] === true || kind === 'job:failed' || kind === 'job:errorThrown';
    // The engine knows its open jobs better than an event.
    found.set(job.key, [before?.[0] ?? job, hasFailed]);
  }
  return found;
};

/** The open jobs and the latest others, newest first. */
export const jobs = (sources: Sources, { count, show = 'all', text = '', key }: WantedJobs): JobRows => {
  const engine = sources.engine();
  const open = new Set(engine.jobs().map((job) => job.key));
  const types = sources.jobTypes();
  const wanted = text.trim().toLowerCase();
  const names = new Map<Key, ReadonlyMap<string, string>>();
  const elementName = ({ processDefinitionKey: definition, elementId }: MachineJob): string => {
    if (!names.has(definition)) names.set(definition, namesOf(sources, definition));
    return names.get(definition)?.get(elementId) ?? elementId;
  };
  const fits = (job: MachineJob): boolean =>
    (key === undefined || job.key === key) &&
    (wanted === '' ||
      [job.type, elementName(job), job.bpmnProcessId, job.key, job.processInstanceKey].some((part) =>
        part.toLowerCase().includes(wanted),
      ));
  const filters: Readonly<Record<JobFilter, (candidate: Candidate) => boolean>> = {
    all: () => true,
    open: ([job]) => open.has(job.key),
    errors: ([, hasFailed]) => hasFailed,
    unserved: ([job]) => !types.has(job.type),
  };
  const all = [...candidatesOf(sources).values()];
  const found = all.filter((candidate) => filters[show](candidate) && fits(candidate[0])).map(([job]) => job);
  const listed = found.sort((a, b) => (a.key < b.key ? 1 : -1)).slice(0, count);
  const keys = new Set(listed.map((job) => job.key));
  const rows = [...new Set(listed.map((job) => job.processInstanceKey))]
    .flatMap((instance) => jobsOf(sources, instance))
    .filter((job) => keys.has(job.key))
    .sort((a, b) => (a.key < b.key ? 1 : -1));
  const counted = (name: JobFilter): number => all.filter(filters[name]).length;
  return {
    rows,
    more: found.length - listed.length,
    counts: { all: all.length, open: counted('open'), errors: counted('errors'), unserved: counted('unserved') },
  };
};
