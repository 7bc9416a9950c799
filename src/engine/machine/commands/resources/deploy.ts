import { repeatedProcessIds } from '../../../model/checks/repeated-process-ids.ts';
import type { FileModel, Problem, ProcessModel } from '../../../model/types.ts';
import { deploymentErrorText } from '../../../model/xml/problems.ts';
import { reject } from '../../rejection.ts';
import type { Context } from '../../store/context.ts';
import { checksumOf, indexDefinition, indexFile, nextVersion, storeResource } from '../../store/definitions.ts';
import { keyText, nextKey } from '../../store/keys.ts';
import type { DecisionVersion, Definition, Requirements, Resource, StoredFile } from '../../store/records.ts';
import type { State } from '../../store/state.ts';
import { viewDecision, viewDefinition, viewFile, viewForm, viewRequirements } from '../../store/views.ts';
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

/** What one file has deployed: processes, or a form, or decisions, or itself. */
interface Deployed extends DeployedDecisions {
  readonly definitions: readonly Definition[];
  readonly forms: readonly StoredFile[];
  readonly files: readonly StoredFile[];
}

/** The latest versions of what is in a file, if all of it was deployed from the same file with this content. */
const knownVersions = (
  state: State,
  tenantId: string | undefined,
  { name, processes, form, file, requirements: model }: CompiledResource,
  checksum: string,
): Deployed | undefined => {
  const isSame = (version: { readonly resource: Resource } | undefined): boolean =>
    version?.resource.name === name && version.resource.checksum === checksum;
  const definitions = processes.map(({ id }) => state.versions.get(tenantKey(tenantId, id))?.at(-1));
  const latest = (index: State['forms'], model: FileModel | undefined): readonly (StoredFile | undefined)[] =>
    model === undefined ? [] : [index.get(tenantKey(tenantId, model.id))?.at(-1)];
  const [forms, files] = [latest(state.forms, form), latest(state.files, file)];
  const requirements = model === undefined ? [] : [state.requirements.get(tenantKey(tenantId, model.id))?.at(-1)];
  const decisions = model?.decisions.map(({ id }) => state.decisions.get(tenantKey(tenantId, id))?.at(-1)) ?? [];
  const all = [...definitions, ...forms, ...files, ...requirements, ...decisions.map((each) => each?.requirements)];
  if (!all.every(isSame)) return undefined;
  return {
    definitions: definitions as Definition[],
    forms: forms as StoredFile[],
    files: files as StoredFile[],
    requirements: requirements as Requirements[],
    decisions: decisions as DecisionVersion[],
  };
};

/** Versions that were deployed apart from each other are bound to each other by a deployment that contains them all. */
const shareDeployment = (deployed: readonly Deployed[], deploymentKey: number): void => {
  const versions = deployed.flatMap(({ definitions, forms, files, decisions }) => [
    ...definitions,
    ...forms,
    ...files,
    ...decisions,
  ]);
  const [first, ...others] = versions.map(({ deployments }) => deployments);
  if (first?.some((key) => others.every((deployments) => deployments.includes(key)))) return;
  for (const { deployments } of versions) deployments.push(deploymentKey);
};

/** Adds a version of a form, or of a file that is only stored. */
const addFile = (
  context: Context,
  kind: 'form' | 'file',
  model: FileModel | undefined,
  resource: Resource,
  { deploymentKey, tenant }: DeploymentParts,
): readonly StoredFile[] => {
  if (model === undefined) return [];
  const { state } = context;
  const { id, versionTag } = model;
  const index = kind === 'form' ? state.forms : state.files;
  const indexed = tenantKey(tenant.tenant, id);
  const version = nextVersion(state, kind, indexed, index.get(indexed));
  const added = { key: nextKey(context), id, versionTag, version, resource, deployments: [deploymentKey], ...tenant };
  indexFile(index, added);
  if (kind === 'form') context.emit?.({ kind: 'form:deployed', form: viewForm(added) });
  else context.emit?.({ kind: 'file:deployed', resource: viewFile(added) });
  return [added];
};

const checkProcesses = (resources: readonly CompiledResource[], problems: FileProblems): void => {
  const repeated = repeatedProcessIds(resources);
  resources.forEach(({ name, processes, form, file, requirements }, index) => {
    if (processes.length === 0 && form === undefined && file === undefined && requirements === undefined)
      add(problems, name, name, 'The file has no executable process.');
    for (const { element, text } of repeated[index]!) add(problems, name, element, text);
    const before = resources.slice(0, index);
    const repeat = (kind: string, id: string, other: CompiledResource | undefined): void => {
      if (other !== undefined)
        add(problems, name, id, `The ${kind} id '${id}' is also used in '${other.name}'. Rename one of the ${kind}s.`);
    };
    if (form !== undefined)
      repeat(
        'form',
        form.id,
        before.find((other) => other.form?.id === form.id),
      );
    if (file !== undefined)
      repeat(
        'file',
        file.id,
        before.find((other) => other.file?.id === file.id),
      );
  });
};

/**
 * The command DeployResource. If the names and contents of all files are known, it returns the existing versions.
 * Otherwise, everything in the deployment gets a new version.
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
      planStarts(context, { model, ...recordTenant(tenantId) }, (element, text) =>
        add(problems, model.resourceName, element, text),
      ),
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
        const forms = addFile(context, 'form', file.form, resource, deployment);
        return { definitions, forms, files: addFile(context, 'file', file.file, resource, deployment), ...decisions };
      });
  if (deployed === known) shareDeployment(deployed, deploymentKey);
  return {
    deploymentKey: keyText(deploymentKey),
    processes: deployed.flatMap(({ definitions }) => definitions.map(viewDefinition)),
    decisions: deployed.flatMap(({ decisions }) => decisions.map(viewDecision)),
    decisionRequirements: deployed.flatMap(({ requirements }) => requirements.map(viewRequirements)),
    forms: deployed.flatMap(({ forms }) => forms.map(viewForm)),
    resources: deployed.flatMap(({ files: stored }) => stored.map(viewFile)),
  };
};
