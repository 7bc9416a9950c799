import { format } from 'node:util';
import type { Logger } from '../../connector/types.ts';
import type { FieldLogger, LogFields } from '../../runtime/shared/logger.ts';
import type { TraceEntry, TraceLevel } from './types.ts';

/** The runtime's own line about a failed job, of which the trace has a line already. */
const failureLine = /^Failed: job /;

const nobody: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const textOf = (value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

/** The entry of a log line of a connector; `undefined` for other lines, and for those at level debug. */
const entryOf = (level: TraceLevel, text: string, fields: LogFields): TraceEntry | undefined => {
  const { connector, jobKey, activationId, processInstanceKey, bpmnProcessId, elementId } = fields;
  if (level === 'debug' || connector === undefined) return undefined;
  if (jobKey === undefined && activationId === undefined) return undefined;
  return {
    ...{ kind: 'log', level, text, connector: String(connector) },
    processInstanceKey: textOf(processInstanceKey),
    ...{ bpmnProcessId: textOf(bpmnProcessId), elementId: textOf(elementId) },
  } as TraceEntry;
};

const takesFields = (logger: Logger): logger is FieldLogger => 'child' in logger && typeof logger.child === 'function';

/** The same logger for lines with these fields. */
const withFields = (next: Logger, fields: LogFields): Logger => (takesFields(next) ? next.child(fields) : next);

/**
 * Creates a logger whose lines of connectors become entries.
 *
 * @param next receives all other lines, except those that the trace has already
 */
export const createTraceLogger = (add: (entry: TraceEntry) => void, next: Logger = nobody): Logger => {
  const make = (fields: LogFields): FieldLogger => {
    const other = withFields(next, fields);
    // A logger without fields gets the name of the connector in the text.
    const prefix = takesFields(next) || fields.connector === undefined ? '' : `[${fields.connector}] `;
    const line =
      (level: TraceLevel): Logger[TraceLevel] =>
      (message, ...details) => {
        const text = format(message, ...details);
        const entry = entryOf(level, text, fields);
        if (entry !== undefined) add(entry);
        else if (!failureLine.test(text)) other[level](prefix + text);
      };
    return {
      ...{ debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      child: (more) => make({ ...fields, ...more }),
    };
  };
  return make({});
};
