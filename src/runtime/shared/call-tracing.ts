import type { CallResult } from './call.ts';
import type { Delivery } from './delivery.ts';
import type { Tracing } from './tracing.ts';

/**
 * What becomes of the trace that the caller of a webhook or callback names: it is continued; or the call begins a trace of its own
 * with a link to it, so that a stranger cannot decide which traces are recorded; or it is ignored.
 */
export type CallerTraceMode = 'continue' | 'link' | 'ignore';

/** A call from outside, as far as its span is concerned. */
export interface CallHead {
  /** The name of the webhook, or what stands for that of a callback until its address is opened. */
  readonly connector: string;
  readonly method: string;
  /** The path of the webhook. For a callback, without the part that is secret. */
  readonly route: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly trace: CallerTraceMode;
}

/** What became of a call, as far as its span is concerned. */
export interface TracedCallEnd {
  readonly answer: { readonly status: number };
  readonly result: CallResult;
  /** The name of the callback, once its address is opened. */
  readonly connector?: string;
  readonly error?: unknown;
}

/** A message that is published because of a call. */
export interface TracedMessage {
  readonly connector: string;
  readonly messageName: string;
  readonly messageId: string;
}

/** Records spans around calls from outside. */
export interface CallTracing {
  /** Handles a call. Its span is the parent of all spans that start meanwhile. */
  call<End extends TracedCallEnd>(head: CallHead, handle: () => Promise<End>): Promise<End>;
  /** Publishes a message within a call, with its repetitions. */
  message(message: TracedMessage, send: () => Promise<Delivery>): Promise<Delivery>;
}

/** Records all spans of a runtime. Absent without tracing, so that it costs nothing then. */
export interface RuntimeTracing extends Tracing, CallTracing {}
