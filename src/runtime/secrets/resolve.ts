import { settledOrAborted } from '../../common/abort.ts';
import { fault } from '../../common/fault.ts';
import type { MaybePromise } from '../../connector/types.ts';
import { errorText } from '../shared/error-text.ts';
import { envSecrets } from './environment-provider.ts';
import { createMasker } from './mask.ts';
import type { SecretContext, SecretProvider, SecretSettings } from './provider.ts';
import { createRedactor, noSecrets, type Redactor } from './redactor.ts';
import { referenceMark } from './references.ts';
import { insertSecrets, type Wanted, wantedSecrets } from './variables.ts';

type Variables = Readonly<Record<string, unknown>>;

/** Variables with the values of their secrets, and the way to take these out of everything that leaves. */
export interface Resolved {
  readonly variables: Variables;
  readonly redactor: Redactor;
}

/** What is resolved. */
export interface ResolveRequest {
  readonly variables: Variables;
  /** The variables' JSON text, where there is one: searched at once, it says for most jobs that nothing is to do. */
  readonly text?: string | undefined;
  /** Which variables to look into; none: all. */
  readonly names?: () => readonly string[] | undefined;
}

/** JSON may write any letter of the mark as an escape. */
const cannotRefer = (text: string | undefined): boolean =>
  text !== undefined && !text.includes(referenceMark) && !text.includes('\\u');

const allowed = async (
  wanted: readonly Wanted[],
  { secretFilter }: SecretSettings,
  context: SecretContext,
): Promise<readonly Wanted[]> => {
  if (secretFilter === undefined) return wanted;
  const answers = await Promise.all(wanted.map(({ name }) => secretFilter(name, context)));
  return wanted.filter((_, index) => answers[index]);
};

const askFor = async (provider: SecretProvider, name: string, context: SecretContext): Promise<string | undefined> => {
  const value: unknown = await provider(name, context);
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new TypeError(`the provider gave a value of type ${typeof value} for '${name}', where text is expected`);
};

const missing = (secrets: readonly Wanted[]): Error =>
  fault('input', {
    what: secrets.map(({ name }) => `Secret with name '${name}' is not available`).join('\n'),
    where: secrets.map(({ path }) => path).join(', '),
    fix: 'give it to the secret provider of the runtime (without one, set the environment variable SECRET_<name>), or correct the reference.',
  });

/** Also the provider's own error is kept from quoting what it gave for the other names. */
const broken = (secrets: readonly Wanted[], values: readonly string[], cause: unknown): Error =>
  fault('secret', {
    what: `Fetching secrets failed: ${createMasker(values)(errorText(cause))}`,
    where: secrets.map(({ name, path }) => `the secret '${name}' in ${path}`).join(', '),
  });

const fetchAll = async (
  wanted: readonly Wanted[],
  provider: SecretProvider,
  context: SecretContext,
): Promise<ReadonlyMap<string, string>> => {
  const answers = await Promise.allSettled(wanted.map(({ name }) => askFor(provider, name, context)));
  const values = new Map<string, string>();
  const lacking: Wanted[] = [];
  answers.forEach((answer, index) => {
    if (answer.status !== 'fulfilled') return;
    const secret = wanted[index]!;
    if (answer.value === undefined) lacking.push(secret);
    else values.set(secret.name, answer.value);
  });
  const failed = answers.findIndex(({ status }) => status === 'rejected');
  if (failed !== -1) {
    const unknown = wanted.filter((_, index) => answers[index]!.status === 'rejected');
    throw broken(unknown, [...values.values()], (answers[failed] as PromiseRejectedResult).reason);
  }
  if (lacking.length > 0) throw missing(lacking);
  return values;
};

const fetchFound = async (
  found: readonly Wanted[],
  settings: SecretSettings,
  context: SecretContext,
): Promise<ReadonlyMap<string, string>> => {
  let wanted: readonly Wanted[];
  try {
    wanted = await allowed(found, settings, context);
  } catch (cause) {
    throw broken(found, [], cause);
  }
  return fetchAll(wanted, settings.secrets || envSecrets(), context);
};

/** A provider that ignores its signal does not hold the job. */
const fetchInTime = async (
  found: readonly Wanted[],
  settings: SecretSettings,
  context: SecretContext,
): Promise<ReadonlyMap<string, string>> => {
  let values: ReadonlyMap<string, string> | undefined;
  const fetching = fetchFound(found, settings, context).then((fetched) => {
    values = fetched;
  });
  await settledOrAborted(fetching, context.signal);
  if (values === undefined) throw broken(found, [], 'no answer came in time');
  return values;
};

/**
 * Puts the values of secrets where variables refer to them. A provider is asked only where there is a reference, and
 * for each name once; without any the answer comes at once, since most jobs have none.
 *
 * Rejects with a fault of kind `input` that names every missing secret, where another attempt cannot help, and with one
 * of kind `secret` when the provider or the filter fails, where it may.
 */
export const resolveSecrets = (
  { variables, text, names }: ResolveRequest,
  settings: SecretSettings,
  context: SecretContext,
): MaybePromise<Resolved> => {
  const untouched: Resolved = { variables, redactor: noSecrets };
  if (settings.secrets === false || cannotRefer(text)) return untouched;
  const known = names?.();
  const found = wantedSecrets(variables, known);
  if (found.length === 0) return untouched;
  return fetchInTime(found, settings, context).then((values) => ({
    variables: insertSecrets(variables, values, known),
    redactor: createRedactor([...values.values()], settings.redactResults ?? true),
  }));
};
