/// <reference lib="esnext.disposable" preserve="true" />

import type { CallOptions, Topology } from '../../connection/port.ts';
import type { Listen } from './events.ts';
import type { RuntimeStatus } from './status.ts';

/** Connectors, composed with a connection. Made by `createRuntime`. */
export interface Runtime {
  /**
   * Connects and asks for jobs. Resolves when the cluster has answered and the first request of each type is sent;
   * an unreachable cluster is waited for. Rejects where waiting does not help (configuration, credentials,
   * certificate), with the state `failed`. Resolves as well when `stop` was called in the meantime,
   * as soon as that has ended.
   */
  start(): Promise<void>;
  /**
   * Takes no new jobs, waits for those in hand up to `drainTimeout`, then aborts and hands them back. Repeated calls
   * share one promise. After it the process can exit by itself.
   */
  stop(): Promise<void>;
  status(): RuntimeStatus;
  /**
   * Asks the cluster to describe itself. Rejects with the connection's error when it does not answer, and before
   * `start` as well as after `stop`, when there is no connection.
   */
  topology(options?: CallOptions): Promise<Topology>;
  /** Listens to an event; returns the way to stop listening. */
  readonly on: Listen;
  [Symbol.asyncDispose](): Promise<void>;
}
