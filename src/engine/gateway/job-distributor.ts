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
  offer(job: { readonly key: Key; readonly type: string }): void;
  /** Records that a stream of this type is ready again. */
  resume(type: string): void;
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

interface TypeEntry {
  /** In order of arrival. */
  readonly polls: Set<Poll>;
  readonly streams: JobStream[];
  /** Jobs that became activatable and were not pushed. Some may be activated in another way, or be in it twice. */
  readonly offered: Queue<Key>;
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
      entry = { polls: new Set(), streams: [], offered: createQueue() };
      types.set(type, entry);
    }
    return entry;
  };

  const dropIfUnused = (type: string, entry: TypeEntry): void => {
    const { polls, streams } = entry;
    if (polls.size === 0 && streams.length === 0 && types.get(type) === entry) types.delete(type);
  };

  const chooseStream = (streams: readonly JobStream[]): JobStream | undefined => {
    const ready = streams.filter((stream) => stream.ready());
    return ready[Math.floor(random() * ready.length)];
  };

  const servePolls = (entry: TypeEntry): void => {
    for (const poll of entry.polls) {
      if (!poll.alive()) {
        entry.polls.delete(poll);
        continue;
      }
      const jobs = activateJobs(poll);
      if (jobs.length === 0) return;
      entry.polls.delete(poll);
      poll.deliver(jobs);
    }
  };

  const serve = (type: string): void => {
    const entry = types.get(type);
    if (entry === undefined) return;
    for (let key = entry.offered.first(); key !== undefined; key = entry.offered.first()) {
      const stream = chooseStream(entry.streams);
      if (stream === undefined) break;
      entry.offered.shift();
      const job = activateJob(key, stream);
      if (job !== undefined) stream.push(job);
    }
    servePolls(entry);
    if (entry.streams.length === 0) entry.offered.clear();
    dropIfUnused(type, entry);
  };

  return {
    addPoll: (poll) => {
      const entry = entryOf(poll.type);
      entry.polls.add(poll);
      servePolls(entry);
      dropIfUnused(poll.type, entry);
      return () => {
        entry.polls.delete(poll);
        dropIfUnused(poll.type, entry);
      };
    },
    addStream: (stream) => {
      const entry = entryOf(stream.type);
      entry.streams.push(stream);
      return () => {
        const index = entry.streams.indexOf(stream);
        if (index >= 0) entry.streams.splice(index, 1);
        dropIfUnused(stream.type, entry);
      };
    },
    offer: ({ key, type }) => {
      const entry = types.get(type);
      if (entry === undefined) return;
      entry.offered.push(key);
      changed.add(type);
    },
    resume: (type) => {
      changed.add(type);
    },
    settle: () => {
      for (const type of changed) {
        changed.delete(type);
        serve(type);
      }
    },
  };
};
