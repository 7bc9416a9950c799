import type { Context } from '../../store/context.ts';
import { indexDecision, indexRequirements } from '../../store/decisions.ts';
import { nextVersion } from '../../store/definitions.ts';
import { nextKey } from '../../store/keys.ts';
import type { DecisionVersion, Requirements, Resource } from '../../store/records.ts';
import { viewDecision, viewRequirements } from '../../store/views.ts';
import { tenantKey } from '../../tenants.ts';
import type { CompiledResource } from '../../types.ts';

/** What all parts of a deployment share. */
export interface DeploymentParts {
  readonly deploymentKey: number;
  /** Empty for the default tenant. */
  readonly tenant: { readonly tenant?: string };
}

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
  { deploymentKey, tenant }: DeploymentParts,
): DeployedDecisions => {
  if (model === undefined) return { requirements: [], decisions: [] };
  const { state } = context;
  const indexed = tenantKey(tenant.tenant, model.id);
  const version = nextVersion(state, 'requirements', indexed, state.requirements.get(indexed));
  const requirements: Requirements = { key: nextKey(context), version, model, resource, ...tenant };
  indexRequirements(state, requirements);
  const decisions = model.decisions.map((decision): DecisionVersion => {
    const id = tenantKey(tenant.tenant, decision.id);
    const added: DecisionVersion = {
      deployments: [deploymentKey],
      key: nextKey(context),
      version: nextVersion(state, 'decision', id, state.decisions.get(id)),
      model: decision,
      requirements,
    };
    indexDecision(state, added);
    return added;
  });
  context.emit?.({
    kind: 'decisions:deployed',
    decisionRequirements: viewRequirements(requirements),
    decisions: decisions.map(viewDecision),
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
