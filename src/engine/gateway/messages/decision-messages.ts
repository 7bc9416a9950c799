import { stringifyValue } from '../../../connector/values/json-text.ts';
import type { MachineDecisionEvaluation, MachineDecisionInstance, MachineDecisionValue } from '../../machine/types.ts';

/** The fields of a value: those of an input, or of an output. */
const toValueMessage = (kind: 'input' | 'output', { id, name, value }: MachineDecisionValue): object => ({
  [`${kind}Id`]: id,
  [`${kind}Name`]: name,
  [`${kind}Value`]: stringifyValue(value),
});

const toEvaluatedMessage = (decision: MachineDecisionInstance, tenantId: string): object => ({
  decisionKey: decision.decisionKey,
  decisionId: decision.decisionId,
  decisionName: decision.decisionName,
  decisionVersion: decision.decisionVersion,
  decisionType: decision.decisionType,
  decisionOutput: stringifyValue(decision.output),
  matchedRules: decision.matchedRules.map(({ ruleId, ruleIndex, outputs }) => ({
    ruleId,
    ruleIndex,
    // Only REST has the rule of an output: the protocol has no field for it.
    evaluatedOutputs: outputs.map((output) => ({ ...toValueMessage('output', output), ruleId, ruleIndex })),
  })),
  evaluatedInputs: decision.inputs.map((input) => toValueMessage('input', input)),
  tenantId,
  decisionEvaluationInstanceKey: decision.key,
});

/** Converts an evaluation to the answer of EvaluateDecision. */
export const toDecisionMessage = (evaluation: MachineDecisionEvaluation, tenantId: string): object => ({
  decisionKey: evaluation.decisionKey,
  decisionId: evaluation.decisionId,
  decisionName: evaluation.decisionName,
  decisionVersion: evaluation.decisionVersion,
  decisionRequirementsId: evaluation.decisionRequirementsId,
  decisionRequirementsKey: evaluation.decisionRequirementsKey,
  decisionOutput: stringifyValue(evaluation.output),
  evaluatedDecisions: evaluation.evaluatedDecisions.map((decision) => toEvaluatedMessage(decision, tenantId)),
  failedDecisionId: evaluation.failedDecisionId ?? '',
  failureMessage: evaluation.failureMessage ?? '',
  tenantId,
  decisionInstanceKey: evaluation.key,
  decisionEvaluationKey: evaluation.key,
});
