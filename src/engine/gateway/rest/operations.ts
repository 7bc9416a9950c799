import type { MemoryStore } from '../../../connector/documents/memory-store.ts';
import type { ClusterVersion } from '../../model/cluster-version.ts';
import { operationsOf } from './older-api.ts';
import type { Operation } from './operation.ts';
import { type BatchServices, batchOperations } from './operations/batch-operations.ts';
import { type ClockServices, clockOperations } from './operations/clock-operations.ts';
import { decisionOperations } from './operations/decision-operations.ts';
import { documentOperations } from './operations/document-operations.ts';
import { type InstanceChangeServices, instanceChanges } from './operations/instance-changes.ts';
import { type InstanceOperationServices, instanceOperations } from './operations/instance-operations.ts';
import { type JobOperationServices, jobOperations } from './operations/job-operations.ts';
import { otherOperations } from './operations/other-operations.ts';
import { type SecretServices, secretOperations } from './operations/secret-operations.ts';
import { type UserTaskServices, userTaskOperations } from './operations/user-task-operations.ts';
import type { DefinitionServices } from './queries/process-definitions.ts';
import { queries } from './queries/queries.ts';

/** What the operations need. */
export type OperationServices = DefinitionServices &
  UserTaskServices &
  JobOperationServices &
  InstanceChangeServices &
  BatchServices &
  ClockServices &
  SecretServices &
  InstanceOperationServices & {
    readonly documents: MemoryStore;
    /** The version of the cluster as which the gateway behaves. */
    readonly version: ClusterVersion;
  };

/** All operations of the API, by method and path below the base; a `*` in the path stands for a key. */
export const createOperations = (services: OperationServices): Readonly<Record<string, Operation>> => {
  const { call, version } = services;
  return operationsOf(version, {
    ...queries(services),
    ...decisionOperations(call),
    ...documentOperations(services.documents),
    ...otherOperations(services),
    ...userTaskOperations(services),
    ...jobOperations(services),
    ...instanceOperations(services),
    ...instanceChanges(services),
    ...batchOperations(services),
    ...clockOperations(services),
    ...secretOperations(services),
  });
};
