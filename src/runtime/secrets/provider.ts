import type { Logger, MaybePromise } from '../../connector/types.ts';

/** For whom a secret is asked, and with what. */
export interface SecretContext {
  readonly tenantId: string;
  readonly bpmnProcessId: string;
  /** For hints to the operator; never for a value. */
  readonly logger: Logger;
  /** Fires when the job's time is over, and when the runtime stops. */
  readonly signal: AbortSignal;
}

/**
 * Gives the value of a secret, or `undefined` (or `null`) where it knows none of that name. What it throws fails the
 * job, which is tried again while attempts are left.
 *
 * @example
 * const vault: SecretProvider = async (name, { signal }) => {
 *   const response = await fetch(`https://vault.example.org/v1/${encodeURIComponent(name)}`, { signal });
 *   return response.status === 404 ? undefined : response.text();
 * };
 */
export type SecretProvider = (name: string, context: SecretContext) => MaybePromise<string | null | undefined>;

/**
 * Says whether a reference may be resolved. One that may not stays in the text as it is, without an error.
 *
 * @example
 * const filter: SecretFilter = (name, { bpmnProcessId }) => name.startsWith(`${bpmnProcessId}_`);
 */
export type SecretFilter = (name: string, context: SecretContext) => MaybePromise<boolean>;

/** How a runtime treats secrets. */
export interface SecretSettings {
  /**
   * Gives the values of references such as `{{secrets.API_KEY}}` in the inputs of connectors; `false` leaves all
   * references as they are. Default: {@link envSecrets}, i.e. environment variables that begin with `SECRET_`.
   */
  readonly secrets?: SecretProvider | false | undefined;
  /** Which references may be resolved. Default: all. */
  readonly secretFilter?: SecretFilter | undefined;
  /**
   * Take the values of secrets out of results as well, before they become process variables. `false` is the official
   * runtime's way: an echo of a secret then ends up in the process. Errors and log lines never hold any. Default `true`.
   */
  readonly redactResults?: boolean | undefined;
}
