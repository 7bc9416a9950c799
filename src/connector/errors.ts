const bpmnErrorBrand: unique symbol = Symbol.for('camunda-connectors.bpmnError') as never;
const jobErrorBrand: unique symbol = Symbol.for('camunda-connectors.jobError') as never;

/** A business error that the process catches with an error event. Made by {@link bpmnError}. */
export interface BpmnError extends Error {
  readonly kind: 'bpmnError';
  readonly code: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly [bpmnErrorBrand]: true;
}

/** A technical failure with retry settings of its own. Made by {@link jobError}. */
export interface JobError extends Error {
  readonly kind: 'jobError';
  /** Attempts left after this one. Absent: one fewer than the job had. */
  readonly retries?: number;
  /** Seconds until the next attempt. */
  readonly backoff?: number;
  /** What a process tells the failure by, as `error.code` in its error expression. */
  readonly code?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly [jobErrorBrand]: true;
}

/** Options of {@link jobError}. */
export interface JobErrorOptions {
  /** Attempts left after this one; 0 raises an incident at once. Default: one fewer than the job had. */
  readonly retries?: number;
  /** Seconds until the next attempt. Default: the task's `retryBackoff`, else the connector's, else at once. */
  readonly backoff?: number;
  /** What a process tells the failure by, as `error.code` in its error expression. */
  readonly code?: string | number;
  /** Stored in the task's own scope, for the next attempt and for whoever reads the incident. */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * A BPMN error: the process goes on at the error boundary event (or error event subprocess) that catches `code`.
 * Without one the cluster raises an incident. Throw it or return it from `run`.
 *
 * @param code error code that the catch event names; not empty
 * @param message for the operator
 * @param variables handed to the catch event
 * @example
 * run: ({ isbn }) => (known(isbn) ? lend(isbn) : bpmnError('UNKNOWN_BOOK', `No book ${isbn}`))
 */
export const bpmnError = (code: string, message = '', variables?: Readonly<Record<string, unknown>>): BpmnError => {
  if (typeof code !== 'string' || code.trim() === '') {
    throw new TypeError('bpmnError(code, …) needs the error code that the catch event names, as a non-empty string.');
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
 * A technical failure whose retries, pause and variables the connector chooses. Throw it or return it from `run`.
 * Any other thrown error counts as `jobError(error.message)`.
 *
 * @param message becomes the text of the incident when no retries are left
 * @example
 * throw jobError('The service asks to wait', { backoff: 30 });
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
    throw new TypeError('jobError(…, { code }) needs a text that is not empty, or a number.');
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
    // A proxy whose traps throw is none of ours.
    return false;
  }
};

/**
 * Tells whether a value was made by {@link bpmnError}, also by another copy of the package.
 *
 * @param value anything, e.g. what was caught or returned
 * @example
 * if (isBpmnError(error)) console.log(error.code);
 */
export const isBpmnError = (value: unknown): value is BpmnError => branded(value, bpmnErrorBrand);

/**
 * Tells whether a value was made by {@link jobError}, also by another copy of the package.
 *
 * @param value anything, e.g. what was caught or returned
 * @example
 * if (isJobError(error)) console.log(error.retries);
 */
export const isJobError = (value: unknown): value is JobError => branded(value, jobErrorBrand);
