import { tenantKey } from '../machine/tenants.ts';
import type { Key, MachineActivatedJob } from '../machine/types.ts';
import { createQueue, type Queue } from './queue.ts';

/** How a client wants jobs to be activated. */
export interface JobRequest {
  readonly type: string;
  readonly worker: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Empty: all variables. */
  readonly fetchVariables: readonly string[];
  /** Default: the default tenant. */
  readonly tenantIds?: readonly string[] | undefined;
  readonly withLease?: boolean | undefined;
}

/** A job that became activatable. */
export interface OfferedJob {
  readonly key: Key;
  readonly type: string;
  /** Default: the default tenant. */
  readonly tenantId?: string;
  /** Only for requests with a lease. */
  readonly isLeased?: true;
}

/** A held ActivateJobs call. */
export interface Poll extends JobRequest {
  readonly maxJobs: number;
  /** False as soon as nobody would receive the answer. */
  readonly alive: () => boolean;
  /** Sends the jobs and ends the call. Called at most once. */
  readonly deliver: (jobs: readonly MachineActivatedJob[]) => void;
}

/** An open StreamActivatedJobs call. */
export interface JobStream extends JobRequest {
  /** False if the client has disconnected or does not read. */
  readonly ready: () => boolean;
  readonly push: (job: MachineActivatedJob) => void;
}

/** Distributes jobs to held polls and open streams. */
export interface JobDistributor {
  /** Serves the poll at once if there are jobs; otherwise it waits. Returns a function that removes it. */
  addPoll(poll: Poll): () => void;
  /** Opens a stream, which receives jobs that become activatable from now on. Returns a function that closes it. */
  addStream(stream: JobStream): () => void;
  /** Records that a job became activatable; `settle` distributes it. */
  offer(job: OfferedJob): void;
  /** Records that a stream is ready again. */
  resume(request: Pick<JobRequest, 'type' | 'tenantIds'>): void;
  /** Distributes the offered jobs. */
  settle(): void;
}

/** How the distributor activates jobs and selects streams. */
export interface JobDistributorOptions {
  readonly activateJobs: (request: JobRequest & { readonly maxJobs: number }) => readonly MachineActivatedJob[];
  readonly activateJob: (key: Key, request: JobRequest) => MachineActivatedJob | undefined;
  /** A random number in [0, 1). */
  readonly random: () => number;
}

/** Jobs of a type are apart by tenant. */
const namesOf = ({ type, tenantIds = [] }: Pick<JobRequest, 'type' | 'tenantIds'>): readonly string[] =>
  tenantIds.length === 0 ? [tenantKey(undefined, type)] : tenantIds.map((tenantId) => tenantKey(tenantId, type));

interface TypeEntry {
  /** In order of arrival. */
  readonly polls: Set<Poll>;
  readonly streams: JobStream[];
  /** Whether a poll was added that names tenants or takes leases. */
  isParticular: boolean;
  /** Jobs that became activatable and were not pushed. Some may be activated in another way, or be in it twice. */
  readonly offered: Queue<OfferedJob>;
}

/**
 * Decides who receives which job. Streams precede polls. Of the ready streams, one is chosen at random. Polls are served
 * oldest first; a poll that is not alive never receives a job. A job without a ready stream stays activatable for polls,
 * or for the next stream that is ready. A stream does not receive jobs that were activatable before it was opened.
 */
export const createJobDistributor = ({ activateJobs, activateJob, random }: JobDistributorOptions): JobDistributor => {
  const types = new Map<string, TypeEntry>();
  const changed = new Set<string>();

  const entryOf = (type: string): TypeEntry => {
    let entry = types.get(type);
    if (entry === undefined) {
      entry = { polls: new Set(), streams: [], isParticular: false, offered: createQueue() };
      types.set(type, entry);
    }
    return entry;
  };

  const entriesOf = (request: JobRequest): readonly (readonly [name: string, entry: TypeEntry])[] =>
    namesOf(request).map((name) => [name, entryOf(name)]);

  const dropIfUnused = (type: string, entry: TypeEntry): void => {
    const { polls, streams } = entry;
    if (polls.size === 0 && streams.length === 0 && types.get(type) === entry) types.delete(type);
  };

  const chooseStream = (streams: readonly JobStream[], { isLeased }: OfferedJob): JobStream | undefined => {
    const ready = streams.filter((stream) => (stream.withLease || !isLeased) && stream.ready());
    return ready[Math.floor(random() * ready.length)];
  };

  const servePolls = (entry: TypeEntry): void => {
    for (const poll of entry.polls) {
      if (!poll.alive()) {
        entry.polls.delete(poll);
        continue;
      }
      const jobs = activateJobs(poll);
      if (jobs.length === 0) {
        // Polls of the default tenant without a lease all find the same.
        if (!entry.isParticular) return;
        continue;
      }
      for (const name of namesOf(poll)) types.get(name)?.polls.delete(poll);
      poll.deliver(jobs);
    }
  };

  const serve = (type: string): void => {
    const entry = types.get(type);
    if (entry === undefined) return;
    for (let offered = entry.offered.first(); offered !== undefined; offered = entry.offered.first()) {
      const stream = chooseStream(entry.streams, offered);
      // A job that no stream may have must not keep the others waiting; polls receive it.
      const isForNone = offered.isLeased && !entry.streams.some(({ withLease }) => withLease);
      if (stream === undefined && !isForNone) break;
      entry.offered.shift();
      const job = stream && activateJob(offered.key, stream);
      if (job !== undefined) stream?.push(job);
    }
    servePolls(entry);
    if (entry.streams.length === 0) entry.offered.clear();
    dropIfUnused(type, entry);
  };

  return {
    addPoll: (poll) => {
      const entries = entriesOf(poll);
      for (const [, entry] of entries) {
        entry.polls.add(poll);
        if (poll.tenantIds !== undefined || poll.withLease) entry.isParticular = true;
      }
      servePolls(entries[0]![1]);
      const drop = (): void => {
        for (const [name, entry] of entries) dropIfUnused(name, entry);
      };
      drop();
      return () => {
        for (const [, { polls }] of entries) polls.delete(poll);
        drop();
      };
    },
    addStream: (stream) => {
      const entries = entriesOf(stream);
      for (const [, { streams }] of entries) streams.push(stream);
      return () => {
        for (const [name, entry] of entries) {
          const index = entry.streams.indexOf(stream);
          if (index >= 0) entry.streams.splice(index, 1);
          dropIfUnused(name, entry);
        }
      };
    },
    offer: (job) => {
      const name = tenantKey(job.tenantId, job.type);
      const entry = types.get(name);
      if (entry === undefined) return;
      entry.offered.push(job);
      changed.add(name);
    },
    resume: (request) => {
      for (const name of namesOf(request)) changed.add(name);
    },
    settle: () => {
      for (const type of changed) {
        changed.delete(type);
        serve(type);
      }
    },
  };
};
