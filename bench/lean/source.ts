/** Decides when which job goes to whom: pushed to streams, or to those who ask. */

import type { Format } from './format.ts';
import type { Jobs } from './jobs.ts';

/** Somebody who has jobs pushed. */
export interface StreamTarget {
  /** `false`: take a rest until `ready` is called. */
  write(bytes: Buffer): boolean;
}

/** Somebody who asks for jobs and waits. */
export interface PollTarget {
  readonly maxJobs: number;
  answer(bytes: Buffer): void;
}

/** How a flood goes: as fast as jobs are completed. */
export interface Flood {
  /** Push to streams; otherwise only who asks gets jobs, as many as are asked for. */
  readonly push: boolean;
  /** Jobs pushed and not completed, at most. */
  readonly window: number;
  /** Jobs in all; none: without end. */
  readonly limit?: number;
}

export interface Source {
  /** How many streams are open. */
  streams(): number;
  openStream(target: StreamTarget): void;
  closeStream(target: StreamTarget): void;
  /** The stream can take more. */
  ready(target: StreamTarget): void;
  ask(target: PollTarget): void;
  /** The one who asked has gone, or its time is over. */
  giveUp(target: PollTarget): boolean;
  /** A job was settled. */
  settled(): void;
  flood(flood: Flood): void;
  /** Hands out no more by itself. */
  stop(): void;
  /** Hands out one job, to who waits for it or to who asks next. */
  offer(push: boolean): void;
}

export const createSource = (jobs: Jobs, { writeAnswer, writePushed }: Format): Source => {
  const streams = new Map<StreamTarget, 'ready' | 'full'>();
  const polls = new Set<PollTarget>();
  let offered: Buffer[] = [];
  let current: (Flood & { left: number }) | undefined;
  let isScheduled = false;

  const readyStreams = (): readonly StreamTarget[] =>
    [...streams].flatMap(([target, state]) => (state === 'ready' ? [target] : []));

  /** Writes to a stream, which is then the last one to be served. */
  const push = (target: StreamTarget, bytes: Buffer): void => {
    streams.delete(target);
    streams.set(target, target.write(bytes) ? 'ready' : 'full');
  };

  const pushedJobs = (count: number): Buffer =>
    Buffer.concat(Array.from({ length: count }, () => writePushed(jobs.next())));

  const refill = (): void => {
    isScheduled = false;
    if (current === undefined || !current.push) return;
    const targets = readyStreams();
    const count = Math.min(current.window - jobs.outstanding(), current.left);
    if (targets.length === 0 || count <= 0) return;
    current.left -= count;
    // As evenly as possible. Each time, the order turns round, so that it is not always the same streams that get one more.
    const share = Math.floor(count / targets.length);
    for (const [index, target] of [...targets.entries()].reverse()) {
      const own = share + (index < count % targets.length ? 1 : 0);
      if (own > 0) push(target, pushedJobs(own));
    }
  };

  const schedule = (): void => {
    if (isScheduled || current === undefined || !current.push) return;
    isScheduled = true;
    setImmediate(refill);
  };

  const answer = (target: PollTarget, messages: readonly Buffer[]): void => {
    polls.delete(target);
    target.answer(writeAnswer(messages));
  };

  const serve = (target: PollTarget): void => {
    if (offered.length > 0) {
      answer(target, offered.slice(0, target.maxJobs));
      offered = offered.slice(target.maxJobs);
      return;
    }
    if (current === undefined || current.push || current.left <= 0) return;
    const count = Math.min(target.maxJobs, current.left);
    current.left -= count;
    answer(
      target,
      Array.from({ length: count }, () => jobs.next()),
    );
  };

  return {
    streams: () => streams.size,
    openStream: (target) => {
      streams.set(target, 'ready');
      schedule();
    },
    closeStream: (target) => void streams.delete(target),
    ready: (target) => {
      if (streams.has(target)) streams.set(target, 'ready');
      schedule();
    },
    ask: (target) => {
      polls.add(target);
      serve(target);
    },
    giveUp: (target) => polls.delete(target),
    settled: schedule,
    flood: (flood) => {
      current = { ...flood, left: flood.limit ?? Number.POSITIVE_INFINITY };
      for (const target of [...polls]) serve(target);
      schedule();
    },
    stop: () => {
      current = undefined;
    },
    offer: (isPushed) => {
      const job = jobs.next();
      // A stream that is full keeps the job in its buffer: a client that only streams would never ask for it.
      const [target] = isPushed ? [...readyStreams(), ...streams.keys()] : [];
      if (target !== undefined) {
        push(target, writePushed(job));
        return;
      }
      offered.push(job);
      const [first] = polls;
      if (first !== undefined) serve(first);
    },
  };
};
