import type { ActivatedJob } from '../../connection/port.ts';
import type { Activation } from '../../connector/types.ts';
import type { Delivery } from './delivery.ts';
import type { LoopOutcome } from './subscription.ts';

/** Records spans around the work of a runtime. Absent without tracing, so that it costs nothing then. */
export interface Tracing {
  /** Executes a job. Its span is the parent of all spans that start meanwhile. */
  job<Result>(job: ActivatedJob, execute: () => Promise<Result>): Promise<Result>;
  /** Records one call of an inbound connector's `loop`. */
  loop(activation: Activation, call: () => Promise<LoopOutcome>): Promise<LoopOutcome>;
  /** Records the publication of a message, including its repetitions. */
  publish(activation: Activation, send: () => Promise<Delivery>): Promise<Delivery>;
}
