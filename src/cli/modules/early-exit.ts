import { type FaultText, fault } from '../../common/fault.ts';
import { exitCodes } from '../exit-codes.ts';

const advice = 'a module of connectors only exports them: move everything that it starts or ends to another file.';

/** How the module that ends the process is named in the text. */
const textOf = (subject: string, isError: boolean): FaultText => ({
  what: isError
    ? `${subject} caused an error outside of every function, which nothing caught.`
    : `${subject} ended the process (process.exit).`,
  fix: advice,
});

let isReported = false;

/**
 * Reports if a module ends the process from now on, and lets it end with the exit code for modules that have to be fixed.
 * Without this, a command that has done nothing could look as if it had succeeded.
 *
 * @param subject what ends the process, as the start of a sentence: `./log.js`
 * @returns a function that ends the watch
 */
export const reportEarlyExit = (subject: string): (() => void) => {
  let isError = false;
  // Nested watches are called from the inside out, and the innermost one knows best what ends the process.
  const onError = (): void => {
    isError = true;
  };
  const onExit = (): void => {
    if (isReported) return;
    isReported = true;
    process.exitCode = exitCodes.usage;
    process.stderr.write(`${fault('definition', textOf(subject, isError)).message}\n`);
  };
  process.on('uncaughtExceptionMonitor', onError).prependListener('exit', onExit);
  return () => {
    process.off('uncaughtExceptionMonitor', onError).off('exit', onExit);
  };
};

/** Milliseconds that loading a module may take. */
export const loadingLimit = 60_000;

/**
 * Loads a module, and reports if it ends the process meanwhile.
 *
 * @param name the name of the module, for texts
 * @param load loads it
 * @param limit milliseconds
 * @throws a fault of kind `definition` if the module does not finish loading: within the limit, or because it waits and
 *   nothing is left that it could wait for
 */
export const loadWithin = async <T>(name: string, load: () => Promise<T>, limit: number = loadingLimit): Promise<T> => {
  const stopReporting = reportEarlyExit(`${name}, while it was loaded,`);
  let stopWatching = (): void => {};
  const stuck = new Promise<never>((_, reject) => {
    const fail = (why: string): void =>
      reject(
        fault('definition', {
          what: `${name} does not finish loading${why}.`,
          fix: 'a top-level await of the module, or of a module that it imports, waits for something that does not happen.',
        }),
      );
    // The event loop is empty, so nothing can settle what the module waits for.
    const onEmpty = (): void => fail('');
    const timer = setTimeout(() => fail(` within ${limit / 1000} s`), limit).unref();
    process.once('beforeExit', onEmpty);
    stopWatching = () => {
      clearTimeout(timer);
      process.off('beforeExit', onEmpty);
    };
  });
  try {
    return await Promise.race([load(), stuck]);
  } finally {
    stopWatching();
    stopReporting();
  }
};
