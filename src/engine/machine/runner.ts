import { createTimeBudget, refill } from '../../feel/index.ts';
import { defaultVersion } from '../model/cluster-version.ts';
import { hiddenFunctions } from './evaluation/feel-versions.ts';
import { checkConditions } from './flow/conditions.ts';
import { fireTimer } from './flow/event-triggers.ts';
import { processItem } from './queue-items.ts';
import { nextRandom } from './random.ts';
import { type Context, keepInstance, keepMessage, type QueueItem } from './store/context.ts';
import { expireMessage } from './store/events/messages.ts';
import { unschedule } from './store/events/schedule.ts';
import { keyNumber } from './store/keys.ts';
import type { Job, Message, Scheduled, Timer } from './store/records.ts';
import { createRandomness, createState, defaultKeepEnded, type State } from './store/state.ts';
import { fireJobTimeout } from './store/work/jobs.ts';
import type { EngineEvent, Key, MachineOptions } from './types.ts';

/** Runs commands on the state of a machine. */
export interface Runner {
  readonly context: Context;
  /**
   * Runs a command, then the steps that follow from it, then everything that is due. If a listener runs a command, its
   * steps follow the steps that are queued already.
   *
   * @param key what the command changes, if it is not new: an element, a job, an incident or a user task
   */
  readonly run: <T>(command: () => T, key?: Key) => T;
  /** Fires everything that is due: each item at its own due time, with all its consequences before the next item. */
  readonly advance: () => void;
  /** Tells whether a command is running. Listeners are called only then. */
  readonly isBusy: () => boolean;
}

/** After so many queue items without a pause, the process is considered to be in an endless loop. */
const maxItems = 500_000;

/** A list of so many places is not kept. */
const longQueue = 1_000;

/** After so many new items that are due at the same time, one after the other, as well. */
const maxAtOnce = 100_000;

/** Copies the process instance that a key belongs to for the snapshots that are being taken, before it changes. */
const keepOwner = (context: Context, key: Key): void => {
  const { elements, jobs, incidents, userTasks } = context.state;
  const number = keyNumber(key);
  const owner = elements.get(number) ?? (jobs.get(number) ?? incidents.get(number) ?? userTasks.get(number))?.element;
  if (owner !== undefined) keepInstance(context, owner);
};

/**
 * Creates a runner.
 *
 * @param restored default: an empty state
 */
export const createRunner = (
  {
    now,
    onEvent,
    isListening = () => true,
    keepEnded = defaultKeepEnded,
    clusterVariables = {},
    secrets = {},
    secretVariables = [],
    tenantVariables = {},
    uniqueBusinessIds = false,
    seed,
    version = defaultVersion,
  }: MachineOptions,
  restored?: State,
): Runner => {
  const state = restored ?? createState(0);
  if (seed !== undefined) state.random = createRandomness(seed);
  let queue: (QueueItem | undefined)[] = [];
  /** The items of the queue that are not processed yet are between these places. */
  let first = 0;
  let end = 0;
  let events: EngineEvent[] = [];
  let listenerError: { readonly error: unknown } | undefined;
  let dueTime: number | undefined;
  let busy = false;

  const budget = createTimeBudget();
  const nowOrDue = (): number => dueTime ?? now();
  const functions = hiddenFunctions(version);
  const emit: Context['emit'] = onEvent && ((event) => events.push(event));
  const context: Context = {
    state,
    now: nowOrDue,
    emit: undefined,
    emitWork: emit,
    enqueue: (item) => {
      queue[end] = item;
      end += 1;
    },
    captures: new Set(),
    evaluateOptions: {
      now: nowOrDue,
      budget,
      random: () => nextRandom(state.random.expressions),
      ...(functions === undefined ? {} : { functions }),
    },
    clusterVariables,
    secrets,
    secretVariables: new Set(secretVariables),
    tenantVariables,
    uniqueBusinessIds,
    version,
    keepEnded,
  };

  const flushEvents = (): void => {
    while (events.length > 0) {
      const batch = events;
      events = [];
      for (const event of batch) {
        try {
          onEvent?.(event);
        } catch (error) {
          listenerError ??= { error };
        }
      }
    }
  };

  const processQueue = (): void => {
    checkConditions(context);
    flushEvents();
    let count = 0;
    while (first < end) {
      const item = queue[first]!;
      // The list is used again, which is cheaper than a new one, so it must not keep what has ended.
      queue[first] = undefined;
      first += 1;
      if (first === end) first = end = 0;
      processItem(context, item, ++count > maxItems);
      checkConditions(context);
      flushEvents();
    }
    if (queue.length > longQueue) queue = [];
  };

  const fire = (item: Scheduled): void => {
    if (item.kind === 'job') fireJobTimeout(context, item as Job);
    else if (item.kind === 'timer') fireTimer(context, item as Timer);
    else expireMessage(context, item as Message);
  };

  /** Copies what an item changes for the snapshots that are being taken, before it changes. */
  const keep = (item: Scheduled): void => {
    if (item.kind === 'message') keepMessage(context, item as Message);
    else {
      const { element } = item as Job | Timer;
      if (element !== undefined) keepInstance(context, element);
    }
  };

  const fireDue = (): void => {
    const first = state.due[0];
    if (first === undefined) return;
    const until = now();
    const youngest = state.lastKey;
    let atOnce = 0;
    try {
      for (let item: Scheduled | undefined = first; item !== undefined && item.due <= until; item = state.due[0]) {
        atOnce = item.key > youngest && item.due === dueTime ? atOnce + 1 : 0;
        // The rest stays due, so that the caller can do something else before it advances the machine again.
        if (atOnce > maxAtOnce) break;
        keep(item);
        unschedule(context, item);
        dueTime = item.due;
        refill(budget);
        fire(item);
        processQueue();
      }
    } finally {
      dueTime = undefined;
    }
  };

  const run = <T>(command: () => T, key?: Key): T => {
    if (key !== undefined && context.captures.size > 0) keepOwner(context, key);
    if (busy) return command();
    busy = true;
    context.emit = isListening() ? emit : undefined;
    refill(budget);
    try {
      const result = command();
      processQueue();
      fireDue();
      if (listenerError !== undefined) throw listenerError.error;
      return result;
    } finally {
      busy = false;
      listenerError = undefined;
    }
  };

  return { context, run, advance: () => run(() => {}), isBusy: () => busy };
};
