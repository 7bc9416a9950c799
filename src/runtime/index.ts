export type { Clock } from '../common/clock.ts';
export { executeOutbound } from './execute/execute-outbound.ts';
export type { JobInput } from './execute/job.ts';
export type { ExecuteServices } from './execute/job-execution.ts';
export type { ServerOptions } from './inbound/server/settings.ts';
export { type HealthOptions, type HealthServer, serveHealth } from './observe/health-server.ts';
export type { AnyInbound, RuntimeOptions } from './options.ts';
export { type ProcessesOptions, runProcesses } from './processes/run-processes.ts';
export { createRuntime } from './runtime.ts';
export {
  type CachedSecretsOptions,
  cachedSecrets,
  chainSecrets,
  clusterSecrets,
  type EnvSecretsOptions,
  envSecrets,
  fileSecrets,
  type SecretContext,
  type SecretFilter,
  type SecretProvider,
  type SecretScope,
} from './secrets/index.ts';
export type { CallResult, EndedCall, PublishedMessage } from './shared/call.ts';
export type { Delivery } from './shared/delivery.ts';
export type { Emit, Listen, RuntimeEvents } from './shared/events.ts';
export type { Runtime } from './shared/runtime-interface.ts';
export type { RuntimeState, RuntimeStatus } from './shared/status.ts';
export type { Acceptance, Subscription } from './shared/subscription.ts';
export { createMemoryScheduler } from './subscriptions/memory.ts';
export type { Scheduler, SchedulerServices } from './subscriptions/scheduler.ts';
