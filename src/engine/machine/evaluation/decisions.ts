import type { Lookup } from '../../../feel/types.ts';
import type { EvaluatedDecision } from '../../decisions/types.ts';
import type { Context } from '../store/context.ts';
import { keepEvaluation } from '../store/decisions.ts';
import { adopt } from '../store/json-values.ts';
import { keyText, nextKey } from '../store/keys.ts';
import type { DecisionVersion, ElementInstance } from '../store/records.ts';
import { tenantKey } from '../tenants.ts';
import type { Json, MachineDecisionEvaluation, MachineDecisionInstance } from '../types.ts';

const frozen = (value: unknown): Json =>
  adopt(value, (text) => new Error(`A decision gives a value that is not JSON: ${text}`));

/** The version of an evaluated decision: from the same file as the one that was asked for. */
const versionOf = ({ state }: Context, id: string, asked: DecisionVersion): DecisionVersion =>
  state.decisions
    .get(tenantKey(asked.requirements.tenant, id))
    ?.find(({ requirements }) => requirements === asked.requirements) ?? asked;

/**
 * Evaluates a decision and keeps the evaluation to look at.
 *
 * @param element the business rule task that asks for the decision
 */
export const evaluateVersion = (
  context: Context,
  asked: DecisionVersion,
  lookup: Lookup,
  element?: ElementInstance,
): MachineDecisionEvaluation => {
  const { output, evaluated, failure } = asked.model.evaluate(lookup, context.evaluateOptions);
  const evaluationKey = keyText(nextKey(context));
  const failureMessage =
    failure === undefined ? null : `Expected to evaluate decision '${asked.model.id}', but ${failure.reason}`;
  const caller = {
    elementId: element?.node?.id ?? null,
    elementInstanceKey: element === undefined ? null : keyText(element.key),
    processInstanceKey: element === undefined ? null : keyText(element.root.key),
    bpmnProcessId: element?.definition.model.id ?? null,
  };
  const viewOne = (
    { id, name, type, output: value, inputs, matchedRules }: EvaluatedDecision,
    index: number,
  ): MachineDecisionInstance => {
    const { key, version } = versionOf(context, id, asked);
    const hasFailed = failure !== undefined && index === evaluated.length - 1;
    return {
      key: `${evaluationKey}-${index + 1}`,
      evaluationKey,
      decisionId: id,
      decisionName: name,
      decisionVersion: version,
      decisionKey: keyText(key),
      decisionType: type,
      state: hasFailed ? 'FAILED' : 'EVALUATED',
      output: hasFailed ? null : frozen(value),
      inputs: frozen(inputs) as unknown as MachineDecisionInstance['inputs'],
      matchedRules: frozen(matchedRules) as unknown as MachineDecisionInstance['matchedRules'],
      failureMessage: hasFailed ? failureMessage : null,
      ...caller,
    };
  };
  const evaluation: MachineDecisionEvaluation = Object.freeze({
    key: evaluationKey,
    decisionId: asked.model.id,
    decisionName: asked.model.name,
    decisionVersion: asked.version,
    decisionKey: keyText(asked.key),
    decisionRequirementsId: asked.requirements.model.id,
    decisionRequirementsKey: keyText(asked.requirements.key),
    output: frozen(output),
    failedDecisionId: failure?.decisionId ?? null,
    failureMessage,
    evaluatedDecisions: evaluated.map(viewOne),
  });
  keepEvaluation(context.state, context.keepEnded, evaluation);
  context.emit?.({ kind: failure === undefined ? 'decision:evaluated' : 'decision:failed', evaluation });
  return evaluation;
};
