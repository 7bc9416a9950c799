import type { Binding } from '../../model/types.ts';
import { evaluateVersion } from '../evaluation/decisions.ts';
import { evaluateText } from '../evaluation/expressions.ts';
import { findVersion } from '../store/bindings.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import { keyText } from '../store/keys.ts';
import type { DecisionVersion, ElementInstance } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { tenantKey } from '../tenants.ts';
import { type Behavior, type NodeOf, passThrough } from './behavior.ts';

/** The binding, with its version tag evaluated. */
const bindingOf = (context: Context, element: ElementInstance, node: NodeOf<'decisionTask'>): Binding =>
  node.versionTag === undefined
    ? node.binding
    : { kind: 'versionTag', versionTag: evaluateText(context, node.versionTag, lookupFrom(element)) };

const notFoundText = (id: string, binding: Binding, deployment: number | undefined): string => {
  const expected = `Expected to evaluate decision '${id}'`;
  if (binding.kind === 'versionTag') {
    return `${expected} with binding type 'versionTag' and version tag '${binding.versionTag}', but no such decision found. To resolve the incident, deploy a decision with the given decision id and version tag.`;
  }
  if (binding.kind === 'deployment') {
    const key = deployment === undefined ? '' : ` with key ${keyText(deployment)}`;
    return `${expected} with binding type 'deployment', but no such decision found in the deployment${key} which contained the current process. To resolve this incident, migrate the process instance to a process definition that is deployed together with the intended decision to evaluate.`;
  }
  return `${expected}, but no decision found for id '${id}'`;
};

const findDecision = (context: Context, element: ElementInstance, node: NodeOf<'decisionTask'>): DecisionVersion => {
  const id = evaluateText(context, node.decisionId, lookupFrom(element));
  const binding = bindingOf(context, element, node);
  const versions = context.state.decisions.get(tenantKey(element.definition.tenant, id)) ?? [];
  const found = findVersion(versions, binding, element.definition, ({ model }) => model.versionTag);
  if (found !== undefined) return found;
  throw stepFailure('CALLED_DECISION_ERROR', notFoundText(id, binding, element.definition.deployments[0]));
};

/** A business rule task evaluates a decision. The result is a variable, as if a job had returned it. */
export const decisionTask: Behavior<'decisionTask'> = {
  activate: (context, element, node) => {
    const decision = findDecision(context, element, node);
    const { output, failureMessage } = evaluateVersion(context, decision, lookupFrom(element), element);
    if (failureMessage !== null) throw stepFailure('DECISION_EVALUATION_ERROR', failureMessage);
    passThrough(context, element, node);
    element.result = Object.freeze({ [node.resultVariable]: output });
  },
};
