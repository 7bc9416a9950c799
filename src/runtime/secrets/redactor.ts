import type { Logger, Outcome } from '../../connector/types.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import { cutMessage, readProperty } from '../shared/error-text.ts';
import { createMasker } from './mask.ts';
import { redactAny } from './redact-any.ts';
import { type JsonMask, redactJson } from './redact-json.ts';

/** What a process can read of an error. */
interface ErrorVariable {
  readonly message: string;
  readonly variables?: { readonly [name: string]: Json };
}

/** Masks the secrets of one job in everything that leaves it. */
export interface Redactor {
  /** A text for people, e.g. a message. */
  text(text: string): string;
  /** A result before it is mapped to variables. */
  result(result: Json): Json;
  /** Whatever was thrown, as far as it becomes a message and variables, which are kept whole. */
  error(thrown: unknown): unknown;
  /** Whatever was thrown, for those who are told of it. */
  report(thrown: unknown): unknown;
  /** The variable `error`, before an expression sees it. */
  errorVariable<Variable extends ErrorVariable>(error: Variable): Variable;
  /** An outcome, just before it is sent. The variables of a completion are not searched: see {@link Redactor.result}. */
  outcome<Kind extends Outcome>(outcome: Kind): Kind;
  /** A logger that gets nothing else. */
  logger(logger: Logger): Logger;
}

/** A shorter value would be found in any word or number of a result, and tells little. */
const leastInResults = 4;

const maskOf = (secrets: readonly string[]): JsonMask => {
  // The schema may have made a number of the text: 0042 comes back as 42.
  const numbers = secrets.filter((secret) => secret.trim() !== '' && Number.isFinite(Number(secret)));
  const digits = new Set(numbers.flatMap((secret) => [secret, String(Number(secret))]));
  return { text: createMasker(secrets), isSecret: (text) => digits.has(text) };
};

const same = <T>(value: T): T => value;

/** The redactor of a job without secrets. */
export const noSecrets: Redactor = {
  text: same,
  result: same,
  error: same,
  report: same,
  errorVariable: same,
  outcome: same,
  logger: same,
};

/** Variables that cannot be sent are left as they are: whoever tries to send them says so. */
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
  // Variables go to the process, so they are kept whole, however deep.
  const value = redactVariables(variables, mask);
  return Object.defineProperty(copy, 'variables', { value, enumerable: true, configurable: true, writable: true });
};

type Variables = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Variables =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Codes are compared by the process, and types are names: both stay as they are in the variable `error`. */
const redactErrorVariables = (variables: Variables, mask: JsonMask): Variables => {
  const redacted = redactJson(variables as Json, mask) as Variables;
  const { error: before } = variables;
  if (!isRecord(before) || !isRecord(redacted.error)) return redacted;
  const kept = Object.entries(before).filter(([name]) => name === 'code' || name === 'type');
  return { ...redacted, error: { ...redacted.error, ...Object.fromEntries(kept) } };
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
  const mask = maskOf(secrets);
  const inResults = maskOf(redactResults ? secrets.filter(({ length }) => length >= leastInResults) : []);
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

/** Redactors that are kept. */
const mostKept = 100;

/** By their secrets. Jobs of a connector use the same ones, and finding all the forms of a secret takes a while. */
const kept = new Map<string, Redactor>();

/**
 * Gives the redactor of a job.
 *
 * @param secrets the values that the job uses
 * @param redactResults whether to look for them in results as well
 */
export const createRedactor = (secrets: readonly string[], redactResults: boolean): Redactor => {
  if (secrets.length === 0) return noSecrets;
  const key = JSON.stringify([redactResults, ...secrets]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = makeRedactor(secrets, redactResults);
  kept.set(key, made);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return made;
};
