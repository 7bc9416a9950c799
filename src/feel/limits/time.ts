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

const passed: Error = new Error('The time limit has passed.');

/** Milliseconds of CPU time that the process has used. */
const cpuTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** A call that had less than this part of its time on a CPU was mostly stopped, and is made once more. */
const leastShare = 0.5;

/** Whether a call is under way that is made once more if the process is stopped. What is inside it begins again with it. */
let isInside = false;

/**
 * Calls a function, and once more if it took too long because the process was mostly stopped meanwhile, as on a machine that has too
 * much to do.
 *
 * @param milliseconds the time that the function may take
 * @param call starts from the beginning, also with its time
 * @param isLate whether an error of the function means that it took too long
 */
export const repeatIfStopped = <Result>(
  milliseconds: number,
  call: () => Result,
  isLate: (error: unknown) => boolean,
): Result => {
  if (isInside) return call();
  isInside = true;
  const cpu = cpuTime();
  try {
    return call();
  } catch (error) {
    if (!isLate(error) || cpuTime() - cpu >= milliseconds * leastShare) throw error;
    return call();
  } finally {
    isInside = false;
  }
};

/**
 * Calls a function and interrupts it after so many milliseconds; then it throws the error that `late` creates.
 *
 * On a machine that has too much to do, the process can be stopped at any point. The timer then ends too early, or the time passes without
 * the function. It is called once more in both cases, from the beginning, so it must not rely on what it has done before.
 */
export const withTimeLimit: TimeLimit = (milliseconds, call, late) => {
  timeLimit ??= createTimeLimit();
  const limit = timeLimit;
  const attempt = () => {
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - performance.now()) {
      try {
        return limit(Math.ceil(left), call, () => passed);
      } catch (error) {
        if (error !== passed) throw error;
      }
    }
    throw passed;
  };
  try {
    return repeatIfStopped(milliseconds, attempt, (error) => error === passed);
  } catch (error) {
    throw error === passed ? late() : error;
  }
};
