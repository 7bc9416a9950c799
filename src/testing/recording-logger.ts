import type { Logger } from '../connector/types.ts';

/** One call of a {@link RecordingLogger}. */
export interface RecordedEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** The arguments after the message. */
  readonly details: readonly unknown[];
}

/** A logger that writes nothing and records what it receives, in order. */
export interface RecordingLogger extends Logger {
  /** The messages of all levels. */
  readonly lines: readonly string[];
  /** The same messages with their levels and details. */
  readonly entries: readonly RecordedEntry[];
}

/**
 * Makes a logger that records what a connector logs, so that a test can check it.
 *
 * @returns the logger; its `lines` and `entries` grow with each call
 * @example
 * const logger = recordingLogger();
 * await log.run({ message: 'Hello' }, outboundContext({ logger }));
 * assert.deepEqual(logger.lines, ['LogConnector: Hello']);
 */
export const recordingLogger = (): RecordingLogger => {
  const lines: string[] = [];
  const entries: RecordedEntry[] = [];
  const record =
    (level: RecordedEntry['level']) =>
    (message: string, ...details: unknown[]): void => {
      lines.push(message);
      entries.push({ level, message, details });
    };
  return {
    lines,
    entries,
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  };
};
