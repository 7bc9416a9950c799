import { availableParallelism } from 'node:os';

/** How many processes share the work; `auto`: one for each core that this process may use. */
export type ProcessCount = number | 'auto';

/** The most processes of one supervisor. More than there are cores are of no use. */
export const maxProcesses = 1024;

/** What a number of processes must be, for messages. */
export const processCountRule: string = `auto or a whole number from 1 to ${maxProcesses}`;

/** Whether a value is a number of processes. */
export const isProcessCount = (value: unknown): value is ProcessCount =>
  value === 'auto' || (Number.isInteger(value) && (value as number) > 0 && (value as number) <= maxProcesses);

/** The number itself. */
export const resolveCount = (count: ProcessCount): number => (count === 'auto' ? availableParallelism() : count);
