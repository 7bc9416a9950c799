const bpmnErrorBrand: unique symbol = Symbol.for('camunda-connectors.bpmnError') as never;
const jobErrorBrand: unique symbol = Symbol.for('camunda-connectors.jobError') as never;

/** A business error that the process catches with an error event. {@link bpmnError} makes it. */
export interface BpmnError extends Error {
  readonly kind: 'bpmnError';
  readonly code: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly [bpmnErrorBrand]: true;
}

/** A technical failure with its own retry settings. {@link jobError} makes it. */
export interface JobError extends Error {
  readonly kind: 'jobError';
  /** Attempts left after this one. Absent: one fewer than the job had. */
  readonly retries?: number;
  /** Seconds until the next attempt. */
  readonly backoff?: number;
  /** The code that an error expression reads as `error.code`. */
  readonly code?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly [jobErrorBrand]: true;
}

/** The options of {@link jobError}. */
export interface JobErrorOptions {
  /** Attempts left after this one; 0 raises an incident immediately. @default one fewer than the job had */
  readonly retries?: number;
  /** Seconds until the next attempt. @default the task header `retryBackoff`, else the connector's, else 0 */
  readonly backoff?: number;
  /** The code that an error expression reads as `error.code`. */
  readonly code?: string | number;
  /** Variables for the scope of the task: the next attempt receives them, and an operator sees them with the incident. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The error behind this one, for the log. */
  readonly cause?: unknown;
}

/**
 * Makes a BPMN error: the process continues at the error boundary event or error event subprocess that catches the code.
 * If nothing catches it, the cluster raises an incident. Throw the error in `run`, or return it.
 *
 * @param code the error code of the catching event; not empty
 * @param message a text for the operator. @default ''
 * @param variables variables for the catching event
 * @throws TypeError if the code is not text, or is blank
 * @example
 * run: ({ isbn }) => (known(isbn) ? lend(isbn) : bpmnError('UNKNOWN_BOOK', `No book ${isbn}`, { isbn }))
 */
export const bpmnError = (code: string, message = '', variables?: Readonly<Record<string, unknown>>): BpmnError => {
  if (typeof code !== 'string' || code.trim() === '') {
    throw new TypeError('bpmnError(code, …) needs the error code of the catching event, as text that is not empty.');
  }
  return Object.assign(new Error(message), {
    name: 'BpmnError',
    kind: 'bpmnError',
    code,
    ...(variables === undefined ? {} : { variables }),
    [bpmnErrorBrand]: true,
  } as const);
};

/**
 * Makes a technical failure with its own number of retries, pause, code and variables. Throw it in `run`, or return it.
 * Any other error that is thrown counts as `jobError(error.message)`.
 *
 * @param message the text of the incident when no retries are left
 * @param options `retries` (attempts left; 0 raises an incident immediately), `backoff` (seconds until the next attempt),
 *   `code` (for error expressions), `variables`, `cause`; see {@link JobErrorOptions}
 * @throws TypeError if an option has an invalid value
 * @example
 * throw jobError('The service is busy', { backoff: 30 });
 * @example
 * return jobError('The account is closed', { retries: 0, code: 'CLOSED' });
 */
export const jobError = (message: string, options: JobErrorOptions = {}): JobError => {
  const { retries, backoff, code, variables, cause } = options;
  if (retries !== undefined && (!Number.isInteger(retries) || retries < 0)) {
    throw new TypeError(`jobError(…, { retries }) needs a whole number of attempts, 0 or more, but got ${retries}.`);
  }
  if (backoff !== undefined && !(Number.isFinite(backoff) && backoff >= 0)) {
    throw new TypeError(`jobError(…, { backoff }) needs seconds, 0 or more, but got ${backoff}.`);
  }
  if (code !== undefined && !(typeof code === 'string' ? code.trim() !== '' : Number.isFinite(code))) {
    throw new TypeError('jobError(…, { code }) needs text that is not empty, or a number.');
  }
  const error = cause === undefined ? new Error(message) : new Error(message, { cause });
  return Object.assign(error, {
    name: 'JobError',
    kind: 'jobError',
    ...(retries === undefined ? {} : { retries }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(variables === undefined ? {} : { variables }),
    [jobErrorBrand]: true,
  } as const);
};

const branded = (value: unknown, brand: symbol): boolean => {
  try {
    return typeof value === 'object' && value !== null && brand in value;
  } catch {
    // A proxy whose traps throw is not one of our errors.
    return false;
  }
};

/**
 * Tells whether {@link bpmnError} made a value, even in another copy of the package.
 *
 * @param value any value, e.g. what was caught or returned
 * @example
 * if (isBpmnError(error)) console.log(error.code);
 */
export const isBpmnError = (value: unknown): value is BpmnError => branded(value, bpmnErrorBrand);

/**
 * Tells whether {@link jobError} made a value, even in another copy of the package.
 *
 * @param value any value, e.g. what was caught or returned
 * @example
 * if (isJobError(error)) console.log(error.retries);
 */
export const isJobError = (value: unknown): value is JobError => branded(value, jobErrorBrand);
