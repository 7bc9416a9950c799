import * as v from 'valibot';
import type { AnyOutboundConnector, OutboundConnector, Schema } from '../types.ts';
import type { AnyWebhook } from './types.ts';
import { callerVariable, type WaitSettings } from './wait-types.ts';

/** A webhook whose calls may wait for the answer of a process. */
export type WaitingWebhook = AnyWebhook & { readonly waits: WaitSettings<Schema> };

/** Tells whether calls of a webhook may wait for the answer of a process. */
export const isWaitingWebhook = (webhook: AnyWebhook): webhook is WaitingWebhook => webhook.waits !== undefined;

/** The job type of the task that answers the calls of a webhook. */
export const answerTypeOf = ({ name, waits }: WaitingWebhook): string => waits.type ?? `answer-${name}`;

/** The process variable that says whom to answer. */
export const callerVariableOf = ({ waits }: WaitingWebhook): string => waits.variable ?? callerVariable;

/** Whether the caller was there to be answered. */
const output: v.ObjectSchema<{ readonly answered: v.BooleanSchema<undefined> }, undefined> = v.object({
  answered: v.boolean(),
});

/** Seconds beside the time of a call: an answer may have to be passed on to the runtime that has the call. */
const extraTime = 15;

/** Jobs at once. Most are short, but those for the callers of a runtime that is gone wait for a timer, and must not delay the others. */
const maxJobs = 256;

/**
 * The outbound connector of the task that answers the calls of a webhook.
 *
 * @param run answers the call
 */
export const answerTask = (
  webhook: WaitingWebhook,
  run: OutboundConnector<string, Schema, typeof output>['run'],
): AnyOutboundConnector => ({
  kind: 'outbound',
  name: `${webhook.name}: answer`,
  type: answerTypeOf(webhook),
  description: `Answers the call of the webhook ${webhook.name} that waits.`,
  timeout: webhook.timeout + extraTime,
  maxJobs,
  input: webhook.waits.input,
  output,
  run,
});
