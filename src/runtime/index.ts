export type { Clock } from './clock.ts';
export type { Emit, Listen, RuntimeEvents, RuntimeState } from './events.ts';
export type { ExecuteServices } from './execute.ts';
export { type HealthOptions, type HealthServer, serveHealth } from './health.ts';
export type { JobInput } from './job.ts';
export type { RuntimeOptions } from './options.ts';
export { createRuntime, type Runtime, type RuntimeStatus } from './runtime.ts';
export {
  type Acceptance,
  createMemoryScheduler,
  type Scheduler,
  type SchedulerServices,
  type Subscription,
} from './scheduler.ts';
export {
  type CachedSecretsOptions,
  cachedSecrets,
  chainSecrets,
  type EnvSecretsOptions,
  envSecrets,
  fileSecrets,
  type SecretContext,
  type SecretFilter,
  type SecretProvider,
  type SecretScope,
} from './secrets/index.ts';
export type { Delivery } from './sender.ts';
export { executeOutbound } from './try-outbound.ts';
