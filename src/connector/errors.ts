import { type Fault, fault, isFault } from '../common/fault.ts';
import { isObject } from '../common/is-object.ts';
import { hasBrand } from './brand.ts';

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
  /**
   * Attempts left after this one; 0 or less raises an incident immediately. A fraction is cut off.
   * @default one fewer than the job had
   */
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

/** The text of a message. A caller may pass something else, e.g. the caught error. */
const messageText = (message: unknown): string => {
  if (typeof message === 'string') return message;
  if (message === undefined || message === null) return '';
  try {
    return message instanceof Error ? message.message : String(message);
  } catch {
    return '';
  }
};

const kindOf = (value: unknown): string => (Number.isNaN(value) ? 'NaN' : value === null ? 'null' : typeof value);

/** The message, and what is wrong with the other arguments: a mistake in them must not hide the error itself. */
const withMistakes = (message: unknown, mistakes: readonly string[]): string =>
  [messageText(message), ...mistakes].filter((line) => line !== '').join('\n');

/**
 * Makes a BPMN error: the process continues at the error boundary event or error event subprocess that catches the code.
 * If nothing catches it, the cluster raises an incident. Throw the error in `run`, or return it.
 *
 * Never throws. Without a code, the job fails with the message instead of throwing a BPMN error.
 *
 * @param code the error code of the catching event; not empty
 * @param message a text for the operator. @default ''
 * @param variables variables for the catching event
 * @example
 * run: ({ isbn }) => (known(isbn) ? lend(isbn) : bpmnError('UNKNOWN_BOOK', `No book ${isbn}`, { isbn }))
 */
export const bpmnError = (code: string, message = '', variables?: Readonly<Record<string, unknown>>): BpmnError => {
  const known = typeof code === 'string' && code.trim() !== '';
  const mistakes = known ? [] : ['bpmnError(code, …) needs the error code of the catching event, as text.'];
  return Object.assign(new Error(withMistakes(message, mistakes)), {
    name: 'BpmnError',
    kind: 'bpmnError',
    code: known ? code : '',
    ...(variables === undefined ? {} : { variables }),
    [bpmnErrorBrand]: true,
  } as const);
};

/** A whole number of attempts, 0 or more, as in an error expression; `undefined` for what is not a number. */
const attemptsOf = (retries: unknown): number | undefined =>
  typeof retries === 'number' && !Number.isNaN(retries)
    ? Math.min(Math.max(0, Math.trunc(retries)), Number.MAX_SAFE_INTEGER)
    : undefined;

/** Seconds, 0 or more; `undefined` for what is not a number. */
const secondsOf = (backoff: unknown): number | undefined =>
  typeof backoff === 'number' && Number.isFinite(backoff) ? Math.max(0, backoff) : undefined;

const codeText = (code: unknown): string | undefined => {
  if (typeof code === 'string') return code.trim() === '' ? undefined : code;
  return typeof code === 'number' && Number.isFinite(code) ? String(code) : undefined;
};

/**
 * Makes a technical failure with its own number of retries, pause, code and variables. Throw it in `run`, or return it.
 * Any other error that is thrown counts as `jobError(error.message)`.
 *
 * Never throws: an option with an invalid value is ignored, and the message says so. A negative number counts as 0.
 *
 * @param message the text of the incident when no retries are left
 * @param options `retries` (attempts left; 0 raises an incident immediately), `backoff` (seconds until the next attempt),
 *   `code` (for error expressions), `variables`, `cause`; see {@link JobErrorOptions}
 * @example
 * throw jobError('The service is busy', { backoff: 30 });
 * @example
 * return jobError('The account is closed', { retries: 0, code: 'CLOSED' });
 */
export const jobError = (message: string, options: JobErrorOptions = {}): JobError => {
  const given: JobErrorOptions = isObject(options) ? options : {};
  const { variables, cause } = given;
  const mistakes: string[] = [];
  const valid = <Value>(name: 'retries' | 'backoff' | 'code', value: Value | undefined, expected: string) => {
    if (value === undefined && given[name] !== undefined) {
      mistakes.push(`jobError(…, { ${name} }) is ignored: it must be ${expected}, but is ${kindOf(given[name])}.`);
    }
    return value === undefined ? {} : { [name]: value };
  };
  const own = {
    ...valid('retries', attemptsOf(given.retries), 'a number of attempts'),
    ...valid('backoff', secondsOf(given.backoff), 'a number of seconds'),
    ...valid('code', codeText(given.code), 'a number or text that is not empty'),
  };
  const text = withMistakes(message, mistakes);
  const error = cause === undefined ? new Error(text) : new Error(text, { cause });
  return Object.assign(error, {
    name: 'JobError',
    kind: 'jobError',
    ...own,
    ...(variables === undefined ? {} : { variables }),
    [jobErrorBrand]: true,
  } as const);
};

/** Input that no attempt could use. {@link inputError} makes it. */
export type InputError = Fault<'input'>;

/**
 * Makes an error for input that `run` or `loop` finds unusable although it fits the schema: an unknown account, a file of the
 * wrong kind. Another attempt would find the same, so the job fails for good, with the official `error.type` of such errors:
 * `io.camunda.connector.api.error.ConnectorInputException`. Throw it, or return it from `run`.
 *
 * Never throws.
 *
 * @param message what is wrong with the input, without values that may be secret
 * @param options `cause`: the error behind this one, for the log
 * @example
 * run: async ({ account }) => {
 *   if (!(await exists(account))) throw inputError('There is no such account');
 *   return transfer(account);
 * }
 */
export const inputError = (message: string, options: { readonly cause?: unknown } = {}): InputError => {
  const cause = isObject(options) ? options.cause : undefined;
  const what = messageText(message);
  return fault('input', cause === undefined ? { what } : { what, cause }, { name: 'InputError' });
};

/**
 * Tells whether a value is an error of {@link inputError}, or one of the library about input, even in another copy of the
 * package.
 *
 * @param value any value, e.g. what was caught or returned
 * @example
 * if (isInputError(error)) console.log(error.message);
 */
export const isInputError = (value: unknown): value is InputError => isFault(value, 'input');

/**
 * Tells whether {@link bpmnError} made a value, even in another copy of the package.
 *
 * @param value any value, e.g. what was caught or returned
 * @example
 * if (isBpmnError(error)) console.log(error.code);
 */
export const isBpmnError = (value: unknown): value is BpmnError => hasBrand(value, bpmnErrorBrand);

/**
 * Tells whether {@link jobError} made a value, even in another copy of the package.
 *
 * @param value any value, e.g. what was caught or returned
 * @example
 * if (isJobError(error)) console.log(error.retries);
 */
export const isJobError = (value: unknown): value is JobError => hasBrand(value, jobErrorBrand);
