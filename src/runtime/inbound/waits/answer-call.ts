import { inputError } from '../../../connector/errors.ts';
import type { OutboundContext } from '../../../connector/types.ts';
import { callerVariableOf, type WaitingWebhook } from '../../../connector/webhooks/answer-task.ts';
import { answerOf } from '../answer-of.ts';
import type { HeldCalls } from './held-calls.ts';
import type { PassOn } from './pass-on.ts';
import { readReference } from './reference.ts';

/** Milliseconds for the answer to a further caller, on which nothing depends. */
const briefWait = 2_000;

/** What answering needs. */
export interface AnswerServices {
  readonly held: HeldCalls;
  readonly passOn: PassOn;
}

/** The result of the answering task. */
export interface Answered {
  /** Whether a caller was there and gets the answer. */
  readonly answered: boolean;
}

const absentText = (variable: string, webhook: string): string =>
  `The process instance has no variable ${variable}, which the messages of the webhook ${JSON.stringify(webhook)} have. Fix: start the instance with such a message; if the message event has output mappings, add one from =${variable} to ${variable}, because they pass on nothing else.`;

/**
 * Makes the function that answers the calls of a webhook: with the input of the task, and to the caller that its variable names.
 *
 * It throws an error of `inputError` without such a variable, and the errors of the definition's `answer`.
 */
export const answerCall =
  (webhook: WaitingWebhook, { held, passOn }: AnswerServices) =>
  async (input: unknown, { job, signal }: Pick<OutboundContext, 'job' | 'signal'>): Promise<Answered> => {
    const { waits } = webhook;
    const variable = callerVariableOf(webhook);
    const reference = readReference(job.variables[variable]);
    if (reference === undefined) {
      // An input mapping of a variable that does not exist gives null.
      if ((job.variables[variable] ?? null) === null) throw inputError(absentText(variable, webhook.name));
      throw inputError(
        `The variable ${variable} must be the one that the messages of the webhook ${JSON.stringify(webhook.name)} have. Fix: let the task see it, e.g. with an input mapping from =${variable} to ${variable}.`,
      );
    }
    const answer = answerOf(waits.answer === undefined ? { body: input } : waits.answer(input as never));
    const isAnswered = await held.answer(reference.call, job.key, answer);
    if (reference.holder === held.holder) return { answered: isAnswered };
    const pass = (longest: number): Promise<boolean> => passOn.pass(reference, job, answer, longest, signal);
    if (!isAnswered) return { answered: await pass(webhook.timeout * 1000) };
    // A repetition of the request came to this runtime. The first call may still wait at its own, which may as well be gone.
    await pass(briefWait).catch(() => {});
    return { answered: true };
  };
