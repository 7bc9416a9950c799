import { isObject } from '../../common/is-object.ts';
import type { Logger, Outcome } from '../../connector/types.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import { cutMessage, readProperty } from '../shared/error-text.ts';
import { createMasker } from './masking/mask.ts';
import { redactAny } from './redact-any.ts';
import { type JsonMask, redactJson } from './redact-json.ts';

/** What a process can read of an error. */
interface ErrorVariable {
  readonly message: string;
  readonly variables?: { readonly [name: string]: Json };
}

/** Masks the secrets of one job in everything that leaves it. */
export interface Redactor {
  /** Masks a text for people, e.g. a message. */
  text(text: string): string;
  /** Masks a result before it is mapped to variables. */
  result(result: Json): Json;
  /** Masks a thrown value that becomes a message and variables. The variables are never cut. */
  error(thrown: unknown): unknown;
  /** Masks a thrown value for listeners and the log. */
  report(thrown: unknown): unknown;
  /** Masks the variable `error` before an expression sees it. */
  errorVariable<Variable extends ErrorVariable>(error: Variable): Variable;
  /** Masks an outcome before it is sent. The variables of a completion are not searched; see {@link Redactor.result}. */
  outcome<Kind extends Outcome>(outcome: Kind): Kind;
  /** Returns a logger whose lines are masked. */
  logger(logger: Logger): Logger;
}

/** A shorter value would be found in any word or number of a result, and reveals little. */
const leastInResults = 4;

/** @param least values and spellings of fewer characters are not masked */
const maskOf = (secrets: readonly string[], least: number): JsonMask => {
  // The schema may have converted the text to a number: 0042 comes back as 42.
  const numbers = secrets.filter((secret) => secret.trim() !== '' && Number.isFinite(Number(secret)));
  const digits = new Set(
    numbers.flatMap((secret) => [secret, String(Number(secret))]).filter(({ length }) => length >= least),
  );
  return { text: createMasker(secrets, least), isSecret: (text) => digits.has(text) };
};

const same = <T>(value: T): T => value;

/** The redactor of a job without secrets: it changes nothing. */
export const noSecrets: Redactor = {
  text: same,
  result: same,
  error: same,
  report: same,
  errorVariable: same,
  outcome: same,
  logger: same,
};

/** Variables that have no JSON form are returned unchanged; the attempt to send them reports the problem. */
const redactVariables = (variables: unknown, mask: JsonMask): unknown => {
  try {
    return redactJson(toJson(variables), mask);
  } catch {
    return variables;
  }
};

const redactError = (thrown: unknown, mask: JsonMask): unknown => {
  const copy = redactAny(thrown, mask);
  const variables = readProperty(thrown, 'variables');
  if (typeof copy !== 'object' || copy === null || variables === undefined) return copy;
  // The process receives the variables, so they must not be cut.
  const value = redactVariables(variables, mask);
  return Object.defineProperty(copy, 'variables', { value, enumerable: true, configurable: true, writable: true });
};

type Variables = Readonly<Record<string, unknown>>;

/** Masks the variables of a failure, except for the code and the type in `error`, because processes compare them. */
const redactErrorVariables = (variables: Variables, mask: JsonMask): Variables => {
  const redacted = redactJson(variables as Json, mask) as Variables;
  const { error: before } = variables;
  if (!isObject(before) || !isObject(redacted.error)) return redacted;
  const unmasked = Object.entries(before).filter(([name]) => name === 'code' || name === 'type');
  return { ...redacted, error: { ...redacted.error, ...Object.fromEntries(unmasked) } };
};

const redactOutcome = <Kind extends Outcome>(outcome: Kind, mask: JsonMask): Kind => {
  if (outcome.kind === 'complete') return outcome;
  return {
    ...outcome,
    message: cutMessage(mask.text(outcome.message)),
    ...(outcome.variables === undefined ? {} : { variables: redactErrorVariables(outcome.variables, mask) }),
    ...('cause' in outcome ? { cause: redactAny(outcome.cause, mask) } : {}),
  };
};

const redactErrorVariable = <Variable extends ErrorVariable>(error: Variable, mask: JsonMask): Variable => ({
  ...error,
  message: cutMessage(mask.text(error.message)),
  ...(error.variables === undefined ? {} : { variables: redactJson(error.variables, mask) }),
});

const redactLogger = (logger: Logger, mask: JsonMask): Logger => {
  const line =
    (level: keyof Logger) =>
    (message: string, ...details: unknown[]): void =>
      logger[level](redactAny(message, mask) as string, ...details.map((detail) => redactAny(detail, mask)));
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
};

const makeRedactor = (secrets: readonly string[], redactResults: boolean): Redactor => {
  const mask = maskOf(secrets, 1);
  const inResults = maskOf(redactResults ? secrets : [], leastInResults);
  return {
    text: mask.text,
    result: redactResults ? (result) => redactJson(result, inResults) : same,
    error: (thrown) => redactError(thrown, mask),
    report: (thrown) => redactAny(thrown, mask),
    errorVariable: (error) => redactErrorVariable(error, mask),
    outcome: (outcome) => redactOutcome(outcome, mask),
    logger: (logger) => redactLogger(logger, mask),
  };
};

/** The largest number of cached redactors. */
const maxCached = 100;

/** Redactors by their secrets. The jobs of a connector use the same secrets, and it takes a while to find all their forms. */
const cache = new Map<string, Redactor>();

/**
 * Makes the redactor of a job, or returns the one of an earlier job with the same secrets.
 *
 * @param secrets the values that the job uses
 * @param redactResults whether to mask them in results as well
 */
export const createRedactor = (secrets: readonly string[], redactResults: boolean): Redactor => {
  if (secrets.length === 0) return noSecrets;
  const key = JSON.stringify([redactResults, ...secrets]);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = makeRedactor(secrets, redactResults);
  cache.set(key, made);
  if (cache.size > maxCached) cache.delete(cache.keys().next().value!);
  return made;
};
