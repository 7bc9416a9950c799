import { printable } from '../../../common/printable.ts';
import { isInternalProcess } from '../../../connector/activation-names.ts';
import type { EngineEvent, Key, Wait } from '../../../engine/index.ts';
import type { DevPart, DevSession, ExpectedMessage } from '../session.ts';
import { expectedFor, expectedText, waitText } from '../webhooks/expected-messages.ts';
import { fixesOf, fixOfWait, withFix } from './incident-fixes.ts';

/** Real milliseconds without an event of an instance after which it counts as waiting. */
const quietTime = 1_000;

/** Instances that wait at the same element for the same kind of thing are not all worth a line. */
const mostInstances = 3;

/** Nor are all that a parallel multi-instance activity has made of one element. */
const mostAlike = 3;

/** How many instances one look examines, so that a busy engine is not held up. */
const mostExamined = 50;

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
const isInProgress = (wait: Wait, fitting: ExpectedMessage | undefined): boolean => {
  switch (wait.kind) {
    case 'job':
      return wait.state !== 'noWorker' && wait.state !== 'notAsking';
    case 'timer':
    case 'instance':
      return true;
    case 'incident':
      return wait.incidentType === 'JOB_NO_RETRIES';
    case 'message':
      return wait.optional || (fitting !== undefined && fitting.addressVariable === undefined);
    case 'signal':
    case 'condition':
      return wait.optional;
    default:
      return false;
  }
};

const shell = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** How to publish a message by hand, if nobody is going to. */
const adviceOf = (wait: Wait, expected: readonly ExpectedMessage[], address: string | undefined): string => {
  if (wait.kind !== 'message' || wait.nearMisses.length > 0 || address === undefined) return '';
  if (expectedText(wait, expected) !== undefined) return '';
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

/** The first waits of each element and kind, and how many of each element are left out. */
export const withoutMany = (
  waits: readonly Wait[],
): { readonly said: readonly Wait[]; readonly left: ReadonlyMap<string, number> } => {
  const counts = new Map<string, number>();
  const left = new Map<string, number>();
  const said = waits.filter(({ elementId, elementName, kind }) => {
    const place = JSON.stringify([elementId, kind]);
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    if (count > mostAlike) left.set(elementName, (left.get(elementName) ?? 0) + 1);
    return count <= mostAlike;
  });
  return { said, left };
};

/**
 * Says of each instance that does not continue what it waits for and why, once, when nothing has happened in it for a second. It is
 * quiet about what is under way: jobs in hand, back-offs, timers, and messages that the `loop` of an inbound connector is going to
 * publish.
 */
export const reportWaits = ({ engine, inbound, context, advice, onRestore }: DevSession): DevPart => {
  const isNew = createWaitFilter();
  /** When something has last happened in an instance, in real time. */
  const touched = new Map<Key, number>();
  /** Instances of which a line has said that they wait for a message: one that is published later can explain why. */
  const ofMessages = new Set<Key>();
  let timer: NodeJS.Timeout | undefined;

  const examine = (key: Key): void => {
    const expected = inbound.expected();
    const waits = engine
      .waits(key)
      .flatMap(leaves)
      .filter((wait) => !isInProgress(wait, expectedFor(wait, expected)));
    advice.setWaits(key, waits);
    const fresh = waits.filter(isNew);
    const { said, left } = withoutMany(fresh);
    for (const wait of fresh) if (wait.kind === 'message') ofMessages.add(key);
    for (const wait of said) {
      const described = `${waitText(wait, engine.now(), expected)}${adviceOf(wait, expected, engine.restAddress)}`;
      const text = withFix(described, fixOfWait(fixesOf(engine), wait));
      context.printError(`${wait.bpmnProcessId} ${wait.processInstanceKey}: ${printable(text)}\n`);
      // A call from outside, or a person, can take its time.
      const isUsual = wait.kind === 'userTask' || expectedFor(wait, expected) !== undefined;
      const level = isUsual ? 'info' : 'warn';
      advice.say({ level, text, instance: key });
    }
    for (const [name, count] of left) {
      const text = `${count} more of ${name} wait as well.`;
      context.printError(`${printable(`${engine.instance(key)?.bpmnProcessId} ${key}: ${text}`)}\n`);
      advice.say({ level: 'info', text, instance: key });
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
    // Otherwise a busy engine would leave more of them than are ever examined.
    if (event.kind === 'instance:completed' || event.kind === 'instance:terminated') {
      touched.delete(event.instance.key);
      ofMessages.delete(event.instance.key);
    }
    schedule();
  });
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
      clearTimeout(timer);
    },
  };
};
