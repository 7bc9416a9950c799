import { hasBrand } from './brand.ts';

const brand: unique symbol = Symbol.for('camunda-connectors.pending') as never;

/** The answer of a `loop` without a message, with a state for its next call. {@link pending} makes it. */
export interface Pending<State = unknown> {
  readonly kind: 'pending';
  readonly state: State;
  readonly [brand]: true;
}

/**
 * Makes the answer of a `loop` that has no message yet, with a state for its next call: a cursor, the last id it has
 * seen, the address to ask again. The next call finds it in `context.state`, even if another runtime makes that call. The
 * cluster stores the state, and only when it changes.
 *
 * @param state any value that can be written as JSON. Keep it small, because every change is sent to the cluster
 * @example
 * loop: async ({ url }, { state }) => {
 *   const page = await read(url, state?.cursor);
 *   return page.found ?? pending({ cursor: page.next });
 * }
 */
export const pending = <State>(state: State): Pending<State> =>
  Object.freeze({ kind: 'pending', state, [brand]: true });

/**
 * Tells whether {@link pending} made a value, even in another copy of the package.
 *
 * @param value any value, e.g. what a `loop` returned
 * @example
 * const result = await ticker.loop({}, context);
 * if (isPending(result)) console.log(result.state);
 */
export const isPending = (value: unknown): value is Pending => hasBrand(value, brand);
