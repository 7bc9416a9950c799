export { type CachedSecretsOptions, cachedSecrets } from './cache.ts';
export { chainSecrets } from './chain.ts';
export { type EnvSecretsOptions, envSecrets, type SecretScope } from './environment.ts';
export { fileSecrets } from './files.ts';
export type { SecretContext, SecretFilter, SecretProvider, SecretSettings } from './types.ts';
