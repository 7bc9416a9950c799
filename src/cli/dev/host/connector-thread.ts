import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker, type WorkerOptions } from 'node:worker_threads';
import { fault } from '../../../common/fault.ts';
import type { ConnectorFacts } from '../../modules/connector-facts.ts';
import { programPath, requireAsOwn } from '../../own-files.ts';
import type { Resent, StoredRequest } from '../session.ts';
import type { FromThread, ResendResult, ThreadData, ThreadPlace, ToThread } from './messages.ts';

/** What came of loading the modules. */
export type Loaded =
  | { readonly ok: true; readonly facts: ConnectorFacts; readonly files: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly files: readonly string[] };

/** What came of starting the connectors. A problem is absent if the thread has ended, or was stopped. */
export type Started = { readonly ok: true } | { readonly ok: false; readonly problem?: string };

/** What a thread says about its work. */
export type Heard = Extract<FromThread, { readonly kind: 'event' | 'log' }>;

/** A thread with the connectors as they were when it was created. */
export interface ConnectorThread {
  /** When the thread was created, in milliseconds since the epoch. */
  readonly began: number;
  /**
   * Tells the thread where its connectors work, once. It has begun to load the modules before.
   *
   * @param hear receives everything that the thread says about its work, in order
   */
  place(place: ThreadPlace, hear: (message: Heard) => void): void;
  /** Resolves when the modules are loaded and the thread knows its place, or when they cannot be loaded. */
  readonly loaded: Promise<Loaded>;
  /** Begins to work. */
  start(): Promise<Started>;
  /** Fetches no new jobs. Resolves when the active ones have ended, or when the thread has. */
  hold(): Promise<void>;
  /** Fetches jobs again. */
  release(): Promise<Started>;
  /**
   * Aborts active jobs and stops the connectors. Resolves when nothing works, or when the thread has ended.
   *
   * @returns a function that starts them again
   */
  pause(): Promise<() => Promise<void>>;
  /** Sends a request again. Rejects if it cannot, or if the thread ends before the answer. */
  resend(stored: StoredRequest): Promise<Resent>;
  /** Lets active jobs end; no new ones are fetched from now on. Resolves when the thread has ended. */
  stop(): Promise<void>;
  /** Ends the thread at once. */
  terminate(): Promise<void>;
  /** Resolves when the thread has ended, whatever the reason. */
  readonly ended: Promise<void>;
  /** Handles what the thread has said until now, so that it comes before what follows from it. */
  drain(): void;
}

const endedBeforeLoading: Loaded = {
  ok: false,
  problem:
    'The modules have ended their thread while they were loaded.\nFix: a module of connectors only exports them: move everything that it starts or ends to another file.',
  files: [],
};

const endedBeforeAnswer: ResendResult = {
  ok: false,
  problem: 'The connectors have stopped.\nFix: correct what the log names; the next change starts them again.',
};

/**
 * Creates the thread. In a clone, its program is TypeScript, which tsx lets a thread read only in newer versions of Node.js, so it is
 * asked to.
 */
const createWorker = (options: WorkerOptions): Worker => {
  const program = programPath('cli/dev/host/thread');
  if (!program.endsWith('.ts')) return new Worker(program, options);
  const tsx = requireAsOwn.resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs');
  const [api, url] = [tsx, program].map((path) => JSON.stringify(pathToFileURL(path).href));
  const code = `import(${api}).then(({ register }) => { register(); return import(${url}); })`;
  return new Worker(code, { ...options, eval: true });
};

/** Starts a thread, which loads the modules and all that they import, and then waits for its place. */
export const startThread = (data: ThreadData): ConnectorThread => {
  const began = Date.now();
  /** Until the thread has its place, it says nothing about its work, unless an error ends it. */
  const early: Heard[] = [];
  let hear = (message: Heard): void => void early.push(message);
  const { port1: port, port2 } = new MessageChannel();
  const worker = createWorker({
    workerData: { port: port2, data },
    transferList: [port2],
  });
  let setLoaded = (_loaded: Loaded): void => {};
  const loaded = new Promise<Loaded>((resolve) => {
    setLoaded = resolve;
  });
  // Those who wait for the next message of a kind; the end of the thread answers all of them.
  const waiting: Readonly<Record<'running' | 'paused' | 'held', ((started: Started) => void)[]>> = {
    ...{ running: [], paused: [], held: [] },
  };
  const resends = new Map<number, (result: ResendResult) => void>();
  let lastResend = 0;
  const until = (kind: keyof typeof waiting): Promise<Started> =>
    new Promise((resolve) => {
      waiting[kind].push(resolve);
    });

  const handle = (message: FromThread): void => {
    switch (message.kind) {
      case 'loaded':
        setLoaded({ ok: true, facts: message.facts, files: message.files });
        break;
      case 'broken':
        setLoaded({ ok: false, problem: message.problem, files: message.files });
        break;
      case 'running':
      case 'paused':
      case 'held':
        // The thread answers questions of a kind in the order in which it was asked.
        waiting[message.kind].shift()?.({ ok: true });
        break;
      case 'failed':
        waiting.running.shift()?.({ ok: false, problem: message.problem });
        break;
      case 'resent':
        resends.get(message.id)?.(message.result);
        resends.delete(message.id);
        break;
      case 'stopped':
        void worker.terminate();
        break;
      default:
        hear(message);
    }
  };

  const drain = (): void => {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      handle(next.message as FromThread);
    }
  };
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      drain();
      port.close();
      setLoaded(endedBeforeLoading);
      for (const answer of Object.values(waiting).flat()) answer({ ok: false });
      for (const answer of resends.values()) answer(endedBeforeAnswer);
      resolve();
    });
  });
  // The thread reports errors itself; what is left is one that ends it.
  worker.on('error', (error) => hear({ kind: 'log', level: 'error', text: String(error), fields: {} }));
  port.on('message', handle);
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const tell = (kind: Exclude<ToThread['kind'], 'place' | 'resend'>): void =>
    port.postMessage({ kind } satisfies ToThread);

  const ask = async (kind: 'start' | 'release'): Promise<Started> => {
    if (hasEnded) return { ok: false };
    const running = until('running');
    tell(kind);
    return running;
  };

  return {
    began,
    place: (place, listener) => {
      hear = listener;
      for (const message of early) hear(message);
      port.postMessage({ kind: 'place', place } satisfies ToThread);
    },
    loaded,
    start: () => ask('start'),
    hold: async () => {
      if (hasEnded) return;
      const held = until('held');
      tell('hold');
      await held;
    },
    release: () => ask('release'),
    pause: async () => {
      if (hasEnded) return async () => {};
      const paused = until('paused');
      tell('pause');
      await paused;
      return async () => {
        if (hasEnded) return;
        const running = until('running');
        tell('resume');
        await running;
      };
    },
    resend: async (stored) => {
      lastResend += 1;
      const id = lastResend;
      const result = hasEnded
        ? endedBeforeAnswer
        : await new Promise<ResendResult>((resolve) => {
            resends.set(id, resolve);
            port.postMessage({ kind: 'resend', id, stored } satisfies ToThread);
          });
      if (result.ok) return result.resent;
      // The text says where and how to correct it.
      throw fault('rejection', { what: result.problem });
    },
    stop: () => {
      tell('stop');
      return ended;
    },
    terminate: async () => {
      await worker.terminate();
      await ended;
    },
    ended,
    drain,
  };
};
