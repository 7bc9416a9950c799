import type { MachineHost } from '../../../host/machine-host.ts';
import type { BatchTarget, StoredBatch } from '../../../secondary-storage/batches.ts';
import type { StoredInstance } from '../../../secondary-storage/records.ts';
import { parseBody, readFields, type Shape } from '../fields.ts';
import { type callOf, noContent, type Operation, type OperationAnswer, type OperationRequest } from '../operation.ts';
import { instanceSearch } from '../queries/process-instances.ts';
import { direct, found, jsonAnswer } from '../queries/shared.ts';
import { findAll } from '../search/search.ts';
import { type BatchRunnerServices, createBatchRunner } from './run-batches.ts';

/** What the operations need. */
export interface BatchServices extends BatchRunnerServices {
  readonly call: ReturnType<typeof callOf>;
  readonly host: MachineHost;
}

const bodyOf = ({ body }: OperationRequest): Readonly<Record<string, unknown>> => parseBody(body.toString('utf8'));

const createdAnswer = ({ key, type }: StoredBatch): OperationAnswer =>
  jsonAnswer({ batchOperationKey: key, batchOperationType: type });

const isActive = ({ state }: StoredInstance): boolean => state === 'ACTIVE';

/** A called instance ends with the one that has called it. */
const isOutermost = ({ parentProcessInstanceKey }: StoredInstance): boolean => parentProcessInstanceKey === undefined;

const toTarget = ({ key, rootProcessInstanceKey }: StoredInstance): BatchTarget => ({
  ...{ key, processInstanceKey: key, rootProcessInstanceKey },
});

/** The same move in all instances: each instance of the source element becomes one of the target. */
const toMove = (given: object): object => {
  const fields = readFields('modifyProcessInstancesBatchOperation.moveInstructions', given, {
    ...({ 'sourceElementId!': 'text', 'targetElementId!': 'text' } as const),
  });
  return {
    ...{ ...fields, sourceElementInstanceKey: '-1', ancestorElementInstanceKey: '-1', variableInstructions: [] },
    ...{ inferAncestorScopeFromSourceHierarchy: false, useSourceParentKeyAsAncestorScopeKey: true },
  };
};

const common = { 'filter!': 'object', operationReference: 'integer' } as const satisfies Shape;

/** The operations that do the same with many process instances, by method and path. */
export const batchOperations = (services: BatchServices): Readonly<Record<string, Operation>> => {
  const { call, host, storage } = services;
  const runner = createBatchRunner(services);

  /** The instances that a filter finds, and that the command can be for. */
  const instancesFor = (
    operation: string,
    filter: Readonly<Record<string, unknown>>,
    isPossible: (instance: StoredInstance) => boolean,
  ): readonly StoredInstance[] => {
    const tables = storage.read();
    const searchable = { ...instanceSearch(storage, tables), operation };
    return findAll(searchable, filter, tables.instances.values())
      .filter(isPossible)
      .sort((left, right) => left.order - right.order);
  };

  const incidentsOf = (instances: readonly StoredInstance[]): readonly BatchTarget[] =>
    instances.flatMap(({ key: processInstanceKey, rootProcessInstanceKey }) =>
      host
        .read((machine) => machine.incidents(processInstanceKey))
        .map(({ key }) => ({ key, processInstanceKey, rootProcessInstanceKey })),
    );

  const resolve = (targets: readonly BatchTarget[]): OperationAnswer =>
    createdAnswer(
      runner.start('RESOLVE_INCIDENT', targets, ({ key }) => void call('ResolveIncident', { incidentKey: key })),
    );

  return {
    'POST /process-instances/cancellation': direct((request) => {
      const operation = 'cancelProcessInstancesBatchOperation';
      const { filter } = readFields(operation, bodyOf(request), common);
      const instances = instancesFor(operation, filter, (each) => isActive(each) && isOutermost(each));
      const cancel = ({ key }: BatchTarget) => void call('CancelProcessInstance', { processInstanceKey: key });
      return createdAnswer(runner.start('CANCEL_PROCESS_INSTANCE', instances.map(toTarget), cancel));
    }),
    'POST /process-instances/incident-resolution': direct((request) => {
      const operation = 'resolveIncidentsBatchOperation';
      const { filter } = readFields(operation, bodyOf(request), common);
      return resolve(incidentsOf(instancesFor(operation, filter, isActive)));
    }),
    'POST /process-instances/*/incident-resolution': direct((request) => {
      const instance = found(storage.read().instances, 'Process Instance', request);
      readFields('resolveProcessInstanceIncidents', bodyOf(request), { operationReference: 'integer' });
      return resolve(incidentsOf([instance]));
    }),
    'POST /process-instances/migration': direct((request) => {
      const operation = 'migrateProcessInstancesBatchOperation';
      const { filter, migrationPlan } = readFields(operation, bodyOf(request), {
        ...{ ...common, 'migrationPlan!': 'object' as const },
      });
      const plan = readFields(`${operation}.migrationPlan`, migrationPlan, {
        ...({ 'targetProcessDefinitionKey!': 'key', 'mappingInstructions!': 'objects' } as const),
      });
      const mappingInstructions = plan.mappingInstructions.map((instruction) =>
        readFields(`${operation}.mappingInstructions`, instruction, {
          ...({ 'sourceElementId!': 'text', 'targetElementId!': 'text' } as const),
        }),
      );
      const migrate = ({ key }: BatchTarget): void => {
        call('MigrateProcessInstance', { processInstanceKey: key, migrationPlan: { ...plan, mappingInstructions } });
      };
      const instances = instancesFor(operation, filter, isActive);
      return createdAnswer(runner.start('MIGRATE_PROCESS_INSTANCE', instances.map(toTarget), migrate));
    }),
    'POST /process-instances/modification': direct((request) => {
      const operation = 'modifyProcessInstancesBatchOperation';
      const fields = readFields(operation, bodyOf(request), { ...common, 'moveInstructions!': 'objects' });
      const moveInstructions = fields.moveInstructions.map(toMove);
      const modify = ({ key }: BatchTarget): void => {
        const none = { activateInstructions: [], terminateInstructions: [] };
        call('ModifyProcessInstance', { processInstanceKey: key, moveInstructions, ...none });
      };
      const instances = instancesFor(operation, fields.filter, isActive);
      return createdAnswer(runner.start('MODIFY_PROCESS_INSTANCE', instances.map(toTarget), modify));
    }),
    'POST /process-instances/deletion': direct((request) => {
      const operation = 'deleteProcessInstancesBatchOperation';
      const { filter } = readFields(operation, bodyOf(request), common);
      const instances = instancesFor(operation, filter, (each) => !isActive(each) && isOutermost(each));
      const remove = ({ key }: BatchTarget): void => storage.deleteInstance(key);
      return createdAnswer(runner.start('DELETE_PROCESS_INSTANCE', instances.map(toTarget), remove));
    }),
    ...Object.fromEntries(
      (['cancel', 'suspend', 'resume'] as const).map((verb) => {
        const path = { cancel: 'cancellation', suspend: 'suspension', resume: 'resumption' }[verb];
        const change = direct((request) => {
          readFields(`${verb}BatchOperation`, bodyOf(request), {});
          runner[verb](request.keys[0]!);
          return noContent;
        });
        return [`POST /batch-operations/*/${path}`, change];
      }),
    ),
  };
};
