import { isSince } from '../../model/cluster-version.ts';
import { evaluateVersion } from '../evaluation/decisions.ts';
import { reject, rejectVariables } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { decisionByKey } from '../store/decisions.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyNumber } from '../store/keys.ts';
import type { DecisionVersion } from '../store/records.ts';
import { isOfTenant, tenantKey } from '../tenants.ts';
import type { Key, Machine, MachineDecisionEvaluation, RejectionCode } from '../types.ts';

type Request = Parameters<Machine['evaluateDecision']>[0];

const findDecision = (
  { state, version }: Context,
  decisionId: string,
  decisionKey: Key,
  tenantId: string | undefined,
): DecisionVersion => {
  const notFound: RejectionCode = isSince(version, '8.8') ? 'NOT_FOUND' : 'INVALID_ARGUMENT';
  const rejection = (code: RejectionCode, reason: string): Error => reject(code, 'EVALUATE', reason);
  if (decisionId !== '') {
    const latest = state.decisions.get(tenantKey(tenantId, decisionId))?.at(-1);
    if (latest !== undefined) return latest;
    throw rejection(
      notFound,
      `Expected to evaluate decision '${decisionId}', but no decision found for id '${decisionId}'`,
    );
  }
  if (decisionKey === '' || Number(decisionKey) <= 0) {
    throw rejection('INVALID_ARGUMENT', 'Expected either a decision id or a valid decision key, but none provided');
  }
  const decision = decisionByKey(state, keyNumber(decisionKey));
  if (decision !== undefined && isOfTenant(decision.requirements, tenantId)) return decision;
  throw rejection(
    notFound,
    `Expected to evaluate decision with key '${decisionKey}', but no decision found for key '${decisionKey}'`,
  );
};

/** The command EvaluateDecision. A decision that fails is an answer, too. */
export const evaluateDecision = (
  context: Context,
  { decisionId = '', decisionKey = '0', variables: given, tenantId }: Request,
): MachineDecisionEvaluation => {
  const decision = findDecision(context, decisionId, decisionKey, tenantId);
  const variables = adoptVariables(given, rejectVariables('EVALUATE', `decision '${decision.model.id}'`));
  return evaluateVersion(context, decision, (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined));
};
