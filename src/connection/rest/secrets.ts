import { isObject } from '../../common/is-object.ts';
import type { CallOptions, Connection, SecretRefusal } from '../port.ts';
import type { RestCall } from './calls.ts';

/** As many references the cluster resolves in one request. */
export const longestList = 20;

/** What resolving secrets works with. */
export interface RestSecretServices {
  readonly ask: <Result>(call: RestCall, read: (body: string) => Result) => Promise<Result>;
  /** Rejects if the cluster is too old. */
  readonly check: (method: string, options: CallOptions) => Promise<void>;
  readonly limitsOf: (options: CallOptions) => Pick<RestCall, 'timeout' | 'signal'>;
}

type Resolved = Awaited<ReturnType<NonNullable<Connection['resolveSecrets']>>>;

const codes: readonly SecretRefusal[] = ['NOT_FOUND', 'ACCESS_DENIED', 'INVALID_REFERENCE', 'UNREADABLE'];

const listIn = (
  fields: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] => {
  const value = fields[name];
  if (Array.isArray(value) && value.every((item) => isObject(item))) return value;
  throw new TypeError(`${name} is not a list of objects`);
};

const textIn = (fields: Readonly<Record<string, unknown>>, name: string, path: string): string => {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new TypeError(`${path}.${name} is not a text`);
};

/** Reads resolved secrets. What is wrong with an answer is said without quoting it. */
export const readSecrets = (body: string): Resolved => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new TypeError('the body is not JSON');
  }
  if (!isObject(parsed)) throw new TypeError('the body is not an object');
  const fields = parsed as Readonly<Record<string, unknown>>;
  const values = listIn(fields, 'resolved').map(
    (item, index) =>
      [textIn(item, 'reference', `resolved[${index}]`), textIn(item, 'value', `resolved[${index}]`)] as const,
  );
  const refused = listIn(fields, 'errors').map((item, index) => {
    const code = textIn(item, 'code', `errors[${index}]`);
    const known = codes.find((one) => one === code) ?? 'UNREADABLE';
    return [textIn(item, 'reference', `errors[${index}]`), known] as const;
  });
  return { values: new Map(values), refused: new Map(refused) };
};

/** Creates the function that resolves references to secrets of the cluster. */
export const createRestSecrets =
  ({ ask, check, limitsOf }: RestSecretServices): NonNullable<Connection['resolveSecrets']> =>
  async (references, options = {}) => {
    const path = '/secrets/resolve';
    await check(`POST ${path}`, options);
    const starts = Array.from(
      { length: Math.ceil(references.length / longestList) },
      (_, index) => index * longestList,
    );
    const answers = await Promise.all(
      starts.map((start) => {
        const body = JSON.stringify({ references: references.slice(start, start + longestList) });
        return ask({ method: 'POST', path, body, isIdempotent: true, ...limitsOf(options) }, readSecrets);
      }),
    );
    return {
      values: new Map(answers.flatMap(({ values }) => [...values])),
      refused: new Map(answers.flatMap(({ refused }) => [...refused])),
    };
  };
