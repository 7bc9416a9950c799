import { tenantKey } from '../tenants.ts';
import type { MachineDecisionEvaluation } from '../types.ts';
import { keyNumber } from './keys.ts';
import type { DecisionVersion, Requirements } from './records.ts';
import type { State } from './state.ts';

const push = <Version>(versions: Map<string, Version[]>, id: string, version: Version): void => {
  const known = versions.get(id);
  if (known === undefined) versions.set(id, [version]);
  else known.push(version);
};

/** Adds a version of a DMN file. Its decisions are added one by one. */
export const indexRequirements = (state: State, requirements: Requirements): void =>
  push(state.requirements, tenantKey(requirements.tenant, requirements.model.id), requirements);

/** Adds a version of a decision. */
export const indexDecision = (state: State, decision: DecisionVersion): void =>
  push(state.decisions, tenantKey(decision.requirements.tenant, decision.model.id), decision);

/** The version of a decision with a key. */
export const decisionByKey = ({ decisions }: State, key: number): DecisionVersion | undefined => {
  for (const versions of decisions.values()) {
    const found = versions.find((version) => version.key === key);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Keeps an evaluation. Beyond the limit, the oldest one is dropped. */
export const keepEvaluation = ({ evaluations }: State, limit: number, evaluation: MachineDecisionEvaluation): void => {
  if (limit <= 0) return;
  evaluations.set(keyNumber(evaluation.key), evaluation);
  if (evaluations.size <= limit) return;
  for (const oldest of evaluations.keys()) {
    evaluations.delete(oldest);
    break;
  }
};
