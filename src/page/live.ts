/** The one stream of events from the server. */
import type { Batch } from '../cli/dev/page/contract.ts';

/** What the stream says: something has happened, or everything is another one now. */
export type LiveEvent = { readonly kind: 'batch'; readonly batch: Batch } | { readonly kind: 'reset' };

export type Connection = 'connecting' | 'open' | 'lost';

let connection: Connection = 'connecting';
let source: EventSource | undefined;
const listeners = new Set<(event: LiveEvent) => void>();
const stateListeners = new Set<(state: Connection) => void>();

const emit = (event: LiveEvent): void => {
  for (const listener of listeners) listener(event);
};

const setConnection = (next: Connection): void => {
  if (next === connection) return;
  connection = next;
  for (const listener of stateListeners) listener(next);
};

/** The number of the last event that the page has; absent before the stream is opened. */
let last: number | undefined;

/** How many parts of the page show what happens, and not only the state after it. */
let readers = 0;

/**
 * Opens the stream.
 *
 * @param after the number of the last event that the page has
 */
export const openStream = (after: number): void => {
  source?.close();
  const opened = new EventSource(`/events?after=${after}${readers > 0 ? '&steps' : ''}`);
  source = opened;
  last = after;
  opened.addEventListener('open', () => setConnection('open'));
  opened.addEventListener('error', () => setConnection('lost'));
  opened.addEventListener('message', ({ data }) => {
    const batch = JSON.parse(data) as Batch;
    last = batch.seq;
    emit({ kind: 'batch', batch });
  });
  opened.addEventListener('reset', () => emit({ kind: 'reset' }));
};

/** Calls the listener for everything that happens; returns a function that removes it. */
export const onLive = (listener: (event: LiveEvent) => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** As {@link onLive}, with the steps themselves: most parts of the page need only to know that there were some. */
export const onSteps = (listener: (event: LiveEvent) => void): (() => void) => {
  const leave = onLive(listener);
  const change = (by: number): void => {
    const before = readers > 0;
    readers += by;
    if (last !== undefined && before !== readers > 0) openStream(last);
  };
  change(1);
  return () => {
    leave();
    change(-1);
  };
};

/** Calls the listener now and whenever the connection to the server changes. */
export const onConnection = (listener: (state: Connection) => void): (() => void) => {
  stateListeners.add(listener);
  listener(connection);
  return () => void stateListeners.delete(listener);
};
