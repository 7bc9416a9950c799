/** CPU instructions, which other programs on the machine do not disturb; where the processor lets `perf` count them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const event = 'instructions:u';

const perf = async (args: readonly string[]): Promise<string> => {
  const { stderr } = await promisify(execFile)('perf', ['stat', '-x', ',', '-e', event, ...args]);
  return stderr;
};

/** The count in a line such as `11250326,,instructions:u,1000000,100.00,,`; otherwise what stands in its place. */
export const countIn = (output: string): number | string => {
  const line = output.split('\n').find((text) => text.includes(`,${event},`));
  if (line === undefined) return output.trim().split('\n').at(-1) ?? '';
  const [value = ''] = line.split(',');
  return /^\d+$/.test(value) ? Number(value) : value;
};

const probe = async (): Promise<string | undefined> => {
  try {
    const count = countIn(await perf(['--', process.execPath, '--version']));
    return typeof count === 'number' ? undefined : `\`perf stat\` says of ${event}: \`${count}\``;
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === 'ENOENT') return '`perf` is not installed';
    return `\`perf stat\` fails: \`${countIn(stderr)}\``;
  }
};

let known: Promise<string | undefined> | undefined;

/** Why instructions cannot be counted on this machine; `undefined` if they can. */
export const instructionsProblem = (): Promise<string | undefined> => {
  known ??= probe();
  return known;
};

/**
 * Counts the instructions of all threads of a process in user mode.
 *
 * @param milliseconds how long
 * @returns the count, or `undefined` if this machine cannot count them
 */
export const countInstructions = async (pid: number, milliseconds: number): Promise<number | undefined> => {
  if ((await instructionsProblem()) !== undefined) return undefined;
  const count = countIn(await perf(['-p', String(pid), '--', 'sleep', String(milliseconds / 1_000)]));
  return typeof count === 'number' ? count : undefined;
};
