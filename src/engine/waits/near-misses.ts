import type { LostMessage, MachineMessage, MachineSubscription } from '../machine/types.ts';
import { differenceOf } from './differences.ts';
import type { Difference, JobTypeNearMiss, KnownWorker, MessageNearMiss, WaitFacts } from './types.ts';

/** More than these would hide the likely one. */
const mostShown = 3;

const byPlausibility: Readonly<Record<MessageNearMiss['reason'], number>> = {
  received: 0,
  expired: 0,
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
  name: string,
  correlationKey: string,
  message: LostMessage | MachineMessage,
  fitting: MessageNearMiss['reason'],
): MessageNearMiss | undefined => {
  const nameDifference = differenceOf(name, message.name);
  const keyDifference = differenceOf(correlationKey, message.correlationKey);
  const fits = nameDifference === undefined && keyDifference === undefined;
  const reason = fits ? fitting : reasonOf(nameDifference, keyDifference);
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
  };
};

/** Whether a buffered message fits and waits only for its turn. */
const isOnItsWay = (miss: MessageNearMiss, message: MachineMessage, processId: string): boolean =>
  miss.reason === 'received' && !message.correlatedTo.includes(processId);

/** The messages that almost fit a subscription, the most plausible and latest ones first. */
export const messageNearMisses = (
  { name, correlationKey = '', bpmnProcessId }: MachineSubscription,
  { messages, lostMessages }: Pick<WaitFacts, 'messages' | 'lostMessages'>,
): readonly MessageNearMiss[] => {
  const buffered = messages.flatMap((message) => {
    const miss = missOf(name, correlationKey, message, 'received');
    return miss === undefined || isOnItsWay(miss, message, bpmnProcessId) ? [] : [miss];
  });
  const lost = lostMessages.flatMap((message) => missOf(name, correlationKey, message, 'expired') ?? []);
  return [...buffered, ...lost]
    .sort((a, b) => distanceOf(a) - distanceOf(b) || b.publishedAt - a.publishedAt)
    .slice(0, mostShown);
};

/** The job types for which workers ask and that are almost this one. */
export const jobTypeNearMisses = (type: string, workers: readonly KnownWorker[]): readonly JobTypeNearMiss[] => {
  const types = [...new Set(workers.map((worker) => worker.type))];
  return types
    .flatMap((other) => {
      const difference = differenceOf(type, other);
      return difference === undefined || difference === 'other' ? [] : [{ type: other, difference }];
    })
    .slice(0, mostShown);
};
