/** Processes of the benchmark, which answer one request at a time. */
import { type ChildProcess, fork } from 'node:child_process';

/** A process that answers. */
export interface Child {
  readonly pid: number;
  /** What it said first. */
  readonly greeting: unknown;
  ask<Answer>(request: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** How a file is run. */
export interface ChildSettings {
  readonly args?: readonly string[];
  /** E.g. `['--expose-gc']`. */
  readonly flags?: readonly string[];
}

const answerOf = (child: ChildProcess, what: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const take = ({ answer }: { readonly answer?: unknown }): void => {
      child.off('exit', gone);
      resolve(answer);
    };
    const gone = (code: number | null): void => {
      child.off('message', take);
      reject(new Error(`${what} ended with code ${code}.`));
    };
    child.once('message', take);
    child.once('exit', gone);
  });

/** Resolves when a process has exited. If it runs, `end` is called, which lets it exit. */
export const ended = (child: ChildProcess, end: () => void): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    end();
  });

/** Starts a file and waits for its first word. What it prints on its standard output is dropped. */
export const startChild = async (file: string, { args = [], flags = [] }: ChildSettings = {}): Promise<Child> => {
  const child = fork(file, args, { execArgv: [...flags], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const what = [file, ...args].join(' ');
  const greeting = await answerOf(child, what);
  return {
    pid: child.pid ?? 0,
    greeting,
    ask: async <Answer>(request: unknown): Promise<Answer> => {
      const answer = answerOf(child, what);
      child.send(request as object);
      return (await answer) as Answer;
    },
    stop: () =>
      ended(child, () => {
        if (child.connected) child.disconnect();
      }),
  };
};
