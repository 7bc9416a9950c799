import type { Enums, Messages } from './types.ts';

/** Messages about resources and decisions. */
export const resourceMessages: Messages = {
  DeployProcessRequest: {
    processes: [1, 'ProcessRequestObject', 'repeated'],
  },
  ProcessRequestObject: {
    name: [1, 'string'],
    definition: [2, 'bytes'],
  },
  DeployProcessResponse: {
    key: [1, 'int64'],
    processes: [2, 'ProcessMetadata', 'repeated'],
  },
  DeployResourceRequest: {
    resources: [1, 'Resource', 'repeated'],
    tenantId: [2, 'string'],
  },
  Resource: {
    name: [1, 'string'],
    content: [2, 'bytes'],
  },
  DeployResourceResponse: {
    key: [1, 'int64'],
    deployments: [2, 'Deployment', 'repeated'],
    tenantId: [3, 'string'],
  },
  Deployment: {
    process: [1, 'ProcessMetadata', { oneof: 'Metadata' }],
    decision: [2, 'DecisionMetadata', { oneof: 'Metadata' }],
    decisionRequirements: [3, 'DecisionRequirementsMetadata', { oneof: 'Metadata' }],
    form: [4, 'FormMetadata', { oneof: 'Metadata' }],
  },
  ProcessMetadata: {
    bpmnProcessId: [1, 'string'],
    version: [2, 'int32'],
    processDefinitionKey: [3, 'int64'],
    resourceName: [4, 'string'],
    tenantId: [5, 'string'],
  },
  DecisionMetadata: {
    dmnDecisionId: [1, 'string'],
    dmnDecisionName: [2, 'string'],
    version: [3, 'int32'],
    decisionKey: [4, 'int64'],
    dmnDecisionRequirementsId: [5, 'string'],
    decisionRequirementsKey: [6, 'int64'],
    tenantId: [7, 'string'],
  },
  DecisionRequirementsMetadata: {
    dmnDecisionRequirementsId: [1, 'string'],
    dmnDecisionRequirementsName: [2, 'string'],
    version: [3, 'int32'],
    decisionRequirementsKey: [4, 'int64'],
    resourceName: [5, 'string'],
    tenantId: [6, 'string'],
  },
  FormMetadata: {
    formId: [1, 'string'],
    version: [2, 'int32'],
    formKey: [3, 'int64'],
    resourceName: [4, 'string'],
    tenantId: [5, 'string'],
  },
  DeleteResourceRequest: {
    resourceKey: [1, 'int64'],
    operationReference: [2, 'uint64', 'optional'],
    deleteHistory: [3, 'bool', 'optional'],
  },
  DeleteResourceResponse: {
    resourceKey: [1, 'string'],
    batchOperation: [2, 'BatchOperationCreatedResult'],
  },
  BatchOperationCreatedResult: {
    batchOperationKey: [1, 'string'],
    batchOperationType: [2, 'BatchOperationCreatedResult.BatchOperationTypeEnum'],
  },
  EvaluateDecisionRequest: {
    decisionKey: [1, 'int64'],
    decisionId: [2, 'string'],
    variables: [3, 'string'],
    tenantId: [4, 'string'],
  },
  EvaluateDecisionResponse: {
    decisionKey: [1, 'int64'],
    decisionId: [2, 'string'],
    decisionName: [3, 'string'],
    decisionVersion: [4, 'int32'],
    decisionRequirementsId: [5, 'string'],
    decisionRequirementsKey: [6, 'int64'],
    decisionOutput: [7, 'string'],
    evaluatedDecisions: [8, 'EvaluatedDecision', 'repeated'],
    failedDecisionId: [9, 'string'],
    failureMessage: [10, 'string'],
    tenantId: [11, 'string'],
    decisionInstanceKey: [12, 'int64'],
    decisionEvaluationKey: [13, 'int64'],
  },
  EvaluatedDecision: {
    decisionKey: [1, 'int64'],
    decisionId: [2, 'string'],
    decisionName: [3, 'string'],
    decisionVersion: [4, 'int32'],
    decisionType: [5, 'string'],
    decisionOutput: [6, 'string'],
    matchedRules: [7, 'MatchedDecisionRule', 'repeated'],
    evaluatedInputs: [8, 'EvaluatedDecisionInput', 'repeated'],
    tenantId: [9, 'string'],
    decisionEvaluationInstanceKey: [10, 'string'],
  },
  EvaluatedDecisionInput: {
    inputId: [1, 'string'],
    inputName: [2, 'string'],
    inputValue: [3, 'string'],
  },
  EvaluatedDecisionOutput: {
    outputId: [1, 'string'],
    outputName: [2, 'string'],
    outputValue: [3, 'string'],
  },
  MatchedDecisionRule: {
    ruleId: [1, 'string'],
    ruleIndex: [2, 'int32'],
    evaluatedOutputs: [3, 'EvaluatedDecisionOutput', 'repeated'],
  },
};

export const resourceEnums: Enums = {
  'BatchOperationCreatedResult.BatchOperationTypeEnum': [
    'ADD_VARIABLE',
    'CANCEL_PROCESS_INSTANCE',
    'DELETE_DECISION_DEFINITION',
    'DELETE_PROCESS_DEFINITION',
    'DELETE_PROCESS_INSTANCE',
    'MIGRATE_PROCESS_INSTANCE',
    'MODIFY_PROCESS_INSTANCE',
    'RESOLVE_INCIDENT',
    'UPDATE_VARIABLE',
    'DELETE_DECISION_INSTANCE',
  ],
};
