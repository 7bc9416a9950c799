import type { MachineHost } from '../../../host/machine-host.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import { invalidArgument } from '../../call-status.ts';
import type { ModifyProcessInstanceRequest } from '../../messages/modification-messages.ts';
import { parseBody, readFields } from '../fields.ts';
import { type callOf, type DirectOperation, noContent, type Operation, type OperationRequest } from '../operation.ts';
import { found } from '../queries/shared.ts';

/** What the operations need. */
export interface InstanceChangeServices {
  readonly call: ReturnType<typeof callOf>;
  readonly host: MachineHost;
  readonly storage: SecondaryStorage;
}

type Objects = readonly Readonly<Record<string, unknown>>[];

type Message = ModifyProcessInstanceRequest;

const noKey = '-1';

const operation = 'modifyProcessInstance';

const readVariableInstructions = (
  given: Objects = [],
): Message['activateInstructions'][number]['variableInstructions'] =>
  given.map((instruction) => {
    const fields = readFields(`${operation}.variableInstructions`, instruction, {
      ...({ 'variables!': 'document', scopeId: 'text' } as const),
    });
    return { variables: fields.variables, scopeId: fields.scopeId ?? '' };
  });

const readActivation = (given: object): Message['activateInstructions'][number] => {
  const fields = readFields(`${operation}.activateInstructions`, given, {
    ...({ 'elementId!': 'text', variableInstructions: 'objects', ancestorElementInstanceKey: 'key' } as const),
  });
  return {
    elementId: fields.elementId,
    ancestorElementInstanceKey: fields.ancestorElementInstanceKey ?? noKey,
    variableInstructions: readVariableInstructions(fields.variableInstructions),
  };
};

const readTermination = (given: object): Message['terminateInstructions'][number] => {
  const { elementInstanceKey, elementId } = readFields(`${operation}.terminateInstructions`, given, {
    ...({ elementInstanceKey: 'key', elementId: 'text' } as const),
  });
  if ((elementInstanceKey === undefined) === (elementId === undefined)) {
    throw invalidArgument('A terminate instruction needs either an elementInstanceKey or an elementId.');
  }
  return { elementInstanceKey: elementInstanceKey ?? noKey, elementId: elementId ?? '' };
};

const readMove = (given: object): Message['moveInstructions'][number] => {
  const fields = readFields(`${operation}.moveInstructions`, given, {
    ...({ 'sourceElementInstruction!': 'object', 'targetElementId!': 'text' } as const),
    ...({ ancestorScopeInstruction: 'object', variableInstructions: 'objects' } as const),
  });
  const source = readFields(`${operation}.sourceElementInstruction`, fields.sourceElementInstruction, {
    ...({ 'sourceType!': 'text', sourceElementId: 'text', sourceElementInstanceKey: 'key' } as const),
  });
  const scope = readFields(`${operation}.ancestorScopeInstruction`, fields.ancestorScopeInstruction ?? {}, {
    ...({ ancestorScopeType: 'text', ancestorElementInstanceKey: 'key' } as const),
  });
  const type = scope.ancestorScopeType?.toUpperCase();
  if (type !== undefined && !['DIRECT', 'INFERRED', 'SOURCEPARENT'].includes(type)) {
    throw invalidArgument('The ancestorScopeType must be direct, inferred or sourceParent.');
  }
  return {
    sourceElementInstanceKey: source.sourceElementInstanceKey ?? noKey,
    sourceElementId: source.sourceElementId ?? '',
    targetElementId: fields.targetElementId,
    variableInstructions: readVariableInstructions(fields.variableInstructions),
    ancestorElementInstanceKey: type === 'DIRECT' ? (scope.ancestorElementInstanceKey ?? noKey) : noKey,
    inferAncestorScopeFromSourceHierarchy: type === 'INFERRED',
    useSourceParentKeyAsAncestorScopeKey: type === 'SOURCEPARENT',
  };
};

const bodyOf = ({ body }: OperationRequest): Readonly<Record<string, unknown>> => parseBody(body.toString('utf8'));

const direct = (act: DirectOperation['act']): DirectOperation => ({ kind: 'direct', act });

/** The operations that change process instances, by method and path. */
export const instanceChanges = (services: InstanceChangeServices): Readonly<Record<string, Operation>> => {
  const { call } = services;
  return {
    'POST /process-instances/*/business-id-assignment': direct((request) => {
      const { businessId } = readFields('assignProcessInstanceBusinessId', bodyOf(request), { 'businessId!': 'text' });
      services.host.run((machine) => machine.assignBusinessId(request.keys[0]!, businessId));
      return noContent;
    }),
    'POST /process-instances/*/modification': direct((request) => {
      const fields = readFields(operation, bodyOf(request), {
        ...({ activateInstructions: 'objects', moveInstructions: 'objects' } as const),
        ...({ terminateInstructions: 'objects', operationReference: 'integer' } as const),
      });
      call('ModifyProcessInstance', {
        processInstanceKey: request.keys[0]!,
        activateInstructions: (fields.activateInstructions ?? []).map(readActivation),
        moveInstructions: (fields.moveInstructions ?? []).map(readMove),
        terminateInstructions: (fields.terminateInstructions ?? []).map(readTermination),
      });
      return noContent;
    }),
    'POST /process-instances/*/migration': direct((request) => {
      const fields = readFields('migrateProcessInstance', bodyOf(request), {
        ...({ 'targetProcessDefinitionKey!': 'key', 'mappingInstructions!': 'objects' } as const),
        operationReference: 'integer',
      });
      const mappingInstructions = fields.mappingInstructions.map((instruction) =>
        readFields('migrateProcessInstance.mappingInstructions', instruction, {
          ...({ 'sourceElementId!': 'text', 'targetElementId!': 'text' } as const),
        }),
      );
      const { targetProcessDefinitionKey } = fields;
      call('MigrateProcessInstance', {
        processInstanceKey: request.keys[0]!,
        migrationPlan: { targetProcessDefinitionKey, mappingInstructions },
      });
      return noContent;
    }),
    'POST /process-instances/*/deletion': direct((request) => {
      readFields('deleteProcessInstance', bodyOf(request), { operationReference: 'integer' });
      const { storage } = services;
      const { key } = found(storage.read().instances, 'Process Instance', request);
      storage.deleteInstance(key);
      return noContent;
    }),
  };
};
