import type { SecretProvider } from './provider.ts';

/**
 * Asks one provider after the other; the first that has the secret wins. One that fails ends the search, since a later
 * one might have an outdated value of the same name.
 *
 * @param providers in the order of asking
 * @example
 * createRuntime({ outbound: [log], secrets: chainSecrets(fileSecrets('/run/secrets'), envSecrets()) });
 */
export const chainSecrets =
  (...providers: readonly SecretProvider[]): SecretProvider =>
  async (name, context) => {
    for (const provider of providers) {
      const value = await provider(name, context);
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  };
