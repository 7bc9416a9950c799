import type { Environment } from '../../connection/settings/config.ts';

const prefixSetting = 'CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PREFIX';

/**
 * The secrets of the embedded engine: the environment variables that the runtime reads for `{{secrets.NAME}}`, so that
 * `camunda.secrets.NAME` finds them as well. With an empty prefix there are none, because every variable would be one.
 *
 * @example
 * clusterSecretsOf({ SECRET_TOKEN: 'x', PATH: '/bin' }); // { TOKEN: 'x' }
 */
export const clusterSecretsOf = (env: Environment): Readonly<Record<string, string>> => {
  const prefix = env[prefixSetting] ?? 'SECRET_';
  if (prefix === '') return {};
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && name.startsWith(prefix) && name.length > prefix.length
        ? [[name.slice(prefix.length), value]]
        : [],
    ),
  );
};
