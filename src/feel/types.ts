/** Reads one variable; `undefined` means that there is none of that name, `null` is a value. */
export type Lookup = (name: string) => unknown;

/**
 * A function that an expression may call. Arguments are FEEL values: JSON values as they are, temporal values as
 * objects whose `String(...)` is ISO 8601 text (`temporalKind` tells which they are), null for what is missing. A
 * JSON or temporal value is the result; an error that it throws fails the evaluation, and its message is shown.
 */
export interface SuppliedFunction {
  // biome-ignore lint/suspicious/noExplicitAny: each function checks the kinds of its own arguments
  (...args: any[]): unknown;
  /** Names for calls by name, `f(a: 1)`, in order. Without them such a call gives null. */
  readonly parameters?: readonly string[];
}

/** What an evaluation needs beside the variables. */
export interface EvaluateOptions {
  /** The clock behind `now()` and `today()`, in milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
  /** The chance behind `random number()` and `uuid()`, from 0 up to 1. Default: the system's. */
  readonly random?: () => number;
  /** Longest time of an evaluation, in milliseconds; then it fails, wherever it is. Default: 3000. */
  readonly longest?: number;
  /** Functions by name that an expression may call beside FEEL's own, and before them, e.g. `bpmnError`. */
  readonly functions?: Readonly<Record<string, SuppliedFunction>>;
}

/** A compiled FEEL expression. Compiling the same text twice yields the same object. */
export interface Expression {
  /** The text without the leading `=`. */
  readonly source: string;
  /** Variables that the expression mentions. */
  readonly names: readonly string[];
  /**
   * Evaluates against the variables; the result is a JSON value (temporal values as ISO 8601 text).
   * Throws a fault of kind `feel` when the evaluation fails.
   */
  evaluate(lookup: Lookup, options?: EvaluateOptions): unknown;
}
