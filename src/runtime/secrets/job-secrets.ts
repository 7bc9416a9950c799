import type { MaybePromise } from '../../connector/types.ts';
import type { SecretContext, SecretSettings } from './provider.ts';
import { noSecrets, type Redactor } from './redactor.ts';
import { type Resolved, type ResolveRequest, resolveSecrets } from './resolve.ts';

/** The secrets of one job or of one call to `loop`. */
export interface JobSecrets {
  /** Returns the variables with the values of their secrets; see {@link resolveSecrets}. */
  resolve(request: ResolveRequest, context: SecretContext): MaybePromise<Resolved['variables']>;
  /** Masks the secrets that {@link JobSecrets.resolve} has inserted. */
  readonly redactor: Redactor;
}

/** Prepares the secrets of one job. None of them is fetched yet. */
export const createJobSecrets = (settings: SecretSettings): JobSecrets => {
  const keep = (resolved: Resolved): Resolved['variables'] => {
    secrets.redactor = resolved.redactor;
    return resolved.variables;
  };
  // A field that changes, because an accessor for each job costs more than everything else here.
  const secrets: JobSecrets & { redactor: Redactor } = {
    redactor: noSecrets,
    resolve: (request, context) => {
      const resolved = resolveSecrets(request, settings, context);
      return resolved instanceof Promise ? resolved.then(keep) : keep(resolved);
    },
  };
  return secrets;
};
