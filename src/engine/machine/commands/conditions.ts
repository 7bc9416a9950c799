import type { Lookup } from '../../../feel/types.ts';
import type { FlowNode } from '../../model/types.ts';
import { evaluate } from '../evaluation/expressions.ts';
import { startInstance } from '../flow/tokens.ts';
import { reject, rejectVariables } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { isStepFailure } from '../store/incidents.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyNumber, keyText, nextKey } from '../store/keys.ts';
import type { Definition } from '../store/records.ts';
import { lookupIn } from '../store/variables.ts';
import { viewDefinition } from '../store/views.ts';
import { defaultTenant, isOfTenant } from '../tenants.ts';
import type { ConditionalEvaluation, Key, Variables } from '../types.ts';

const findDefinitions = (
  { state }: Context,
  key: Key | undefined,
  tenantId: string | undefined,
): readonly Definition[] => {
  if (key === undefined) {
    const latest = [...state.versions.values()].flatMap((versions) => versions.at(-1) ?? []);
    return latest.filter((definition) => isOfTenant(definition, tenantId ?? defaultTenant));
  }
  const definition = state.definitions.get(keyNumber(key));
  if (definition !== undefined && !definition.deleted && isOfTenant(definition, tenantId)) return [definition];
  throw reject('NOT_FOUND', 'EVALUATE', `Expected to find process definition with key '${key}', but none found`);
};

const isTrue = (context: Context, node: FlowNode, lookup: Lookup): boolean => {
  if (node.kind !== 'startEvent' || node.trigger?.kind !== 'condition') return false;
  try {
    return evaluate(context, node.trigger.condition, lookup, 'EXTRACT_VALUE_ERROR') === true;
  } catch (error) {
    if (isStepFailure(error)) return false;
    throw error;
  }
};

/** The command EvaluateConditional: starts an instance for each conditional start event whose condition is true. */
export const evaluateConditional = (
  context: Context,
  request: {
    readonly processDefinitionKey?: Key;
    readonly variables: Variables;
    readonly tenantId?: string | undefined;
  },
): ConditionalEvaluation => {
  const definitions = findDefinitions(context, request.processDefinitionKey, request.tenantId);
  const variables = adoptVariables(request.variables, rejectVariables('EVALUATE', 'the conditional start events'));
  const key = keyText(nextKey(context));
  const instances = definitions.flatMap((definition) => {
    const { nodes, triggeredStarts } = definition.model;
    const starts = triggeredStarts.flatMap((id) => nodes.get(id) ?? []);
    const lookup = lookupIn(definition.tenant, variables);
    return starts
      .filter((node) => isTrue(context, node, lookup))
      .map((node) => {
        const root = startInstance(context, { definition, node, variables });
        return { ...viewDefinition(definition), processInstanceKey: keyText(root.key) };
      });
  });
  return { key, instances };
};
