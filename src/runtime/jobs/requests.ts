import { connectorVariables } from '../../connector/operations.ts';
import type { AnyOutbound } from '../../connector/types.ts';

/** What is asked of the cluster for one job type. */
export interface JobRequest {
  readonly type: string;
  /** Name of the connector, for events and reports. */
  readonly connector: string;
  /** Most jobs in hand at once. */
  readonly maxJobs: number;
  /** Milliseconds that the cluster leaves a job with us. */
  readonly jobTimeout: number;
  /** Variables to fetch; none: all. */
  readonly variables?: readonly string[];
}

/**
 * Milliseconds that the cluster leaves a job with us beyond the connector's timeout, so that a failure by timeout is
 * sent, and in a short outage sent again, before the cluster hands the job to somebody else.
 */
export const jobMargin = 10_000;

/** A connector whose schema does not name its variables gets them all. */
export const namesOf = (names: readonly string[] | undefined): { readonly variables?: readonly string[] } =>
  names === undefined ? {} : { variables: names };

/** What is asked for an outbound connector. */
export const outboundRequest = (connector: AnyOutbound): JobRequest => ({
  type: connector.type,
  connector: connector.name,
  maxJobs: connector.maxJobs,
  jobTimeout: Math.ceil(connector.timeout * 1000) + jobMargin,
  ...namesOf(connectorVariables(connector)),
});
