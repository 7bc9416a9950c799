/** What a cluster can store: the limits of variables, which are checked before anything is sent. */
import { fault } from '../../common/fault.ts';
import type { JsonText, Outcome } from '../../connector/types.ts';
import { type Json, stringifyDocument, stringifyJson, toJson } from '../../connector/values/json-text.ts';
import { formatPath, type PathPart } from '../../connector/values/path.ts';
import { plainDataOf } from '../../connector/values/plain-data.ts';

/** Maximum size in bytes of the JSON that one job may add to its process: 1.5 MiB, as in the official runtime. */
export const largestVariables = 1_572_864;

const smallestInteger = -(2n ** 63n);
const largestInteger = 2n ** 63n - 1n;

/** Only a number of so many digits can be too large. Few texts contain one, so few values are searched. */
const manyDigits = /\d{19}/;

/** Whether JSON has the number as digits that do not fit into 64 bits. JSON writes larger numbers with an exponent. */
const isTooLarge = (value: number | bigint): boolean => {
  if (typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) >= 1e21)) return false;
  const integer = BigInt(value);
  return integer < smallestInteger || integer > largestInteger;
};

const findTooLarge = (value: Json, path: PathPart[]): boolean => {
  if (typeof value === 'number' || typeof value === 'bigint') return isTooLarge(value);
  if (typeof value !== 'object' || value === null) return false;
  const entries: Iterable<readonly [PathPart, Json]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [part, item] of entries) {
    path.push(part);
    if (findTooLarge(item, path)) return true;
    path.pop();
  }
  return false;
};

/**
 * Throws a fault of kind `input` for variables that a cluster cannot store or should not:
 *
 * - more than {@link largestVariables}, since processes with such variables slow down the whole cluster, and the gateway
 *   rejects only slightly larger ones;
 * - an integer beyond 64 bits. The message names its path.
 *
 * @param subject what the variables are, as the beginning of the sentence
 * @param fix what else to do with large content. Default: none
 * @param isExact they are known to be JSON with small numbers, so nobody has to look at them again
 * @returns their JSON, so that it need not be written again
 */
export const checkStorable = (
  variables: Readonly<Record<string, unknown>>,
  subject: string,
  fix?: string,
  isExact = false,
): JsonText => {
  const look = isExact ? 'exact' : plainDataOf(variables);
  const json = look === 'other' ? toJson(variables) : (variables as Json);
  const text = stringifyJson(json);
  const size = Buffer.byteLength(text);
  if (size > largestVariables) {
    throw fault('input', {
      what: `${subject} are larger than 1.5 MB: ${size} bytes of JSON, and the limit is ${largestVariables}.`,
      ...(fix === undefined ? {} : { fix }),
    });
  }
  if (look === 'exact' || !manyDigits.test(text)) return text;
  const path: PathPart[] = [];
  if (!findTooLarge(json, path)) return text;
  throw fault('input', {
    what: `${subject} cannot be stored: ${formatPath(path)} is an integer beyond 64 bits.`,
    fix: 'return it as text.',
  });
};

/** JSON from this length on is kept until it is sent. Writing shorter ones again takes less time than keeping them. */
const worthKeeping = 1_000;

/** The checked JSON of large variables, by the outcome that carries them. */
const texts = new WeakMap<Outcome, JsonText>();

/** Keeps the JSON of the variables of an outcome until it is sent, since to write it takes as long as the rest of a job. */
export const keepVariablesText = (outcome: Outcome, text: JsonText | undefined): void => {
  if (text !== undefined && text.length >= worthKeeping) texts.set(outcome, text);
};

/** The JSON of the variables of an outcome. Throws a fault of kind `value` if they have none. */
export const variablesTextOf = (outcome: Outcome): JsonText =>
  texts.get(outcome) ?? stringifyDocument(outcome.variables ?? {});
