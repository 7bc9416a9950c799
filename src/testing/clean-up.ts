/** Registers a function that is called when a test has ended. */
export type AddCleanUp = (cleanUp: () => Promise<void>) => unknown;

/**
 * What a process test is cleaned up with: the context of a test of node:test (`after`) or of Vitest (`onTestFinished`), a
 * function such as Vitest's `onTestFinished`, or what {@link cleanUpAfter} returns.
 */
export type CleanUp = { readonly after: AddCleanUp } | { readonly onTestFinished: AddCleanUp } | AddCleanUp;

/** The function that registers a clean-up; `undefined` if there is no such function. */
export const cleanUpOf = (given: unknown): AddCleanUp | undefined => {
  if (typeof given === 'function') return given as AddCleanUp;
  if (typeof given !== 'object' || given === null) return undefined;
  const { after, onTestFinished } = given as Partial<Record<'after' | 'onTestFinished', AddCleanUp>>;
  const add = after ?? onTestFinished;
  return typeof add === 'function' ? (cleanUp) => add.call(given, cleanUp) : undefined;
};

/**
 * Why the test of a context has failed, when it has ended: null if it has not; undefined if the context does not say.
 *
 * node:test has `error`, and Vitest has `task.result`.
 */
export const failureOf = (context: unknown): string | null | undefined => {
  if (typeof context !== 'object' || context === null) return undefined;
  const { error, task } = context as {
    readonly error?: unknown;
    readonly task?: { readonly result?: { readonly state?: string; readonly errors?: readonly unknown[] } };
  };
  const textOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));
  if ('error' in context) {
    // node:test wraps what was thrown.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause === null || cause === undefined ? null : textOf(cause);
  }
  if (task?.result?.state === undefined) return undefined;
  return task.result.state === 'fail' ? textOf(task.result.errors?.[0]) : null;
};

/**
 * Cleans up process tests in runners whose tests have no context, such as Jest. It works with the `afterEach` of every runner,
 * so that a file of tests can move from one runner to another.
 *
 * @param afterEach the function of the test runner; it is called once, at the top of the file
 * @returns the first argument of `createProcessTest`
 * @example
 * import { afterEach, test } from '@jest/globals';
 * const cleanUp = cleanUpAfter(afterEach);
 * test('an order is paid', async () => {
 *   const processes = await createProcessTest(cleanUp, { resources: 'processes' });
 * });
 */
export const cleanUpAfter = (afterEach: (hook: () => Promise<void>) => unknown): { readonly after: AddCleanUp } => {
  let pending: (() => Promise<void>)[] = [];
  afterEach(async () => {
    const all = pending;
    pending = [];
    for (const cleanUp of all.reverse()) await cleanUp();
  });
  return {
    after: (cleanUp) => {
      pending.push(cleanUp);
    },
  };
};
