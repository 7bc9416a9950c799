import type { Logger, MaybePromise } from '../../connector/types.ts';

/** What a secret is needed for, and what a provider may use. */
export interface SecretContext {
  readonly tenantId: string;
  readonly bpmnProcessId: string;
  /** For messages to the operator. Never log a value. */
  readonly logger: Logger;
  /** Fires when the job's time is over or the runtime stops. */
  readonly signal: AbortSignal;
}

/**
 * Returns the value of a secret, or `undefined` (or `null`) if it has no secret of that name. If it throws, the job fails and
 * loses one attempt.
 *
 * @example
 * const vault: SecretProvider = async (name, { signal }) => {
 *   const response = await fetch(`https://vault.example.org/v1/${encodeURIComponent(name)}`, { signal });
 *   return response.status === 404 ? undefined : response.text();
 * };
 */
export type SecretProvider = (name: string, context: SecretContext) => MaybePromise<string | null | undefined>;

/**
 * Decides whether a reference may be resolved. If not, the reference stays in the text, and the job does not fail.
 *
 * @example
 * const filter: SecretFilter = (name, { bpmnProcessId }) => name.startsWith(`${bpmnProcessId}_`);
 */
export type SecretFilter = (name: string, context: SecretContext) => MaybePromise<boolean>;

/** How a runtime resolves and masks secrets. */
export interface SecretSettings {
  /**
   * Provides the values for references such as `{{secrets.API_KEY}}` in the inputs of connectors; with `false`, no reference
   * is resolved. Default: {@link envSecrets}, i.e. environment variables whose names start with `SECRET_`.
   */
  readonly secrets?: SecretProvider | false | undefined;
  /** Decides which references may be resolved. Default: all. */
  readonly secretFilter?: SecretFilter | undefined;
  /**
   * Whether secrets are masked in results too, before these become process variables. The official runtime does not mask
   * them (`false`), so a service that echoes a secret writes it into the process. Secrets are always masked in errors and log
   * lines. Default `true`.
   */
  readonly redactResults?: boolean | undefined;
}
