import type { MaybePromise } from '../../connector/types.ts';
import type { SecretContext, SecretSettings } from './provider.ts';
import { noSecrets, type Redactor } from './redactor.ts';
import { type Resolved, type ResolveRequest, resolveSecrets } from './resolve.ts';

/** The secrets of one job or one call of `loop`. */
export interface JobSecrets {
  /** The variables with their secrets; see {@link resolveSecrets}. */
  resolve(request: ResolveRequest, context: SecretContext): MaybePromise<Resolved['variables']>;
  /** Takes out what {@link JobSecrets.resolve} has put in; before that, nothing. */
  readonly redactor: Redactor;
}

/** Makes the secrets of one job, none of them fetched yet. */
export const createJobSecrets = (settings: SecretSettings): JobSecrets => {
  const keep = (resolved: Resolved): Resolved['variables'] => {
    secrets.redactor = resolved.redactor;
    return resolved.variables;
  };
  // A field that changes, since an accessor made for each job costs more than all else here.
  const secrets: JobSecrets & { redactor: Redactor } = {
    redactor: noSecrets,
    resolve: (request, context) => {
      const resolved = resolveSecrets(request, settings, context);
      return resolved instanceof Promise ? resolved.then(keep) : keep(resolved);
    },
  };
  return secrets;
};
