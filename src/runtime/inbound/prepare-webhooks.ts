import type { Clock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import { readEnvironment } from '../../connection/settings/environment.ts';
import { defaultTenant } from '../../connection/tenants.ts';
import type { Logger } from '../../connector/types.ts';
import type { WebhookAuth } from '../../connector/webhooks/auth-types.ts';
import type { AnyWebhook } from '../../connector/webhooks/types.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import { resolveSecrets } from '../secrets/resolve.ts';
import { secretNames } from '../secrets/secret-names.ts';
import { errorText } from '../shared/error-text.ts';
import { deliveryIdFor } from './delivery-id.ts';
import type { ReadyWebhook } from './open-inbound.ts';
import { createVerifier } from './verify/verifier.ts';

/** What preparing webhooks needs. */
export interface PrepareServices extends SecretServices {
  /** The time with which the times of requests are compared. */
  readonly clock: Pick<Clock, 'date'>;
}

/** What fetching secrets needs. */
export interface SecretServices {
  readonly logger: Logger;
  /** Fires when the runtime is stopped while it is still starting. */
  readonly signal: AbortSignal;
}

/** The names of the secrets that there are; none if a provider of the program's own has them. */
const namesIn = ({ secrets }: SecretSettings): readonly string[] =>
  secrets === undefined ? [...(secretNames(readEnvironment()) ?? [])] : [];

/**
 * Inserts the values of the secrets that the authentication of a webhook refers to.
 *
 * Rejects with a fault of kind `configuration` that names the webhook.
 */
export const resolveAuth = async (
  { name, auth }: Pick<AnyWebhook, 'name' | 'auth'>,
  secrets: SecretSettings,
  { logger, signal }: SecretServices,
): Promise<WebhookAuth> => {
  if (auth === 'none') return auth;
  const context = () => ({ tenantId: defaultTenant, bpmnProcessId: '', logger, signal });
  try {
    const { variables } = await resolveSecrets(
      { variables: { auth }, known: () => namesIn(secrets) },
      secrets,
      context,
    );
    return variables.auth as WebhookAuth;
  } catch (cause) {
    throw fault('configuration', {
      // The text of the cause says where.
      what: `The webhook ${JSON.stringify(name)} cannot verify its requests: ${errorText(cause)}`,
      cause,
    });
  }
};

/**
 * Fetches the secrets of the webhooks and makes what verifies their requests.
 *
 * Rejects with a fault of kind `configuration` that names the webhook whose authentication cannot work: a secret is missing or
 * empty, or it signs the public address, which is not known.
 *
 * @param publicUrl the address at which the world outside reaches the server
 */
export const prepareWebhooks = async (
  { webhooks, secrets }: { readonly webhooks: readonly AnyWebhook[]; readonly secrets: SecretSettings },
  publicUrl: string | undefined,
  services: PrepareServices,
): Promise<readonly ReadyWebhook[]> => {
  const ready: ReadyWebhook[] = [];
  for (const webhook of webhooks) {
    const auth = await resolveAuth(webhook, secrets, services);
    const address = publicUrl === undefined ? undefined : `${publicUrl}${webhook.path}`;
    const verifier = createVerifier({ webhook: webhook.name, auth, address, now: services.clock.date });
    ready.push({ webhook, verifier, deliveryIdOf: deliveryIdFor(webhook.auth) });
  }
  return ready;
};
