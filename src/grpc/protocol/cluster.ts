import type { Enums, Messages } from './types.ts';

/** Messages about messages, signals, conditions and the cluster itself. */
export const clusterMessages: Messages = {
  PublishMessageRequest: {
    name: [1, 'string'],
    correlationKey: [2, 'string'],
    timeToLive: [3, 'int64'],
    messageId: [4, 'string'],
    variables: [5, 'string'],
    tenantId: [6, 'string'],
  },
  PublishMessageResponse: {
    key: [1, 'int64'],
    tenantId: [2, 'string'],
  },
  BroadcastSignalRequest: {
    signalName: [1, 'string'],
    variables: [2, 'string'],
    tenantId: [3, 'string'],
  },
  BroadcastSignalResponse: {
    key: [1, 'int64'],
    tenantId: [2, 'string'],
  },
  EvaluateConditionalRequest: {
    tenantId: [1, 'string'],
    processDefinitionKey: [2, 'int64', 'optional'],
    variables: [3, 'string'],
  },
  ProcessInstanceReference: {
    processDefinitionKey: [1, 'int64'],
    processInstanceKey: [2, 'int64'],
  },
  EvaluateConditionalResponse: {
    processInstances: [1, 'ProcessInstanceReference', 'repeated'],
    conditionalEvaluationKey: [2, 'int64'],
    tenantId: [3, 'string'],
  },
  TopologyRequest: {},
  TopologyResponse: {
    brokers: [1, 'BrokerInfo', 'repeated'],
    clusterSize: [2, 'int32'],
    partitionsCount: [3, 'int32'],
    replicationFactor: [4, 'int32'],
    gatewayVersion: [5, 'string'],
    clusterId: [6, 'string'],
  },
  BrokerInfo: {
    nodeId: [1, 'int32'],
    host: [2, 'string'],
    port: [3, 'int32'],
    partitions: [4, 'Partition', 'repeated'],
    version: [5, 'string'],
  },
  Partition: {
    partitionId: [1, 'int32'],
    role: [2, 'Partition.PartitionBrokerRole'],
    health: [3, 'Partition.PartitionBrokerHealth'],
  },
};

export const clusterEnums: Enums = {
  'Partition.PartitionBrokerRole': ['LEADER', 'FOLLOWER', 'INACTIVE'],
  'Partition.PartitionBrokerHealth': ['HEALTHY', 'UNHEALTHY', 'DEAD'],
};
