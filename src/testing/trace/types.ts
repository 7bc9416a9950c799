import type { Logger } from '../../connector/types.ts';
import type { Engine } from '../../engine/types.ts';
import type { Runtime } from '../../runtime/index.ts';

/** The log levels of a line. */
export type TraceLevel = 'debug' | 'info' | 'warn' | 'error';

/** What an entry is about. */
interface Place {
  /** The process instance, if it is about one. */
  readonly processInstanceKey?: string;
  readonly bpmnProcessId?: string;
  readonly elementId?: string;
  /** The job type, or the name of the inbound connector. */
  readonly connector?: string;
}

/** Something that has happened, as data. */
export type TraceEntry = Place &
  (
    | { readonly kind: 'started' | 'completed'; readonly variables: unknown }
    | { readonly kind: 'terminated' | 'entered' | 'timer' }
    /** A worker has a job. `attempt` counts from 1. */
    | { readonly kind: 'input'; readonly variables: unknown; readonly attempt: number }
    | { readonly kind: 'result'; readonly variables: unknown }
    | { readonly kind: 'bpmnError'; readonly code: string; readonly message: string }
    /** An attempt has failed. `attemptsLeft` is 0 if an incident follows; `pause` is in milliseconds. */
    | { readonly kind: 'failed'; readonly message: string; readonly attemptsLeft: number; readonly pause: number }
    | { readonly kind: 'incident'; readonly type: string; readonly message: string }
    | { readonly kind: 'resolved' }
    /** An inbound connector waits for something outside, and will publish the message. */
    | { readonly kind: 'activated'; readonly messageName: string }
    | {
        readonly kind: 'published';
        readonly messageName: string;
        readonly correlationKey: string;
        readonly variables: unknown;
      }
    | { readonly kind: 'correlated'; readonly messageName: string }
    | { readonly kind: 'signal'; readonly signalName: string; readonly variables: unknown }
    | { readonly kind: 'userTask'; readonly state: 'created' }
    | { readonly kind: 'userTask'; readonly state: 'completed'; readonly variables: unknown }
    | { readonly kind: 'decision'; readonly decisionId: string; readonly output: unknown; readonly failure?: string }
    | { readonly kind: 'log'; readonly level: TraceLevel; readonly text: string }
    | { readonly kind: 'connection'; readonly text: string }
  );

/** Where the entries go, and in which form. */
export interface TraceOptions {
  /** Receives each line, without a line break at its end. */
  readonly write: (line: string) => void;
  /** Text for people, or one JSON object per line. Default: `text`. */
  readonly format?: 'text' | 'json';
  /** Whether text has ANSI colours. Default: false. */
  readonly colours?: boolean;
}

/** Shows what processes do, line by line, in the order in which it happens. Made by `createTrace`. */
export interface Trace {
  /**
   * Follows an engine: instances, elements, jobs with input and result, messages, timers, incidents. Returns a function that
   * ends it.
   */
  engine(engine: Pick<Engine, 'on' | 'now'>): () => void;
  /**
   * Follows a runtime, for a cluster that shows no events: jobs with input and result, activations, messages. Returns a function
   * that ends it.
   */
  runtime(runtime: Pick<Runtime, 'on'>): () => void;
  /**
   * A logger for a runtime: the lines of its connectors become lines of the trace.
   *
   * @param next receives all other lines, also those at level debug, but not those that say what the trace says already. Default:
   *   nobody does
   */
  logger(next?: Logger): Logger;
  /**
   * The way of an instance in one line, e.g. `Start > Place ! SOLD_OUT > Sorry`. Empty for an instance that is unknown, and once
   * 1,000 others have ended.
   */
  path(processInstanceKey: string): string;
}
