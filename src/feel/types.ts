/** Reads one variable. `undefined` means that there is no such variable; `null` is a value. */
export type Lookup = (name: string) => unknown;

/**
 * A function that an expression may call. It receives FEEL values: JSON values as they are, temporal values as objects
 * whose `String(...)` is ISO 8601 text (`temporalKind` tells which kind), and null for missing values. It returns a JSON
 * value or a temporal value. If it throws, the evaluation fails and its message is shown. The text `fix` of the error, if it has
 * one, becomes the advice of the message.
 */
export interface SuppliedFunction {
  // biome-ignore lint/suspicious/noExplicitAny: each function checks the kinds of its own arguments
  (...args: any[]): unknown;
  /** Parameter names in order, for calls such as `f(a: 1)`. Without them, such a call gives null. */
  readonly parameters?: readonly string[];
}

/** The time that several evaluations may take together, in milliseconds. */
export interface TimeBudget {
  readonly total: number;
  /** What is left of it. Evaluations that may take long lower it. */
  left: number;
}

/** A function as a FEEL value. Its arguments and its result are FEEL values. */
export interface FeelFunction {
  readonly parameters: readonly string[];
  readonly call: (args: readonly unknown[]) => unknown;
}

/** What an evaluation needs besides the variables. */
export interface EvaluateOptions {
  /** The clock behind `now()` and `today()`, in milliseconds since the epoch. Default: the system clock. */
  readonly now?: () => number;
  /** The source of `random number()` and `uuid()`, from 0 up to but not including 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** Time limit of the evaluation in milliseconds. When it is exceeded, the evaluation fails. Default: 3000. */
  readonly longest?: number;
  /** The time that this evaluation and others may take together. Default: no such limit. */
  readonly budget?: TimeBudget | undefined;
  /**
   * Further functions by name, e.g. `bpmnError`. They take precedence over the functions of FEEL; a function that is a
   * FEEL value does so only for calls with its parameters.
   */
  readonly functions?: Readonly<Record<string, SuppliedFunction | FeelFunction>>;
  /**
   * Called when the evaluation starts again from the beginning, because it takes longer than its trial, or because the process was stopped
   * meanwhile. It calls its functions again, so what they have noted until then is void. Default: nothing.
   */
  readonly onRestart?: () => void;
}

/** A compiled FEEL expression. Compiling the same text twice yields the same object. */
export interface Expression {
  /** The text without the leading `=`. */
  readonly source: string;
  /** Names of the variables that the expression reads. */
  readonly names: readonly string[];
  /**
   * Evaluates the expression. The result is a JSON value; temporal values become ISO 8601 text.
   * Throws a fault of kind `feel` if the evaluation fails.
   */
  evaluate(lookup: Lookup, options?: EvaluateOptions): unknown;
  /**
   * As `evaluate`, but temporal values, ranges and functions keep their kinds, so that other expressions can read the
   * result as a variable. `toJson` converts it.
   */
  value(lookup: Lookup, options?: EvaluateOptions): unknown;
}
