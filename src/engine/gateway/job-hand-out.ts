import type { MachineHost } from '../host/machine-host.ts';
import { type AnsweredFirst, createAnsweredFirst } from './answered-first.ts';
import { createJobDeliveries, type JobDeliveries } from './job-deliveries.ts';
import { createJobDistributor, type JobDistributor } from './job-distributor.ts';

/** Hands jobs to the clients of all gateways of an engine, each job once. */
export interface JobHandOut {
  readonly distributor: JobDistributor;
  readonly deliveries: JobDeliveries;
  readonly answeredFirst: AnsweredFirst;
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
  const distributor = createJobDistributor({
    activateJobs: (request) =>
      host.run((machine) => machine.activateJobs({ ...request, isHeld: answeredFirst.holds() })),
    activateJob: (key, request) => host.run((machine) => machine.activateJob(key, request)),
    random,
  });
  const answeredFirst = createAnsweredFirst({ offer: distributor.offer, settle: () => host.run(distributor.settle) });
  host.on((event) => {
    if (event.kind !== 'job:activatable') return;
    // The call SetVariables is answered after this job.
    if (event.job.listenerEvent === 'UPDATING') distributor.offer(event.job);
    else answeredFirst.add(event.job);
  });
  host.onSettled(distributor.settle);
  return {
    distributor,
    deliveries,
    answeredFirst,
    stop: () => {
      answeredFirst.stop();
      deliveries.returnAll();
    },
  };
};
