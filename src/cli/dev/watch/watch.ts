import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { printable } from '../../../common/printable.ts';
import { readEnvironment } from '../../../connection/settings/environment.ts';
import { errorText } from '../../command.ts';
import { moduleFolders } from '../../modules/load-modules.ts';
import { sourceFolders } from '../../modules/watch-sources.ts';
import { failedJobs } from '../actions/retry.ts';
import { printHints } from '../advice/print-hints.ts';
import { resourcePaths } from '../deploy.ts';
import type { ThreadHost } from '../host/thread-host.ts';
import type { DevPart, DevSession } from '../session.ts';
import { deployChanges } from './deploy-changes.ts';
import { isFolder, modelFile, modelsIn } from './model-files.ts';
import { linkTarget, realFile, realFolders, watchFiles } from './watched-files.ts';

/** What is watched, and what has to be done when it changes. */
interface Watched {
  readonly isSource: (path: string) => boolean;
  readonly isModel: (path: string) => boolean;
  readonly isSetting: (path: string) => boolean;
}

const sourceFile = /\.(?:[cm]?[jt]s|[jt]sx|json)$/i;

/** What package managers write at the end of an installation. */
const installFile = /[\\/]node_modules[\\/]\.(?:package-lock\.json|modules\.yaml|yarn-integrity|yarn-state\.yml)$/;

const isInstall = (path: string): boolean => installFile.test(path);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** Says which failed jobs can run again with the changed connectors. */
const offerRetry = ({ engine, host, context }: DevSession): void => {
  const types = host.connectors().outbound.map(({ type }) => type);
  const failed = failedJobs(engine, types);
  if (failed.length === 0) return;
  const names = [...new Set(failed.map(({ type }) => type))].join(', ');
  const [count, have] = [counted(failed.length, 'failed job'), failed.length === 1 ? 'has' : 'have'];
  context.print(
    printable(
      `${count} of ${names} can run again with the changed connectors: command retry. What ${failed.length === 1 ? 'it' : 'they'} ${have} done outside is done.\n`,
    ),
  );
};

/**
 * Takes changes of files over while a session runs: connectors and what they import, BPMN and DMN files, forms, and `.env`.
 * Instances stay. What cannot be loaded or deployed is reported, and what was there before stays at work.
 *
 * @param updateSecrets takes the secrets of a changed environment over
 * @param hints the hints that were printed before
 */
export const watchSession = (
  session: DevSession,
  host: ThreadHost,
  updateSecrets: (env: ReturnType<typeof readEnvironment>) => void,
  hints: Set<string>,
): DevPart => {
  const { request, context } = session;
  const { folder, print, printError } = context;
  const resources = resourcePaths(request, folder).map((path) => ({ path: realFile(path), isFolder: isFolder(path) }));
  /** A folder of resources can be a link, and changes are reported where it leads. */
  const realFolder = realFolders();
  const packages = moduleFolders(request.modules, folder);
  const setting = realFile(join(folder, '.env'));
  let isBroken = false;
  let hasFailed = false;

  /** The link to each file that is a model or has the settings by way of a link, by the path of the file. */
  let links: ReadonlyMap<string, string> = new Map();
  const findLinks = (): void => {
    const paths = [
      setting,
      ...resources.flatMap((each) => (each.isFolder ? modelsIn(realFolder(each.path)) : [each.path])),
    ];
    links = new Map(
      paths.flatMap((path) => {
        const target = linkTarget(path);
        return target === undefined ? [] : [[target, path] as const];
      }),
    );
  };

  const watched: Watched = {
    // What was imported; after a failure also what may have been missing.
    isSource: (path) => host.files().has(path) || (isBroken && sourceFile.test(path)),
    isModel: (path) =>
      resources.some((each) =>
        each.isFolder ? dirname(path) === realFolder(each.path) && modelFile.test(path) : path === each.path,
      ),
    isSetting: (path) => path === setting,
  };

  const folders = (): readonly string[] => [
    folder,
    ...[...links.keys()].map((path) => dirname(path)),
    ...resources.map((each) => (each.isFolder ? each.path : dirname(each.path))),
    // Where a link is that may lead elsewhere later.
    ...resources.flatMap(({ path }) => (linkTarget(path) === undefined ? [] : [dirname(path)])),
    ...packages.flatMap((root) => sourceFolders(root)),
    ...[...host.files()].map((path) => dirname(path)),
    ...packages.map((root) => join(root, 'node_modules')).filter(isFolder),
  ];

  const nameOf = (path: string): string =>
    isInstall(path) ? 'node_modules' : relative(folder, path) || basename(path);

  const reloadConnectors = async (paths: readonly string[]): Promise<void> => {
    // Somebody else may have loaded the changed modules meanwhile, but nobody knows what else has changed.
    const result = await host.reload(paths.every((path) => host.files().has(path)));
    isBroken = !result.ok;
    if (!result.ok) printError(printable(`${result.problem}\n`));
    else if (result.isSame !== true) {
      print(printable(`Reloaded the connectors: ${[...new Set(paths.map(nameOf))].join(', ')} changed.\n`));
    }
  };

  const afterReload = async (): Promise<void> => {
    isBroken = false;
    await printHints(session, hints);
    offerRetry(session);
  };

  const takeOver = async (changes: readonly string[]): Promise<void> => {
    const paths = [...new Set(changes.map((path) => links.get(path) ?? path))];
    const settings = paths.filter(watched.isSetting);
    const sources = paths.filter((path) => watched.isSource(path) || watched.isSetting(path) || isInstall(path));
    if (settings.length > 0) updateSecrets(readEnvironment());
    if (sources.length > 0) await reloadConnectors(sources);
    const models = paths.filter(watched.isModel);
    if (models.length > 0) await deploy(models);
  };

  // A file that is saved again is deployed then, although it has not changed since it was deployed.
  const deploy = deployChanges(session, hints, (paths) => {
    watch.forget(paths);
    const names = paths.map(nameOf).join(', ');
    const [are, them] = paths.length === 1 ? ['the file is', 'it'] : ['the files are', 'them'];
    const text = printable(
      `The step back takes back the deployment of ${names}, so ${are} newer than what is deployed. The next change of a model deploys ${them} too. Fix: save ${them} again to deploy ${them} now.`,
    );
    print(`${text}\n`);
    session.advice.say({ level: 'warn', text });
  });

  let busy: Promise<void> = Promise.resolve();
  const inTurn = (act: () => Promise<void>): void => {
    busy = busy
      .then(act)
      .catch((error: unknown) => printError(printable(`${errorText(error)}\nWhat was deployed before stays.\n`)))
      .then(updateFolders);
  };
  const changed = (paths: readonly string[]): void => {
    const present = paths.filter((path) => existsSync(path));
    inTurn(() => {
      // What has gone since is reported again, together with the file that has another name now.
      const gone = new Set(present.filter((path) => !existsSync(path)));
      watch.forget([...gone]);
      return takeOver(paths.filter((path) => !gone.has(path)));
    });
  };
  // Whoever has asked for it.
  const stopListening = host.on(({ kind }) => {
    if (kind === 'connectors:loaded') inTurn(afterReload);
  });
  const watch = watchFiles(
    (path) =>
      links.has(path) || watched.isSource(path) || watched.isModel(path) || watched.isSetting(path) || isInstall(path),
    changed,
    (error) => {
      // The limit of a system concerns every folder.
      if (!hasFailed)
        printError(printable(`Cannot watch files: ${messageOf(error)}. Fix: start dev with --no-watch.\n`));
      hasFailed = true;
    },
  );
  const updateFolders = (): void => {
    findLinks();
    watch.update(folders());
  };
  updateFolders();
  return {
    ready: () => print('Watching for changes.\n'),
    stop: async () => {
      watch.close();
      stopListening();
      await busy;
    },
  };
};
