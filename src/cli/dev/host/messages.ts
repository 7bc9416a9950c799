import type { LogFields } from '../../../runtime/shared/logger.ts';
import type { ConnectorFacts } from '../../modules/connector-facts.ts';
import type { HostEvent, Resent, StoredRequest } from '../session.ts';
import type { HostPlace } from './local-host.ts';

/** What the thread of the connectors loads. */
export interface ThreadData {
  readonly modules: readonly string[];
  readonly folder: string;
}

/** Where the connectors of the thread work. */
export interface ThreadPlace extends Omit<HostPlace, 'signals'> {
  /** Whether debug lines are wanted. */
  readonly debug: boolean;
}

export type LineLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the thread says. */
export type FromThread =
  /** The modules are loaded, and their connectors can run together. `files` are the modules that were imported. */
  | { readonly kind: 'loaded'; readonly facts: ConnectorFacts; readonly files: readonly string[] }
  | { readonly kind: 'broken'; readonly problem: string; readonly files: readonly string[] }
  /** The connectors work, for the first time or again. */
  | { readonly kind: 'running' }
  /** The connectors could not start. */
  | { readonly kind: 'failed'; readonly problem: string }
  /** The connectors have stopped for a restart, until they are told to resume. */
  | { readonly kind: 'paused' }
  /** The jobs that were active when the connectors were held have ended, also if they were released before. */
  | { readonly kind: 'held' }
  | { readonly kind: 'event'; readonly event: HostEvent }
  /** What came of sending a request again. */
  | { readonly kind: 'resent'; readonly id: number; readonly result: ResendResult }
  | { readonly kind: 'log'; readonly level: LineLevel; readonly text: string; readonly fields: LogFields }
  | { readonly kind: 'stopped' };

/** An answer, or why there is none. */
export type ResendResult =
  | { readonly ok: true; readonly resent: Resent }
  | { readonly ok: false; readonly problem: string };

/**
 * What the thread is told, first of all its place. `pause` aborts active jobs and stops the connectors, and `resume` starts
 * them again. `hold` fetches no new jobs and lets active ones end, and `release` fetches jobs again.
 */
export type ToThread =
  | { readonly kind: 'place'; readonly place: ThreadPlace }
  | { readonly kind: 'start' | 'pause' | 'resume' | 'hold' | 'release' | 'stop' }
  | { readonly kind: 'resend'; readonly id: number; readonly stored: StoredRequest };
