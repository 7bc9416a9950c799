import type { Key, MachineActivatedJob } from '../machine/types.ts';
import { createFifo, type Fifo } from './fifo.ts';

/** What a client wants of each job. */
export interface Wish {
  readonly type: string;
  readonly worker: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** None: all variables. */
  readonly fetchVariables: readonly string[];
}

/** A held ActivateJobs call. */
export interface Poll extends Wish {
  readonly maxJobs: number;
  /** False as soon as nobody would receive the answer. */
  readonly alive: () => boolean;
  /** Sends the jobs and ends the call; called at most once. */
  readonly deliver: (jobs: readonly MachineActivatedJob[]) => void;
}

/** An open StreamActivatedJobs call. */
export interface JobStream extends Wish {
  /** False while the client is gone or takes nothing. */
  readonly ready: () => boolean;
  readonly push: (job: MachineActivatedJob) => void;
}

/** Hands jobs to waiting polls and open streams. */
export interface Handout {
  /** Serves the poll at once if there are jobs, else lets it wait. Returns the way to take it out again. */
  addPoll(poll: Poll): () => void;
  /** Opens a stream; it gets what becomes activatable from now on. Returns the way to close it. */
  addStream(stream: JobStream): () => void;
  /** Notes that a job became activatable; `settle` hands it out. */
  offer(job: { readonly key: Key; readonly type: string }): void;
  /** Tells that a stream of this type takes jobs again. */
  resume(type: string): void;
  /** Hands out what was offered. */
  settle(): void;
}

/** How the handout reaches the machine, and its chance. */
export interface HandoutOptions {
  readonly activateJobs: (request: Wish & { readonly maxJobs: number }) => readonly MachineActivatedJob[];
  readonly activateJob: (key: Key, wish: Wish) => MachineActivatedJob | undefined;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

interface TypeEntry {
  /** In order of arrival. */
  readonly polls: Set<Poll>;
  readonly streams: JobStream[];
  /** Jobs that became activatable and that no stream has taken yet; somebody else may have, or a job is in it twice. */
  readonly fresh: Fifo<Key>;
}

/**
 * Decides who gets which job. Streams come before polls; among the streams that can take a job chance decides; polls are
 * served oldest first, and a dead poll never takes a job. A job that finds no ready stream stays activatable: waiting
 * polls may have it, or a stream as soon as one is ready again. Streams get nothing that was there before them.
 */
export const createHandout = ({ activateJobs, activateJob, random }: HandoutOptions): Handout => {
  const types = new Map<string, TypeEntry>();
  const touched = new Set<string>();

  const entryOf = (type: string): TypeEntry => {
    let entry = types.get(type);
    if (entry === undefined) {
      entry = { polls: new Set(), streams: [], fresh: createFifo() };
      types.set(type, entry);
    }
    return entry;
  };

  const dropIfIdle = (type: string, entry: TypeEntry): void => {
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
    for (let key = entry.fresh.first(); key !== undefined; key = entry.fresh.first()) {
      const stream = chooseStream(entry.streams);
      if (stream === undefined) break;
      entry.fresh.shift();
      const job = activateJob(key, stream);
      if (job !== undefined) stream.push(job);
    }
    servePolls(entry);
    if (entry.streams.length === 0) entry.fresh.clear();
    dropIfIdle(type, entry);
  };

  return {
    addPoll: (poll) => {
      const entry = entryOf(poll.type);
      entry.polls.add(poll);
      servePolls(entry);
      dropIfIdle(poll.type, entry);
      return () => {
        entry.polls.delete(poll);
        dropIfIdle(poll.type, entry);
      };
    },
    addStream: (stream) => {
      const entry = entryOf(stream.type);
      entry.streams.push(stream);
      return () => {
        const index = entry.streams.indexOf(stream);
        if (index >= 0) entry.streams.splice(index, 1);
        dropIfIdle(stream.type, entry);
      };
    },
    offer: ({ key, type }) => {
      const entry = types.get(type);
      if (entry === undefined) return;
      entry.fresh.push(key);
      touched.add(type);
    },
    resume: (type) => {
      touched.add(type);
    },
    settle: () => {
      for (const type of touched) {
        touched.delete(type);
        serve(type);
      }
    },
  };
};
