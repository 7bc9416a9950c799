import { createContext, Script } from 'node:vm';

/** Ends a call that takes too long, with the error that is made for it. */
type Watch = <Result>(milliseconds: number, call: () => Result, late: () => Error) => Result;

interface Box {
  call: (() => unknown) | undefined;
}

/**
 * Nothing within JavaScript can end a regular expression that goes back and forth for hours; the limit of `node:vm` can, wherever
 * the call is. It is asked for only where an expression may need it, because it starts a thread.
 */
const createWatch = (): Watch => {
  const box: Box = { call: undefined };
  const context = createContext(box);
  const script = new Script('call()');
  return <Result>(milliseconds: number, call: () => Result, late: () => Error): Result => {
    const outer = box.call;
    box.call = call;
    try {
      return script.runInContext(context, { timeout: milliseconds }) as Result;
    } catch (error) {
      // It is an error of the other context, and so no `instanceof Error`.
      const isLate = (error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
      throw isLate ? late() : error;
    } finally {
      box.call = outer;
    }
  };
};

let watch: Watch | undefined;

/** Calls, and throws what `late` gives if the call has not ended after so many milliseconds, wherever it is by then. */
export const within: Watch = (milliseconds, call, late) => {
  watch ??= createWatch();
  return watch(milliseconds, call, late);
};
