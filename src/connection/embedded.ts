import { anyAborted, settleWithin } from '../common/abort.ts';
import type { Fault } from '../common/fault.ts';
import { checkedStore } from '../connector/documents/check-arguments.ts';
import { createDeferredStream } from './deferred-stream.ts';
import { abortedFault, connectionFault, deadlineFault } from './faults.ts';
import { createGrpcConnection } from './grpc/connection.ts';
import type { CallOptions, Connection } from './port.ts';
import { commandFault } from './requests/check-command.ts';
import { createTenants, defaultTenant, type TenantSettings } from './tenants.ts';

/** The embedded engine, as `createEngine` returns it. */
export type Engine = import('../engine/types.ts').Engine;
/** Options of the embedded engine. */
export type EngineOptions = import('../engine/options.ts').EngineOptions;

/** A connection to an engine inside this process. */
export interface EmbeddedConnection extends Connection {
  /**
   * Resolves with the engine, for tests and demos that inspect it. Starts it first and deploys its resources, if that has
   * not happened yet. The engine stops when the connection closes.
   */
  engine(): Promise<Engine>;
}

/** Settings of {@link createEmbeddedConnection}. */
export interface EmbeddedSettings {
  /** Paths of BPMN files or folders to deploy at the start, in each tenant. */
  readonly resources: readonly string[];
  /** The tenants of the connection, and of the engine unless its options name some. */
  readonly tenants?: TenantSettings | undefined;
  readonly engine?: EngineOptions | undefined;
  /** Time limit of a call in milliseconds, unless the call has its own. */
  readonly timeout?: number | undefined;
  /** See {@link Connection.notices}. */
  readonly notices?: readonly string[];
}

interface StartedEngine {
  readonly engine: Engine;
  readonly connection: Connection;
}

/** The tenants of the engine; none without multi-tenancy. */
const engineTenants = (
  { tenantId, tenantIds = [] }: TenantSettings,
  options: EngineOptions = {},
): readonly string[] => {
  if (options.tenants !== undefined) return options.tenants;
  const named = [...new Set([...tenantIds, ...(tenantId === undefined ? [] : [tenantId])])];
  return named.every((id) => id === defaultTenant) ? [] : named;
};

/** Without tenants of its own, a connection is for those of its engine. */
const connectionTenants = (settings: TenantSettings, ofEngine: readonly string[]): TenantSettings => {
  const isNamed = settings.tenantId !== undefined || settings.tenantIds !== undefined;
  return isNamed || ofEngine.length === 0 ? settings : { ...settings, tenantIds: ofEngine };
};

/** Time limit in milliseconds to load the engine, start it and deploy its resources. */
const startTimeout = 60_000;

/** The address until the engine has started. */
const addressBeforeStart = 'the embedded engine';

/**
 * Creates a connection to an embedded engine. The engine is loaded and started with the first call, so that a program
 * that connects to a cluster never loads it. If the engine cannot start, every call fails with the reason `rejected`.
 *
 * @example
 * const connection = createEmbeddedConnection({ resources: ['./processes'] });
 * await connection.createInstance({ bpmnProcessId: 'order' });
 * await connection.close();
 */
export const createEmbeddedConnection = ({
  resources,
  tenants: given = {},
  engine: options,
  timeout,
  notices = [],
}: EmbeddedSettings): EmbeddedConnection => {
  const ofEngine = engineTenants(given, options);
  const tenants = connectionTenants(given, ofEngine);
  const closing = new AbortController();
  let starting: Promise<StartedEngine> | undefined;
  let running: StartedEngine | undefined;

  const start = async (): Promise<StartedEngine> => {
    let engine: Engine | undefined;
    try {
      const { createEngine } = await import('../engine/index.ts');
      engine = await createEngine(ofEngine.length === 0 ? options : { ...options, tenants: ofEngine });
      if (resources.length > 0) {
        if (ofEngine.length === 0) await engine.deploy(resources);
        for (const tenantId of ofEngine) await engine.deploy(resources, { tenantId });
      }
    } catch (error) {
      await engine?.stop();
      throw connectionFault('rejected', 'FAILED_PRECONDITION', {
        what: `The embedded engine cannot start. ${(error as Fault).message}`,
        cause: error,
      });
    }
    const address = { tls: false, host: '127.0.0.1', port: engine.port };
    const connection = createGrpcConnection({ address, ...tenants, ...(timeout === undefined ? {} : { timeout }) });
    running = { engine, connection };
    return running;
  };

  const started = async (callOptions: CallOptions = {}): Promise<StartedEngine> => {
    const signals = [closing.signal, callOptions.signal];
    if (!anyAborted(signals)) {
      if (running !== undefined) return running;
      starting ??= start();
      const result = await settleWithin(starting, startTimeout, signals);
      if (typeof result === 'object') return result.value;
      if (result === 'late') throw deadlineFault('start', addressBeforeStart, startTimeout, '');
    }
    throw abortedFault('start', addressBeforeStart, closing.signal.aborted);
  };

  const gateway = async (callOptions?: CallOptions): Promise<Connection> => (await started(callOptions)).connection;

  const documents = async ({ signal }: CallOptions = {}): Promise<Engine['documents']> =>
    (await started({ signal })).engine.documents;

  return {
    get address() {
      return running?.connection.address ?? addressBeforeStart;
    },
    notices,
    tenants: createTenants(tenants).selection,
    engine: async () => (await started()).engine,
    // In this process, so they need no port.
    documents: checkedStore({
      create: async (document, callOptions) => (await documents(callOptions)).create(document, callOptions),
      read: async (document, callOptions) => (await documents(callOptions)).read(document, callOptions),
      createLink: async (document, callOptions) => (await documents(callOptions)).createLink(document, callOptions),
      delete: async (document, callOptions) => (await documents(callOptions)).delete(document, callOptions),
    }),
    topology: async (callOptions) => (await gateway(callOptions)).topology(callOptions),
    activateJobs: async (request, callOptions) => (await gateway(callOptions)).activateJobs(request, callOptions),
    streamJobs: (request, listener) => {
      const { stream, closed, open } = createDeferredStream();
      const openStream = ({ streamJobs }: Connection): void => {
        if (closed.aborted || streamJobs === undefined) {
          listener.ended(abortedFault('streamJobs', addressBeforeStart, closed.aborted));
        } else open(streamJobs(request, listener));
      };
      gateway().then(openStream, listener.ended);
      return stream;
    },
    send: async (command, callOptions) => {
      const refused = commandFault(command, running?.connection.address ?? addressBeforeStart);
      if (refused !== undefined) throw refused;
      return (await gateway(callOptions)).send(command, callOptions);
    },
    deploy: async (files, callOptions) => (await gateway(callOptions)).deploy(files, callOptions),
    createInstance: async (request, callOptions) => (await gateway(callOptions)).createInstance(request, callOptions),
    createInstanceWithResult: async (request, callOptions) =>
      (await gateway(callOptions)).createInstanceWithResult(request, callOptions),
    close: async () => {
      closing.abort();
      // An engine that is still starting must release its port as well.
      const last = await starting?.catch(() => undefined);
      await last?.connection.close();
      await last?.engine.stop();
    },
  };
};
