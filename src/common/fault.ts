/**
 * The errors of the library are made by functions and told apart by `kind`. They are real `Error` objects with a
 * stack; the brand survives two copies of the package in one dependency tree, which `instanceof` does not.
 */

const brand: symbol = Symbol.for('camunda-connectors.fault');

/** What went wrong, as a name that code may switch over. */
export type FaultKind =
  /** A connector definition or a list of connectors that cannot work. */
  | 'definition'
  /** Missing or malformed connection settings. */
  | 'configuration'
  /** Job variables that the connector's input schema refuses. */
  | 'input'
  /** A secret provider that fails, or gives what is no text. */
  | 'secret'
  /** A result that the output schema refuses or that has no JSON form. */
  | 'output'
  /** A value that has no faithful JSON form; `path` in the message names the place. */
  | 'value'
  /** A FEEL expression that does not parse or cannot be evaluated. */
  | 'feel'
  /** `run` outlived the connector's timeout. */
  | 'timeout'
  /** The cluster cannot be reached, or answered with an error; see ConnectionFault. */
  | 'connection'
  /** A request that the embedded engine rejects. */
  | 'rejection';

/** An error of this library. */
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
 * Makes an error of the given kind from its three parts.
 *
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
 * Tells whether a caught value is an error of this library, of the given kind if one is named.
 *
 * @param error anything that was caught
 * @param kind see {@link FaultKind}; none: any kind
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
    // A proxy whose traps throw is none of ours.
    return false;
  }
};
