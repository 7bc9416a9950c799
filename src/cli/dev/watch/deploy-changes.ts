import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { printable } from '../../../common/printable.ts';
import type { Deployment } from '../../../engine/index.ts';
import { errorText } from '../../command.ts';
import { canStart } from '../actions/starts.ts';
import { outdatedInstances } from '../actions/versions.ts';
import { printHints } from '../advice/print-hints.ts';
import { deployResources } from '../deploy.ts';
import type { DevSession } from '../session.ts';
import { deployedBy } from './gone-files.ts';
import { modelFilesOf } from './model-files.ts';
import { realFile } from './watched-files.ts';

/** Says which instances run in an older version. */
const offerMigration = ({ engine, context }: DevSession, processIds: readonly string[]): void => {
  for (const id of processIds) {
    const count = outdatedInstances(engine, id).length;
    if (count === 0) continue;
    const latest = engine.processes().findLast(({ bpmnProcessId }) => bpmnProcessId === id);
    const restart = latest === undefined || canStart(latest) ? `, or restart ${id} to start anew` : '';
    const [instances, run] = count === 1 ? ['instance', 'runs'] : ['instances', 'run'];
    context.print(
      printable(`${count} ${instances} of ${id} ${run} in an older version: command migrate ${id}${restart}.\n`),
    );
  }
};

/** Says what stays although its file is gone: the engine has it, as a cluster would. */
const reportGone = ({ engine, context }: DevSession, paths: readonly string[]): void => {
  const gone = paths.filter((each) => !existsSync(each)).map((path) => basename(path));
  if (gone.length === 0) return;
  for (const [name, ids] of deployedBy(engine, gone)) {
    if (ids.length === 0) continue;
    context.print(
      printable(
        `${name} is gone, but what it has deployed (${ids.join(', ')}) stays. Fix: start dev again to be without it.\n`,
      ),
    );
  }
};

/** A reference to what is in the same deployment. */
const ofDeployment = 'bindingType="deployment"';

/**
 * The files to deploy after a change: those that have changed, so that the processes of others keep their version. All of them if one
 * refers to another one of the same deployment.
 */
const filesToDeploy = (session: DevSession, changed: Iterable<string>): readonly string[] => {
  const files = modelFilesOf(session).filter((path) => existsSync(path));
  if (files.some((path) => readFileSync(path, 'utf8').includes(ofDeployment))) return files.map(realFile);
  return [...changed].filter((path) => existsSync(path));
};

/**
 * Creates what deploys models that have changed. Files whose deployment has failed, or was taken back by a step back, are deployed
 * with the next change of a model.
 *
 * @param hints the hints that were printed before
 * @param takenBack receives the files whose deployment a step back takes back
 * @returns a function that deploys files, by their real paths, one call at a time; it throws a fault that names what cannot be deployed
 */
export const deployChanges = (
  session: DevSession,
  hints: Set<string>,
  takenBack: (paths: readonly string[]) => void,
): ((changed: readonly string[]) => Promise<void>) => {
  const { engine, request, context } = session;
  const waiting = new Set<string>();
  /** The files of each deployment that is part of the state. */
  let deployed: readonly (readonly string[])[] = [];
  let current: readonly string[] = [];

  session.onRestore(
    () => deployed,
    (before) => {
      // What is being deployed may reach the engine of before or the one that replaces it.
      const paths = [...new Set([...deployed.slice(before.length).flat(), ...current])].filter((path) =>
        existsSync(path),
      );
      deployed = before;
      for (const path of paths) waiting.add(path);
      if (paths.length > 0) takenBack(paths);
    },
  );

  const deployFiles = async (files: readonly string[]): Promise<Deployment | undefined> => {
    const before = [...waiting];
    for (const path of files) waiting.delete(path);
    current = files;
    try {
      const deployment = await deployResources(engine, request, context.folder, files);
      deployed = [...deployed, files];
      return deployment;
    } catch (error) {
      for (const path of before) waiting.add(path);
      throw error;
    } finally {
      current = [];
    }
  };

  /** Deploys the changed files and those that wait, or only the changed ones if one that waits still cannot be deployed. */
  const deployWithWaiting = async (changed: readonly string[]): Promise<Deployment | undefined> => {
    for (const path of changed) waiting.add(path);
    const files = filesToDeploy(session, waiting);
    try {
      return await deployFiles(files);
    } catch (error) {
      const alone = filesToDeploy(session, changed);
      if (alone.length === 0 || alone.length === files.length) throw error;
      const deployment = await deployFiles(alone).catch(() => {
        throw error;
      });
      context.printError(
        printable(
          `${errorText(error)}\nWhat has changed now is deployed. Files with mistakes wait for their correction.\n`,
        ),
      );
      return deployment;
    }
  };

  return async (changed) => {
    const known = new Set(engine.processes().map(({ processDefinitionKey }) => processDefinitionKey));
    // What goes from here on is reported on its own, together with the file that has another name now.
    const gone = changed.filter((path) => !existsSync(path));
    let isNew = false;
    const stop = engine.on(({ kind }) => {
      isNew ||= kind.endsWith(':deployed');
    });
    const deployment = await deployWithWaiting(changed).finally(stop);
    const processes = (deployment?.processes ?? []).filter(
      ({ processDefinitionKey }) => !known.has(processDefinitionKey),
    );
    for (const { bpmnProcessId, version, resourceName } of processes) {
      context.print(printable(`Deployed ${bpmnProcessId} in version ${version} (${resourceName}).\n`));
    }
    reportGone(session, gone);
    if (processes.length === 0 && changed.some((path) => existsSync(path))) {
      context.print(
        isNew ? 'Deployed the changed files.\n' : 'Deployed nothing: the files are as they were deployed before.\n',
      );
    }
    await printHints(session, hints);
    offerMigration(
      session,
      processes.map(({ bpmnProcessId }) => bpmnProcessId),
    );
  };
};
