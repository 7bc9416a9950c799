import type { ClusterVersion } from '../../model/cluster-version.ts';
import { statusOf, stopping } from '../call-status.ts';
import { type HeldPollServices, holdPoll } from '../held-poll.ts';
import { readPoll, readStream } from '../job-requests.ts';
import {
  type ActivateJobsRequest,
  type StreamActivatedJobsRequest,
  toBatches,
  toJobMessage,
} from '../messages/grpc-messages.ts';
import type { GrpcCall } from './call.ts';
import { olderJob } from './older-protocol.ts';

/** Number of messages that the connection of a stream has not accepted, from which on the client is not ready. */
const streamWindow = 64;

/** What the job calls need. */
export interface JobCallServices extends HeldPollServices {
  /** The version of the cluster as which the gateway behaves. */
  readonly version: ClusterVersion;
}

/** The two calls that activate jobs. */
export interface JobCalls {
  activateJobs(call: GrpcCall<ActivateJobsRequest>): void;
  streamActivatedJobs(call: GrpcCall<StreamActivatedJobsRequest>): void;
}

/** Creates the calls ActivateJobs and StreamActivatedJobs. */
export const createJobCalls = (services: JobCallServices): JobCalls => {
  const { host, heldCalls, handOut, version } = services;
  const { distributor, deliveries } = handOut;
  const older = olderJob(version);

  /** Starts a call. An error ends it. */
  const start = <Request>(call: GrpcCall<Request>, body: () => void): void => {
    try {
      body();
    } catch (error) {
      call.end(statusOf(error));
    }
  };

  return {
    activateJobs: (call) =>
      start(call, () => {
        const request = readPoll(call.request, host.tenants);
        const { send, returnUnsent } = deliveries.over<object>(call.send);
        holdPoll(services, {
          request,
          limit: Number(call.request.requestTimeout),
          isOpen: () => !call.isOver(),
          onEnd: call.onEnd,
          returnUnsent,
          deliver: (jobs) => {
            for (const batch of toBatches(jobs.map(toJobMessage))) {
              send(
                batch.map(({ key }) => key),
                { jobs: batch.map(older) },
              );
            }
            call.end();
          },
          endEmpty: () => call.end(),
          endStopping: () => call.end(stopping),
        });
      }),

    streamActivatedJobs: (call) =>
      start(call, () => {
        const request = readStream(call.request, host.tenants);
        const { send, returnUnsent } = deliveries.over<object>(call.send);
        let blocked = false;

        const ready = (): boolean => {
          blocked = call.unsent() >= streamWindow;
          return !(blocked || call.isOver());
        };
        const resumeIfBlocked = (): void => {
          if (!blocked || !ready()) return;
          distributor.resume(request);
          host.run(distributor.settle);
        };
        const leave = distributor.addStream({
          ...request,
          ready,
          push: (job) => send([job.key], older(toJobMessage(job)), resumeIfBlocked),
        });
        const forget = heldCalls.add(() => {
          leave();
          call.end(stopping);
        });
        call.onEnd(() => {
          leave();
          forget();
          returnUnsent();
        });
        // The headers tell the client that the stream is open, before the first job.
        call.open();
      }),
  };
};
