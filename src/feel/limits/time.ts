import { createContext, Script } from 'node:vm';

type TimeLimit = <Result>(milliseconds: number, call: () => Result, late: () => Error) => Result;

interface Sandbox {
  call: (() => unknown) | undefined;
}

/**
 * JavaScript cannot interrupt a regular expression that backtracks for hours, but the time limit of `node:vm` can. It
 * starts a thread, so it is used only for expressions that may need it.
 */
const createTimeLimit = (): TimeLimit => {
  const sandbox: Sandbox = { call: undefined };
  const context = createContext(sandbox);
  const script = new Script('call()');
  return <Result>(milliseconds: number, call: () => Result, late: () => Error): Result => {
    const outer = sandbox.call;
    sandbox.call = call;
    try {
      return script.runInContext(context, { timeout: milliseconds }) as Result;
    } catch (error) {
      // The error comes from another context, so `instanceof Error` does not recognise it.
      const isLate = (error as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
      throw isLate ? late() : error;
    } finally {
      sandbox.call = outer;
    }
  };
};

let timeLimit: TimeLimit | undefined;

/** Calls a function and interrupts it after so many milliseconds; then it throws the error that `late` creates. */
export const withTimeLimit: TimeLimit = (milliseconds, call, late) => {
  timeLimit ??= createTimeLimit();
  return timeLimit(milliseconds, call, late);
};
