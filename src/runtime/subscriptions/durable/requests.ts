import type { AnyInboundConnector } from '../../../connector/types.ts';
import type { JobRequest } from '../../jobs/requests.ts';
import type { Plan } from '../../plan.ts';
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

/** What is asked for the leases of a connector's subscriptions; their time grows with their number. */
export const leaseRequest = (
  { name }: AnyInboundConnector,
  { maxSubscriptions, lease }: Pick<Plan, 'maxSubscriptions' | 'lease'>,
): JobRequest => ({
  type: leaseType(name),
  connector: name,
  maxJobs: maxSubscriptions,
  jobTimeout: lease,
  variables: leaseVariables,
});

/** Everything that a runtime asks for to keep subscriptions in the cluster. */
export const subscriptionRequests = (plan: Plan): readonly JobRequest[] =>
  plan.subscriptions === 'memory' || plan.inbound.size === 0
    ? []
    : [openingRequest, ...[...plan.inbound.values()].map((connector) => leaseRequest(connector, plan))];
