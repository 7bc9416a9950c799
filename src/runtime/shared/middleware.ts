import type { Middleware, Next } from '../../connector/types.ts';

/**
 * Calls a function through middleware: the first of the list is the outermost. What one of them throws, even before its
 * first `await`, is a rejection for the functions outside it.
 *
 * @param use the middleware, outermost first
 * @param inner the function inside the middleware
 * @example
 * await callWithMiddleware([timing, retrying], connector.run, input, context); // timing → retrying → run → retrying → timing
 */
export const callWithMiddleware = <Input, Result, Context>(
  use: readonly Middleware<Input, Result, Context>[],
  inner: (input: Input, context: Context) => Result | Promise<Result>,
  input: Input,
  context: Context,
): Promise<Result> => {
  // Not async: each layer would let the result wait for three turns of the queue.
  const call = (index: number, currentInput: Input, currentContext: Context): Promise<Result> => {
    const next: Next<Input, Result, Context> = (nextInput = currentInput, nextContext = currentContext) =>
      call(index + 1, nextInput, nextContext);
    const middleware = use[index];
    try {
      const result =
        middleware === undefined ? inner(currentInput, currentContext) : middleware(currentInput, currentContext, next);
      return Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return call(0, input, context);
};
