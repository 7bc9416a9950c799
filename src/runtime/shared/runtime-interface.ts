/// <reference lib="esnext.disposable" preserve="true" />

import type { CallOptions, Topology } from '../../connection/port.ts';
import type { Listen } from './events.ts';
import type { RuntimeStatus } from './status.ts';

/** Connectors at work on one connection. Created by `createRuntime`. */
export interface Runtime {
  /**
   * Connects and requests jobs. Resolves when the cluster has answered and the first request of each type has been sent.
   * Waits while the cluster cannot be reached. Rejects, with the state `failed`, if waiting cannot help: the configuration,
   * the credentials or a certificate is wrong. If `stop` is called in the meantime, resolves when the runtime has stopped.
   */
  start(): Promise<void>;
  /**
   * Accepts no new jobs and waits up to `drainTimeout` for active jobs, then aborts them and returns them to the cluster.
   * Repeated calls share one promise. Once it has resolved, the runtime no longer keeps the process alive.
   */
  stop(): Promise<void>;
  status(): RuntimeStatus;
  /**
   * Gets the cluster's description of itself. Rejects with the connection's error if the cluster does not answer, and with a
   * fault of kind `definition` before `start` and after `stop`, when there is no connection.
   */
  topology(options?: CallOptions): Promise<Topology>;
  /** Adds a listener to an event; returns a function that removes it. */
  readonly on: Listen;
  [Symbol.asyncDispose](): Promise<void>;
}
