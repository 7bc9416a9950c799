import type { UserTaskCorrections } from '../../connector/job-results.ts';
import type { JsonText } from '../../connector/types.ts';
import type { MethodName } from '../../grpc/protocol/description.ts';
import type { ActivatedJob, Command, CreatedInstance, DeployedProcess, JobResultCommand, Topology } from '../port.ts';

/*
 * The gateway's messages as JavaScript objects, with 64-bit integers as decimal strings, and the conversion between them and
 * the data of the port. The types contain only the fields that are read.
 */

export interface TopologyResponse {
  readonly gatewayVersion: string;
  /** Empty on a gateway before 8.9. */
  readonly clusterId: string;
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
  /** Empty on a gateway before 8.8. */
  readonly tags: readonly string[];
  readonly businessId?: string | null;
}

export interface CreateProcessInstanceWithResultResponse extends CreateProcessInstanceResponse {
  readonly variables: JsonText;
}

export const topologyOf = ({
  gatewayVersion,
  clusterId,
  clusterSize,
  partitionsCount,
  brokers,
}: TopologyResponse): Topology => ({
  gatewayVersion,
  ...(clusterId === '' ? {} : { clusterId }),
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

/** The protocol wraps a list of texts, so that an empty one, which clears, differs from an absent one. */
const corrections = ({ candidateGroups, candidateUsers, ...fields }: UserTaskCorrections): object => ({
  ...fields,
  ...(candidateGroups === undefined ? {} : { candidateGroups: { values: candidateGroups } }),
  ...(candidateUsers === undefined ? {} : { candidateUsers: { values: candidateUsers } }),
});

/** The `JobResult` of a completion. Its type is always written: the gateway takes an absent one for `userTask`. */
const jobResult = (result: JobResultCommand): object => {
  if (result.type === 'adHocSubProcess') {
    const { type, activateElements, completionConditionFulfilled, cancelRemainingInstances } = result;
    return {
      type,
      activateElements,
      isCompletionConditionFulfilled: completionConditionFulfilled,
      isCancelRemainingInstances: cancelRemainingInstances,
    };
  }
  const { type, denied, deniedReason, corrections: changes } = result;
  return {
    type,
    denied,
    ...(deniedReason === undefined ? {} : { deniedReason }),
    ...(changes === undefined ? {} : { corrections: corrections(changes) }),
  };
};

/** What a created instance is, without the fields that the request did not set. */
export const instanceOf = (response: CreateProcessInstanceResponse): CreatedInstance => {
  const { processInstanceKey, processDefinitionKey, bpmnProcessId, version, tags, businessId } = response;
  return {
    processInstanceKey,
    processDefinitionKey,
    bpmnProcessId,
    version,
    ...(tags.length === 0 ? {} : { tags }),
    ...(businessId === undefined || businessId === null ? {} : { businessId }),
  };
};

type MethodCall = { readonly method: MethodName; readonly request: object };

/** The method and the request of a command. */
export const commandCall = (command: Command, tenantId: string): MethodCall => {
  const call = plainCall(command, tenantId);
  if (!('leaseToken' in command) || command.leaseToken === undefined) return call;
  return { ...call, request: { ...call.request, jobLeaseToken: command.leaseToken } };
};

const plainCall = (command: Command, tenantId: string): MethodCall => {
  switch (command.kind) {
    case 'completeJob': {
      const { jobKey, variables, result } = command;
      const request = result === undefined ? { jobKey, variables } : { jobKey, variables, result: jobResult(result) };
      return { method: 'CompleteJob', request };
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
    case 'updateJobPriority': {
      const { jobKey, priority } = command;
      return { method: 'UpdateJobPriority', request: { jobKey, priority } };
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
