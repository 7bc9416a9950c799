import type { ActivatedJob } from '../../connection/port.ts';
import type { Activation } from '../../connector/types.ts';
import type { Delivery } from './delivery.ts';
import type { LoopOutcome } from './loop-outcome.ts';

/** Puts spans around the work of a runtime. Absent where nobody traces, so that it costs nothing there. */
export interface Tracing {
  /** Executes the job where its span is the parent of all spans that are started meanwhile. */
  job<Result>(job: ActivatedJob, execute: () => Promise<Result>): Promise<Result>;
  /** Around one call of an inbound connector's `loop`. */
  loop(activation: Activation, call: () => Promise<LoopOutcome>): Promise<LoopOutcome>;
  /** Around handing a message over to the cluster, repetitions included. */
  publish(activation: Activation, send: () => Promise<Delivery>): Promise<Delivery>;
}
