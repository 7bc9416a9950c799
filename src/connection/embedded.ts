import { anyAborted, settleWithin } from '../common/abort.ts';
import type { Fault } from '../common/fault.ts';
import { abortedFault, connectionFault, deadlineFault } from './faults.ts';
import { createGrpcConnection } from './grpc/connection.ts';
import type { CallOptions, Connection, JobStream } from './port.ts';

/** The embedded engine, as `createEngine` gives it. */
export type Engine = import('../engine/types.ts').Engine;
/** Options of the embedded engine. */
export type EngineOptions = import('../engine/types.ts').EngineOptions;

/** A connection to an engine inside this process. */
export interface EmbeddedConnection extends Connection {
  /**
   * The engine behind the connection, started with its resources deployed if it was not yet: for tests and demos that
   * look into it. It stops when the connection closes.
   */
  engine(): Promise<Engine>;
}

/** Settings of {@link createEmbeddedConnection}. */
export interface EmbeddedSettings {
  /** Paths of files or folders to deploy at start. */
  readonly resources: readonly string[];
  readonly engine?: EngineOptions | undefined;
  /** Milliseconds for a call that says nothing else. */
  readonly timeout?: number | undefined;
}

interface Running {
  readonly engine: Engine;
  readonly connection: Connection;
}

/** Milliseconds that the engine may take to load, to start and to deploy. */
const startLimit = 60_000;

const notStarted = 'the embedded engine';

/**
 * Prepares a connection to an engine of its own. The engine is loaded and started at the first call, so that a program
 * which connects to a cluster never loads it. What it cannot deploy fails every call with the reason `rejected`.
 *
 * @example
 * const connection = createEmbeddedConnection({ resources: ['./processes'] });
 * await connection.createInstance({ bpmnProcessId: 'order' });
 * await connection.close();
 */
export const createEmbeddedConnection = ({
  resources,
  engine: options,
  timeout,
}: EmbeddedSettings): EmbeddedConnection => {
  const closing = new AbortController();
  let starting: Promise<Running> | undefined;
  let running: Running | undefined;

  const start = async (): Promise<Running> => {
    let engine: Engine | undefined;
    try {
      const { createEngine } = await import('../engine/index.ts');
      engine = await createEngine(options);
      if (resources.length > 0) await engine.deploy(resources);
    } catch (error) {
      await engine?.stop();
      throw connectionFault('rejected', 'FAILED_PRECONDITION', {
        what: `The embedded engine cannot start. ${(error as Fault).message}`,
        cause: error,
      });
    }
    const address = { tls: false, host: '127.0.0.1', port: engine.port };
    const connection = createGrpcConnection({ address, ...(timeout === undefined ? {} : { timeout }) });
    running = { engine, connection };
    return running;
  };

  const started = async (callOptions: CallOptions = {}): Promise<Running> => {
    const signals = [closing.signal, callOptions.signal];
    if (!anyAborted(signals)) {
      if (running !== undefined) return running;
      starting ??= start();
      const result = await settleWithin(starting, startLimit, signals);
      if (typeof result === 'object') return result.value;
      if (result === 'late') throw deadlineFault('start', notStarted, startLimit, '');
    }
    throw abortedFault('start', notStarted, closing.signal.aborted);
  };

  const gateway = async (callOptions?: CallOptions): Promise<Connection> => (await started(callOptions)).connection;

  return {
    get address() {
      return running?.connection.address ?? notStarted;
    },
    engine: async () => (await started()).engine,
    topology: async (callOptions) => (await gateway(callOptions)).topology(callOptions),
    activateJobs: async (request, callOptions) => (await gateway(callOptions)).activateJobs(request, callOptions),
    streamJobs: (request, listener) => {
      let open: JobStream | undefined;
      let paused = false;
      let closed = false;
      const begin = ({ streamJobs }: Connection): void => {
        if (closed || streamJobs === undefined) {
          listener.ended(abortedFault('streamJobs', notStarted, closed));
          return;
        }
        open = streamJobs(request, listener);
        if (paused) open.pause();
      };
      gateway().then(begin, listener.ended);
      return {
        pause: () => {
          paused = true;
          open?.pause();
        },
        resume: () => {
          paused = false;
          open?.resume();
        },
        close: () => {
          closed = true;
          open?.close();
        },
      };
    },
    send: async (command, callOptions) => (await gateway(callOptions)).send(command, callOptions),
    deploy: async (files, callOptions) => (await gateway(callOptions)).deploy(files, callOptions),
    createInstance: async (request, callOptions) => (await gateway(callOptions)).createInstance(request, callOptions),
    createInstanceWithResult: async (request, callOptions) =>
      (await gateway(callOptions)).createInstanceWithResult(request, callOptions),
    close: async () => {
      closing.abort();
      // An engine that is still starting has a port to give back.
      const last = await starting?.catch(() => undefined);
      await last?.connection.close();
      await last?.engine.stop();
    },
  };
};
