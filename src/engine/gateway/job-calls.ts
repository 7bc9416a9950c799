import { Metadata } from '@grpc/grpc-js';
import type { StartTimer } from '../../common/timer.ts';
import type { MachineHost } from '../host/machine-host.ts';
import type { MachineActivatedJob } from '../machine/types.ts';
import { type AnsweredFirst, createAnsweredFirst } from './answered-first.ts';
import { type CallStatus, invalidArgument, statusOf, stopping } from './call-status.ts';
import { type ActivateJobsRequest, type StreamActivatedJobsRequest, toBatches, toJobMessage } from './grpc-messages.ts';
import type { HeldCalls } from './held-calls.ts';
import { createJobDeliveries, type JobCall } from './job-deliveries.ts';
import { createJobDistributor, type JobRequest } from './job-distributor.ts';
import { checkTenant } from './unary-calls.ts';

/** Milliseconds that a poll without a timeout is held. */
const defaultPollTimeout = 10_000;

/** Number of messages that the connection of a stream has not accepted, from which on the client is not ready. */
const streamWindow = 64;

/** What the job calls need. */
export interface JobCallServices {
  readonly host: MachineHost;
  readonly heldCalls: HeldCalls;
  /** Real time, because clients measure it, too. */
  readonly startTimer: StartTimer;
  readonly random: () => number;
}

/** The two calls that activate jobs. */
export interface JobCalls {
  activateJobs(call: JobCall<ActivateJobsRequest>): void;
  streamActivatedJobs(call: JobCall<StreamActivatedJobsRequest>): void;
  /** Returns the jobs that no client has received. Called when the connections are closed. */
  stop(): void;
  /** See {@link AnsweredFirst.run}. */
  readonly answerFirst: AnsweredFirst['run'];
}

const isBlank = (text: string): boolean => text.trim() === '';

const rejectProblems = (rpc: string, problems: readonly (string | false)[]): void => {
  const found = problems.filter((problem) => problem !== false);
  if (found.length > 0) throw invalidArgument(`${rpc} needs ${found.join(', and ')}.`);
};

/** Checks the request of ActivateJobs and converts it; throws a `rejection` fault. */
export const readPoll = (request: ActivateJobsRequest): JobRequest & { readonly maxJobs: number } => {
  const { type, worker, maxJobsToActivate: maxJobs, fetchVariable: fetchVariables } = request;
  const timeout = Number(request.timeout);
  rejectProblems('ActivateJobs', [
    isBlank(type) && 'a type, but it is blank',
    timeout < 1 && `a timeout of at least 1 ms, but it is ${timeout}`,
    maxJobs < 1 && `a maxJobsToActivate of at least 1, but it is ${maxJobs}`,
  ]);
  checkTenant('ActivateJobs', ...request.tenantIds);
  return { type, worker, timeout, maxJobs, fetchVariables };
};

/** Checks the request of StreamActivatedJobs and converts it; throws a `rejection` fault. */
export const readStream = (request: StreamActivatedJobsRequest): JobRequest => {
  const { type, worker, fetchVariable: fetchVariables } = request;
  const timeout = Number(request.timeout);
  rejectProblems('StreamActivatedJobs', [
    isBlank(type) && 'a type, but it is blank',
    timeout < 1 && `a timeout of at least 1 ms, but it is ${timeout}`,
  ]);
  checkTenant('StreamActivatedJobs', ...request.tenantIds);
  return { type, worker, timeout, fetchVariables };
};

/** Ends a stream of answers with a status, after the messages that were written before. */
const endWith = <Request>(call: JobCall<Request>, callStatus: CallStatus): void => {
  call.emit('error', callStatus);
};

/** Creates the calls ActivateJobs and StreamActivatedJobs, which share one distributor. */
export const createJobCalls = ({ host, heldCalls, startTimer, random }: JobCallServices): JobCalls => {
  const deliveries = createJobDeliveries(host);
  const distributor = createJobDistributor({
    activateJobs: (request) =>
      host.run((machine) => machine.activateJobs({ ...request, isHeld: answeredFirst.holds() })),
    activateJob: (key, request) => host.run((machine) => machine.activateJob(key, request)),
    random,
  });
  const answeredFirst = createAnsweredFirst({ offer: distributor.offer, settle: () => host.run(distributor.settle) });
  host.on((event) => {
    if (event.kind === 'job:activatable') answeredFirst.add(event.job);
  });
  host.onSettled(distributor.settle);

  /** Starts a call. An error ends it. */
  const start = <Request>(call: JobCall<Request>, body: () => void): void => {
    try {
      body();
    } catch (error) {
      endWith(call, statusOf(error));
    }
  };

  return {
    stop: () => {
      answeredFirst.stop();
      deliveries.returnAll();
    },
    answerFirst: answeredFirst.run,

    activateJobs: (call) =>
      start(call, () => {
        const request = readPoll(call.request);
        const { send, returnUnsent } = deliveries.over(call);
        let answered = false;

        const answer = (jobs: readonly MachineActivatedJob[]): void => {
          answered = true;
          for (const batch of toBatches(jobs.map(toJobMessage))) {
            send(
              batch.map(({ key }) => key),
              { jobs: batch },
            );
          }
          call.end();
        };

        const leave = host.run(() =>
          distributor.addPoll({ ...request, alive: () => !call.cancelled, deliver: answer }),
        );
        // This event is emitted at the end of every call, even of a successful one.
        call.once('cancelled', returnUnsent);
        if (answered) return;

        const limit = Number(call.request.requestTimeout);
        const endEmpty = (): void => {
          if (answered) return;
          leave();
          call.end();
        };
        if (limit < 0) {
          // The poll finds every job whose creator has its answer.
          answeredFirst.afterHeld(endEmpty);
          return;
        }
        const stopTimer = startTimer(limit > 0 ? limit : defaultPollTimeout, endEmpty);
        const forget = heldCalls.add(() => {
          leave();
          if (!answered) endWith(call, stopping);
        });
        call.once('cancelled', () => {
          leave();
          forget();
          stopTimer();
        });
      }),

    streamActivatedJobs: (call) =>
      start(call, () => {
        const request = readStream(call.request);
        const { send, returnUnsent } = deliveries.over(call);
        let blocked = false;

        const ready = (): boolean => {
          blocked = call.writableLength >= streamWindow;
          return !(blocked || call.cancelled);
        };
        const resumeIfBlocked = (): void => {
          if (!blocked || !ready()) return;
          distributor.resume(request.type);
          host.run(distributor.settle);
        };
        const leave = distributor.addStream({
          ...request,
          ready,
          push: (job) => send([job.key], toJobMessage(job), resumeIfBlocked),
        });
        const forget = heldCalls.add(() => {
          leave();
          endWith(call, stopping);
        });
        call.once('cancelled', () => {
          leave();
          forget();
          returnUnsent();
        });
        // The headers tell the client that the stream is open, before the first job.
        call.sendMetadata(new Metadata());
      }),
  };
};
