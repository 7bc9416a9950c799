import { defaultTenant } from '../machine/tenants.ts';
import type { LostMessage, MachineJob, MachineMessage, MachineSubscription } from '../machine/types.ts';
import { differenceOf } from './differences.ts';
import type { Difference, JobTypeNearMiss, KnownWorker, MessageNearMiss, WaitFacts } from './types.ts';

/** More than these would hide the likely one. */
const mostShown = 3;

const byPlausibility: Readonly<Record<MessageNearMiss['reason'], number>> = {
  received: 0,
  expired: 0,
  tenant: 0,
  correlationKey: 1,
  name: 1,
  both: 2,
};

/** A text that differs in a detail is more likely a mistake than one that is quite different. */
const distanceOf = ({ reason, nameDifference, keyDifference }: MessageNearMiss): number =>
  byPlausibility[reason] + (nameDifference === 'other' || keyDifference === 'other' ? 10 : 0);

const reasonOf = (
  nameDifference: Difference | undefined,
  keyDifference: Difference | undefined,
): MessageNearMiss['reason'] | undefined => {
  if (nameDifference === undefined) return keyDifference === undefined ? undefined : 'correlationKey';
  if (keyDifference === undefined) return 'name';
  return nameDifference === 'other' || keyDifference === 'other' ? undefined : 'both';
};

const missOf = (
  { name, correlationKey = '', tenantId }: MachineSubscription,
  message: LostMessage | MachineMessage,
  fitting: MessageNearMiss['reason'],
): MessageNearMiss | undefined => {
  const nameDifference = differenceOf(name, message.name);
  const keyDifference = differenceOf(correlationKey, message.correlationKey);
  const fits = nameDifference === undefined && keyDifference === undefined;
  const isForeign = tenantId !== message.tenantId;
  if (isForeign && !fits) return undefined;
  const fittingReason = isForeign ? 'tenant' : fitting;
  const reason = fits ? fittingReason : reasonOf(nameDifference, keyDifference);
  if (reason === undefined) return undefined;
  const buffered = 'deadline' in message;
  return {
    reason,
    ...(nameDifference === undefined ? {} : { nameDifference }),
    ...(keyDifference === undefined ? {} : { keyDifference }),
    messageKey: message.key,
    name: message.name,
    correlationKey: message.correlationKey,
    publishedAt: message.publishedAt,
    expiresAt: buffered ? message.deadline : message.expiredAt,
    buffered,
    ...(isForeign
      ? { tenants: { message: message.tenantId ?? defaultTenant, instance: tenantId ?? defaultTenant } }
      : {}),
  };
};

/**
 * Whether a buffered message explains why a subscription still waits. One that fits waits only for its turn; one that does not fit has
 * arrived where it was meant to, if another instance has received it.
 */
const isMeant = ({ reason }: MessageNearMiss, { correlatedTo }: MachineMessage, processId: string): boolean =>
  reason === 'received' ? correlatedTo.includes(processId) : reason === 'tenant' || correlatedTo.length === 0;

/** The messages that almost fit a subscription, the most plausible and latest ones first. */
export const messageNearMisses = (
  subscription: MachineSubscription,
  { messages, lostMessages }: Pick<WaitFacts, 'messages' | 'lostMessages'>,
): readonly MessageNearMiss[] => {
  const buffered = messages.flatMap((message) => {
    const miss = missOf(subscription, message, 'received');
    return miss !== undefined && isMeant(miss, message, subscription.bpmnProcessId) ? [miss] : [];
  });
  const lost = lostMessages.flatMap((message) => missOf(subscription, message, 'expired') ?? []);
  return [...buffered, ...lost]
    .sort((a, b) => distanceOf(a) - distanceOf(b) || b.publishedAt - a.publishedAt)
    .slice(0, mostShown);
};

const tenantsOf = ({ tenantIds = [defaultTenant] }: KnownWorker): readonly string[] => tenantIds;

/** Tells whether a worker asks for jobs of a tenant. */
export const asksFor = (worker: KnownWorker, tenantId: string = defaultTenant): boolean =>
  tenantsOf(worker).includes(tenantId);

/** The job types for which workers ask and that are almost that of a job, or are that of a job of another tenant. */
export const jobTypeNearMisses = (
  { type, tenantId }: Pick<MachineJob, 'type' | 'tenantId'>,
  workers: readonly KnownWorker[],
): readonly JobTypeNearMiss[] => {
  const foreign = workers.find((worker) => worker.type === type && !asksFor(worker, tenantId));
  const types = [...new Set(workers.filter((worker) => asksFor(worker, tenantId)).map((worker) => worker.type))];
  const similar = types.flatMap((other): readonly JobTypeNearMiss[] => {
    const difference = differenceOf(type, other);
    return difference === undefined || difference === 'other' ? [] : [{ type: other, difference }];
  });
  const misses: readonly JobTypeNearMiss[] =
    foreign === undefined ? similar : [{ type, difference: 'tenant', tenantIds: tenantsOf(foreign) }, ...similar];
  return misses.slice(0, mostShown);
};
