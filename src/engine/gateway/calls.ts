import { compileFiles, type DeploymentFile } from '../deployment.ts';
import type { Drive } from '../drive.ts';
import type { Deployment, Key, Machine, ProcessMetadata } from '../machine/types.ts';
import type { CompileBpmn } from '../model/types.ts';
import { readVariables } from './documents.ts';
import { invalidArgument } from './status.ts';
import {
  type CreateProcessInstanceRequest,
  type DeployProcessRequest,
  type DeployResourceRequest,
  defaultTenant,
  engineVersion,
  type FailJobRequest,
  type PublishMessageRequest,
  type ThrowErrorRequest,
  toWireProcess,
} from './wire.ts';

/** What the calls work on. */
export interface CallServices {
  readonly drive: Drive;
  readonly compile: CompileBpmn;
  /** Where the gateway listens. */
  readonly port: () => number;
}

/** One unary call: a request in, an answer or a thrown fault out. `never` because each call has a request type of its own. */
export type UnaryCall = (request: never, services: CallServices) => object | Promise<object>;

/** Refuses every tenant but the default one; an empty id means the default. */
export const checkTenant = (rpc: string, ...tenantIds: readonly string[]): void => {
  const foreign = tenantIds.filter((id) => id !== '' && id !== defaultTenant);
  if (foreign.length > 0) {
    const names = foreign.map((id) => `'${id}'`).join(', ');
    throw invalidArgument(
      `${rpc} asks for tenant ${names}, but multi-tenancy is disabled: use '${defaultTenant}' or none.`,
    );
  }
};

/**
 * Creates an instance as CreateProcessInstance and CreateProcessInstanceWithResult ask for it.
 *
 * @param rpc name of the call, for the text of a refusal
 */
export const createInstance = (
  rpc: string,
  request: CreateProcessInstanceRequest,
  machine: Machine,
): ReturnType<Machine['createInstance']> => {
  checkTenant(rpc, request.tenantId);
  if (request.startInstructions.length > 0) {
    throw invalidArgument(`${rpc} has start instructions, which the embedded engine does not support.`);
  }
  const byId = request.bpmnProcessId !== '';
  if (!byId && request.processDefinitionKey === '0') {
    throw invalidArgument(`${rpc} needs a bpmnProcessId or a processDefinitionKey, but has neither.`);
  }
  return machine.createInstance({
    ...(byId
      ? { bpmnProcessId: request.bpmnProcessId, version: request.version }
      : { processDefinitionKey: request.processDefinitionKey }),
    variables: readVariables(request.variables),
  });
};

/** The answer's fields that name an instance. */
export const toWireInstance = (created: ReturnType<Machine['createInstance']>): object => ({
  processDefinitionKey: created.processDefinitionKey,
  bpmnProcessId: created.bpmnProcessId,
  version: created.version,
  processInstanceKey: created.processInstanceKey,
  tenantId: defaultTenant,
});

const deploy = async ({ drive, compile }: CallServices, files: readonly DeploymentFile[]): Promise<Deployment> => {
  const resources = await compileFiles(compile, files);
  return drive.run((machine) => machine.deploy(resources));
};

/** Every unary call that the engine answers at once, by name. */
export const unaryCalls: Readonly<Record<string, UnaryCall>> = {
  Topology: (_request: object, { port }: CallServices) => ({
    brokers: [
      {
        nodeId: 0,
        host: '127.0.0.1',
        port: port(),
        version: engineVersion,
        partitions: [{ partitionId: 1, role: 'LEADER', health: 'HEALTHY' }],
      },
    ],
    clusterSize: 1,
    partitionsCount: 1,
    replicationFactor: 1,
    gatewayVersion: engineVersion,
  }),

  DeployResource: async (request: DeployResourceRequest, services: CallServices) => {
    checkTenant('DeployResource', request.tenantId);
    const { deploymentKey, processes } = await deploy(services, request.resources);
    return {
      key: deploymentKey,
      deployments: processes.map((process) => ({ process: toWireProcess(process) })),
      tenantId: defaultTenant,
    };
  },

  DeployProcess: async (request: DeployProcessRequest, services: CallServices) => {
    const files = request.processes.map(({ name, definition }) => ({ name, content: definition }));
    const { deploymentKey, processes }: { deploymentKey: Key; processes: readonly ProcessMetadata[] } = await deploy(
      services,
      files,
    );
    return { key: deploymentKey, processes: processes.map(toWireProcess) };
  },

  CreateProcessInstance: (request: CreateProcessInstanceRequest, { drive }: CallServices) =>
    toWireInstance(drive.run((machine) => createInstance('CreateProcessInstance', request, machine))),

  CancelProcessInstance: ({ processInstanceKey }: { processInstanceKey: Key }, { drive }: CallServices) => {
    drive.run((machine) => machine.cancelInstance(processInstanceKey));
    return {};
  },

  CompleteJob: (request: { jobKey: Key; variables: string }, { drive }: CallServices) => {
    const variables = readVariables(request.variables);
    drive.run((machine) => machine.completeJob(request.jobKey, variables));
    return {};
  },

  FailJob: (request: FailJobRequest, { drive }: CallServices) => {
    const { retries, errorMessage } = request;
    const variables = readVariables(request.variables);
    const backoff = Math.max(0, Number(request.retryBackOff));
    drive.run((machine) => machine.failJob(request.jobKey, { retries, errorMessage, backoff, variables }));
    return {};
  },

  ThrowError: (request: ThrowErrorRequest, { drive }: CallServices) => {
    const { errorCode: code, errorMessage } = request;
    const variables = readVariables(request.variables);
    drive.run((machine) => machine.throwError(request.jobKey, { code, errorMessage, variables }));
    return {};
  },

  UpdateJobRetries: ({ jobKey, retries }: { jobKey: Key; retries: number }, { drive }: CallServices) => {
    drive.run((machine) => machine.updateJobRetries(jobKey, retries));
    return {};
  },

  UpdateJobTimeout: ({ jobKey, timeout }: { jobKey: Key; timeout: string }, { drive }: CallServices) => {
    drive.run((machine) => machine.updateJobTimeout(jobKey, Number(timeout)));
    return {};
  },

  ResolveIncident: ({ incidentKey }: { incidentKey: Key }, { drive }: CallServices) => {
    drive.run((machine) => machine.resolveIncident(incidentKey));
    return {};
  },

  PublishMessage: (request: PublishMessageRequest, { drive }: CallServices) => {
    checkTenant('PublishMessage', request.tenantId);
    const { name, correlationKey, messageId } = request;
    const timeToLive = Number(request.timeToLive);
    const variables = readVariables(request.variables);
    const message = { name, correlationKey, messageId, timeToLive, variables };
    return { key: drive.run((machine) => machine.publishMessage(message)), tenantId: defaultTenant };
  },

  SetVariables: (request: { elementInstanceKey: Key; variables: string; local: boolean }, { drive }: CallServices) => {
    const variables = readVariables(request.variables);
    return { key: drive.run((machine) => machine.setVariables(request.elementInstanceKey, variables, request.local)) };
  },
};
