import { settledOrAborted } from '../../common/abort.ts';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { secretFields } from '../../connector/input/secret-fields.ts';
import type { MaybePromise, Schema } from '../../connector/types.ts';
import { advisedErrorText } from '../shared/error-text.ts';
import { envSecrets } from './environment-provider.ts';
import { insertSecrets, type RequestedSecret, requestedSecrets } from './insert-secrets.ts';
import { createMasker } from './masking/mask.ts';
import type { SecretContext, SecretProvider, SecretSettings } from './provider.ts';
import { createRedactor, type Redactor } from './redactor.ts';
import { isReference } from './references.ts';

type Variables = Readonly<Record<string, unknown>>;

/** Variables with the values of their secrets, and the redactor that masks these values. */
export interface Resolved {
  readonly variables: Variables;
  readonly redactor: Redactor;
}

/** The variables to resolve. */
export interface ResolveRequest {
  readonly variables: Variables;
  /** The JSON text of the variables, if there is one. A search of this text shows for most jobs that nothing needs resolving. */
  readonly text?: string | undefined;
  /** Returns the names of the variables to search; `undefined`: all. */
  readonly names?: () => readonly string[] | undefined;
  /** The schema of the variables. The values of its secret fields are masked, wherever they come from. */
  readonly schema?: Schema;
  /**
   * Returns the names of the secrets that there are, from which the error of a missing one suggests the nearest. Absent: it suggests
   * none, because the errors of jobs become process variables, and the names of other secrets do not belong there.
   */
  readonly known?: () => readonly string[];
}

const none: readonly string[] = [];

/** After the name of an authentication scheme, as in `Bearer abc`. */
const afterScheme = /^[A-Za-z][A-Za-z-]{2,20} +(\S{8,})$/;

/** The values of the fields that the schema declares as secret, with the credentials in an authentication header. */
const declaredSecrets = (schema: Schema | undefined, variables: Variables): readonly string[] => {
  const fields = schema === undefined ? [] : secretFields(schema, variables);
  // Most schemas declare none, and this is on the path of every job.
  if (fields.length === 0) return none;
  const texts = fields.map(({ text }) => text).filter((text) => !isReference(text));
  return texts.flatMap((text) => {
    const credentials = afterScheme.exec(text)?.[1];
    return credentials === undefined ? text : [text, credentials];
  });
};

/**
 * A reference has a name behind its mark. The pattern with a class of characters at its end is found three times as quickly as
 * the mark alone, and the variables of a job may be large.
 */
const named = /secrets\.\S/;

/** Whether the text certainly has no reference. JSON may escape any letter of one. */
const cannotRefer = (text: string | undefined): boolean =>
  text !== undefined && !named.test(text) && !text.includes('\\u');

const allowed = async (
  requested: readonly RequestedSecret[],
  { secretFilter }: SecretSettings,
  context: SecretContext,
): Promise<readonly RequestedSecret[]> => {
  if (secretFilter === undefined) return requested;
  const answers = await Promise.all(requested.map(({ name }) => secretFilter(name, context)));
  return requested.filter((_, index) => answers[index]);
};

const fetchOne = async (
  provider: SecretProvider,
  name: string,
  context: SecretContext,
): Promise<string | undefined> => {
  const value: unknown = await provider(name, context);
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new TypeError(`the provider returned a value of type ${typeof value} for '${name}' instead of text`);
};

const missing = (secrets: readonly RequestedSecret[], known: readonly string[]): Error => {
  const isOne = secrets.length === 1;
  const variables = secrets.map(({ name }) => `SECRET_${name}`).join(', ');
  return fault('input', {
    what: secrets
      .map(({ name }) => {
        const guess = nearest(name, known);
        const text = `Secret with name '${name}' is not available`;
        return guess === undefined ? text : didYouMean(`${text}.`, guess);
      })
      .join('\n'),
    where: secrets.map(({ path }) => path).join(', '),
    fix: `add ${isOne ? 'it' : 'them'} to the secret provider of the runtime (by default: set the environment variable${isOne ? '' : 's'} ${variables}), or correct the reference${isOne ? '' : 's'}.`,
  });
};

/** The error of a provider may quote values that it returned for other names, so they are masked. */
const fetchFailed = (secrets: readonly RequestedSecret[], values: readonly string[], cause: unknown): Error => {
  const masked = createMasker(values);
  const { full, plain } = advisedErrorText(cause, 'Fetching secrets failed: ');
  const where = secrets.map(({ name, path }) => `the secret '${name}' in ${path}`).join(', ');
  return fault('secret', { what: masked(full), plain: masked(plain), where });
};

const fetchAll = async (
  requested: readonly RequestedSecret[],
  provider: SecretProvider,
  context: SecretContext,
  known: ResolveRequest['known'],
): Promise<ReadonlyMap<string, string>> => {
  const answers = await Promise.allSettled(requested.map(({ name }) => fetchOne(provider, name, context)));
  const values = new Map<string, string>();
  const absent: RequestedSecret[] = [];
  answers.forEach((answer, index) => {
    if (answer.status !== 'fulfilled') return;
    const secret = requested[index]!;
    if (answer.value === undefined) absent.push(secret);
    else values.set(secret.name, answer.value);
  });
  const failed = answers.findIndex(({ status }) => status === 'rejected');
  if (failed !== -1) {
    const unknown = requested.filter((_, index) => answers[index]!.status === 'rejected');
    throw fetchFailed(unknown, [...values.values()], (answers[failed] as PromiseRejectedResult).reason);
  }
  if (absent.length > 0) throw missing(absent, known?.() ?? none);
  return values;
};

const fetchFound = async (
  found: readonly RequestedSecret[],
  settings: SecretSettings,
  context: SecretContext,
  known: ResolveRequest['known'],
): Promise<ReadonlyMap<string, string>> => {
  let requested: readonly RequestedSecret[];
  try {
    requested = await allowed(found, settings, context);
  } catch (cause) {
    throw fetchFailed(found, [], cause);
  }
  return fetchAll(requested, settings.secrets || envSecrets(), context, known);
};

/** Ends with the signal, even if the provider ignores it. */
const fetchInTime = async (
  found: readonly RequestedSecret[],
  settings: SecretSettings,
  context: SecretContext,
  known: ResolveRequest['known'],
): Promise<ReadonlyMap<string, string>> => {
  let values: ReadonlyMap<string, string> | undefined;
  const fetching = fetchFound(found, settings, context, known).then((fetched) => {
    values = fetched;
  });
  await settledOrAborted(fetching, context.signal);
  if (values === undefined) throw fetchFailed(found, [], 'the provider did not answer in time');
  return values;
};

/**
 * Inserts the values of secrets where variables refer to them. The provider is called once for each name. Without references,
 * the result is returned at once and not as a promise, because most jobs have none. The redactor masks these values, and those
 * of the fields that the schema declares as secret: the cluster may have filled them in.
 *
 * Rejects with a fault of kind `input` that names every missing secret, since another attempt would not help. Rejects with a
 * fault of kind `secret` if the provider or the filter fails, since another attempt may help.
 *
 * @param context is called only if there is something to resolve
 */
export const resolveSecrets = (
  { variables, text, names, schema, known }: ResolveRequest,
  settings: SecretSettings,
  context: () => SecretContext,
): MaybePromise<Resolved> => {
  const { redactResults = true } = settings;
  const resolvedTo = (inserted: Variables, values: readonly string[]): Resolved => {
    const declared = declaredSecrets(schema, inserted);
    const all = declared.length === 0 ? values : [...new Set([...values, ...declared])];
    return { variables: inserted, redactor: createRedactor(all, redactResults) };
  };
  if (settings.secrets === false || cannotRefer(text)) return resolvedTo(variables, none);
  const searched = names?.();
  const found = requestedSecrets(variables, searched);
  if (found.length === 0) return resolvedTo(variables, none);
  return fetchInTime(found, settings, context(), known).then((values) =>
    resolvedTo(insertSecrets(variables, values, searched), [...values.values()]),
  );
};
