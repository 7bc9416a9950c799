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

/**
 * Opens the stream.
 *
 * @param after the number of the last event that the page has
 */
export const openStream = (after: number): void => {
  source?.close();
  const opened = new EventSource(`/events?after=${after}`);
  source = opened;
  opened.addEventListener('open', () => setConnection('open'));
  opened.addEventListener('error', () => setConnection('lost'));
  opened.addEventListener('message', ({ data }) => emit({ kind: 'batch', batch: JSON.parse(data) as Batch }));
  opened.addEventListener('reset', () => emit({ kind: 'reset' }));
};

/** Calls the listener for everything that happens; returns a function that removes it. */
export const onLive = (listener: (event: LiveEvent) => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Calls the listener now and whenever the connection to the server changes. */
export const onConnection = (listener: (state: Connection) => void): (() => void) => {
  stateListeners.add(listener);
  listener(connection);
  return () => void stateListeners.delete(listener);
};
