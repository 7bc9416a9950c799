import {
  describeWait,
  type Engine,
  explainWaits,
  isInternalProcess,
  type Key,
  type LostMessage,
  type MachineMessage,
  type MachineSubscription,
  type Wait,
} from '../../../../engine/index.ts';
import { expectedText } from '../../webhooks/expected-messages.ts';
import type { AwaitedRow, Messages, PublishedRow } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { withoutLarge } from './large-values.ts';

type MessageWait = Wait & { readonly kind: 'message' };

const isMessageWait = (wait: Wait): wait is MessageWait => wait.kind === 'message';

/** Of how many events it is looked for what almost fits: it takes a while where very many messages are buffered. */
const maxExplained = 100;

/** What almost fits an event, in words. The messages are read once, and the waits of an instance are explained once. */
const createMismatches = (
  engine: Engine,
  now: number,
  shown: readonly MachineSubscription[],
  messages: readonly MachineMessage[],
) => {
  const lostMessages = engine.lostMessages();
  const none = { jobs: [], userTasks: [], timers: [], joins: [] };
  const byInstance = new Map<Key, MachineSubscription[]>();
  for (const subscription of shown.slice(0, maxExplained)) {
    const key = subscription.processInstanceKey ?? '';
    byInstance.set(key, [...(byInstance.get(key) ?? []), subscription]);
  }
  const explained = new Map<Key, readonly MessageWait[]>();
  const explain = (instance: Key): readonly MessageWait[] => {
    const [elements, incidents] = [engine.elements(instance), engine.incidents(instance)];
    const subscriptions = byInstance.get(instance) ?? [];
    const facts = { ...none, now, messages, lostMessages, elements, incidents, subscriptions };
    return explainWaits(facts, instance).filter(isMessageWait);
  };
  return (instance: Key, elementId: string): string | undefined => {
    const waits = explained.get(instance) ?? explain(instance);
    explained.set(instance, waits);
    const wait = waits.find(({ eventId }) => eventId === elementId);
    return wait === undefined || wait.nearMisses.length === 0 ? undefined : describeWait(wait, now);
  };
};

/** A message that is buffered, or that nothing has received. */
const publishedRow = (message: MachineMessage | LostMessage): PublishedRow => {
  const { key, name, correlationKey, publishedAt } = message;
  const common = { key, name, correlationKey, publishedAt };
  if ('expiredAt' in message) return { ...common, expiresAt: message.expiredAt, isBuffered: false, receivedBy: [] };
  const { deadline, correlatedTo, variables } = message;
  return {
    ...{ ...common, variables: withoutLarge(variables, { message: key }) },
    ...{ expiresAt: deadline, isBuffered: true, receivedBy: correlatedTo },
  };
};

/**
 * What waits for messages, signals and conditions, and the messages that were published.
 *
 * @param count how many rows each list has at most
 */
export const messages = (sources: Sources, count: number): Messages => {
  const engine = sources.engine();
  const now = engine.now();
  const expected = sources.inbound?.expected() ?? [];
  const own = engine.subscriptions().filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId));
  const shown = own.slice(0, count);
  const all = engine.messages();
  const mismatchOf = createMismatches(engine, now, shown, all);
  const awaited = shown.map((subscription): AwaitedRow => {
    const { kind, name, correlationKey, elementId, elementName, bpmnProcessId, processInstanceKey } = subscription;
    const isMessage = kind === 'message' && processInstanceKey !== undefined;
    const mismatch = isMessage ? mismatchOf(processInstanceKey, elementId) : undefined;
    const publisher = isMessage
      ? expectedText({ kind, name, correlationKey: correlationKey ?? '' }, expected)
      : undefined;
    return {
      ...{ kind, name, elementId, elementName, process: bpmnProcessId },
      ...(subscription.key === undefined ? {} : { key: subscription.key }),
      ...(correlationKey === undefined ? {} : { correlationKey }),
      ...(processInstanceKey === undefined ? {} : { instance: processInstanceKey }),
      ...(mismatch === undefined ? {} : { mismatch }),
      ...(publisher === undefined ? {} : { publisher }),
    };
  });
  const published = [...all, ...engine.lostMessages()].sort((a, b) => b.publishedAt - a.publishedAt);
  return {
    now,
    awaited,
    moreAwaited: own.length - awaited.length,
    published: published.slice(0, count).map(publishedRow),
    morePublished: Math.max(0, published.length - count),
  };
};
