import { Metadata } from '@grpc/grpc-js';
import type { StartTimer } from '../../common/timer.ts';
import type { Drive } from '../drive.ts';
import type { MachineActivatedJob } from '../machine/types.ts';
import { checkTenant } from './calls.ts';
import { createDeliveries, type JobCall } from './deliveries.ts';
import { createHandout, type Wish } from './handout.ts';
import type { OpenCalls } from './open-calls.ts';
import { type CallStatus, invalidArgument, statusOf, stopping } from './status.ts';
import { type ActivateJobsRequest, type StreamActivatedJobsRequest, toBatches, toWireJob } from './wire.ts';

/** Milliseconds that a poll is held when it names no time of its own. */
const defaultPollTimeout = 10_000;

/** Messages on their way to one stream that its connection has not taken; with more the client counts as not ready. */
const streamWindow = 64;

/** What the job calls need. */
export interface JobCallServices {
  readonly drive: Drive;
  readonly openCalls: OpenCalls;
  /** Real time, since clients measure the same wait. */
  readonly startTimer: StartTimer;
  readonly random: () => number;
}

/** The two calls that hand out jobs. */
export interface JobCalls {
  activateJobs(call: JobCall<ActivateJobsRequest>): void;
  streamActivatedJobs(call: JobCall<StreamActivatedJobsRequest>): void;
  /** Gives back the jobs that no client has got; called when the connections are closed. */
  returnUnsent(): void;
}

const isBlank = (text: string): boolean => text.trim() === '';

const refuse = (rpc: string, faults: readonly (string | false)[]): void => {
  const found = faults.filter((fault) => fault !== false);
  if (found.length > 0) throw invalidArgument(`${rpc} needs ${found.join(', and ')}.`);
};

/** Checks ActivateJobs and turns it into what the handout needs; throws a `rejection` fault. */
export const readPoll = (request: ActivateJobsRequest): Wish & { readonly maxJobs: number } => {
  const { type, worker, maxJobsToActivate: maxJobs, fetchVariable: fetchVariables } = request;
  const timeout = Number(request.timeout);
  refuse('ActivateJobs', [
    isBlank(type) && 'a type, but it is blank',
    isBlank(worker) && 'a worker, but it is blank',
    timeout < 1 && `a timeout of at least 1 ms, but it is ${timeout}`,
    maxJobs < 1 && `a maxJobsToActivate of at least 1, but it is ${maxJobs}`,
  ]);
  checkTenant('ActivateJobs', ...request.tenantIds);
  return { type, worker, timeout, maxJobs, fetchVariables };
};

/** Checks StreamActivatedJobs and turns it into what the handout needs; throws a `rejection` fault. */
export const readStream = (request: StreamActivatedJobsRequest): Wish => {
  const { type, worker, fetchVariable: fetchVariables } = request;
  const timeout = Number(request.timeout);
  refuse('StreamActivatedJobs', [
    isBlank(type) && 'a type, but it is blank',
    timeout < 1 && `a timeout of at least 1 ms, but it is ${timeout}`,
  ]);
  checkTenant('StreamActivatedJobs', ...request.tenantIds);
  return { type, worker, timeout, fetchVariables };
};

/** Ends a stream of answers with a status, after what was written before. */
const endWith = <Request>(call: JobCall<Request>, callStatus: CallStatus): void => {
  call.emit('error', callStatus);
};

/** Makes ActivateJobs and StreamActivatedJobs; both share one handout. */
export const createJobCalls = ({ drive, openCalls, startTimer, random }: JobCallServices): JobCalls => {
  const deliveries = createDeliveries(drive);
  const handout = createHandout({
    activateJobs: (request) => drive.run((machine) => machine.activateJobs(request)),
    activateJob: (key, wish) => drive.run((machine) => machine.activateJob(key, wish)),
    random,
  });
  drive.on((event) => {
    if (event.kind === 'job:activatable') handout.offer(event.job);
  });
  drive.onSettled(handout.settle);

  /** Runs a call's opening; a refusal ends the call. */
  const open = <Request>(call: JobCall<Request>, opening: () => void): void => {
    try {
      opening();
    } catch (error) {
      endWith(call, statusOf(error));
    }
  };

  return {
    returnUnsent: deliveries.returnAll,

    activateJobs: (call) =>
      open(call, () => {
        const wish = readPoll(call.request);
        const { send, returnUnsent } = deliveries.over(call);
        let answered = false;

        const answer = (jobs: readonly MachineActivatedJob[]): void => {
          answered = true;
          for (const batch of toBatches(jobs.map(toWireJob))) {
            send(
              batch.map(({ key }) => key),
              { jobs: batch },
            );
          }
          call.end();
        };

        const leave = drive.run(() => handout.addPoll({ ...wish, alive: () => !call.cancelled, deliver: answer }));
        // Comes at every end of a call, also at a good one.
        call.once('cancelled', returnUnsent);
        if (answered) return;

        const limit = Number(call.request.requestTimeout);
        const endEmpty = (): void => {
          if (answered) return;
          leave();
          call.end();
        };
        if (limit < 0) {
          endEmpty();
          return;
        }
        const stopTimer = startTimer(limit > 0 ? limit : defaultPollTimeout, endEmpty);
        const forget = openCalls.add(() => {
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
      open(call, () => {
        const wish = readStream(call.request);
        const { send, returnUnsent } = deliveries.over(call);
        let blocked = false;

        const ready = (): boolean => {
          blocked = call.writableLength >= streamWindow;
          return !(blocked || call.cancelled);
        };
        const resumeIfBlocked = (): void => {
          if (!blocked || !ready()) return;
          handout.resume(wish.type);
          drive.run(handout.settle);
        };
        const leave = handout.addStream({
          ...wish,
          ready,
          push: (job) => send([job.key], toWireJob(job), resumeIfBlocked),
        });
        const forget = openCalls.add(() => {
          leave();
          endWith(call, stopping);
        });
        call.once('cancelled', () => {
          leave();
          forget();
          returnUnsent();
        });
        // The headers tell the client that the stream is open, before there is a job.
        call.sendMetadata(new Metadata());
      }),
  };
};
