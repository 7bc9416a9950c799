import type { EngineEvent, Key, MachineElement, MachineInstance } from '../../../engine/machine/types.ts';
import { startPlace } from './conditional-starts.ts';
import type { RecordedStep } from './types.ts';

type Cause = 'message' | 'signal' | 'condition' | 'timer';

/** What has to be known of a whole recording before its instructions can be written. */
export interface RecordingFacts {
  /** All process instances of the user, oldest first. */
  readonly instances: ReadonlyMap<Key, MachineInstance>;
  /** What starts an instance, unless a client has created it. */
  causeOf(instance: MachineInstance): Cause | undefined;
  /** The elements before which an instance was started; undefined: at its start event. */
  startElementOf(instance: MachineInstance): string | undefined;
  /** The instance itself, or the one that has called it, at the top. */
  rootOf(processInstanceKey: Key): Key;
  /** Keys of timers that have fired, and of messages that have expired before something else waited for them. */
  readonly passed: ReadonlySet<Key>;
  /** Names of the messages that start processes of the runtime. */
  readonly internalMessages: ReadonlySet<string>;
}

/** The elements that were activated first, each in the one before: the start event, or what an instance was started before. */
const firstElements = (events: readonly EngineEvent[]): ReadonlyMap<Key, readonly MachineElement[]> => {
  const found = new Map<Key, MachineElement[]>();
  for (const event of events) {
    if (event.kind !== 'element:activated') continue;
    const { element } = event;
    const known = found.get(element.processInstanceKey);
    if (known === undefined) found.set(element.processInstanceKey, [element]);
    else if (known.at(-1)?.key === element.scopeKey && known[0]?.kind !== 'startEvent') known.push(element);
  }
  return found;
};

/** Start events of processes that something else than a client triggers. */
const startEvents = (events: readonly EngineEvent[]): ReadonlyMap<string, Cause> => {
  const found = new Map<string, Cause>();
  for (const event of events) {
    if (event.kind === 'subscription:opened' && event.subscription.processInstanceKey === undefined) {
      const { bpmnProcessId, elementId, kind } = event.subscription;
      found.set(startPlace(bpmnProcessId, elementId), kind);
    }
    if (event.kind === 'timer:scheduled' && event.timer.processInstanceKey === undefined) {
      found.set(startPlace(event.timer.bpmnProcessId, event.timer.elementId), 'timer');
    }
  }
  return found;
};

/** Whether something waits later for a message that has expired: only then does it matter that it has. */
const isMissed = (
  events: readonly EngineEvent[],
  expiry: Extract<EngineEvent, { readonly kind: 'message:expired' }>,
): boolean => {
  const { name, correlationKey } = expiry.message;
  return events
    .slice(events.indexOf(expiry))
    .some(
      (event) =>
        event.kind === 'subscription:opened' &&
        event.subscription.name === name &&
        (event.subscription.correlationKey ?? '') === correlationKey,
    );
};

/**
 * Reads the facts of a recording.
 *
 * @param conditionalStarts start events that a condition triggers, from `conditionalStartsOf`
 */
export const factsOf = (steps: readonly RecordedStep[], conditionalStarts: ReadonlySet<string>): RecordingFacts => {
  const events = steps.flatMap((step) => step.events);
  const instances = new Map<Key, MachineInstance>();
  const passed = new Set<Key>();
  for (const event of events) {
    if (event.kind === 'instance:created' && event.instance.internal !== true) {
      instances.set(event.instance.key, event.instance);
    }
    if (event.kind === 'timer:triggered') passed.add(event.timer.key);
    if (event.kind === 'message:expired' && isMissed(events, event)) passed.add(event.message.key);
  }
  const internalIds = new Set(
    events.flatMap((event) =>
      event.kind === 'process:deployed' && event.process.internal === true ? [event.process.bpmnProcessId] : [],
    ),
  );
  const internalMessages = new Set(
    events.flatMap((event) =>
      event.kind === 'subscription:opened' && internalIds.has(event.subscription.bpmnProcessId)
        ? [event.subscription.name]
        : [],
    ),
  );
  const first = firstElements(events);
  const causes = startEvents(events);
  const rootOf = (key: Key): Key => {
    const parent = instances.get(key)?.parentProcessInstanceKey;
    return parent === undefined ? key : rootOf(parent);
  };
  return {
    instances,
    passed,
    internalMessages,
    rootOf,
    causeOf: ({ key, bpmnProcessId }) => {
      const element = first.get(key)?.[0];
      if (element === undefined) return undefined;
      const place = startPlace(bpmnProcessId, element.elementId);
      return conditionalStarts.has(place) ? 'condition' : causes.get(place);
    },
    startElementOf: ({ key }) => {
      const elements = first.get(key);
      return elements?.[0] === undefined || elements[0].kind === 'startEvent' ? undefined : elements.at(-1)!.elementId;
    },
  };
};
