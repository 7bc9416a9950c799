import type { Logger } from '../../connector/types.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** The fields that a logger adds to each line, by name. */
export type LogFields = Readonly<Record<string, string | number>>;

/** A logger that can add fields to its lines. pino and winston have `child`, and so has our logger for JSON lines. */
export interface FieldLogger extends Logger {
  child(fields: LogFields): Logger;
}

/** Drops a line. A logger with this function for a level shows that such lines are not wanted and need not be built. */
export const noLine = (): void => {};

/** Drops every line. */
export const silentLogger: Logger = { debug: noLine, info: noLine, warn: noLine, error: noLine };

const takesFields = (logger: Logger): logger is FieldLogger => 'child' in logger && typeof logger.child === 'function';

/** The same logger, but errors that it throws have no effect. */
const guarded = (logger: Logger, prefix: string): Logger => {
  const line = (level: Level): Logger[Level] => {
    if (logger[level] === noLine) return noLine;
    return (message: string, ...details: unknown[]): void => {
      try {
        if (prefix === '') logger[level](message, ...details);
        else if (typeof message === 'string') logger[level](`${prefix} ${message}`, ...details);
        else logger[level](prefix, message, ...details);
      } catch {
        // A log line that cannot be written must not fail a job.
      }
    };
  };
  const lines = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  if (!takesFields(logger)) return lines;
  return { ...lines, child: (fields: LogFields) => guarded(logger.child(fields), prefix) } as FieldLogger;
};

/** The same logger with fields on each line, if it takes fields. */
export const withFields = (logger: Logger, fields: LogFields): Logger => {
  if (!takesFields(logger)) return logger;
  try {
    return guarded(logger.child(fields), '');
  } catch {
    return logger;
  }
};

/** Like {@link withFields}, for a logger that is rarely used: its fields are computed for the first line. */
export const withLazyFields = (logger: Logger, fields: () => LogFields): Logger => {
  if (!takesFields(logger)) return logger;
  let made: Logger | undefined;
  const own = (): Logger => {
    made ??= withFields(logger, fields());
    return made;
  };
  const line = (level: Level): Logger[Level] =>
    logger[level] === noLine ? noLine : (message, ...details) => own()[level](message, ...details);
  const lazy: FieldLogger = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (more) => withFields(own(), more),
  };
  return lazy;
};

/**
 * The same logger for one part of the program. Every line names the part: in the field `connector` or, if the logger takes
 * no fields, at its beginning. Errors that the logger throws have no effect.
 *
 * @param tag name of the part, e.g. a connector's type
 */
export const taggedLogger = (logger: Logger, tag: string): Logger =>
  takesFields(logger) ? withFields(logger, { connector: tag }) : guarded(logger, `[${tag}]`);
