import { invalidArgument } from './call-status.ts';
import type { JobRequest } from './job-distributor.ts';
import type { ActivateJobsRequest, StreamActivatedJobsRequest } from './messages/grpc-messages.ts';
import { readTenants, type Tenants } from './tenants.ts';

/** Milliseconds that a poll without a timeout is held. */
export const defaultPollTimeout = 10_000;

const isBlank = (text: string): boolean => text.trim() === '';

const rejectProblems = (rpc: string, problems: readonly (string | false)[]): void => {
  const found = problems.filter((problem) => problem !== false);
  if (found.length > 0) throw invalidArgument(`${rpc} needs ${found.join(', and ')}.`);
};

/** The tenants and the lease of a request. */
const readAccess = (
  rpc: string,
  { tenantIds, tenantFilter, withLease }: StreamActivatedJobsRequest,
  tenants: Tenants,
): Pick<JobRequest, 'tenantIds' | 'withLease'> => ({
  tenantIds: readTenants(rpc, tenantIds, tenants, tenantFilter === 'ASSIGNED'),
  withLease,
});

/** Checks the request of ActivateJobs and converts it; throws a `rejection` fault. */
export const readPoll = (request: ActivateJobsRequest, tenants: Tenants): JobRequest & { readonly maxJobs: number } => {
  const { type, worker, maxJobsToActivate: maxJobs, fetchVariable: fetchVariables } = request;
  const timeout = Number(request.timeout);
  rejectProblems('ActivateJobs', [
    isBlank(type) && 'a type, but it is blank',
    timeout < 1 && `a timeout of at least 1 ms, but it is ${timeout}`,
    maxJobs < 1 && `a maxJobsToActivate of at least 1, but it is ${maxJobs}`,
  ]);
  return { type, worker, timeout, maxJobs, fetchVariables, ...readAccess('ActivateJobs', request, tenants) };
};

/** Checks the request of StreamActivatedJobs and converts it; throws a `rejection` fault. */
export const readStream = (request: StreamActivatedJobsRequest, tenants: Tenants): JobRequest => {
  const { type, worker, fetchVariable: fetchVariables } = request;
  const timeout = Number(request.timeout);
  rejectProblems('StreamActivatedJobs', [
    isBlank(type) && 'a type, but it is blank',
    timeout < 1 && `a timeout of at least 1 ms, but it is ${timeout}`,
  ]);
  return { type, worker, timeout, fetchVariables, ...readAccess('StreamActivatedJobs', request, tenants) };
};
