import type { ConnectionInput } from '../../../src/index.ts';

/** What a runtime's process is told when it starts. */
export interface WorkerSettings {
  readonly name: string;
  readonly connection: ConnectionInput;
  /** Milliseconds that a job takes. */
  readonly work: number;
  /** Seconds. */
  readonly timeout: number;
  /** Seconds. */
  readonly lease: number;
  readonly maxJobs: number;
  /** Seconds. */
  readonly drainTimeout?: number;
  /** A file with the milliseconds by which the process's time is ahead of the machine's. */
  readonly time?: string;
}

/** What a runtime's process tells. */
export type Told =
  | { readonly kind: 'ran'; readonly key: string }
  | { readonly kind: 'started'; readonly key: string; readonly type: string }
  | { readonly kind: 'settled'; readonly key: string; readonly delivery: string }
  | { readonly kind: 'state'; readonly state: string }
  | { readonly kind: 'event'; readonly name: string }
  | { readonly kind: 'repeated'; readonly attempt: number }
  | { readonly kind: 'refused'; readonly attempt: number }
  | { readonly kind: 'line'; readonly level: string; readonly text: string };
