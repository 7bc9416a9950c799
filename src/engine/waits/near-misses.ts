import { defaultTenant } from '../machine/tenants.ts';
import type { LostMessage, MachineJob, MachineMessage, MachineSubscription } from '../machine/types.ts';
import { differenceOf, differencesFrom } from './differences.ts';
import type { Difference, JobTypeNearMiss, KnownWorker, MessageNearMiss, WaitFacts } from './types.ts';

/** More than these would hide the likely one. */
const mostShown = 3;

/**
 * How many buffered messages are compared with an event letter by letter: the latest ones. Of the others it is only seen whether they
 * fit, so that a look at ten thousand messages does not hold the engine up.
 */
const mostCompared = 100;

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

/** Compares a text with others, with each of them once. */
const comparedWith = (text: string): ((other: string) => Difference | undefined) => {
  const known = new Map<string, Difference | undefined>();
  const differenceFrom = differencesFrom(text);
  return (other) => {
    if (other === text) return undefined;
    const found = known.get(other) ?? differenceFrom(other);
    known.set(other, found);
    return found;
  };
};

interface Compared {
  readonly subscription: MachineSubscription;
  readonly compareName: (name: string) => Difference | undefined;
  readonly compareKey: (key: string) => Difference | undefined;
}

const missOf = (
  { subscription: { correlationKey = '', tenantId }, compareName, compareKey }: Compared,
  message: LostMessage | MachineMessage,
  fitting: MessageNearMiss['reason'],
): MessageNearMiss | undefined => {
  const nameDifference = compareName(message.name);
  // Nothing is said about a message with quite another name, unless it has the same key.
  if (nameDifference === 'other' && message.correlationKey !== correlationKey) return undefined;
  const keyDifference = compareKey(message.correlationKey);
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
  const { name, correlationKey = '', bpmnProcessId } = subscription;
  const compared = { subscription, compareName: comparedWith(name), compareKey: comparedWith(correlationKey) };
  const older = messages.length - mostCompared;
  const near = messages.filter(
    (message, index) => index >= older || (message.correlationKey === correlationKey && message.name === name),
  );
  const buffered = near.flatMap((message) => {
    const miss = missOf(compared, message, 'received');
    return miss !== undefined && isMeant(miss, message, bpmnProcessId) ? [miss] : [];
  });
  const lost = lostMessages.flatMap((message) => missOf(compared, message, 'expired') ?? []);
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
