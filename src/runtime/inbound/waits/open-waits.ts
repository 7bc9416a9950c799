import { withDeadline } from '../../../common/abort.ts';
import type { AnyOutbound, Outcome } from '../../../connector/types.ts';
import { parseDocument } from '../../../connector/values/json-text.ts';
import { answerTask, type WaitingWebhook } from '../../../connector/webhooks/answer-task.ts';
import { failForGood } from '../../execute/failure.ts';
import { answerRequest } from '../../jobs/answer-request.ts';
import { createSlots } from '../../jobs/slots.ts';
import type { Worker } from '../../jobs/worker.ts';
import { createWorkers, type Workers, type WorkersServices } from '../../jobs/workers.ts';
import type { ConnectServices } from '../../send/await-cluster.ts';
import { errorText } from '../../shared/error-text.ts';
import { answerOf } from '../answer-of.ts';
import { answerCall } from './answer-call.ts';
import { passedType } from './answer-process.ts';
import { createHeldCalls, type HeldCalls } from './held-calls.ts';
import { createPassOn, type PassOnServices, readPassed } from './pass-on.ts';

/** What {@link openWaits} works with. */
export interface WaitsParts extends Omit<WorkersServices, 'slots'>, PassOnServices {
  readonly webhooks: readonly WaitingWebhook[];
  /** Calls that wait at once. */
  readonly maxWaiting: number;
  /** Whether answers may have to be passed on to other runtimes, for which a process is deployed. */
  readonly passesOn: boolean;
  /** Makes the worker of an outbound connector. */
  readonly workerOf: (connector: AnyOutbound) => Worker;
}

/** The calls of webhooks that wait for the answers of processes, and the workers that answer them. */
export interface Waits {
  readonly held: HeldCalls;
  /** Prepares the cluster, and requests the first jobs. */
  start(services: ConnectServices): Promise<void>;
  /** As `stop` of the workers. Call it when no call waits any more. */
  stop: Workers['stop'];
  inFlight: Workers['inFlight'];
}

/**
 * Milliseconds that the stop waits for the jobs, when no call of this runtime waits any more. Answers for a runtime that is gone wait
 * longer: these jobs go back to the cluster with all their retries, since another runtime can repeat them.
 */
const stopTime = 1_000;

/** Jobs of answers that other runtimes pass on. */
const passedJobs = 64;

/** Milliseconds. Answering takes no time. */
const passedTime = 10_000;

const passedVariables = ['call', 'job', 'answer'];

/** Handles the answers that other runtimes pass on to this one. */
const passedWorker = (held: HeldCalls): Worker => {
  const type = passedType(held.holder);
  return {
    ...{ type, connector: type, maxJobs: passedJobs, jobTimeout: passedTime, variables: passedVariables },
    internal: true,
    handle: async (job): Promise<Outcome> => {
      try {
        const { call, job: answering, answer } = parseDocument(job.variables);
        const answered = await held.answer(String(call), String(answering), answerOf(readPassed(answer)));
        return { kind: 'complete', variables: { answered } };
      } catch (error) {
        return failForGood({ retries: job.retries, backoff: 0 }, errorText(error), error);
      }
    },
  };
};

/** Creates what answers the calls that wait. Nothing happens before `start`. */
export const openWaits = (parts: WaitsParts): Waits => {
  const { webhooks, maxWaiting, passesOn, workerOf, clock } = parts;
  const held = createHeldCalls(maxWaiting);
  const passOn = createPassOn(parts);
  const definitions = [
    ...webhooks.map((webhook) => ({
      ...workerOf(answerTask(webhook, answerCall(webhook, { held, passOn }))),
      ...answerRequest(webhook),
    })),
    ...(passesOn ? [passedWorker(held)] : []),
  ];
  // Beside the slots of the runtime: a caller waits for these jobs, and they are short.
  const limits = new Map(definitions.map(({ type, maxJobs }) => [type, maxJobs]));
  const slots = createSlots(
    [...limits.values()].reduce((sum, limit) => sum + limit, 0),
    limits,
  );
  const workers = createWorkers(definitions, { ...parts, slots });
  return {
    held,
    start: async (services) => {
      if (passesOn) await passOn.prepare(services);
      workers.start();
    },
    stop: (force, giveUp) => withDeadline(clock, stopTime, force, (signal) => workers.stop(signal, giveUp)),
    inFlight: workers.inFlight,
  };
};
