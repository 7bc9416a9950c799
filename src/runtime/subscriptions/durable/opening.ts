import { failForGood, failOnce } from '../../execute/failure.ts';
import type { Worker } from '../../jobs/worker.ts';
import type { Sender } from '../../send/sender.ts';
import { errorText } from '../../shared/error-text.ts';
import { readSubscription } from './document.ts';
import { openingRequest } from './requests.ts';

/** Milliseconds before the command is tried again where the cluster refuses it for now. */
const refusedPause = 5_000;

/**
 * Handles the first task of a subscription: completes the job that asked for it, so that its process moves on to the
 * event that awaits the message. A message that starts an instance is not answered with whether it did; that this job
 * exists is the proof, and until then the job that asks is handed out again after its timeout.
 *
 * @param signal ends the waiting for an answer
 */
export const openingWorker = (sender: Sender, signal: AbortSignal): Worker => ({
  ...openingRequest,
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
      // Completed before, and this job is here again because that went unnoticed; or its process was cancelled.
      case 'gone':
        return { kind: 'complete', variables: {} };
      // Failed meanwhile by a runtime without the connector, for one: it is handed out again after a while.
      case 'refused':
        return failOnce(attempts, `The task that asked cannot be completed: ${errorText(delivery.error)}`);
      default:
        return { kind: 'settled', outcome: { kind: 'complete', variables: {} }, delivery };
    }
  },
});
