export type { Clock } from '../common/clock.ts';
export type { ExecuteServices } from './execute/execute.ts';
export type { JobInput } from './execute/job.ts';
export { executeOutbound } from './execute/try-outbound.ts';
export { type HealthOptions, type HealthServer, serveHealth } from './observe/health.ts';
export type { RuntimeOptions } from './options.ts';
export { createRuntime, type Runtime, type RuntimeStatus } from './runtime.ts';
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
export type { Delivery } from './send/sender.ts';
export type { Emit, Listen, RuntimeEvents, RuntimeState } from './shared/events.ts';
export {
  type Acceptance,
  createMemoryScheduler,
  type Scheduler,
  type SchedulerServices,
  type Subscription,
} from './subscriptions/scheduler.ts';
