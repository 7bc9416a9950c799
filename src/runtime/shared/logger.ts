import type { Logger } from '../../connector/types.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** What each line of a logger says beside its message, by name. */
export type LogFields = Readonly<Record<string, string | number>>;

/** A logger whose lines can carry fields. pino and winston have `child`, and so has our own one for JSON lines. */
export interface FieldLogger extends Logger {
  child(fields: LogFields): Logger;
}

/** Drops a line. Loggers that have it for a level tell that nobody wants such lines, so that none has to be put together. */
export const noLine = (): void => {};

/** Drops every line. */
export const silentLogger: Logger = { debug: noLine, info: noLine, warn: noLine, error: noLine };

const carriesFields = (logger: Logger): logger is FieldLogger =>
  'child' in logger && typeof logger.child === 'function';

/** A logger that throws disturbs nobody. */
const guarded = (logger: Logger, prefix: string): Logger => {
  const line = (level: Level): Logger[Level] => {
    if (logger[level] === noLine) return noLine;
    return (message: string, ...details: unknown[]): void => {
      try {
        if (prefix === '') logger[level](message, ...details);
        else if (typeof message === 'string') logger[level](`${prefix} ${message}`, ...details);
        else logger[level](prefix, message, ...details);
      } catch {
        // A log line that cannot be written is no reason to fail a job.
      }
    };
  };
  const lines = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  if (!carriesFields(logger)) return lines;
  return { ...lines, child: (fields: LogFields) => guarded(logger.child(fields), prefix) } as FieldLogger;
};

/** The same logger with fields on each of its lines, where it can carry any. */
export const withFields = (logger: Logger, fields: LogFields): Logger => {
  if (!carriesFields(logger)) return logger;
  try {
    return guarded(logger.child(fields), '');
  } catch {
    return logger;
  }
};

/** Like {@link withFields}, for a logger that hardly ever gets a line: its fields are asked for with the first one. */
export const withLateFields = (logger: Logger, fields: () => LogFields): Logger => {
  if (!carriesFields(logger)) return logger;
  let made: Logger | undefined;
  const own = (): Logger => {
    made ??= withFields(logger, fields());
    return made;
  };
  const line = (level: Level): Logger[Level] =>
    logger[level] === noLine ? noLine : (message, ...details) => own()[level](message, ...details);
  const late: FieldLogger = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (more) => withFields(own(), more),
  };
  return late;
};

/**
 * The same logger for a part of the program: every line names the part, in the field `connector` or, where the logger
 * carries no fields, at its beginning. A logger that throws disturbs nobody.
 *
 * @param tag name of the part, e.g. a connector's type
 */
export const taggedLogger = (logger: Logger, tag: string): Logger =>
  carriesFields(logger) ? withFields(logger, { connector: tag }) : guarded(logger, `[${tag}]`);
