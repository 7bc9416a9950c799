import type { AnyInboundConnector } from '../../../connector/types.ts';
import type { JobRequest } from '../../jobs/requests.ts';
import { leaseVariables, openVariables } from './document.ts';
import { leaseType, openType } from './process.ts';

/** What is asked for the first task of subscriptions, whose jobs send a single command. */
export const openingRequest: JobRequest = {
  type: openType,
  connector: openType,
  maxJobs: 64,
  jobTimeout: 20_000,
  variables: openVariables,
};

/** Limits of a connector's durable subscriptions. */
export interface LeaseLimits {
  /** Most subscriptions that one runtime has at once. */
  readonly maxSubscriptions: number;
  /** Milliseconds of a lease. */
  readonly lease: number;
}

/** What is asked for the leases of a connector's subscriptions; their time grows with their number. */
export const leaseRequest = ({ name }: AnyInboundConnector, { maxSubscriptions, lease }: LeaseLimits): JobRequest => ({
  type: leaseType(name),
  connector: name,
  maxJobs: maxSubscriptions,
  jobTimeout: lease,
  variables: leaseVariables,
});

/** The part of a runtime's plan that decides about subscriptions. */
export interface SubscriptionPlan extends LeaseLimits {
  readonly subscriptions: 'durable' | 'memory';
  readonly inbound: ReadonlyMap<string, AnyInboundConnector>;
}

/** Everything that a runtime asks for to keep subscriptions in the cluster. */
export const subscriptionRequests = (plan: SubscriptionPlan): readonly JobRequest[] =>
  plan.subscriptions === 'memory' || plan.inbound.size === 0
    ? []
    : [openingRequest, ...[...plan.inbound.values()].map((connector) => leaseRequest(connector, plan))];
