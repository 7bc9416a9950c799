import type { Environment } from '../../connection/settings/config.ts';
import { readDotEnv } from '../../connection/settings/environment.ts';
import type { SecretContext, SecretProvider } from './provider.ts';

/** A part of the name that says for whom a secret is. */
export type SecretScope = 'engine' | 'tenant' | 'process';

/** Options of {@link envSecrets}. */
export interface EnvSecretsOptions {
  /**
   * What the variables' names begin with. Empty, every environment variable of the process can be read by every
   * process model. Default: the environment variable `CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PREFIX`, or `SECRET_`.
   */
  readonly prefix?: string;
  /**
   * Parts between prefix and name, always in the order engine, tenant, process, joined by `_`: with
   * `['tenant', 'process']` the secret `KEY` is `SECRET_<tenant id>_<process id>_KEY`, and never `SECRET_KEY`. The
   * engine's part is always `default`. Default: those that the environment variables
   * `CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PHYSICALTENANTAWARE`, `…_TENANTAWARE` and
   * `…_PROCESSDEFINITIONAWARE` switch on.
   */
  readonly scope?: readonly SecretScope[];
  /** Read these variables. Default: the file `.env` of the working directory and `process.env`, which wins. */
  readonly env?: Environment;
}

const setting = 'CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_';

/** In the order of the name's parts, with the official runtime's settings. */
const scopes: readonly (readonly [scope: SecretScope, setting: string])[] = [
  ['engine', 'PHYSICALTENANTAWARE'],
  ['tenant', 'TENANTAWARE'],
  ['process', 'PROCESSDEFINITIONAWARE'],
];

const segmentOf = (scope: SecretScope, { tenantId, bpmnProcessId }: SecretContext): string => {
  if (scope === 'tenant') return tenantId;
  return scope === 'process' ? bpmnProcessId : 'default';
};

const get = (env: Environment, name: string): string | undefined => (Object.hasOwn(env, name) ? env[name] : undefined);

/**
 * Secrets from environment variables: `{{secrets.API_KEY}}` is the variable `SECRET_API_KEY`. There is no fallback to a
 * name without prefix, or with fewer parts; a line at level warn tells where only that is set.
 *
 * @param options prefix, parts of the name, the environment
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
    const wanted = options.scope ?? scopes.flatMap(([scope, flag]) => (read(setting + flag) === 'true' ? [scope] : []));
    const segments = scopes
      .filter(([scope]) => wanted.includes(scope))
      .map(([scope]) => `${segmentOf(scope, context)}_`);
    const full = prefix + segments.join('') + name;
    if (prefix === '' && !warned) {
      warned = true;
      context.logger.warn(
        'The prefix of secrets in the environment is empty: every process model can read every environment variable. ' +
          'Fix: set a prefix, and let the names of the secrets begin with it.',
      );
    }
    const value = read(full);
    if (value === undefined && full !== name && read(name) !== undefined) {
      context.logger.warn(
        `The environment has the variable ${name}, but the secret ${name} is read from ${full}. Fix: rename the variable.`,
      );
    }
    return value;
  };
};
