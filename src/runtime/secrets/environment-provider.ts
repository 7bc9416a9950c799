import type { Environment } from '../../connection/settings/config.ts';
import { readDotEnv } from '../../connection/settings/environment.ts';
import type { SecretContext, SecretProvider } from './provider.ts';

/** A part of a variable's name that limits who may use the secret. */
export type SecretScope = 'engine' | 'tenant' | 'process';

/** Options of {@link envSecrets}. */
export interface EnvSecretsOptions {
  /**
   * The prefix of the variables' names. With an empty prefix, every process model can read every environment variable.
   * Default: the environment variable `CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PREFIX`, or `SECRET_`.
   */
  readonly prefix?: string;
  /**
   * Parts between the prefix and the name, always in the order engine, tenant, process, joined by `_`. A `_` in an id is
   * doubled, so that no part can be read as another: `SECRET_pay__prod_KEY` belongs to the process `pay_prod`. With
   * `['tenant', 'process']`, the secret `KEY` is `SECRET_<tenant id>_<process id>_KEY`, and never `SECRET_KEY`. The
   * engine's part is always `default`. Default: the parts that the environment variables
   * `CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PHYSICALTENANTAWARE`, `…_TENANTAWARE` and
   * `…_PROCESSDEFINITIONAWARE` enable.
   */
  readonly scope?: readonly SecretScope[];
  /** The variables to read. Default: `process.env`, and then the file `.env` in the working directory. */
  readonly env?: Environment;
}

const setting = 'CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_';

/** The scopes in the order of the parts, with the official runtime's settings. */
const scopes: readonly (readonly [scope: SecretScope, setting: string])[] = [
  ['engine', 'PHYSICALTENANTAWARE'],
  ['tenant', 'TENANTAWARE'],
  ['process', 'PROCESSDEFINITIONAWARE'],
];

/** Each `_` that does not join parts is doubled. */
const segmentText = (id: string): string => `${id.replaceAll('_', '__')}_`;

/** Why a scoped name could be read as that of another scope; `undefined` if it could not. */
const ambiguity = (ids: readonly string[], name: string): string | undefined => {
  const id = ids.find((one) => one.endsWith('_') || one === '');
  if (id !== undefined) return `the id ${JSON.stringify(id)} is empty or ends with _`;
  return ids.length > 0 && name.startsWith('_') ? 'its name begins with _' : undefined;
};

const segmentOf = (scope: SecretScope, { tenantId, bpmnProcessId }: SecretContext): string => {
  if (scope === 'tenant') return tenantId;
  return scope === 'process' ? bpmnProcessId : 'default';
};

const get = (env: Environment, name: string): string | undefined => (Object.hasOwn(env, name) ? env[name] : undefined);

/**
 * Reads secrets from environment variables: `{{secrets.API_KEY}}` is the variable `SECRET_API_KEY`. A name without the prefix
 * or with fewer parts is not used as a fallback; if only such a variable is set, a line at level warn says so.
 *
 * @param options the prefix, the parts of the names, and the environment
 * @example
 * createRuntime({ outbound: [log], secrets: envSecrets({ prefix: 'MY_' }) });
 */
export const envSecrets = (options: EnvSecretsOptions = {}): SecretProvider => {
  const { env } = options;
  let dotEnv: Environment | undefined;
  let warned = false;
  const read = (name: string): string | undefined => {
    if (env !== undefined) return get(env, name);
    dotEnv ??= readDotEnv();
    return get(process.env, name) ?? get(dotEnv, name);
  };
  return (name, context) => {
    const prefix = options.prefix ?? read(`${setting}PREFIX`) ?? 'SECRET_';
    const enabled =
      options.scope ?? scopes.flatMap(([scope, flag]) => (read(setting + flag) === 'true' ? [scope] : []));
    const ids = scopes.filter(([scope]) => enabled.includes(scope)).map(([scope]) => segmentOf(scope, context));
    const full = prefix + ids.map(segmentText).join('') + name;
    const refused = ambiguity(ids, name);
    if (refused !== undefined) {
      context.logger.warn(
        `The secret ${name} is not read, because ${refused}: its variable could belong to another scope. Fix: rename it.`,
      );
      return undefined;
    }
    if (prefix === '' && !warned) {
      warned = true;
      context.logger.warn(
        'The prefix of secrets in the environment is empty, so every process model can read every environment variable. ' +
          'Fix: set a prefix, and rename the variables of the secrets accordingly.',
      );
    }
    const value = read(full);
    const joined = prefix + ids.map((id) => `${id}_`).join('') + name;
    if (value === undefined && joined !== full && read(joined) !== undefined) {
      context.logger.warn(
        `The environment variable ${joined} is set, but it could belong to another scope, so the secret ${name} is read from ${full}. Fix: rename the variable.`,
      );
    } else if (value === undefined && full !== name && read(name) !== undefined) {
      context.logger.warn(
        `The environment variable ${name} is set, but the secret ${name} is read from ${full}. Fix: rename the variable.`,
      );
    }
    return value;
  };
};
