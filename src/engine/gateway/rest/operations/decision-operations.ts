import { stringifyValue } from '../../../../connector/values/json-text.ts';
import { invalidArgument } from '../../call-status.ts';
import { parseBody, readFields } from '../fields.ts';
import type { callOf, Operation, OperationAnswer, OperationRequest } from '../operation.ts';

/** A decision of a deployment, as gRPC describes it. */
export interface DeployedDecision {
  readonly dmnDecisionId: string;
  readonly dmnDecisionName: string;
  readonly version: number;
  readonly decisionKey: string;
  readonly dmnDecisionRequirementsId: string;
  readonly decisionRequirementsKey: string;
  readonly tenantId: string;
}

/** A DMN file of a deployment, as gRPC describes it. */
export interface DeployedRequirements {
  readonly dmnDecisionRequirementsId: string;
  readonly dmnDecisionRequirementsName: string;
  readonly version: number;
  readonly decisionRequirementsKey: string;
  readonly resourceName: string;
  readonly tenantId: string;
}

export const toDecisionDefinition = (decision: DeployedDecision): object => ({
  decisionDefinitionId: decision.dmnDecisionId,
  name: decision.dmnDecisionName,
  version: decision.version,
  decisionDefinitionKey: decision.decisionKey,
  decisionRequirementsId: decision.dmnDecisionRequirementsId,
  decisionRequirementsKey: decision.decisionRequirementsKey,
  tenantId: decision.tenantId,
});

export const toDecisionRequirements = ({
  dmnDecisionRequirementsId,
  dmnDecisionRequirementsName,
  ...rest
}: DeployedRequirements): object => ({
  decisionRequirementsId: dmnDecisionRequirementsId,
  decisionRequirementsName: dmnDecisionRequirementsName,
  ...rest,
});

/** An evaluated decision, as gRPC describes it. The other fields have the same names here. */
interface Evaluated {
  readonly decisionKey: string;
  readonly decisionId: string;
  readonly decisionName: string;
  readonly decisionVersion: number;
  readonly decisionOutput: string;
}

interface Evaluation extends Evaluated {
  readonly evaluatedDecisions: readonly (Evaluated & { readonly decisionType: string })[];
  readonly failedDecisionId: string;
  readonly failureMessage: string;
}

/** The names that REST has for some fields. */
const renamed = (decision: Evaluated): object => {
  const { decisionKey, decisionId, decisionName, decisionVersion, decisionOutput, ...rest } = decision;
  return {
    ...rest,
    decisionDefinitionKey: decisionKey,
    decisionDefinitionId: decisionId,
    decisionDefinitionName: decisionName,
    decisionDefinitionVersion: decisionVersion,
    output: decisionOutput,
  };
};

/** An empty text of gRPC is no text. */
const orNull = (text: string): string | null => (text === '' ? null : text);

const evaluation = (call: ReturnType<typeof callOf>, { body }: OperationRequest): OperationAnswer => {
  const fields = readFields('evaluateDecision', parseBody(body.toString('utf8')), {
    ...({
      decisionDefinitionId: 'text',
      decisionDefinitionKey: 'key',
      variables: 'document',
      tenantId: 'text',
    } as const),
  });
  const { decisionDefinitionId, decisionDefinitionKey, variables = '', tenantId = '' } = fields;
  if ((decisionDefinitionId === undefined) === (decisionDefinitionKey === undefined)) {
    throw invalidArgument('Exactly one of decisionDefinitionId and decisionDefinitionKey is required.');
  }
  const { evaluatedDecisions, failedDecisionId, failureMessage, ...answer } = call<Evaluation>('EvaluateDecision', {
    ...{ decisionId: decisionDefinitionId ?? '', decisionKey: decisionDefinitionKey ?? '0', variables, tenantId },
  });
  const json = {
    ...renamed(answer),
    failedDecisionDefinitionId: orNull(failedDecisionId),
    failureMessage: orNull(failureMessage),
    evaluatedDecisions: evaluatedDecisions.map(({ decisionType, ...decision }) => ({
      ...renamed(decision),
      decisionDefinitionType: decisionType,
    })),
  };
  return { status: 200, json: stringifyValue(json) };
};

/** The operations on decisions, by method and path. */
export const decisionOperations = (call: ReturnType<typeof callOf>): Readonly<Record<string, Operation>> => ({
  'POST /decision-definitions/evaluation': { kind: 'direct', act: (request) => evaluation(call, request) },
});
