import { clusterEnums, clusterMessages } from './cluster.ts';
import { instanceMessages } from './instances.ts';
import { jobEnums, jobMessages } from './jobs.ts';
import { resourceEnums, resourceMessages } from './resources.ts';
import type { Enums, Messages } from './types.ts';

/** The package of the gateway's service, which is part of every method's path. */
export const protocolPackage = 'gateway_protocol';

/** The name of the gateway's service. */
export const serviceName = 'Gateway';

/** All messages of the gateway's protocol as of Camunda 8.10. Later versions only ever add fields. */
export const messages: Messages = { ...jobMessages, ...instanceMessages, ...resourceMessages, ...clusterMessages };

/** All enums of the gateway's protocol. */
export const enums: Enums = { ...jobEnums, ...resourceEnums, ...clusterEnums };

/** The methods that answer with one message: `Name` takes a `NameRequest` and answers with a `NameResponse`. */
export const unaryMethods = [
  'BroadcastSignal',
  'CancelProcessInstance',
  'CompleteJob',
  'CreateProcessInstance',
  'CreateProcessInstanceWithResult',
  'DeleteResource',
  'DeployProcess',
  'DeployResource',
  'EvaluateConditional',
  'EvaluateDecision',
  'FailJob',
  'MigrateProcessInstance',
  'ModifyProcessInstance',
  'PublishMessage',
  'ResolveIncident',
  'SetVariables',
  'ThrowError',
  'Topology',
  'UpdateJobPriority',
  'UpdateJobRetries',
  'UpdateJobTimeout',
] as const;

/** The methods that answer with a stream of messages, and the type of these messages. */
export const streamMethods = {
  ActivateJobs: 'ActivateJobsResponse',
  StreamActivatedJobs: 'ActivatedJob',
} as const;

/** A method of the gateway. */
export type MethodName = (typeof unaryMethods)[number] | keyof typeof streamMethods;
