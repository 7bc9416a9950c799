import type { ActivatedJob, StreamRequest, TenantSelection } from '../../connection/port.ts';
import type { Outcome } from '../../connector/types.ts';
import type { Settled } from '../shared/delivery.ts';
import type { JobDeadline } from './job-deadline.ts';
import type { JobRequest } from './requests.ts';

/** One job type and what handles its jobs. */
export interface Worker extends JobRequest {
  /** Maximum number of jobs of one request, so that other runtimes get a share of a backlog; absent: as many as there are slots. */
  readonly batch?: number;
  /** A job type of the runtime itself, without job events. */
  readonly internal?: boolean;
  /** Stream the jobs where the cluster supports it. */
  readonly stream?: boolean;
  /**
   * Handles a job and gives its outcome. Never rejects.
   *
   * @param signal fires when the runtime cannot wait any longer
   * @param deadline for a job that needs more or less time
   * @param leftRunning reports work that continues after the outcome; the job keeps its slot until that work has ended
   */
  readonly handle: (
    job: ActivatedJob,
    signal: AbortSignal,
    deadline: JobDeadline,
    leftRunning: (work: Promise<void>) => void,
  ) => Promise<Outcome | Settled>;
}

/**
 * The parts that requests and streams of the worker's jobs have in common.
 *
 * @param tenants absent: those of the connection
 */
export const streamRequest = (worker: Worker, workerName: string, tenants?: TenantSelection): StreamRequest => ({
  type: worker.type,
  worker: workerName,
  timeout: worker.jobTimeout,
  ...(worker.variables === undefined ? {} : { fetchVariables: worker.variables }),
  ...tenants,
  ...(worker.leaseToken === true ? { withLease: true } : {}),
});
