/** What the whole machine does, so that a report can say how busy it was with other programs. */
import { cpus } from 'node:os';

/** CPU times so far, in microseconds. */
export interface MachineTime {
  /** Of all programs and the kernel, on all cores. */
  readonly busy: number;
  /** Of this process. */
  readonly own: number;
}

export const machineTime = (): MachineTime => {
  const busy = cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
  const { user, system } = process.cpuUsage();
  return { busy: busy * 1_000, own: user + system };
};
