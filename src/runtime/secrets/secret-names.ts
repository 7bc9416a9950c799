import type { Environment } from '../../connection/settings/config.ts';

const setting = 'CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_';

/** With what the names of the variables begin that contain secrets. */
export const secretPrefix = (env: Environment): string => env[`${setting}PREFIX`] ?? 'SECRET_';

/**
 * The names of the secrets that a runtime reads from the environment for `{{secrets.NAME}}`.
 *
 * @returns `undefined` if they depend on the tenant or the process
 * @example
 * secretNames({ SECRET_TOKEN: 'x', PATH: '/bin' }); // Set { 'TOKEN' }
 */
export const secretNames = (env: Environment): ReadonlySet<string> | undefined => {
  const isScoped = ['PHYSICALTENANTAWARE', 'TENANTAWARE', 'PROCESSDEFINITIONAWARE'].some(
    (flag) => env[setting + flag] === 'true',
  );
  if (isScoped) return undefined;
  const prefix = secretPrefix(env);
  return new Set(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
    ),
  );
};
