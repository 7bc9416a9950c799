import { failForGood, failOnce } from '../../execute/failure.ts';
import type { Worker } from '../../jobs/worker.ts';
import type { Sender } from '../../send/sender.ts';
import { errorText } from '../../shared/error-text.ts';
import { openTaskRequest } from './requests.ts';
import { readSubscription } from './stored-subscription.ts';

/** Milliseconds before the next attempt when the cluster refuses the command. */
const refusedPause = 5_000;

/**
 * Handles the first task of a subscription's process: completes the job of the activating task, so that the user's
 * process moves on to its message event. The answer to a start message does not say whether an instance was started;
 * this job is the proof. Without it, the activating job is offered again after its timeout.
 *
 * @param signal ends all waiting for an answer
 */
export const openTaskWorker = (sender: Sender, signal: AbortSignal): Worker => ({
  ...openTaskRequest,
  internal: true,
  handle: async (job, _force, deadline) => {
    const attempts = { retries: job.retries, backoff: refusedPause };
    let stored: ReturnType<typeof readSubscription>;
    try {
      stored = readSubscription(job);
    } catch (error) {
      return failForGood(attempts, errorText(error), error);
    }
    const command = { kind: 'completeJob', jobKey: stored.activationJob, variables: '{}' } as const;
    const limits = { subject: stored.activation.id, deadline: deadline.at(), signal };
    const delivery = await sender.send(command, limits);
    switch (delivery.kind) {
      case 'accepted':
      case 'duplicate':
      // The activating job was completed before and the answer was lost, or its process was cancelled.
      case 'gone':
        return { kind: 'complete', variables: {} };
      // For example, a runtime without the connector has failed that job meanwhile: the cluster offers it again later.
      case 'refused':
        return failOnce(attempts, `The activating task cannot be completed: ${errorText(delivery.error)}`);
      default:
        return { kind: 'settled', outcome: { kind: 'complete', variables: {} }, delivery };
    }
  },
});
