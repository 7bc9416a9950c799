/**
 * Marks the errors of the library. They are `Error` objects with a stack, created by functions and distinguished by
 * `kind`. Unlike `instanceof`, the mark also works with two copies of the package in one dependency tree.
 */
const brand: symbol = Symbol.for('camunda-connectors.fault');

/** The property with the message of an error without its advice. */
const plain: symbol = Symbol.for('camunda-connectors.plain');

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
  /** `what` without the advice of another error that it quotes. Default: `what` */
  readonly plain?: string;
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
  { what, plain: plainWhat = what, where, fix, cause }: FaultText,
  extra?: Extra,
): Fault<Kind> & Extra => {
  const place = where === undefined ? '' : `\nWhere: ${where}`;
  const message = `${what}${place}${fix === undefined ? '' : `\nFix: ${fix}`}`;
  const error = cause === undefined ? new Error(message) : new Error(message, { cause });
  // Not enumerable, so that no log line shows it beside the message.
  Object.defineProperty(error, plain, { value: `${plainWhat}${place}` });
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

/** The message of an error of this library without its advice on how to fix it, for those who cannot follow the advice. */
export const plainMessage = (error: Fault): string => {
  const text = (error as unknown as Readonly<Record<symbol, unknown>>)[plain];
  return typeof text === 'string' ? text : error.message;
};
