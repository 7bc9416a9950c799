import type { Middleware, Next } from '../../connector/types.ts';

/**
 * Puts functions around another: the first of the list is the outermost. What one throws, also before its first
 * `await`, is a rejection for those around it.
 *
 * @param use the functions, outermost first
 * @param inner what they are around
 * @example
 * await around([timing, retrying], connector.run, input, context); // timing → retrying → run → retrying → timing
 */
export const around = <Input, Result, Context>(
  use: readonly Middleware<Input, Result, Context>[],
  inner: (input: Input, context: Context) => Result | Promise<Result>,
  input: Input,
  context: Context,
): Promise<Result> => {
  const step = async (index: number, given: Input, around: Context): Promise<Result> => {
    const middleware = use[index];
    if (middleware === undefined) return inner(given, around);
    const next: Next<Input, Result, Context> = (changed = given, other = around) => step(index + 1, changed, other);
    return middleware(given, around, next);
  };
  return step(0, input, context);
};
