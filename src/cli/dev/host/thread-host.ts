import { statSync } from 'node:fs';
import { type Clock, pause, systemClock } from '../../../common/clock.ts';
import { createConcurrencyLimit } from '../../../common/concurrency.ts';
import { fault } from '../../../common/fault.ts';
import type { Logger } from '../../../connector/types.ts';
import type { Engine } from '../../../engine/index.ts';
import type { ServerOptions } from '../../../runtime/index.ts';
import { type FieldLogger, type LogFields, noLine } from '../../../runtime/shared/logger.ts';
import type { DevRequest } from '../options.ts';
import type { ConnectorHost, Reload } from '../session.ts';
import { type ConnectorThread, type Heard, startThread } from './connector-thread.ts';
import { createHostListeners } from './host-listeners.ts';
import type { ThreadData, ThreadPlace } from './messages.ts';

/** A host whose connectors can be replaced by changed ones. */
export interface ThreadHost extends ConnectorHost {
  readonly reload: (onlyChanged?: boolean) => Promise<Reload>;
  /** The files that the connectors have imported, also those of the last attempt to load them. */
  readonly files: () => ReadonlySet<string>;
}

/** Milliseconds for which the server of connectors that are replaced may answer its last calls, before the next ones need its port. */
const longestStop = 5_000;

/** Lines of a runtime about its own state. */
const ownState = /^(?:Running, connected|Stopping: no new jobs|Stopped\.)/;

/** What came of connectors that could not start. */
const couldNotStart = (problem: string | undefined, isBack: boolean): Reload => {
  const reason = problem ?? 'They have ended their thread. Fix: correct what the lines above name.';
  const before = isBack
    ? 'The connectors from before stay at work.'
    : 'Those from before have stopped, too; the next change starts them again.';
  return { ok: false, problem: `The changed connectors could not start: ${reason}\n${before}` };
};

/**
 * When a file was last written or replaced, in milliseconds since the epoch; for one that cannot be read: now.
 */
const changedAt = (path: string): number => {
  try {
    const { mtimeMs, ctimeMs } = statSync(path);
    return Math.max(mtimeMs, ctimeMs);
  } catch {
    return Date.now();
  }
};

/** Milliseconds by which the times of files can lag behind. */
const fileTimeLag = 20;

/** What the host needs. */
export interface ThreadHostParts {
  readonly request: DevRequest;
  readonly folder: string;
  readonly engine: Engine;
  readonly logger: Logger;
  /** The server for webhooks and callbacks; asked for again by each reload, since a changed `.env` can have other keys. */
  readonly server: () => ServerOptions;
  /** The first thread, if it was started before the engine. */
  readonly thread?: ConnectorThread;
  /** Measures how long connectors that are replaced may end their jobs. Default: the clock of the system. */
  readonly clock?: Clock;
}

const withFields = (logger: Logger, fields: LogFields): Logger =>
  'child' in logger ? (logger as FieldLogger).child(fields) : logger;

/**
 * Creates the host of connectors that run in a thread, and loads them. After `reload`, a new thread does the work; the old one
 * only ends its active jobs.
 *
 * @throws a fault of kind `definition` if the modules cannot be loaded
 */
export const createThreadHost = async ({
  request,
  folder,
  engine,
  logger,
  server,
  thread: early,
  clock = systemClock,
}: ThreadHostParts): Promise<ThreadHost> => {
  const { modules, tenants, hasPage: showsValues } = request;
  const { port, restAddress } = engine;
  const data: ThreadData = { modules, folder };
  const isDebug = logger.debug !== noLine;
  const place = (): ThreadPlace => ({
    ...{ port, restAddress, tenants, showsValues, debug: isDebug },
    server: server(),
  });
  const { emit, on } = createHostListeners();
  const threads = new Set<ConnectorThread>();
  /** Those that the host has ended itself, because their server took too long to close. */
  const endedInTurn = new WeakSet<ConnectorThread>();
  let files: ReadonlySet<string> = new Set();
  /** When the modules at work were loaded. Undefined if the last ones could not be loaded or started. */
  let loadedAt: number | undefined;
  let isStopping = false;
  /** Whether the first connectors work. From then on, others replace them without a word about each runtime. */
  let isWorking = false;
  /** Whether the connectors at work have a server, whose port the next ones need. */
  let hasServer = false;
  let setStopped = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    setStopped = resolve;
  });

  /** What to do when the server of a thread has closed. */
  const serverClosed = new Map<ConnectorThread, () => void>();

  const hear = (thread: ConnectorThread, message: Heard): void => {
    if (message.kind === 'event') {
      if (message.event.kind === 'server:listening') hasServer = true;
      if (message.event.kind === 'server:closed') serverClosed.get(thread)?.();
      emit(message.event);
    } else if (!isWorking || isStopping || !ownState.test(message.text))
      withFields(logger, message.fields)[message.level](message.text);
  };

  const create = async (
    thread = startThread(data),
  ): Promise<{
    readonly thread: ConnectorThread;
    readonly result: Awaited<ConnectorThread['loaded']>;
  }> => {
    thread.place(place(), (message) => hear(thread, message));
    threads.add(thread);
    void thread.ended.then(() => threads.delete(thread));
    const result = await thread.loaded;
    // After a failure, a file that was imported before may be what is wrong.
    files = new Set(result.ok ? result.files : [...files, ...result.files]);
    if (!result.ok) await thread.terminate();
    loadedAt = result.ok ? thread.began : undefined;
    return { thread, result };
  };

  // What a connector says comes before what the engine does because of it.
  const stopDraining = engine.on(() => {
    for (const thread of threads) thread.drain();
  });

  const first = await create(early);
  if (!first.result.ok) {
    stopDraining();
    throw fault('definition', { what: first.result.problem });
  }
  let current = first.thread;
  let { facts } = first.result;
  let isStarted = false;

  /** Says that nothing works any more, unless that was wanted. */
  const watchEnd = (thread: ConnectorThread): void =>
    void thread.ended.then(() => {
      if (isStopping || thread !== current || endedInTurn.has(thread)) return;
      logger.error(
        'The connectors have stopped. Fix: correct what the lines above name; the next change starts them again.',
      );
      emit({ kind: 'connectors:stopped' });
    });

  /**
   * Lets a thread fetch no more jobs, and waits until its server has answered its calls, so that its port is free. Its active jobs go on.
   * If the answers take too long, the jobs end with the thread.
   */
  const freePort = async (thread: ConnectorThread): Promise<void> => {
    const free = new AbortController();
    serverClosed.set(thread, () => free.abort());
    void thread.hold().then(() => free.abort());
    await pause(clock, longestStop, free.signal);
    serverClosed.delete(thread);
    // A thread whose port is free may work again later, so nothing must be left that ends it.
    if (free.signal.aborted) return;
    logger.warn(
      `Calls of webhooks or callbacks were not answered within ${longestStop / 1_000} seconds, and the changed connectors need the port: these calls and the active jobs of the connectors from before were ended. The jobs run again when their time is over.`,
    );
    endedInTurn.add(thread);
    await thread.terminate();
  };

  const isEnding: Reload = { ok: false, problem: 'The session is ending.' };

  const replace = async (): Promise<Reload> => {
    const { thread, result } = await create();
    if (!result.ok) return { ok: false, problem: `${result.problem}\nThe connectors from before stay at work.` };
    if (isStopping) {
      await thread.terminate();
      return isEnding;
    }
    const old = current;
    if (isStarted) {
      // The old connectors fetch no more jobs, before the new ones do. They wait until these have started.
      if (hasServer) await freePort(old);
      else void old.hold();
      hasServer = false;
      current = thread;
      const started = await thread.start();
      if (!started.ok) {
        await thread.terminate();
        if (isStopping) return isEnding;
        loadedAt = undefined;
        current = old;
        const isBack = (await old.release()).ok;
        if (!isBack && !isStopping) emit({ kind: 'connectors:stopped' });
        return couldNotStart(started.problem, isBack);
      }
      void old.stop();
      watchEnd(thread);
    }
    current = thread;
    facts = result.facts;
    emit({ kind: 'connectors:loaded', facts });
    return { ok: true };
  };

  const reload = async (): Promise<Reload> => {
    const result = await replace();
    if (!result.ok && !isStopping) emit({ kind: 'connectors:refused', problem: result.problem });
    return result;
  };

  const hasChanged = (): boolean => {
    const since = loadedAt;
    return since === undefined || [...files].some((path) => changedAt(path) + fileTimeLag >= since);
  };

  /** A reload replaces the connectors that a restart stops and starts, so there is one of them at a time. */
  const inTurn = createConcurrencyLimit(1);

  const restart = async (between: () => Promise<void>): Promise<void> => {
    // What still ends its jobs would send results that belong to the state before.
    await Promise.all([...threads].flatMap((thread) => (thread === current ? [] : [thread.terminate()])));
    const resume = await current.pause();
    try {
      await between();
    } finally {
      await resume();
      // What was asked to stop while it stood still has begun again.
      if (isStopping) void current.stop();
    }
  };

  const stop = async (): Promise<void> => {
    isStopping = true;
    await Promise.all([...threads].map((thread) => thread.stop()));
    stopDraining();
    setStopped();
  };

  const onSignal = (): void => {
    // The second signal ends everything at once.
    if (isStopping) for (const thread of threads) void thread.terminate();
    else {
      logger.info('Stopping. Send the signal again to exit immediately.');
      void stop();
    }
  };

  return {
    connectors: () => facts,
    files: () => files,
    start: async () => {
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
      isStarted = true;
      const started = await current.start();
      const isRunning = started.ok;
      if (!started.ok && !isStopping) {
        if (started.problem !== undefined) logger.error(started.problem);
        throw fault('configuration', {
          what: 'The connectors could not start.',
          fix: 'correct what the line above names, and start dev again.',
        });
      }
      isWorking = isRunning;
      watchEnd(current);
      return isRunning;
    },
    // Looked at when it is its turn: the reload before may have loaded the change already.
    reload: (onlyChanged = false) =>
      inTurn(async () => (onlyChanged && !hasChanged() ? { ok: true, isSame: true } : reload())),
    resend: (stored) => current.resend(stored),
    restart: (between) => inTurn(() => restart(between)),
    stop,
    stopped,
    hasStrayError: () => false,
    end: async () => {
      isStopping = true;
      stopDraining();
      await Promise.all([...threads].map((thread) => thread.terminate()));
    },
    close: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
    on,
  };
};
