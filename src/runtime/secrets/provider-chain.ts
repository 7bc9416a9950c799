import type { SecretProvider } from './provider.ts';

/**
 * Calls one provider after another, until one has the secret. A provider that fails ends the search, because a later one
 * might have an outdated value of the same name.
 *
 * @param providers the providers, in the order of the calls
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
