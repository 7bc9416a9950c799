import type { RestConnection, RestConnectionSettings } from './rest/connection.ts';
import { longestHold } from './rest/hold-time.ts';
import { createTenants } from './tenants.ts';

/**
 * Creates a connection over REST whose modules are loaded with its first call. A connection over gRPC has one beside it for what
 * only REST has, and most runtimes never need that.
 *
 * @param settings those of `createRestConnection`
 */
export const createLazyRest = (settings: RestConnectionSettings): RestConnection => {
  let loading: Promise<RestConnection> | undefined;
  let loaded: RestConnection | undefined;
  let isClosed = false;

  const load = async (): Promise<RestConnection> => {
    const { createRestConnection } = await import('./rest/connection.ts');
    loaded = createRestConnection(settings);
    // Calls of a closed connection are rejected by the connection itself.
    if (isClosed) await loaded.close();
    return loaded;
  };

  /** The same function of the connection, once it is loaded. */
  const late =
    <Given extends readonly unknown[], Result>(
      select: (rest: RestConnection) => (...given: Given) => Promise<Result>,
    ) =>
    (...given: Given): Promise<Result> => {
      if (loaded !== undefined) return select(loaded)(...given);
      loading ??= load();
      return loading.then((rest) => select(rest)(...given));
    };

  return {
    address: settings.base,
    notices: settings.notices ?? [],
    tenants: createTenants(settings).selection,
    holdTime: longestHold,
    topology: late(({ topology }) => topology),
    identity: late(({ identity }) => identity),
    documents: {
      create: late(({ documents }) => documents.create),
      read: late(({ documents }) => documents.read),
      createLink: late(({ documents }) => documents.createLink),
      delete: late(({ documents }) => documents.delete),
    },
    resolveSecrets: late(({ resolveSecrets }) => resolveSecrets),
    activateJobs: late(({ activateJobs }) => activateJobs),
    send: late(({ send }) => send),
    correlateMessage: late(({ correlateMessage }) => correlateMessage),
    deploy: late(({ deploy }) => deploy),
    createInstance: late(({ createInstance }) => createInstance),
    createInstanceWithResult: late(({ createInstanceWithResult }) => createInstanceWithResult),
    close: async () => {
      isClosed = true;
      if (loading === undefined) settings.authenticator?.close();
      else await (await loading).close();
    },
  };
};
