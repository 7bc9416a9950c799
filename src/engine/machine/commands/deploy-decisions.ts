import type { Context } from '../store/context.ts';
import { indexDecision, indexRequirements } from '../store/decisions.ts';
import { nextKey } from '../store/keys.ts';
import type { DecisionVersion, Requirements, Resource } from '../store/records.ts';
import type { CompiledResource } from '../types.ts';

/** What a DMN file has deployed. */
export interface DeployedDecisions {
  readonly requirements: readonly Requirements[];
  readonly decisions: readonly DecisionVersion[];
}

/** Adds a version of a DMN file and of each decision in it. */
export const addDecisions = (
  context: Context,
  { requirements: model }: CompiledResource,
  resource: Resource,
  deploymentKey: number,
): DeployedDecisions => {
  if (model === undefined) return { requirements: [], decisions: [] };
  const { state } = context;
  const version = (state.requirements.get(model.id)?.length ?? 0) + 1;
  const requirements: Requirements = { key: nextKey(context), version, model, resource };
  indexRequirements(state, requirements);
  const decisions = model.decisions.map((decision): DecisionVersion => {
    const added: DecisionVersion = {
      deployments: [deploymentKey],
      key: nextKey(context),
      version: (state.decisions.get(decision.id)?.length ?? 0) + 1,
      model: decision,
      requirements,
    };
    indexDecision(state, added);
    return added;
  });
  return { requirements: [requirements], decisions };
};

/** Reports each id of a DMN file that an earlier file of the deployment has. */
export const reportRepeatedDecisions = (
  resources: readonly CompiledResource[],
  report: (fileName: string, element: string, text: string) => void,
): void => {
  const owners = new Map<string, string>();
  const claim = (kind: string, id: string, name: string): void => {
    const owner = owners.get(`${kind} ${id}`);
    if (owner === undefined) owners.set(`${kind} ${id}`, name);
    else report(name, id, `The ${kind} id '${id}' is also used in '${owner}'. Rename one of them.`);
  };
  for (const { name, requirements } of resources) {
    if (requirements === undefined) continue;
    claim('decision requirements', requirements.id, name);
    for (const { id } of requirements.decisions) claim('decision', id, name);
  }
};
