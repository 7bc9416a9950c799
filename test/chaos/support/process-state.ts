import { readFileSync } from 'node:fs';
import type { SkipOption } from './size.ts';

/** Whether a process is stopped (SIGSTOP), as Linux tells it. */
const isStopped = (pid: number): boolean => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name of the program, in brackets, may contain anything.
  return /^[Tt]/.test(text.slice(text.lastIndexOf(')') + 2));
};

/** Resolves when a process is stopped. */
export const untilStopped = async (pid: number): Promise<void> => {
  while (!isStopped(pid)) await new Promise(setImmediate);
};

/** Options of a scenario that suspends processes. */
export const needsSuspension: SkipOption = process.platform === 'linux' ? {} : { skip: 'needs Linux' };
