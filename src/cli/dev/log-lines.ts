import { format } from 'node:util';
import type { Logger } from '../../connector/types.ts';
import { type FieldLogger, type LogFields, noLine, taggedLogger } from '../../runtime/shared/logger.ts';

/** A line of the log, as plain data. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
  /** The job that the line is about; absent if it is about none. */
  readonly jobKey?: string;
  readonly processInstanceKey?: string;
}

const takesFields = (logger: Logger): logger is FieldLogger => 'child' in logger && typeof logger.child === 'function';

const textField = (fields: LogFields, name: string): string | undefined => {
  const value = fields[name];
  return value === undefined ? undefined : String(value);
};

/** The logger for lines with these fields. Where it takes none, lines of a connector begin with its name, as a runtime writes them. */
const childOf = (inner: Logger, fields: LogFields): Logger => {
  if (takesFields(inner)) return inner.child(fields);
  const isTag = Object.keys(fields).join() === 'connector';
  return isTag ? taggedLogger(inner, String(fields.connector)) : inner;
};

/**
 * The same logger, whose lines another part sees as well, with what they are about. Lines of a level that is not logged are not seen.
 *
 * @example
 * const logger = observeLines(await createLogger(settings), ({ level, text, jobKey }) => lines.push({ level, text, jobKey }));
 */
export const observeLines = (logger: Logger, see: (line: LoggedLine) => void): FieldLogger => {
  const make = (inner: Logger, fields: LogFields): FieldLogger => {
    const [jobKey, processInstanceKey] = [textField(fields, 'jobKey'), textField(fields, 'processInstanceKey')];
    const about = {
      ...(jobKey === undefined ? {} : { jobKey }),
      ...(processInstanceKey === undefined ? {} : { processInstanceKey }),
    };
    const line = (level: LoggedLine['level']): Logger['info'] =>
      inner[level] === noLine
        ? noLine
        : (message: string, ...details: unknown[]) => {
            inner[level](message, ...details);
            see({ level, text: format(message, ...details), ...about });
          };
    return {
      ...{ debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      child: (more) => make(childOf(inner, more), { ...fields, ...more }),
    };
  };
  return make(logger, {});
};
