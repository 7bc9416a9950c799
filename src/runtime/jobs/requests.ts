import { connectorVariables } from '../../connector/operations.ts';
import type { AnyOutbound } from '../../connector/types.ts';

/** What a runtime requests from the cluster for one job type. */
export interface JobRequest {
  readonly type: string;
  /** Name of the connector, for events and reports. */
  readonly connector: string;
  /** Maximum number of jobs that are active at once. */
  readonly maxJobs: number;
  /** Milliseconds for which the cluster leaves a job with this runtime, unless it is asked for more. */
  readonly jobTimeout: number;
  /** Milliseconds for which a running job is kept, by renewals. Default: `jobTimeout`, so that none is needed. */
  readonly keepFor?: number;
  /** Milliseconds of one renewal at most. Default: `jobTimeout`. */
  readonly lease?: number;
  /** The jobs have lease tokens, so that the cluster refuses results of a runtime that has lost them. */
  readonly leaseToken?: boolean;
  /** Variables to fetch; absent: all. */
  readonly variables?: readonly string[];
}

/**
 * Milliseconds for which the cluster leaves a job with this runtime after the connector's timeout. They are for sending
 * the failure, and for repeating it in a short outage, before the cluster hands the job to another runtime.
 */
export const jobMargin = 10_000;

/**
 * Seconds for which the cluster leaves a job with a runtime at a time, unless the connector says otherwise. Long enough for an
 * outage of the cluster, in which the renewal of jobs has to wait.
 */
export const defaultLease = 300;

/** The variables to fetch; all where the schema does not name its variables. */
export const fetchOnly = (names: readonly string[] | undefined): { readonly variables?: readonly string[] } =>
  names === undefined ? {} : { variables: names };

/** The request for an outbound connector's jobs. */
export const outboundRequest = (connector: AnyOutbound): JobRequest => {
  const keepFor = Math.ceil(connector.timeout * 1000) + jobMargin;
  const lease = Math.ceil((connector.lease ?? defaultLease) * 1000);
  return {
    type: connector.type,
    connector: connector.name,
    maxJobs: connector.maxJobs,
    jobTimeout: Math.min(keepFor, lease),
    keepFor,
    lease,
    ...(connector.leaseToken === true ? { leaseToken: true } : {}),
    ...fetchOnly(connectorVariables(connector)),
  };
};
