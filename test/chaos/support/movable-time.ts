/** Lets a test move the time of another process while that process is suspended, so that nobody has to wait. */
import { readFileSync } from 'node:fs';

/**
 * From now on, the steady time of this process is ahead of the machine's by the milliseconds that a file contains. The file is
 * read at each look at the time, so that a process that goes on after a suspension sees the new time at once.
 */
export const moveTimeBy = (path: string): void => {
  const real = performance.now.bind(performance);
  const offset = (): number => {
    try {
      return Number(readFileSync(path, 'utf8'));
    } catch {
      return 0;
    }
  };
  Object.defineProperty(performance, 'now', { value: () => real() + offset() });
};
