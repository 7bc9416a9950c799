/** The public API of camunda-connectors. The embedded engine has an entry of its own: `camunda-connectors/engine`. */

export type { Fault, FaultKind } from './common/fault.ts';
export { isFault } from './common/fault.ts';
export type {
  CallOptions,
  Connection,
  ConnectionConfig,
  ConnectionFault,
  ConnectionInput,
  ConnectionOptions,
  EmbeddedConnection,
  Identity,
  Topology,
} from './connection/index.ts';
// Connect to a cluster
export { configFromEnv, createConnection } from './connection/index.ts';
export type { InboundDefinition, OperationsDefinition, OutboundDefinition } from './connector/define.ts';
// Define connectors
export { defineInbound, defineOutbound } from './connector/define.ts';
export type { CallbackDefinition } from './connector/definitions/define-callback.ts';
export type { WebhookDefinition } from './connector/definitions/define-webhook.ts';
export { defineWebhook } from './connector/definitions/define-webhook.ts';
export type {
  Document,
  DocumentCallOptions,
  DocumentContent,
  DocumentId,
  DocumentLink,
  DocumentMetadata,
  DocumentProperty,
  DocumentReference,
  DocumentResult,
  DocumentReturnFormat,
  DocumentStore,
  Documents,
  InlineDocument,
  NewDocument,
  ReadLimits,
} from './connector/document.ts';
// Read and create documents
export { documentResult, isDocument } from './connector/document.ts';
export type {
  DocumentSchema,
  DocumentSchemaOptions,
  ReturnFormatOptions,
  ReturnFormatSchema,
} from './connector/documents/schema.ts';
export { document, documentReturnFormat } from './connector/documents/schema.ts';
export type { BpmnError, InputError, JobError, JobErrorOptions } from './connector/errors.ts';
// Report errors
export { bpmnError, inputError, isBpmnError, isInputError, isJobError, jobError } from './connector/errors.ts';
export type { Hints } from './connector/hints.ts';
// Set how inputs look in the Modeler
export { hints } from './connector/hints.ts';
export type { JobKind, ListenerEvent, UserTaskProperties } from './connector/job-kinds.ts';
export type {
  AdHocSubProcessResult,
  ElementActivation,
  JobResult,
  JobResultReturn,
  UserTaskCorrections,
  UserTaskResult,
} from './connector/job-results.ts';
// Decide how an ad-hoc sub-process or a user task continues
export { isJobResult } from './connector/job-results.ts';
export type { AdHocResultOptions, UserTaskResultOptions } from './connector/make-job-results.ts';
export { adHocResult, userTaskResult } from './connector/make-job-results.ts';
export type { Pending } from './connector/pending.ts';
// Keep a state between the calls to `loop`
export { isPending, pending } from './connector/pending.ts';
export type {
  AdHocOutput,
  ConditionalText,
  ExecutionListener,
  ExtensionValue,
  GeneratedText,
  HintCondition,
  InboundTemplateSettings,
  LinkedResource,
  OutboundTemplateSettings,
  TemplateCategory,
  TemplateDeprecation,
  TemplateEngines,
  TemplateGroup,
  TemplateSettings,
  TemplateVisibleEntries,
} from './connector/template-settings.ts';
export type {
  Activation,
  AnyInboundConnector,
  AnyOperationsConnector,
  AnyOutbound,
  AnyOutboundConnector,
  GrowingBackoff,
  InboundConnector,
  InboundContext,
  InboundMiddleware,
  Job,
  Logger,
  Middleware,
  Next,
  Operation,
  OperationsConnector,
  OutboundConnector,
  OutboundContext,
  OutboundMiddleware,
  Outcome,
  RetryBackoff,
} from './connector/types.ts';
export type {
  FeelDate,
  FeelDateTime,
  FeelDaysTimeDuration,
  FeelTime,
  FeelYearsMonthsDuration,
} from './connector/values/temporal.ts';
// FEEL's dates, times and durations in schemas
export {
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
  toDate,
  toMilliseconds,
} from './connector/values/temporal.ts';
export type { WebhookAnswer } from './connector/webhooks/answer-types.ts';
export type { WebhookAuth, WebhookSecret } from './connector/webhooks/auth-types.ts';
export type {
  AnyCallbackConnector,
  CallbackConnector,
  CallbackContext,
  CallbackPage,
  CallbackRequest,
  CallbackSettings,
} from './connector/webhooks/callback-types.ts';
export type {
  AnyWebhook,
  WebhookConnector,
  WebhookContext,
  WebhookCorrelation,
  WebhookMessage,
  WebhookMethod,
  WebhookRequest,
  WebhookResult,
} from './connector/webhooks/types.ts';
export type { WaitInput, WaitSettings } from './connector/webhooks/wait-types.ts';
export type {
  Acceptance,
  AnyInbound,
  CachedSecretsOptions,
  CallResult,
  Clock,
  Delivery,
  Emit,
  EndedCall,
  EnvSecretsOptions,
  ExecuteServices,
  HealthOptions,
  HealthServer,
  JobInput,
  Listen,
  ProcessesOptions,
  PublishedMessage,
  Runtime,
  RuntimeEvents,
  RuntimeOptions,
  RuntimeState,
  RuntimeStatus,
  Scheduler,
  SchedulerServices,
  SecretContext,
  SecretFilter,
  SecretProvider,
  SecretScope,
  ServerOptions,
  Subscription,
} from './runtime/index.ts';
// Run connectors, and provide secrets
export {
  cachedSecrets,
  chainSecrets,
  clusterSecrets,
  createMemoryScheduler,
  createRuntime,
  envSecrets,
  executeOutbound,
  fileSecrets,
  runProcesses,
  serveHealth,
} from './runtime/index.ts';
