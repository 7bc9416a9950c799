/**
 * An inbound connector that remembers: it reads a feed of events page by page until the one that its process waits for is
 * there, and goes on after the last page that it has read, also when another runtime makes the next call.
 */
import { defineInbound, pending } from 'camunda-connectors';
import * as v from 'valibot';

const page = v.object({
  events: v.array(v.object({ order: v.string(), status: v.string() })),
  /** Where the next page begins. */
  next: v.number(),
});

// #region connector
export const feed = defineInbound({
  name: 'order_feed',
  description: 'Waits until a feed tells the status of an order',
  cycle: 5,
  expires: 7 * 24 * 3600,
  input: v.object({ url: v.pipe(v.string(), v.url()), order: v.string() }),
  output: v.object({ status: v.string() }),
  state: v.object({ next: v.number() }),
  loop: async ({ url, order }, { state = { next: 0 }, signal }) => {
    const response = await fetch(`${url}?from=${state.next}`, { signal });
    if (!response.ok) throw new Error(`The feed answers ${response.status}`);
    const { events, next } = v.parse(page, await response.json());
    const found = events.find((event) => event.order === order);
    return found === undefined ? pending({ next }) : { status: found.status };
  },
});
// #endregion
