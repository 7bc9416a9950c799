import { isFault } from '../common/fault.ts';
import type { Runtime } from '../runtime/index.ts';

/** Where a person types: a terminal, or a pipe. */
export interface CommandInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  unref?(): unknown;
}

/** What a command needs from the process that it runs in. */
export interface CliContext {
  /** Paths and packages are resolved from this folder. */
  readonly folder: string;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Whether the output goes to a terminal that shows colours. */
  readonly colours: boolean;
  /** Whether a person sees the output on a terminal. Default: false. */
  readonly isTerminal?: boolean;
  /** What a person types. Only called by commands that read it. Absent: nothing is read. */
  readonly input?: () => CommandInput;
}

/** Resolves when the runtime has stopped or failed to start. */
export const runtimeEnd = (runtime: Runtime): Promise<void> =>
  new Promise((resolve) => {
    runtime.on('runtime:state', ({ state }) => {
      if (state === 'stopped' || state === 'failed') resolve();
    });
  });

/** An error as text for the user. A fault explains itself; any other error is a bug, which needs its stack. */
export const errorText = (error: unknown): string => {
  if (isFault(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
