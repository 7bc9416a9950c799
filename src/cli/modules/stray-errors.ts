import { printable } from '../../common/printable.ts';
import type { Logger } from '../../connector/types.ts';
import { placeIn } from './load-failure.ts';

/** The part of `process` that is needed. */
export interface StrayErrorSource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
  off(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
}

/** Watches for stray errors until it is removed. */
export interface StrayErrors {
  /** Whether there has been one. */
  readonly seen: () => boolean;
  readonly remove: () => void;
}

const kinds = {
  uncaughtException: 'An exception that nothing caught',
  unhandledRejection: 'A rejected promise that nothing awaited',
} as const;

const advice =
  'Fix: in run and loop, await every promise or catch its error, and handle the error events of streams, sockets and timers.';

const textOf = (error: unknown): string => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = error instanceof Error ? placeIn(error.stack ?? '') : undefined;
  return printable(place === undefined ? text : `${text} (${place})`).replace(/\s*\n\s*/g, ' | ');
};

/**
 * Watches for errors that a connector causes outside its `run` or `loop`, such as a rejected promise that it does not await.
 * Node.js would end the process at once, and the jobs of all connectors would wait for their timeouts. Instead, the error
 * is logged, and `stop` is called for the first one, so that the runtime returns what it holds.
 *
 * After such an error the process cannot be trusted to work on, so it ends with an exit code of its own.
 *
 * @param logger gets one line at level error for each
 * @param source default: this process; for tests
 */
export const watchStrayErrors = (logger: Logger, stop: () => void, source: StrayErrorSource = process): StrayErrors => {
  let count = 0;
  const listeners = (Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) => {
    const listener = (error: unknown): void => {
      count += 1;
      logger.error(`${kinds[kind]}, outside of every job: ${textOf(error)}. ${advice}`);
      if (count === 1) stop();
    };
    source.on(kind, listener);
    return () => source.off(kind, listener);
  });
  return {
    seen: () => count > 0,
    remove: () => {
      for (const remove of listeners) remove();
    },
  };
};
