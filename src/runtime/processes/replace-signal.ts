import type { Logger } from '../../connector/types.ts';

/**
 * The signal that replaces all processes of a supervisor. Node.js reserves SIGUSR1 for its debugger, and SIGHUP means that a
 * terminal was closed.
 */
export const replaceSignal = 'SIGUSR2';

/**
 * Explains the signal in a process that has no supervisor. Otherwise, the signal would end the process at once.
 *
 * @returns a function that restores the default
 */
export const explainReplaceSignal = (logger: Logger): (() => void) => {
  const explain = (): void =>
    logger.warn(
      `${replaceSignal} replaces processes only if there are at least two. Fix: run two processes, or stop this one with SIGTERM and start it again.`,
    );
  process.on(replaceSignal, explain);
  return () => void process.off(replaceSignal, explain);
};

/**
 * Arguments for Node.js with which a process ignores the signal before its program is loaded: the supervisor decides when the
 * process is replaced, also if the signal goes to all processes, as with `kill -USR2 -PGID` or `systemctl kill`.
 */
export const replaceSignalIgnored: readonly string[] = [
  '--import',
  `data:text/javascript,process.on("${replaceSignal}",()=>{})`,
];
