const brand: unique symbol = Symbol.for('camunda-connectors.pending') as never;

/** Nothing is there yet, and something to remember until the next call. Made by {@link pending}. */
export interface Pending<State = unknown> {
  readonly kind: 'pending';
  readonly state: State;
  readonly [brand]: true;
}

/**
 * What `loop` returns while nothing is there, with a state for its next call: a cursor, the id of the last thing seen,
 * the address to ask again. The next call finds it as `context.state`, whichever runtime makes that call. The cluster
 * stores it, and only when it has changed.
 *
 * @param state anything with a JSON form; small, since it travels with the subscription
 * @example
 * loop: async ({ url }, { state }) => {
 *   const page = await read(url, state?.cursor);
 *   return page.found ?? pending({ cursor: page.next });
 * }
 */
export const pending = <State>(state: State): Pending<State> =>
  Object.freeze({ kind: 'pending', state, [brand]: true });

/**
 * Tells whether a value was made by {@link pending}, also by another copy of the package.
 *
 * @param value anything, e.g. what a `loop` returned
 * @example
 * const result = await ticker.loop({}, context);
 * if (isPending(result)) console.log(result.state);
 */
export const isPending = (value: unknown): value is Pending => {
  try {
    return typeof value === 'object' && value !== null && brand in value;
  } catch {
    // A proxy whose traps throw is none of ours.
    return false;
  }
};
