import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { untilStopped } from './process-state.ts';
import type { Told, WorkerSettings } from './told.ts';

/** How a runtime's process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote to standard error: a crash, a warning of Node. */
  readonly errors: string;
}

/** A runtime in a process of its own. */
export interface Worker {
  readonly name: string;
  readonly state: () => string;
  readonly living: () => boolean;
  /** How it ended, when it has. */
  readonly ended: () => Ending | undefined;
  /** Times that `run` was called, by job key. */
  readonly runs: ReadonlyMap<string, number>;
  /** Jobs that were started and whose outcome is not with the engine. */
  readonly inHand: ReadonlySet<string>;
  /** Maximum number of jobs of the type `work` that were active at once. */
  readonly maxWork: () => number;
  /** How often it told an event. */
  count(event: string): number;
  /** Maximum number of times that it has sent one command. */
  readonly maxAttempts: () => number;
  /** Maximum number of requests for jobs of one type that were refused in a row. */
  readonly maxRefusals: () => number;
  /** Its log, without debug lines. */
  readonly lines: readonly { readonly level: string; readonly text: string }[];
  /** Results that the engine did not take in time, by what became of them. */
  readonly deliveries: ReadonlyMap<string, number>;
  /** Sets the time of day of the process, by milliseconds. */
  moveDate(by: number): void;
  /** Suspends the process; resolves when it is. */
  suspend(): Promise<void>;
  /** Lets the process go on. */
  resume(): void;
  /** Sends a signal and waits for the end of the process. */
  end(signal: NodeJS.Signals): Promise<Ending>;
}

const increase = (map: Map<string, number>, key: string): void => {
  map.set(key, (map.get(key) ?? 0) + 1);
};

/** Starts a runtime's process. `changed` is told of each line. */
export const startWorker = (program: string, settings: WorkerSettings, changed: () => void): Worker => {
  const child: ChildProcess = spawn(process.execPath, [program, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const runs = new Map<string, number>();
  const inHand = new Set<string>();
  const workInHand = new Set<string>();
  const counts = new Map<string, number>();
  const deliveries = new Map<string, number>();
  const lines: { level: string; text: string }[] = [];
  let state = 'idle';
  let attempts = 1;
  let refusals = 0;
  let maxWork = 0;
  let ended: Ending | undefined;

  const hear = (told: Told): void => {
    if (told.kind === 'ran') increase(runs, told.key);
    else if (told.kind === 'started') {
      inHand.add(told.key);
      if (told.type === 'work') workInHand.add(told.key);
      maxWork = Math.max(maxWork, workInHand.size);
    } else if (told.kind === 'settled') {
      inHand.delete(told.key);
      workInHand.delete(told.key);
      increase(deliveries, told.delivery);
    } else if (told.kind === 'state') state = told.state;
    else if (told.kind === 'repeated') attempts = Math.max(attempts, told.attempt + 1);
    else if (told.kind === 'refused') {
      refusals = Math.max(refusals, told.attempt);
      increase(counts, 'poll:failed');
    } else if (told.kind === 'event') increase(counts, told.name);
    else lines.push({ level: told.level, text: told.text });
    changed();
  };
  createInterface({ input: child.stdout! }).on('line', (line) => hear(JSON.parse(line) as Told));
  child.stdin!.on('error', () => {});
  const errors = text(child.stderr!);
  const ending = once(child, 'close').then(async ([code, signal]): Promise<Ending> => {
    ended = { code, signal, errors: await errors };
    changed();
    return ended;
  });

  return {
    name: settings.name,
    state: () => state,
    living: () => child.exitCode === null && child.signalCode === null,
    ended: () => ended,
    runs,
    inHand,
    maxWork: () => maxWork,
    count: (event) => counts.get(event) ?? 0,
    maxAttempts: () => attempts,
    maxRefusals: () => refusals,
    lines,
    deliveries,
    moveDate: (by) => void child.stdin!.write(`${by}\n`),
    suspend: () => {
      child.kill('SIGSTOP');
      return untilStopped(child.pid!);
    },
    resume: () => void child.kill('SIGCONT'),
    end: (signal) => {
      child.kill(signal);
      return ending;
    },
  };
};
