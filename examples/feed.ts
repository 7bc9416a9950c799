/**
 * An inbound connector with a state: it reads a feed page by page until it finds the event that its process waits for.
 * Each call continues after the last page that was read, even if another runtime makes the next call.
 */
import { defineInbound, pending } from 'camunda-connectors';
import * as v from 'valibot';

// #region connector
const page = v.object({
  events: v.array(v.object({ order: v.string(), status: v.string() })),
  /** Index of the first event on the next page. */
  next: v.number(),
});

export const feed = defineInbound({
  name: 'order_feed',
  description: 'Waits until a feed reports the status of an order',
  cycle: 5,
  expires: 7 * 24 * 3600,
  input: v.object({ url: v.pipe(v.string(), v.url()), order: v.string() }),
  output: v.object({ status: v.string() }),
  state: v.object({ next: v.number() }),
  loop: async ({ url, order }, { state = { next: 0 }, signal }) => {
    const response = await fetch(`${url}?from=${state.next}`, { signal });
    if (!response.ok) throw new Error(`The feed answered ${response.status}`);
    const { events, next } = v.parse(page, await response.json());
    const found = events.find((event) => event.order === order);
    return found === undefined ? pending({ next }) : { status: found.status };
  },
});
// #endregion
