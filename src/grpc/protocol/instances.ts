import type { Messages } from './types.ts';

/** Messages about process instances. */
export const instanceMessages: Messages = {
  CreateProcessInstanceRequest: {
    processDefinitionKey: [1, 'int64'],
    bpmnProcessId: [2, 'string'],
    version: [3, 'int32'],
    variables: [4, 'string'],
    startInstructions: [5, 'ProcessInstanceCreationStartInstruction', 'repeated'],
    tenantId: [6, 'string'],
    operationReference: [7, 'uint64', 'optional'],
    runtimeInstructions: [8, 'ProcessInstanceCreationRuntimeInstruction', 'repeated'],
    tags: [9, 'string', 'repeated'],
    businessId: [10, 'string', 'optional'],
  },
  ProcessInstanceCreationStartInstruction: {
    elementId: [1, 'string'],
  },
  ProcessInstanceCreationRuntimeInstruction: {
    terminate: [1, 'TerminateProcessInstanceInstruction', { oneof: 'instruction' }],
  },
  TerminateProcessInstanceInstruction: {
    afterElementId: [1, 'string'],
  },
  CreateProcessInstanceResponse: {
    processDefinitionKey: [1, 'int64'],
    bpmnProcessId: [2, 'string'],
    version: [3, 'int32'],
    processInstanceKey: [4, 'int64'],
    tenantId: [5, 'string'],
    tags: [6, 'string', 'repeated'],
    businessId: [7, 'string', 'optional'],
  },
  CreateProcessInstanceWithResultRequest: {
    request: [1, 'CreateProcessInstanceRequest'],
    requestTimeout: [2, 'int64'],
    fetchVariables: [3, 'string', 'repeated'],
  },
  CreateProcessInstanceWithResultResponse: {
    processDefinitionKey: [1, 'int64'],
    bpmnProcessId: [2, 'string'],
    version: [3, 'int32'],
    processInstanceKey: [4, 'int64'],
    variables: [5, 'string'],
    tenantId: [6, 'string'],
    tags: [7, 'string', 'repeated'],
    businessId: [8, 'string', 'optional'],
  },
  CancelProcessInstanceRequest: {
    processInstanceKey: [1, 'int64'],
    operationReference: [2, 'uint64', 'optional'],
  },
  CancelProcessInstanceResponse: {},
  SetVariablesRequest: {
    elementInstanceKey: [1, 'int64'],
    variables: [2, 'string'],
    local: [3, 'bool'],
    operationReference: [4, 'uint64', 'optional'],
  },
  SetVariablesResponse: {
    key: [1, 'int64'],
  },
  ResolveIncidentRequest: {
    incidentKey: [1, 'int64'],
    operationReference: [2, 'uint64', 'optional'],
  },
  ResolveIncidentResponse: {},
  ModifyProcessInstanceRequest: {
    processInstanceKey: [1, 'int64'],
    activateInstructions: [2, 'ModifyProcessInstanceRequest.ActivateInstruction', 'repeated'],
    terminateInstructions: [3, 'ModifyProcessInstanceRequest.TerminateInstruction', 'repeated'],
    operationReference: [4, 'uint64', 'optional'],
    moveInstructions: [5, 'ModifyProcessInstanceRequest.MoveInstruction', 'repeated'],
  },
  'ModifyProcessInstanceRequest.ActivateInstruction': {
    elementId: [1, 'string'],
    ancestorElementInstanceKey: [2, 'int64'],
    variableInstructions: [3, 'ModifyProcessInstanceRequest.VariableInstruction', 'repeated'],
  },
  'ModifyProcessInstanceRequest.VariableInstruction': {
    variables: [1, 'string'],
    scopeId: [2, 'string'],
  },
  'ModifyProcessInstanceRequest.TerminateInstruction': {
    elementInstanceKey: [1, 'int64'],
    elementId: [2, 'string'],
  },
  'ModifyProcessInstanceRequest.MoveInstruction': {
    sourceElementInstanceKey: [1, 'int64'],
    sourceElementId: [2, 'string'],
    targetElementId: [3, 'string'],
    variableInstructions: [4, 'ModifyProcessInstanceRequest.VariableInstruction', 'repeated'],
    ancestorElementInstanceKey: [5, 'int64'],
    inferAncestorScopeFromSourceHierarchy: [6, 'bool'],
    useSourceParentKeyAsAncestorScopeKey: [7, 'bool'],
  },
  ModifyProcessInstanceResponse: {},
  MigrateProcessInstanceRequest: {
    processInstanceKey: [1, 'int64'],
    migrationPlan: [2, 'MigrateProcessInstanceRequest.MigrationPlan'],
    operationReference: [3, 'uint64', 'optional'],
  },
  'MigrateProcessInstanceRequest.MigrationPlan': {
    targetProcessDefinitionKey: [1, 'int64'],
    mappingInstructions: [2, 'MigrateProcessInstanceRequest.MappingInstruction', 'repeated'],
  },
  'MigrateProcessInstanceRequest.MappingInstruction': {
    sourceElementId: [1, 'string'],
    targetElementId: [2, 'string'],
  },
  MigrateProcessInstanceResponse: {},
};
