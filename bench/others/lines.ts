/** Clients in other languages, as processes that answer each line on their standard input with one. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { promisify } from 'node:util';
import { ended } from '../child.ts';
import type { ClientStart } from '../client.ts';
import type { Racer } from '../race.ts';

/** Who takes part, and what is to be said about them. */
export interface OtherRacers {
  readonly racers: readonly Racer[];
  readonly notes: readonly string[];
}

export const run = promisify(execFile);

const answerOf = <Answer>(child: ChildProcess, lines: Interface): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const take = (line: string): void => {
      child.off('exit', gone);
      resolve((JSON.parse(line) as { readonly answer: Answer }).answer);
    };
    const gone = (code: number | null): void => {
      lines.off('line', take);
      reject(new Error(`${child.spawnfile} ended with code ${code}.`));
    };
    lines.once('line', take);
    child.once('exit', gone);
  });

/** Starts a program with the gateway's host and port as its last two arguments. */
export const lineClient =
  (program: string, args: readonly string[] = []): ClientStart =>
  async (_path, address) => {
    const child = spawn(program, [...args, ...address.split(':')], { stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface(child.stdout);
    const begun = await answerOf<number>(child, lines);
    const ask = async <Answer>(request: string): Promise<Answer> => {
      const answer = answerOf<Answer>(child, lines);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return await answer;
    };
    return {
      pid: child.pid ?? 0,
      begun,
      mark: () => ask('mark'),
      markClean: () => ask('mark'),
      listen: () => ask('listen'),
      pickups: () => ask('pickups'),
      stop: () => ended(child, () => child.stdin.end()),
    };
  };

/** What a failed installation says last. */
export const reasonOf = (error: unknown): string => {
  const text = (error as { readonly stderr?: string }).stderr || String(error);
  return text.trim().split('\n').at(-1) ?? 'unknown';
};
