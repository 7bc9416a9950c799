import { answerTask, callerVariableOf, type WaitingWebhook } from '../../connector/webhooks/answer-task.ts';
import { fetchOnly, type JobRequest, outboundRequest } from './requests.ts';

/** The request for the jobs that answer the calls of a webhook. */
export const answerRequest = (webhook: WaitingWebhook): JobRequest => {
  const request = outboundRequest(answerTask(webhook, () => ({ answered: false })));
  const { variables } = request;
  return { ...request, ...fetchOnly(variables && [...variables, callerVariableOf(webhook)]) };
};
