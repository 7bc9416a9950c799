import type { AnyInboundConnector } from '../../../connector/types.ts';
import type { JobRequest } from '../../jobs/requests.ts';
import { leaseVariables, openVariables } from './stored-subscription.ts';
import { leaseType, openType } from './subscription-process.ts';

/** The request for jobs of the first task, each of which sends a single command. */
export const openTaskRequest: JobRequest = {
  type: openType,
  connector: openType,
  maxJobs: 64,
  jobTimeout: 20_000,
  variables: openVariables,
};

/** Limits for a connector's durable subscriptions. */
export interface LeaseLimits {
  /** Maximum number of subscriptions that one runtime runs at once. */
  readonly maxSubscriptions: number;
  /** Milliseconds of a lease. */
  readonly lease: number;
}

/** The request for a connector's leases; their length grows with their number. */
export const leaseRequest = ({ name }: AnyInboundConnector, { maxSubscriptions, lease }: LeaseLimits): JobRequest => ({
  type: leaseType(name),
  connector: name,
  maxJobs: maxSubscriptions,
  jobTimeout: lease,
  variables: leaseVariables,
});

/** The part of a runtime's plan that concerns subscriptions. */
export interface SubscriptionPlan extends LeaseLimits {
  readonly subscriptions: 'durable' | 'memory';
  readonly inbound: ReadonlyMap<string, AnyInboundConnector>;
}

/** All job requests of a runtime's durable subscriptions. */
export const subscriptionRequests = (plan: SubscriptionPlan): readonly JobRequest[] =>
  plan.subscriptions === 'memory' || plan.inbound.size === 0
    ? []
    : [openTaskRequest, ...[...plan.inbound.values()].map((connector) => leaseRequest(connector, plan))];
