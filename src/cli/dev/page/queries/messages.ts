import { describeWait, type Engine, isInternalProcess, type Key, type Wait } from '../../../../engine/index.ts';
import { expectedText } from '../../webhooks/expected-messages.ts';
import type { AwaitedRow, Messages, PublishedRow } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { withoutLarge } from './large-values.ts';

type MessageWait = Wait & { readonly kind: 'message' };

const isMessageWait = (wait: Wait): wait is MessageWait => wait.kind === 'message';

/** What almost fits an event, in words. The waits of an instance are explained once. */
const createMismatches = (engine: Engine, now: number) => {
  const explained = new Map<Key, readonly MessageWait[]>();
  return (instance: Key, elementId: string): string | undefined => {
    let waits = explained.get(instance);
    if (waits === undefined) {
      waits = engine.waits(instance).filter(isMessageWait);
      explained.set(instance, waits);
    }
    const wait = waits.find(({ eventId }) => eventId === elementId);
    return wait === undefined || wait.nearMisses.length === 0 ? undefined : describeWait(wait, now);
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
  const mismatchOf = createMismatches(engine, now);
  const expected = sources.inbound?.expected() ?? [];
  const own = engine.subscriptions().filter(({ bpmnProcessId }) => !isInternalProcess(bpmnProcessId));
  const awaited = own.slice(0, count).map((subscription): AwaitedRow => {
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
  const buffered = engine.messages().map(
    ({ key, name, correlationKey, publishedAt, deadline, correlatedTo, variables }): PublishedRow => ({
      ...{ key, name, correlationKey, publishedAt, variables: withoutLarge(variables, { message: key }) },
      ...{ expiresAt: deadline, isBuffered: true, receivedBy: correlatedTo },
    }),
  );
  const lost = engine.lostMessages().map(
    ({ key, name, correlationKey, publishedAt, expiredAt }): PublishedRow => ({
      ...{ key, name, correlationKey, publishedAt },
      ...{ expiresAt: expiredAt, isBuffered: false, receivedBy: [] },
    }),
  );
  const published = [...buffered, ...lost].sort((a, b) => b.publishedAt - a.publishedAt);
  return {
    now,
    awaited,
    moreAwaited: own.length - awaited.length,
    published: published.slice(0, count),
    morePublished: Math.max(0, published.length - count),
  };
};
