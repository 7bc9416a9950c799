/** Jobs with their attempts, and incidents. */
import type { Json, Key, Variables } from '../../../../engine/machine/types.ts';

/** One time that a worker had a job. */
export interface Attempt {
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly worker: string;
  /** The variables of the job. */
  readonly input: Variables;
  /** What the connector was called with, if it differs: converted by its schema, without secrets. */
  readonly given?: Json;
  /** Absent while it runs. */
  readonly outcome?: 'completed' | 'failed' | 'errorThrown' | 'cancelled' | 'timedOut';
  /** The variables with which the job was completed. */
  readonly result?: Variables;
  /** What the connector has returned, if it differs. */
  readonly returned?: Json;
  readonly code?: string;
  readonly message?: string;
  /** The stack of the error with its causes, without secrets. */
  readonly stack?: string;
  readonly retriesLeft?: number;
  /** Real milliseconds that the connector needed. */
  readonly took?: number;
}

/** A line that a connector or the runtime has logged. */
export interface LogLine {
  readonly at: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

/** A job with everything that is known of it. */
export interface JobDetail {
  readonly key: Key;
  readonly type: string;
  readonly instance: Key;
  readonly process: string;
  readonly elementId: string;
  readonly elementName: string;
  /** `COMPLETED` and `CANCELLED` are those of jobs that the engine no longer has. */
  readonly state: string;
  readonly retries: number;
  readonly worker: string;
  /** When the worker's time or the back-off is over; absent if neither runs. */
  readonly until?: number;
  readonly incident?: Key;
  /** Whether a connector that is loaded has this type. */
  readonly served: boolean;
  /** Whether the connector can be loaded anew. */
  readonly canReload: boolean;
  /** Why inputs of it were null. */
  readonly reasons: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly log: readonly LogLine[];
}

/** Which jobs a list has: all, those that are not over, those with a failed attempt, those without a connector. */
export type JobFilter = 'all' | 'open' | 'errors' | 'unserved';

/** Jobs, newest first. */
export interface JobRows {
  readonly rows: readonly JobDetail[];
  /** How many older ones can be asked for. */
  readonly more: number;
  /** How many there are for each filter, whatever the text. */
  readonly counts: Readonly<Record<JobFilter, number>>;
}

export interface IncidentRow {
  readonly key: Key;
  readonly type: string;
  readonly message: string;
  readonly elementId: string;
  readonly instance: Key;
  readonly process: string;
  /** Absent if the incident has no job. */
  readonly job?: Key;
  /** As in {@link JobDetail}. */
  readonly canReload: boolean;
  readonly reasons: readonly string[];
}
