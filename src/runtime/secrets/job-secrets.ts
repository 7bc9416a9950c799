import type { MaybePromise } from '../../connector/types.ts';
import type { SecretContext, SecretSettings } from './provider.ts';
import { noSecrets, type Redactor } from './redactor.ts';
import { type Resolved, type ResolveRequest, resolveSecrets } from './resolve.ts';

/** The secrets of one job or of one call to `loop`. Plain data, because every job has them and hardly any job has secrets. */
export interface JobSecrets {
  readonly settings: SecretSettings;
  /** Masks the secrets that {@link insertJobSecrets} has inserted. */
  redactor: Redactor;
}

/** Prepares the secrets of one job. None of them is fetched yet. */
export const createJobSecrets = (settings: SecretSettings): JobSecrets => ({ settings, redactor: noSecrets });

/**
 * Returns the variables with the values of their secrets; see {@link resolveSecrets}.
 *
 * @param context is called only if there is something to resolve
 */
export const insertJobSecrets = (
  secrets: JobSecrets,
  request: ResolveRequest,
  context: () => SecretContext,
): MaybePromise<Resolved['variables']> => {
  const keep = (resolved: Resolved): Resolved['variables'] => {
    secrets.redactor = resolved.redactor;
    return resolved.variables;
  };
  const resolved = resolveSecrets(request, secrets.settings, context);
  return resolved instanceof Promise ? resolved.then(keep) : keep(resolved);
};
