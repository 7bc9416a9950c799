import { repeatedProcessIds } from '../../../model/checks/repeated-process-ids.ts';
import type { Problem, ProcessModel } from '../../../model/types.ts';
import { deploymentErrorText } from '../../../model/xml/problems.ts';
import { reject } from '../../rejection.ts';
import type { Context } from '../../store/context.ts';
import { checksumOf, indexDefinition, indexForm, nextVersion, storeResource } from '../../store/definitions.ts';
import { keyText, nextKey } from '../../store/keys.ts';
import type { DecisionVersion, Definition, Form, Requirements, Resource } from '../../store/records.ts';
import type { State } from '../../store/state.ts';
import { viewDecision, viewDefinition, viewForm, viewRequirements } from '../../store/views.ts';
import { recordTenant, tenantKey } from '../../tenants.ts';
import type { CompiledResource, Deployment } from '../../types.ts';
import {
  addDecisions,
  type DeployedDecisions,
  type DeploymentParts,
  reportRepeatedDecisions,
} from './deploy-decisions.ts';
import { openStarts, planStarts, type StartPlan } from './start-events.ts';

/** Problems by file name. */
type FileProblems = Map<string, Problem[]>;

const add = (problems: FileProblems, name: string, element: string, text: string): void => {
  problems.set(name, [...(problems.get(name) ?? []), { element, text }]);
};

/** What one file has deployed: processes, or a form, or decisions. */
interface Deployed extends DeployedDecisions {
  readonly definitions: readonly Definition[];
  readonly forms: readonly Form[];
}

/** The latest versions of what is in a file, if all of it was deployed from the same file with this content. */
const knownVersions = (
  state: State,
  tenantId: string | undefined,
  { name, processes, form, requirements: model }: CompiledResource,
  checksum: string,
): Deployed | undefined => {
  const isSame = (version: { readonly resource: Resource } | undefined): boolean =>
    version?.resource.name === name && version.resource.checksum === checksum;
  const definitions = processes.map(({ id }) => state.versions.get(tenantKey(tenantId, id))?.at(-1));
  const forms = form === undefined ? [] : [state.forms.get(tenantKey(tenantId, form.id))?.at(-1)];
  const requirements = model === undefined ? [] : [state.requirements.get(tenantKey(tenantId, model.id))?.at(-1)];
  const decisions = model?.decisions.map(({ id }) => state.decisions.get(tenantKey(tenantId, id))?.at(-1)) ?? [];
  const all = [...definitions, ...forms, ...requirements, ...decisions.map((version) => version?.requirements)];
  if (!all.every(isSame)) return undefined;
  return {
    definitions: definitions as Definition[],
    forms: forms as Form[],
    requirements: requirements as Requirements[],
    decisions: decisions as DecisionVersion[],
  };
};

/** Versions that were deployed apart from each other are bound to each other by a deployment that contains them all. */
const shareDeployment = (deployed: readonly Deployed[], deploymentKey: number): void => {
  const versions = deployed.flatMap(({ definitions, forms, decisions }) => [...definitions, ...forms, ...decisions]);
  const [first, ...others] = versions.map(({ deployments }) => deployments);
  if (first?.some((key) => others.every((deployments) => deployments.includes(key)))) return;
  for (const { deployments } of versions) deployments.push(deploymentKey);
};

const addForm = (
  context: Context,
  { form }: CompiledResource,
  resource: Resource,
  deployment: DeploymentParts,
): readonly Form[] => {
  if (form === undefined) return [];
  const { state } = context;
  const { id, versionTag } = form;
  const { deploymentKey, tenant } = deployment;
  const indexed = tenantKey(tenant.tenant, id);
  const version = nextVersion(state, 'form', indexed, state.forms.get(indexed));
  const added = { key: nextKey(context), id, versionTag, version, resource, deployments: [deploymentKey], ...tenant };
  indexForm(state, added);
  return [added];
};

const checkProcesses = (resources: readonly CompiledResource[], problems: FileProblems): void => {
  const repeated = repeatedProcessIds(resources);
  resources.forEach(({ name, processes, form, requirements }, index) => {
    if (processes.length === 0 && form === undefined && requirements === undefined)
      add(problems, name, name, 'The file has no executable process.');
    for (const { element, text } of repeated[index]!) add(problems, name, element, text);
    const other = form && resources.slice(0, index).find((resource) => resource.form?.id === form.id);
    if (other !== undefined)
      add(
        problems,
        name,
        form!.id,
        `The form id '${form!.id}' is also used in '${other.name}'. Rename one of the forms.`,
      );
  });
};

/**
 * The command DeployResource. If the names and contents of all files are known, it returns the existing versions.
 * Otherwise, all processes, decisions and forms of the deployment get a new version.
 */
export const deploy = (context: Context, resources: readonly CompiledResource[], tenantId?: string): Deployment => {
  const { state } = context;
  const rejection = (reason: string): Error => reject('INVALID_ARGUMENT', 'CREATE', reason);
  if (resources.length === 0) throw rejection('Expected to deploy at least one resource, but none given');
  const problems: FileProblems = new Map();
  checkProcesses(resources, problems);
  reportRepeatedDecisions(resources, (name, element, text) => add(problems, name, element, text));
  const files = resources.map((file) => ({ file, checksum: checksumOf(file.content) }));
  const plans = new Map<ProcessModel, StartPlan>();
  for (const model of resources.flatMap(({ processes }) => processes))
    plans.set(
      model,
      planStarts(context, model, (element, text) => add(problems, model.resourceName, element, text)),
    );
  if (problems.size > 0) {
    throw rejection(deploymentErrorText([...problems].map(([name, list]) => ({ name, problems: list }))));
  }
  const deploymentKey = nextKey(context);
  const deployment: DeploymentParts = { deploymentKey, tenant: recordTenant(tenantId) };
  const known = files.map(({ file, checksum }) => knownVersions(state, tenantId, file, checksum));
  const deployed: readonly Deployed[] = known.every((each) => each !== undefined)
    ? known
    : files.map(({ file, checksum }): Deployed => {
        const resource = storeResource(state, file, checksum);
        const definitions = file.processes.map((model): Definition => {
          const indexed = tenantKey(tenantId, model.id);
          const version = nextVersion(state, 'process', indexed, state.versions.get(indexed));
          const deployments = [deploymentKey];
          const definition = { key: nextKey(context), version, model, resource, deployments, ...deployment.tenant };
          indexDefinition(state, definition);
          context.emit?.({ kind: 'process:deployed', process: viewDefinition(definition) });
          openStarts(context, definition, plans.get(model)!, deploymentKey);
          return definition;
        });
        const decisions = addDecisions(context, file, resource, deployment);
        return { definitions, forms: addForm(context, file, resource, deployment), ...decisions };
      });
  if (deployed === known) shareDeployment(deployed, deploymentKey);
  return {
    deploymentKey: keyText(deploymentKey),
    processes: deployed.flatMap(({ definitions }) => definitions.map(viewDefinition)),
    decisions: deployed.flatMap(({ decisions }) => decisions.map(viewDecision)),
    decisionRequirements: deployed.flatMap(({ requirements }) => requirements.map(viewRequirements)),
    forms: deployed.flatMap(({ forms }) => forms.map(viewForm)),
  };
};
