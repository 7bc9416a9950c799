/** Reads one variable; `undefined` means that there is none of that name, `null` is a value. */
export type Lookup = (name: string) => unknown;

/** What an evaluation needs beside the variables. */
export interface EvaluateOptions {
  /** The clock behind `now()` and `today()`, in milliseconds since the epoch. Default: the system's. */
  readonly now?: () => number;
  /** Functions by name that an expression may call beside FEEL's own, e.g. `bpmnError`. */
  readonly functions?: Readonly<Record<string, (...args: unknown[]) => unknown>>;
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
