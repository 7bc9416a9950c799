import type { JsonText } from '../../connector/types.ts';
import type { ActivatedJob, Command, DeployedProcess, Topology } from '../port.ts';

/*
 * The gateway's messages as the proto loader gives them (64-bit integers as decimal strings) and their way to and from
 * the port's data. Only the fields that we read.
 */

export interface TopologyResponse {
  readonly gatewayVersion: string;
  readonly clusterSize: number;
  readonly partitionsCount: number;
  readonly brokers: Topology['brokers'];
}

export interface ActivateJobsResponse {
  readonly jobs: readonly ActivatedJob[];
}

export interface DeployResourceResponse {
  readonly deployments: readonly { readonly process?: DeployedProcess | null }[];
}

export interface CreateProcessInstanceResponse {
  readonly processInstanceKey: string;
  readonly processDefinitionKey: string;
  readonly bpmnProcessId: string;
  readonly version: number;
}

export interface CreateProcessInstanceWithResultResponse extends CreateProcessInstanceResponse {
  readonly variables: JsonText;
}

export const topologyOf = ({ gatewayVersion, clusterSize, partitionsCount, brokers }: TopologyResponse): Topology => ({
  gatewayVersion,
  clusterSize,
  partitionsCount,
  brokers: brokers.map(({ nodeId, host, port, version, partitions }) => ({
    nodeId,
    host,
    port,
    version,
    partitions: partitions.map(({ partitionId, role, health }) => ({ partitionId, role, health })),
  })),
});

export const processOf = ({
  bpmnProcessId,
  version,
  processDefinitionKey,
  resourceName,
}: DeployedProcess): DeployedProcess => ({ bpmnProcessId, version, processDefinitionKey, resourceName });

/** The call that carries out a command. */
export const commandCall = (
  command: Command,
  tenantId: string,
): { readonly method: string; readonly request: object } => {
  switch (command.kind) {
    case 'completeJob': {
      const { jobKey, variables } = command;
      return { method: 'CompleteJob', request: { jobKey, variables } };
    }
    case 'failJob': {
      const { jobKey, retries, backoff, message, variables } = command;
      return {
        method: 'FailJob',
        request: { jobKey, retries, retryBackOff: backoff, errorMessage: message, variables },
      };
    }
    case 'throwError': {
      const { jobKey, code, message, variables } = command;
      return { method: 'ThrowError', request: { jobKey, errorCode: code, errorMessage: message, variables } };
    }
    case 'updateJobTimeout': {
      const { jobKey, timeout } = command;
      return { method: 'UpdateJobTimeout', request: { jobKey, timeout } };
    }
    case 'setVariables': {
      const { elementInstanceKey, local, variables } = command;
      return { method: 'SetVariables', request: { elementInstanceKey, local, variables } };
    }
    case 'publishMessage': {
      const { name, correlationKey, messageId, timeToLive, variables } = command;
      return {
        method: 'PublishMessage',
        request: { name, correlationKey, messageId, timeToLive, variables, tenantId },
      };
    }
  }
};
