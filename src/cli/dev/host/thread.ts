/**
 * The thread in which connectors run while `dev` watches their files: each reload has a new one, so every module is loaded afresh,
 * and nothing of the old ones is left.
 */
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { MessageChannel, type MessagePort, workerData } from 'node:worker_threads';
import { type FieldLogger, type LogFields, noLine } from '../../../runtime/shared/logger.ts';
import { errorText } from '../../command.ts';
import { refuseDuplicates } from '../../modules/duplicates.ts';
import { loadConnectors } from '../../modules/load-modules.ts';
import { programPath, requireAsOwn } from '../../own-files.ts';
import { createLocalHost, type LocalHost } from './local-host.ts';
import type { FromThread, LineLevel, ResendResult, ThreadData, ThreadPlace, ToThread } from './messages.ts';

const { port, data } = workerData as { readonly port: MessagePort; readonly data: ThreadData };

const say = (message: FromThread): void => port.postMessage(message);

/** The files that were imported, as far as they belong to the user. */
const imported = new Set<string>();

const addFile = (path: string): void => {
  if (!/[\\/]node_modules[\\/]/.test(path)) imported.add(path);
};

/** Adds what an import has led to. */
const addUrl = (url: string): void => {
  try {
    addFile(fileURLToPath(url.replace(/[?#].*$/, '')));
  } catch {
    // Not a file.
  }
};

/** Hooks that run in the same thread. Older versions of Node.js have none. */
const { registerHooks } = nodeModule as {
  readonly registerHooks?: (hooks: {
    readonly resolve: <Resolved extends { readonly url: string }>(
      specifier: string,
      context: object,
      next: (specifier: string, context: object) => Resolved,
    ) => Resolved;
  }) => unknown;
};

/** Collects the paths of what is imported from now on. */
const watchImports = (): void => {
  if (registerHooks !== undefined) {
    registerHooks({
      resolve: (specifier, context, next) => {
        const result = next(specifier, context);
        addUrl(result.url);
        return result;
      },
    });
    return;
  }
  // Others need a thread of their own, which takes a while to start.
  const { port1, port2 } = new MessageChannel();
  port1.on('message', addUrl);
  port1.unref();
  nodeModule.register(pathToFileURL(programPath('cli/dev/host/import-hooks')).href, {
    data: { port: port2 },
    transferList: [port2],
  });
};

/** The imported files, when the last messages about them have arrived. */
const importedFiles = async (): Promise<readonly string[]> => {
  for (const path of Object.keys(requireAsOwn.cache)) addFile(path);
  await new Promise<void>((resolve) => setImmediate(resolve));
  return [...imported];
};

const createLogger = (isDebug: boolean, fields: LogFields = {}): FieldLogger => {
  const line =
    (level: LineLevel) =>
    (message: string, ...details: unknown[]): void =>
      say({ kind: 'log', level, text: format(message, ...details), fields });
  return {
    debug: isDebug ? line('debug') : noLine,
    ...{ info: line('info'), warn: line('warn'), error: line('error') },
    child: (more) => createLogger(isDebug, { ...fields, ...more }),
  };
};

/** Does what the thread is told. */
const serve = (host: LocalHost, logger: FieldLogger): void => {
  let resume = (): void => {};
  const fail = (error: unknown): void => logger.error(errorText(error));
  const resend = async ({ id, stored }: Extract<ToThread, { readonly kind: 'resend' }>): Promise<void> => {
    const result = await host.resend(stored).then(
      (resent): ResendResult => ({ ok: true, resent }),
      (error: unknown): ResendResult => ({ ok: false, problem: errorText(error) }),
    );
    say({ kind: 'resent', id, result });
  };
  // What cannot start stops: its problem comes first.
  let starting = Promise.resolve();
  const begin = (start: () => Promise<boolean>): Promise<void> => {
    starting = start().then(
      (isRunning) => {
        if (isRunning) say({ kind: 'running' });
      },
      (error: unknown) => say({ kind: 'failed', problem: errorText(error) }),
    );
    return starting;
  };
  const acts: Readonly<Record<Exclude<ToThread['kind'], 'place' | 'resend'>, () => Promise<unknown>>> = {
    start: () => begin(async () => host.start()),
    hold: async () => {
      await host.hold();
      say({ kind: 'held' });
    },
    release: () =>
      begin(async () => {
        await host.release();
        return true;
      }),
    pause: async () => {
      await host.restart(async () => {
        const resumed = new Promise<void>((resolve) => {
          resume = resolve;
        });
        say({ kind: 'paused' });
        await resumed;
      });
      say({ kind: 'running' });
    },
    resume: async () => resume(),
    stop: () => host.stop(),
  };
  port.on('message', (told: Exclude<ToThread, { readonly kind: 'place' }>) => {
    void (told.kind === 'resend' ? resend(told) : acts[told.kind]()).catch(fail);
  });
  void host.stopped
    .then(() => host.end())
    .then(() => starting)
    .then(() => say({ kind: 'stopped' }));
};

/** Where the connectors work. The engine may start after this thread, so it is told. */
const placed = new Promise<ThreadPlace>((resolve) => {
  port.once('message', ({ place }: Extract<ToThread, { readonly kind: 'place' }>) => resolve(place));
});
// A module that waits for something that cannot happen is found out because nothing else is left to wait for.
port.unref();
watchImports();
try {
  const connectors = await loadConnectors(data.modules, data.folder);
  refuseDuplicates(connectors);
  port.ref();
  const place = await placed;
  const logger = createLogger(place.debug);
  const host = createLocalHost(connectors, { ...place, signals: false }, logger);
  host.on((event) => say({ kind: 'event', event }));
  serve(host, logger);
  say({ kind: 'loaded', facts: host.connectors(), files: await importedFiles() });
} catch (error) {
  say({ kind: 'broken', problem: errorText(error), files: await importedFiles() });
}
