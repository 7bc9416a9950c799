/** The one stream of events from the server. */
import type { Batch } from '../cli/dev/page/contract.ts';

/** What the stream says: something has happened, or everything is another one now. */
export type LiveEvent = { readonly kind: 'batch'; readonly batch: Batch } | { readonly kind: 'reset' };

/** `refused`: the page does not belong to the `dev` that answers, which was started later. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused';

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

/** Milliseconds between two questions to a server that does not stream. */
const askPause = 1_000;

/** The browser opens a stream again by itself, unless the server answers with something else. */
const askWhy = async (): Promise<void> => {
  const status = await fetch('/state').then(
    (answer) => answer.status,
    () => 0,
  );
  if (source?.readyState !== EventSource.CLOSED) return;
  if (status === 401) {
    setConnection('refused');
    // What is read now says what to do.
    emit({ kind: 'reset' });
  } else setTimeout(() => (status === 200 ? openStream(last ?? 0) : void askWhy()), askPause);
};

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
  opened.addEventListener('error', () => {
    setConnection('lost');
    if (opened.readyState === EventSource.CLOSED) void askWhy();
  });
  opened.addEventListener('message', ({ data }) => {
    const batch = JSON.parse(data) as Batch;
    last = batch.seq;
    emit({ kind: 'batch', batch });
  });
  opened.addEventListener('reset', () => emit({ kind: 'reset' }));
};

/**
 * Nobody sees a tab in the background, so it gives its connection back: a browser has only six for one server, and a tab more would
 * wait for them without an end. When it is shown again, it gets what it has missed.
 */
document.addEventListener('visibilitychange', () => {
  if (last === undefined) return;
  if (!document.hidden) openStream(last);
  else source?.close();
});

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
    if (last !== undefined && before !== readers > 0 && !document.hidden) openStream(last);
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
