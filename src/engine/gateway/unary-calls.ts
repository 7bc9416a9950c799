import { compileFiles, type DeploymentFile } from '../deployment/compile-files.ts';
import type { MachineHost } from '../host/machine-host.ts';
import { defaultTenant } from '../machine/tenants.ts';
import type { Deployment, Key, Machine, MigrationPlan, ProcessMetadata } from '../machine/types.ts';
import { type ClusterVersion, isSince } from '../model/cluster-version.ts';
import type { CompileBpmn } from '../model/types.ts';
import { invalidArgument } from './call-status.ts';
import { toDecisionMessage } from './messages/decision-messages.ts';
import {
  type BroadcastSignalRequest,
  type CreateProcessInstanceRequest,
  type DeployProcessRequest,
  type DeployResourceRequest,
  type EvaluateConditionalRequest,
  type EvaluateDecisionRequest,
  type FailJobRequest,
  type PublishMessageRequest,
  readVariables,
  type ThrowErrorRequest,
  toProcessMessage,
} from './messages/grpc-messages.ts';
import { type CompleteJobRequest, readJobResult } from './messages/job-results.ts';
import { type ModifyProcessInstanceRequest, readModification } from './messages/modification-messages.ts';
import { readTenant, type Tenants } from './tenants.ts';

/** What the calls need. */
export interface CallServices {
  readonly host: MachineHost;
  readonly compile: CompileBpmn;
  /** The version of the cluster as which the gateway behaves. */
  readonly version: ClusterVersion;
  /** The port of the gateway. */
  readonly port: () => number;
}

/** A unary call: it returns the answer or throws a fault. The request is `never`, because each call has its own request type. */
export type UnaryCall = (request: never, services: CallServices) => object | Promise<object>;

/**
 * Creates an instance for CreateProcessInstance or CreateProcessInstanceWithResult.
 *
 * @param rpc name of the call, for the text of a rejection
 */
export const createInstance = (
  rpc: string,
  request: CreateProcessInstanceRequest,
  machine: Machine,
  tenants: Tenants,
): ReturnType<Machine['createInstance']> => {
  const tenantId = readTenant(rpc, request.tenantId, tenants, true);
  const byId = request.bpmnProcessId !== '';
  if (!byId && request.processDefinitionKey === '0') {
    throw invalidArgument(`${rpc} needs a bpmnProcessId or a processDefinitionKey, but has neither.`);
  }
  return machine.createInstance({
    ...(byId
      ? { bpmnProcessId: request.bpmnProcessId, version: request.version }
      : { processDefinitionKey: request.processDefinitionKey }),
    variables: readVariables(request.variables),
    startInstructions: request.startInstructions,
    runtimeInstructions: request.runtimeInstructions.map(({ terminate }) => ({
      terminateAfterElementId: terminate?.afterElementId ?? '',
    })),
    tags: request.tags,
    tenantId,
    ...(typeof request.businessId === 'string' ? { businessId: request.businessId } : {}),
  });
};

/** The fields of an answer that identify an instance. */
export const toInstanceMessage = (created: ReturnType<Machine['createInstance']>): object => ({
  processDefinitionKey: created.processDefinitionKey,
  bpmnProcessId: created.bpmnProcessId,
  version: created.version,
  processInstanceKey: created.processInstanceKey,
  tenantId: created.tenantId ?? defaultTenant,
  tags: created.tags ?? [],
  ...(created.businessId === undefined ? {} : { businessId: created.businessId }),
});

const deploy = async (
  { host, compile, version }: CallServices,
  files: readonly DeploymentFile[],
  tenantId: string | undefined,
): Promise<Deployment> => {
  const resources = await compileFiles(compile, files, version);
  return host.run((machine) => machine.deploy(resources, tenantId));
};

interface MigrateProcessInstanceRequest {
  readonly processInstanceKey: Key;
  readonly migrationPlan: MigrationPlan | null;
}

/** A command on a job that can have a lease. */
interface LeasedRequest {
  readonly jobKey: Key;
  readonly jobLeaseToken?: string | null;
}

const readLease = ({ jobLeaseToken }: Pick<LeasedRequest, 'jobLeaseToken'>): string | undefined =>
  jobLeaseToken ?? undefined;

/** All unary calls that are answered at once, by name. */
export const unaryCalls: Readonly<Record<string, UnaryCall>> = {
  Topology: (_request: object, { port, version }: CallServices) => ({
    brokers: [
      {
        nodeId: 0,
        host: '127.0.0.1',
        port: port(),
        version: `${version}.0`,
        partitions: [{ partitionId: 1, role: 'LEADER', health: 'HEALTHY' }],
      },
    ],
    clusterSize: 1,
    partitionsCount: 1,
    replicationFactor: 1,
    gatewayVersion: `${version}.0`,
  }),

  DeployResource: async (request: DeployResourceRequest, services: CallServices) => {
    const tenant = readTenant('DeployResource', request.tenantId, services.host.tenants);
    const tenantId = tenant ?? defaultTenant;
    const { deploymentKey, processes, decisions, decisionRequirements, forms, resources } = await deploy(
      services,
      request.resources,
      tenant,
    );
    return {
      key: deploymentKey,
      deployments: [
        ...processes.map((process) => ({ process: toProcessMessage(process) })),
        ...decisions.map((decision) => ({ decision: { ...decision, tenantId } })),
        ...decisionRequirements.map((requirements) => ({
          decisionRequirements: { ...requirements, tenantId },
        })),
        ...forms.map((form) => ({ form: { ...form, tenantId } })),
      ],
      // Only REST has these: the protocol has no message for them.
      otherResources: resources.map((resource) => ({ ...resource, tenantId })),
      tenantId,
    };
  },

  DeployProcess: async (request: DeployProcessRequest, services: CallServices) => {
    const tenant = readTenant('DeployProcess', '', services.host.tenants);
    const files = request.processes.map(({ name, definition }) => ({ name, content: definition }));
    const { deploymentKey, processes }: { deploymentKey: Key; processes: readonly ProcessMetadata[] } = await deploy(
      services,
      files,
      tenant,
    );
    return { key: deploymentKey, processes: processes.map(toProcessMessage) };
  },

  CreateProcessInstance: (request: CreateProcessInstanceRequest, { host }: CallServices) =>
    toInstanceMessage(host.run((machine) => createInstance('CreateProcessInstance', request, machine, host.tenants))),

  CancelProcessInstance: ({ processInstanceKey }: { processInstanceKey: Key }, { host }: CallServices) => {
    host.run((machine) => machine.cancelInstance(processInstanceKey));
    return {};
  },

  ModifyProcessInstance: (request: ModifyProcessInstanceRequest, { host }: CallServices) => {
    const modification = readModification(request);
    host.run((machine) => machine.modifyInstance(request.processInstanceKey, modification));
    return {};
  },

  MigrateProcessInstance: (request: MigrateProcessInstanceRequest, { host }: CallServices) => {
    const { processInstanceKey, migrationPlan } = request;
    if (!migrationPlan) throw invalidArgument('MigrateProcessInstance needs a migrationPlan, but has none.');
    host.run((machine) => machine.migrateInstance(processInstanceKey, migrationPlan));
    return {};
  },

  CompleteJob: (request: CompleteJobRequest, { host }: CallServices) => {
    const variables = readVariables(request.variables);
    const result = readJobResult(request.result);
    const { jobKey, businessId } = request;
    host.run((machine) => machine.completeJob(jobKey, variables, result, readLease(request), businessId));
    return {};
  },

  FailJob: (request: FailJobRequest, { host }: CallServices) => {
    const { retries, errorMessage } = request;
    const variables = readVariables(request.variables);
    const backoff = Math.max(0, Number(request.retryBackOff));
    const failure = { retries, errorMessage, backoff, variables, leaseToken: readLease(request) };
    host.run((machine) => machine.failJob(request.jobKey, failure));
    return {};
  },

  ThrowError: (request: ThrowErrorRequest, { host }: CallServices) => {
    const { errorCode: code, errorMessage } = request;
    const variables = readVariables(request.variables);
    const error = { code, errorMessage, variables, leaseToken: readLease(request) };
    host.run((machine) => machine.throwError(request.jobKey, error));
    return {};
  },

  UpdateJobRetries: (request: LeasedRequest & { retries: number }, { host }: CallServices) => {
    host.run((machine) => machine.updateJobRetries(request.jobKey, request.retries, readLease(request)));
    return {};
  },

  UpdateJobTimeout: (request: LeasedRequest & { timeout: string }, { host }: CallServices) => {
    host.run((machine) => machine.updateJobTimeout(request.jobKey, Number(request.timeout), readLease(request)));
    return {};
  },

  UpdateJobPriority: (request: LeasedRequest & { priority?: number | null }, { host }: CallServices) => {
    const priority = request.priority ?? undefined;
    host.run((machine) => machine.updateJobPriority(request.jobKey, priority, readLease(request)));
    return {};
  },

  DeleteResource: ({ resourceKey }: { resourceKey: Key }, { host, version }: CallServices) => {
    host.run((machine) => machine.deleteResource(resourceKey));
    return isSince(version, '8.9') ? { resourceKey } : {};
  },

  ResolveIncident: ({ incidentKey }: { incidentKey: Key }, { host }: CallServices) => {
    host.run((machine) => machine.resolveIncident(incidentKey));
    return {};
  },

  PublishMessage: (request: PublishMessageRequest, { host }: CallServices) => {
    const tenantId = readTenant('PublishMessage', request.tenantId, host.tenants);
    const { name, correlationKey, messageId, businessId } = request;
    const timeToLive = Number(request.timeToLive);
    const variables = readVariables(request.variables);
    const message = { name, correlationKey, messageId, timeToLive, variables, tenantId, businessId };
    return { key: host.run((machine) => machine.publishMessage(message)), tenantId: tenantId ?? defaultTenant };
  },

  BroadcastSignal: (request: BroadcastSignalRequest, { host }: CallServices) => {
    const tenantId = readTenant('BroadcastSignal', request.tenantId, host.tenants);
    const variables = readVariables(request.variables);
    return {
      key: host.run((machine) => machine.broadcastSignal(request.signalName, variables, tenantId)),
      tenantId: tenantId ?? defaultTenant,
    };
  },

  EvaluateConditional: (request: EvaluateConditionalRequest, { host }: CallServices) => {
    const tenantId = readTenant('EvaluateConditional', request.tenantId, host.tenants, true);
    const { processDefinitionKey, variables: text } = request;
    const variables = readVariables(text);
    const { key, instances } = host.run((machine) =>
      machine.evaluateConditional({
        ...(processDefinitionKey === undefined ? {} : { processDefinitionKey }),
        variables,
        tenantId,
      }),
    );
    return {
      processInstances: instances.map(({ processDefinitionKey, processInstanceKey }) => ({
        processDefinitionKey,
        processInstanceKey,
      })),
      conditionalEvaluationKey: key,
      tenantId: tenantId ?? defaultTenant,
    };
  },

  EvaluateDecision: (request: EvaluateDecisionRequest, { host }: CallServices) => {
    const tenantId = readTenant('EvaluateDecision', request.tenantId, host.tenants, true);
    const { decisionId, decisionKey } = request;
    const variables = readVariables(request.variables);
    const evaluation = host.run((machine) =>
      machine.evaluateDecision({ decisionId, decisionKey, variables, tenantId }),
    );
    return toDecisionMessage(evaluation, tenantId ?? defaultTenant);
  },
};
