/** How much CPU time tests take, which says more of a file than its duration when others run beside it. */
import { readFileSync } from 'node:fs';

/** Milliseconds of a tick, in which Linux counts. */
const tick = 10;

/** Milliseconds of the processes that this one has started and that have ended; known on Linux only. */
const endedProcesses = (): number => {
  try {
    // The second field is a name in parentheses, which may contain anything.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ');
    return (Number(fields[13]) + Number(fields[14])) * tick;
  } catch {
    return 0;
  }
};

/** CPU time in milliseconds of this process until now, with that of the processes that it has started and that have ended. */
export const cpuTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + endedProcesses();
};
