import { compileFiles, type DeploymentFile } from '../deployment/compile-files.ts';
import type { MachineHost } from '../host/machine-host.ts';
import type { Deployment, Key, Machine, ProcessMetadata } from '../machine/types.ts';
import type { ClusterVersion } from '../model/cluster-version.ts';
import type { CompileBpmn } from '../model/types.ts';
import { invalidArgument } from './call-status.ts';
import { toDecisionMessage } from './messages/decision-messages.ts';
import {
  type BroadcastSignalRequest,
  type CreateProcessInstanceRequest,
  type DeployProcessRequest,
  type DeployResourceRequest,
  defaultTenant,
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

/** Rejects all tenants except the default one. An empty id means the default. */
export const checkTenant = (rpc: string, ...tenantIds: readonly string[]): void => {
  const foreign = tenantIds.filter((id) => id !== '' && id !== defaultTenant);
  if (foreign.length > 0) {
    const names = foreign.map((id) => `'${id}'`).join(', ');
    throw invalidArgument(
      `${rpc} names the tenant ${names}, but multi-tenancy is disabled: use '${defaultTenant}' or none.`,
    );
  }
};

/**
 * Creates an instance for CreateProcessInstance or CreateProcessInstanceWithResult.
 *
 * @param rpc name of the call, for the text of a rejection
 */
export const createInstance = (
  rpc: string,
  request: CreateProcessInstanceRequest,
  machine: Machine,
): ReturnType<Machine['createInstance']> => {
  checkTenant(rpc, request.tenantId);
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
    ...(typeof request.businessId === 'string' ? { businessId: request.businessId } : {}),
  });
};

/** The fields of an answer that identify an instance. */
export const toInstanceMessage = (created: ReturnType<Machine['createInstance']>): object => ({
  processDefinitionKey: created.processDefinitionKey,
  bpmnProcessId: created.bpmnProcessId,
  version: created.version,
  processInstanceKey: created.processInstanceKey,
  tenantId: defaultTenant,
  tags: created.tags ?? [],
  ...(created.businessId === undefined ? {} : { businessId: created.businessId }),
});

const deploy = async ({ host, compile }: CallServices, files: readonly DeploymentFile[]): Promise<Deployment> => {
  const resources = await compileFiles(compile, files);
  return host.run((machine) => machine.deploy(resources));
};

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
    checkTenant('DeployResource', request.tenantId);
    const { deploymentKey, processes, decisions, decisionRequirements, forms } = await deploy(
      services,
      request.resources,
    );
    return {
      key: deploymentKey,
      deployments: [
        ...processes.map((process) => ({ process: toProcessMessage(process) })),
        ...decisions.map((decision) => ({ decision: { ...decision, tenantId: defaultTenant } })),
        ...decisionRequirements.map((requirements) => ({
          decisionRequirements: { ...requirements, tenantId: defaultTenant },
        })),
        ...forms.map((form) => ({ form: { ...form, tenantId: defaultTenant } })),
      ],
      tenantId: defaultTenant,
    };
  },

  DeployProcess: async (request: DeployProcessRequest, services: CallServices) => {
    const files = request.processes.map(({ name, definition }) => ({ name, content: definition }));
    const { deploymentKey, processes }: { deploymentKey: Key; processes: readonly ProcessMetadata[] } = await deploy(
      services,
      files,
    );
    return { key: deploymentKey, processes: processes.map(toProcessMessage) };
  },

  CreateProcessInstance: (request: CreateProcessInstanceRequest, { host }: CallServices) =>
    toInstanceMessage(host.run((machine) => createInstance('CreateProcessInstance', request, machine))),

  CancelProcessInstance: ({ processInstanceKey }: { processInstanceKey: Key }, { host }: CallServices) => {
    host.run((machine) => machine.cancelInstance(processInstanceKey));
    return {};
  },

  ModifyProcessInstance: (request: ModifyProcessInstanceRequest, { host }: CallServices) => {
    const modification = readModification(request);
    host.run((machine) => machine.modifyInstance(request.processInstanceKey, modification));
    return {};
  },

  CompleteJob: (request: CompleteJobRequest, { host }: CallServices) => {
    const variables = readVariables(request.variables);
    const result = readJobResult(request.result);
    host.run((machine) => machine.completeJob(request.jobKey, variables, result));
    return {};
  },

  FailJob: (request: FailJobRequest, { host }: CallServices) => {
    const { retries, errorMessage } = request;
    const variables = readVariables(request.variables);
    const backoff = Math.max(0, Number(request.retryBackOff));
    host.run((machine) => machine.failJob(request.jobKey, { retries, errorMessage, backoff, variables }));
    return {};
  },

  ThrowError: (request: ThrowErrorRequest, { host }: CallServices) => {
    const { errorCode: code, errorMessage } = request;
    const variables = readVariables(request.variables);
    host.run((machine) => machine.throwError(request.jobKey, { code, errorMessage, variables }));
    return {};
  },

  UpdateJobRetries: ({ jobKey, retries }: { jobKey: Key; retries: number }, { host }: CallServices) => {
    host.run((machine) => machine.updateJobRetries(jobKey, retries));
    return {};
  },

  UpdateJobTimeout: ({ jobKey, timeout }: { jobKey: Key; timeout: string }, { host }: CallServices) => {
    host.run((machine) => machine.updateJobTimeout(jobKey, Number(timeout)));
    return {};
  },

  ResolveIncident: ({ incidentKey }: { incidentKey: Key }, { host }: CallServices) => {
    host.run((machine) => machine.resolveIncident(incidentKey));
    return {};
  },

  PublishMessage: (request: PublishMessageRequest, { host }: CallServices) => {
    checkTenant('PublishMessage', request.tenantId);
    const { name, correlationKey, messageId } = request;
    const timeToLive = Number(request.timeToLive);
    const variables = readVariables(request.variables);
    const message = { name, correlationKey, messageId, timeToLive, variables };
    return { key: host.run((machine) => machine.publishMessage(message)), tenantId: defaultTenant };
  },

  BroadcastSignal: (request: BroadcastSignalRequest, { host }: CallServices) => {
    checkTenant('BroadcastSignal', request.tenantId);
    const variables = readVariables(request.variables);
    return {
      key: host.run((machine) => machine.broadcastSignal(request.signalName, variables)),
      tenantId: defaultTenant,
    };
  },

  EvaluateConditional: (request: EvaluateConditionalRequest, { host }: CallServices) => {
    checkTenant('EvaluateConditional', request.tenantId);
    const { processDefinitionKey, variables: text } = request;
    const variables = readVariables(text);
    const { key, instances } = host.run((machine) =>
      machine.evaluateConditional({
        ...(processDefinitionKey === undefined ? {} : { processDefinitionKey }),
        variables,
      }),
    );
    return {
      processInstances: instances.map(({ processDefinitionKey, processInstanceKey }) => ({
        processDefinitionKey,
        processInstanceKey,
      })),
      conditionalEvaluationKey: key,
      tenantId: defaultTenant,
    };
  },

  EvaluateDecision: (request: EvaluateDecisionRequest, { host }: CallServices) => {
    checkTenant('EvaluateDecision', request.tenantId);
    const { decisionId, decisionKey } = request;
    const variables = readVariables(request.variables);
    return toDecisionMessage(host.run((machine) => machine.evaluateDecision({ decisionId, decisionKey, variables })));
  },
};
