import type { Logger } from '../connector/types.ts';

/** Drops every line. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * The same logger for a part of the program: every line begins with the part's name, and a logger that throws
 * disturbs nobody.
 *
 * @param tag name of the part, e.g. a connector's type
 */
export const taggedLogger = (logger: Logger, tag: string): Logger => {
  const line =
    (level: keyof Logger) =>
    (message: string, ...details: unknown[]): void => {
      try {
        if (typeof message === 'string') logger[level](`[${tag}] ${message}`, ...details);
        else logger[level](`[${tag}]`, message, ...details);
      } catch {
        // A log line that cannot be written is no reason to fail a job.
      }
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
};
