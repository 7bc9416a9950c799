/**
 * Marks the errors of the library. They are `Error` objects with a stack, created by functions and distinguished by
 * `kind`. Unlike `instanceof`, the mark also works with two copies of the package in one dependency tree.
 */
const brand: symbol = Symbol.for('camunda-connectors.fault');

/** What went wrong, as a name for code. */
export type FaultKind =
  /** A connector definition, a list of connectors or a command line that cannot work. */
  | 'definition'
  /** Missing or malformed connection settings. */
  | 'configuration'
  /** Job variables that the connector's input schema rejects. */
  | 'input'
  /** A secret provider that fails, or returns something other than text. */
  | 'secret'
  /** A result that the output schema rejects or that has no JSON form. */
  | 'output'
  /** A value that cannot be converted to JSON without loss. The message names its path. */
  | 'value'
  /** A FEEL expression that does not parse or cannot be evaluated. */
  | 'feel'
  /** `run` exceeded the connector's timeout. */
  | 'timeout'
  /** The cluster cannot be reached or answered with an error; see ConnectionFault. */
  | 'connection'
  /** A request that the embedded engine rejects. */
  | 'rejection';

/** An error of this library. Its `message` says what is wrong, where, and how to fix it. */
export interface Fault<Kind extends FaultKind = FaultKind> extends Error {
  readonly kind: Kind;
}

/** The parts of an error text: what is wrong, where it is, and how to fix it. */
export interface FaultText {
  readonly what: string;
  readonly where?: string;
  readonly fix?: string;
  readonly cause?: unknown;
}

/**
 * Creates an error from its parts.
 *
 * @param extra further properties of the error
 * @example
 * throw fault('definition', { what: 'Two outbound connectors have the type "log".', where: 'createRuntime({ outbound }), items 0 and 3', fix: 'rename one, or take it out of the list.' });
 */
export const fault = <Kind extends FaultKind, Extra extends object = object>(
  kind: Kind,
  { what, where, fix, cause }: FaultText,
  extra?: Extra,
): Fault<Kind> & Extra => {
  const message = [what, where === undefined ? '' : `Where: ${where}`, fix === undefined ? '' : `Fix: ${fix}`]
    .filter((line) => line !== '')
    .join('\n');
  const error = cause === undefined ? new Error(message) : new Error(message, { cause });
  return Object.assign(error, extra, { kind, [brand]: true }) as unknown as Fault<Kind> & Extra;
};

/**
 * Whether a caught value is an error of this library.
 *
 * @param error any caught value
 * @param kind see {@link FaultKind}; any kind if absent
 * @example
 * try {
 *   createConnection(configFromEnv());
 * } catch (error) {
 *   if (!isFault(error, 'configuration')) throw error;
 *   console.error(error.message); // every missing setting, and how to fix it
 * }
 */
export const isFault = <Kind extends FaultKind = FaultKind>(error: unknown, kind?: Kind): error is Fault<Kind> => {
  try {
    return (
      typeof error === 'object' &&
      error !== null &&
      brand in error &&
      (kind === undefined || (error as Fault).kind === kind)
    );
  } catch {
    // A proxy whose traps throw is not an error of this library.
    return false;
  }
};
