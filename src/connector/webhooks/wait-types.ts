import type * as v from 'valibot';
import type { Schema } from '../types.ts';
import type { WebhookAnswer } from './answer-types.ts';

/** The process variable that says whom to answer, unless the webhook names another. */
export const callerVariable = 'caller';

/** What the task passes to the answer: the output type of the schema. */
export type WaitInput<A extends Schema | undefined> = A extends Schema ? v.InferOutput<A> : Record<string, never>;

/** How the answer to a call comes from the process: a task makes it, and the call waits for that. */
export interface WaitSettings<A extends Schema | undefined = Schema | undefined> {
  /** The valibot schema of an object: what the answering task passes. */
  readonly input: A;
  /** The job type of the answering task. @default `answer-` and the name of the webhook */
  readonly type?: string;
  /**
   * The process variable that says whom to answer. Each message of a call that waits has it beside its own variables.
   * @default 'caller'
   */
  readonly variable?: string;
  /** Turns what the task passes into the answer. @default status 200 with the input as JSON */
  readonly answer?: (input: WaitInput<A>) => WebhookAnswer;
  /** The answer when the process has made none within `timeout`. @default status 202 with `{ "status": "accepted" }` */
  readonly late?: WebhookAnswer;
}
