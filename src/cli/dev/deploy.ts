import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { tenantsText } from '../../connection/tenants.ts';
import { compileFiles } from '../../engine/deployment/compile-files.ts';
import { compileOnce } from '../../engine/deployment/compile-once.ts';
import { readFiles } from '../../engine/deployment/read-files.ts';
import type { Deployment, Engine } from '../../engine/index.ts';
import type { CliContext } from '../command.ts';
import type { DevRequest } from './options.ts';

/** The absolute path of a resource. */
const resourcePath = (given: string, folder: string): string => {
  const path = resolve(folder, given);
  if (existsSync(path)) return path;
  throw fault('configuration', {
    what: `There is no file or folder ${given}.`,
    where: `--resource ${given}`,
    fix: `correct the path; relative paths start at ${folder}.`,
  });
};

/** Where a deployment or an instance belongs: each needs one of the tenants, if there are any. */
export const placesOf = ({ tenants }: DevRequest): readonly { readonly tenantId?: string }[] =>
  tenants.length === 0 ? [{}] : tenants.map((tenantId) => ({ tenantId }));

/**
 * The absolute paths of the resources of the command line.
 *
 * @throws a fault that names the first one that does not exist
 */
export const resourcePaths = ({ resources }: DevRequest, folder: string): readonly string[] =>
  resources.map((path) => resourcePath(path, folder));

/**
 * Compiles the resources of the command line, so that their deployment has less to do. Says nothing of what is wrong with them: the
 * deployment does.
 */
export const compileEarly = async (request: DevRequest, folder: string): Promise<void> => {
  try {
    await compileFiles(compileOnce, await readFiles(resourcePaths(request, folder), '--resource'));
  } catch {
    // See above.
  }
};

/**
 * Deploys the resources of the command line, in each tenant.
 *
 * @param only the files that are deployed instead of all
 * @returns the deployment in the first tenant; `undefined` without resources
 * @throws a fault that names everything that cannot be read or deployed
 */
export const deployResources = async (
  engine: Engine,
  request: DevRequest,
  folder: string,
  only?: readonly string[],
): Promise<Deployment | undefined> => {
  const paths = only ?? resourcePaths(request, folder);
  if (paths.length === 0) return undefined;
  const deployments: Deployment[] = [];
  for (const place of placesOf(request)) deployments.push(await engine.deploy(paths, place));
  return deployments[0];
};

/**
 * Refuses a process that is not deployed, before it is started.
 *
 * @throws a fault of kind `definition` with the ids of the deployed processes
 */
export const checkDeployed = ({ run }: DevRequest, deployment: Deployment | undefined): void => {
  const ids = (deployment?.processes ?? []).map(({ bpmnProcessId }) => bpmnProcessId);
  if (run === undefined || ids.includes(run.processId)) return;
  throw fault('definition', {
    what: didYouMean(`The process ${run.processId} of --run is not deployed.`, nearest(run.processId, ids)),
    fix: ids.length === 0 ? 'deploy its file: --resource <BPMN file or folder>' : `name one of ${ids.join(', ')}.`,
  });
};

/** Prints where the engine is and what is deployed. */
export const printEngine = (
  { address, restAddress }: Engine,
  { tenants }: DevRequest,
  deployment: Deployment | undefined,
  print: CliContext['print'],
): void => {
  print(`The embedded engine listens on ${address}, without TLS.\n`);
  print(`Its REST API is at ${restAddress}, for example for this command in another shell:\n`);
  print(`npx camunda-connectors engine instances --address ${restAddress}\n`);
  if (tenants.length > 0) print(`It has ${tenantsText({ tenantIds: tenants })}.\n`);
  for (const { bpmnProcessId, resourceName } of deployment?.processes ?? []) {
    print(`Deployed ${bpmnProcessId} (${resourceName}).\n`);
  }
  for (const { dmnDecisionId } of deployment?.decisions ?? []) print(`Deployed the decision ${dmnDecisionId}.\n`);
  for (const { formId, resourceName } of deployment?.forms ?? []) {
    print(`Deployed the form ${formId} (${resourceName}).\n`);
  }
  for (const { resourceName } of deployment?.resources ?? []) print(`Deployed the file ${resourceName}.\n`);
};
