export { clusterSecrets } from './cluster-provider.ts';
export { type EnvSecretsOptions, envSecrets, type SecretScope } from './environment-provider.ts';
export { fileSecrets } from './file-provider.ts';
export type { SecretContext, SecretFilter, SecretProvider, SecretSettings } from './provider.ts';
export { type CachedSecretsOptions, cachedSecrets } from './provider-cache.ts';
export { chainSecrets } from './provider-chain.ts';
