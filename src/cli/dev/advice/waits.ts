import { printable } from '../../../common/printable.ts';
import { isInternalProcess } from '../../../connector/activation-names.ts';
import { describeWait, type EngineEvent, type Key, type Wait } from '../../../engine/index.ts';
import type { DevPart, DevSession, HostEvent } from '../session.ts';

/** Real milliseconds without an event of an instance after which it counts as waiting. */
const quietTime = 1_000;

/** Instances that wait at the same element for the same kind of thing are not all worth a line. */
const mostInstances = 3;

/** How many instances one look examines, so that a busy engine is not held up. */
const mostExamined = 50;

/** A message that an inbound connector is going to publish. */
interface Expected {
  readonly connector: string;
  readonly name: string;
  readonly key: string;
}

/** The instance that an event is about; `undefined` for those of the runtime itself and events about none. */
const instanceOf = (event: EngineEvent): Key | undefined => {
  const about =
    'element' in event
      ? event.element
      : 'job' in event
        ? event.job
        : 'incident' in event
          ? event.incident
          : 'subscription' in event
            ? event.subscription
            : 'userTask' in event
              ? event.userTask
              : 'processInstanceKey' in event
                ? event
                : undefined;
  if (about === undefined || isInternalProcess(about.bpmnProcessId)) return undefined;
  return about.processInstanceKey;
};

/** What is really waited for: inside of called instances too. */
const leaves = (wait: Wait): readonly Wait[] =>
  wait.kind === 'instance' && wait.waits.length > 0 ? wait.waits.flatMap(leaves) : [wait];

/** Whether somebody is at it, or the log has said what is wrong. */
const isInProgress = (wait: Wait, expected: readonly Expected[]): boolean => {
  switch (wait.kind) {
    case 'job':
      return wait.state !== 'noWorker' && wait.state !== 'notAsking';
    case 'timer':
    case 'instance':
      return true;
    case 'incident':
      return wait.incidentType === 'JOB_NO_RETRIES';
    case 'message':
      return wait.optional || expected.some(({ name, key }) => name === wait.name && key === wait.correlationKey);
    case 'signal':
    case 'condition':
      return wait.optional;
    default:
      return false;
  }
};

const shell = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** What an inbound connector is about to publish instead. */
const publisherOf = (wait: Wait, expected: readonly Expected[]): string => {
  if (wait.kind !== 'message') return '';
  const near = expected.find(({ name, key }) => name === wait.name || key === wait.correlationKey);
  if (near === undefined) return '';
  return `The inbound connector ${JSON.stringify(near.connector)} is going to publish ${JSON.stringify(near.name)} with the key ${JSON.stringify(near.key)}.`;
};

/** What an inbound connector is about to publish instead, and how to publish it by hand. */
const adviceOf = (wait: Wait, expected: readonly Expected[], address: string | undefined): string => {
  if (wait.kind !== 'message') return '';
  const publisher = publisherOf(wait, expected);
  if (publisher !== '') return ` ${publisher}`;
  if (wait.nearMisses.length > 0 || address === undefined) return '';
  const key = wait.correlationKey === '' ? '' : ` --key ${shell(wait.correlationKey)}`;
  return ` Fix: publish it, for example with npx camunda-connectors engine publish ${shell(wait.name)}${key} --address ${address}`;
};

/** What makes a line new: the same wait with other messages that almost fit is worth another one. */
const identityOf = (wait: Wait): string => {
  const misses = 'nearMisses' in wait ? wait.nearMisses : [];
  return JSON.stringify([wait.processInstanceKey, wait.elementInstanceKey, wait.kind, misses.length > 0]);
};

/** Creates what decides which waits are worth a line, each once. */
export const createWaitFilter = (): ((wait: Wait) => boolean) => {
  const seen = new Set<string>();
  const counts = new Map<string, Set<Key>>();
  return (wait) => {
    const place = JSON.stringify([wait.bpmnProcessId, wait.elementId, wait.kind]);
    const instances = counts.get(place) ?? new Set();
    if (!instances.has(wait.processInstanceKey) && instances.size >= mostInstances) return false;
    counts.set(place, instances.add(wait.processInstanceKey));
    return seen.size < seen.add(identityOf(wait)).size;
  };
};

/** The messages that inbound connectors are going to publish. */
const createExpectations = (): {
  readonly record: (event: HostEvent) => void;
  readonly list: () => readonly Expected[];
} => {
  const open = new Map<string, Expected>();
  return {
    record: (event) => {
      if (event.kind === 'subscription:opened') {
        open.set(event.id, { connector: event.connector, name: event.messageName, key: event.correlationKey });
      } else if (event.kind === 'subscription:ended') open.delete(event.id);
    },
    list: () => [...open.values()],
  };
};

/**
 * Says of each instance that does not continue what it waits for and why, once, when nothing has happened in it for a second. It is
 * quiet about what is under way: jobs in hand, back-offs, timers, and messages that an inbound connector is going to publish.
 */
export const reportWaits = ({ engine, host, context, advice, onRestore }: DevSession): DevPart => {
  const isNew = createWaitFilter();
  const expectations = createExpectations();
  /** When something has last happened in an instance, in real time. */
  const touched = new Map<Key, number>();
  /** Instances of which a line has said that they wait for a message: one that is published later can explain why. */
  const ofMessages = new Set<Key>();
  let timer: NodeJS.Timeout | undefined;

  const examine = (key: Key): void => {
    const expected = expectations.list();
    const waits = engine
      .waits(key)
      .flatMap(leaves)
      .filter((wait) => !isInProgress(wait, expected));
    advice.setWaits(key, waits);
    for (const wait of waits) {
      if (!isNew(wait)) continue;
      if (wait.kind === 'message') ofMessages.add(key);
      const text = `${describeWait(wait, engine.now())}${adviceOf(wait, expected, engine.restAddress)}`;
      context.printError(`${wait.bpmnProcessId} ${wait.processInstanceKey}: ${printable(text)}\n`);
      advice.say({ level: 'warn', text, instance: key });
    }
  };

  const look = (): void => {
    timer = undefined;
    const now = performance.now();
    const due = [...touched].filter(([, at]) => now - at >= quietTime).slice(0, mostExamined);
    for (const [key] of due) {
      touched.delete(key);
      if (engine.instance(key)?.state === 'ACTIVE') examine(key);
      else ofMessages.delete(key);
    }
    schedule();
  };

  const schedule = (): void => {
    if (timer === undefined && touched.size > 0) timer = setTimeout(look, quietTime).unref();
  };

  const stopEngine = engine.on((event) => {
    const key = instanceOf(event);
    const now = performance.now();
    if (key !== undefined) {
      touched.set(key, now);
      advice.setWaits(key, []);
    }
    if (event.kind === 'message:published') for (const each of ofMessages) touched.set(each, now);
    schedule();
  });
  const stopHost = host.on(expectations.record);
  advice.setPublishers((wait) => publisherOf(wait, expectations.list()));
  onRestore(
    () => undefined,
    () => {
      // Whatever waits now has to be looked at anew.
      for (const key of advice.waits().keys()) advice.setWaits(key, []);
      for (const { key, state, internal } of engine.instances()) {
        if (state === 'ACTIVE' && internal !== true) touched.set(key, performance.now());
      }
      schedule();
    },
  );
  return {
    stop: () => {
      stopEngine();
      stopHost();
      clearTimeout(timer);
    },
  };
};
