/**
 * The line between `scripts/test.ts` and a process that runs test files: one JSON value a line on file descriptor 3, so
 * that standard input and output, and the IPC channel that a program may look for, stay as they are in any process.
 */
import type { Duplex } from 'node:stream';

/** What a process is asked to do. */
export type Order =
  | {
      readonly kind: 'run';
      /** Path below the project's folder, or absolute. */
      readonly file: string;
      /** Absolute path of its compiled form. */
      readonly compiled: string;
      /** Whether the process runs other files as well, so that this one must leave it as it was. */
      readonly shared: boolean;
    }
  | { readonly kind: 'end' };

/** How often tests had each outcome; the words are those of node's test runner. */
export interface Counts {
  readonly tests: number;
  readonly suites: number;
  readonly pass: number;
  readonly fail: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly todo: number;
}

/** Something that makes a run fail. */
export interface Failure {
  /** The names of the suites around it and its own; empty when it belongs to the whole file. */
  readonly title: string;
  /** What went wrong, in lines. */
  readonly text: string;
}

/** What a process reports. */
export type Report =
  /** It takes the next file. */
  | { readonly kind: 'ready' }
  /** A test has begun or ended. */
  | { readonly kind: 'began' | 'ended'; readonly title: string }
  /** Every test of the file is over; sent once for each file. */
  | {
      readonly kind: 'tests';
      readonly counts: Counts;
      readonly failures: readonly Failure[];
      /** Each test with its outcome, to be shown where somebody runs one file. */
      readonly lines: readonly string[];
      readonly milliseconds: number;
    }
  /** A test waits, and nothing is left in the process that could end it. */
  | { readonly kind: 'stuck' }
  /** What the file has left behind; empty when all is as it was. Sent once for each file. */
  | {
      readonly kind: 'left';
      readonly resources: readonly string[];
      readonly changes: readonly string[];
      /** Milliseconds of CPU time that the file has taken. */
      readonly cpu: number;
    };

/** Sends a value as a line. */
export const sendLine = (stream: Duplex, value: Order | Report): void => {
  stream.write(`${JSON.stringify(value)}\n`);
};

/** Calls `hear` with each value that comes. */
export const onLine = <T extends Order | Report>(stream: Duplex, hear: (value: T) => void): void => {
  let rest = '';
  // Not by readline, which also ends a line at U+2028, and a title may hold it.
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) hear(JSON.parse(line) as T);
  });
};
