import type { MachineHost } from '../host/machine-host.ts';
import { createKnownWorkers } from '../waits/known-workers.ts';
import type { KnownWorker } from '../waits/types.ts';
import { type AnsweredFirst, createAnsweredFirst } from './answered-first.ts';
import { createJobDeliveries, type JobDeliveries } from './job-deliveries.ts';
import { createJobDistributor, type JobDistributor, type Poll } from './job-distributor.ts';

/** Hands jobs to the clients of all gateways of an engine, each job once. */
export interface JobHandOut {
  readonly distributor: JobDistributor;
  readonly deliveries: JobDeliveries;
  readonly answeredFirst: AnsweredFirst;
  /** The workers that have asked for jobs. */
  workers(): readonly KnownWorker[];
  /** Returns the jobs that no client has received. Called when the connections are closed. */
  stop(): void;
}

/**
 * Creates the hand-out of a machine's jobs.
 *
 * @param random a random number in [0, 1), to distribute jobs to streams
 */
export const createJobHandOut = (host: MachineHost, random: () => number): JobHandOut => {
  const deliveries = createJobDeliveries(host);
  const workers = createKnownWorkers();
  const jobDistributor = createJobDistributor({
    activateJobs: (request) =>
      host.run((machine) => machine.activateJobs({ ...request, isHeld: answeredFirst.holds() })),
    activateJob: (key, request) => host.run((machine) => machine.activateJob(key, request)),
    random,
  });
  const distributor: JobDistributor = {
    ...jobDistributor,
    addPoll: (poll) => {
      const end = workers.connect(poll);
      const deliver: Poll['deliver'] = (jobs) => {
        end();
        poll.deliver(jobs);
      };
      const leave = jobDistributor.addPoll({ ...poll, deliver });
      return () => {
        end();
        leave();
      };
    },
    addStream: (stream) => {
      const end = workers.connect(stream);
      const leave = jobDistributor.addStream(stream);
      return () => {
        end();
        leave();
      };
    },
  };
  const answeredFirst = createAnsweredFirst({ offer: distributor.offer, settle: () => host.run(distributor.settle) });
  host.onWork((event) => {
    if (event.kind !== 'job:activatable') return;
    // A call that changes a user task is answered after these jobs.
    if (event.job.kind === 'TASK_LISTENER') distributor.offer(event.job);
    else answeredFirst.add(event.job);
  });
  host.onSettled(distributor.settle);
  return {
    distributor,
    deliveries,
    answeredFirst,
    workers: workers.list,
    stop: () => {
      answeredFirst.stop();
      deliveries.returnAll();
    },
  };
};
