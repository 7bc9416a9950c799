import { createConnection } from '../../../connection/index.ts';
import { readEnvironment } from '../../../connection/settings/environment.ts';
import type { Logger } from '../../../connector/types.ts';
import { envSecrets, type Runtime, type ServerOptions } from '../../../runtime/index.ts';
import { createRuntimeIn } from '../../../runtime/runtime.ts';
import { runtimeEnd } from '../../command.ts';
import { connectorFacts } from '../../modules/connector-facts.ts';
import type { Connectors } from '../../modules/load-modules.ts';
import { watchStrayErrors } from '../../modules/stray-errors.ts';
import { observeLines } from '../log-lines.ts';
import type { ConnectorHost, ServerAddress } from '../session.ts';
import { endWith } from './end-jobs.ts';
import { forwardEvents } from './host-events.ts';
import { createHostListeners } from './host-listeners.ts';
import { reportValues } from './report-values.ts';
import { resendRequest } from './resend.ts';

/** Milliseconds for the secrets of a request that is sent again. */
const secretTime = 10_000;

/**
 * Seconds for active jobs when connectors stop or are replaced: as long as the longest of them may take, and at least as many as a
 * runtime waits by default.
 */
const drainTimeoutOf = ({ outbound }: Connectors): number =>
  Math.max(30, ...outbound.map(({ timeout = 0 }) => timeout));

/** Connectors at work. */
interface Running {
  readonly runtime: Runtime;
  readonly abort: () => void;
}

/** Connectors that can stop for others, and start again if those cannot. */
export interface LocalHost extends ConnectorHost {
  /** Fetches no new jobs. Resolves when the active ones have ended. */
  hold(): Promise<void>;
  /** Fetches jobs again, also if some of the earlier ones have not ended yet. */
  release(): Promise<void>;
}

/** Where the connectors work. */
export interface HostPlace {
  /** Of the engine's gRPC gateway on 127.0.0.1. */
  readonly port: number;
  /** Of the engine's REST API, which has the documents; absent: connectors have none. */
  readonly restAddress?: string | undefined;
  readonly tenants: readonly string[];
  /** The server for webhooks and callbacks. */
  readonly server: ServerOptions;
  /** Whether the inputs and results of jobs are reported. */
  readonly showsValues: boolean;
  /** Whether SIGINT and SIGTERM stop the connectors. Default: true. */
  readonly signals?: boolean;
}

/**
 * Creates the host of connectors that run in this thread. They keep the environment that they find now: when they start again after
 * others, a changed `.env` may lack what they need.
 *
 * @throws a fault of kind `definition` if the connectors cannot run together
 */
export const createLocalHost = (
  connectors: Connectors,
  { port, restAddress, tenants, server, showsValues, signals = true }: HostPlace,
  logger: Logger,
): LocalHost => {
  const ofTenants = tenants.length === 0 ? {} : { tenantIds: tenants };
  const rest = restAddress === undefined ? {} : { restAddress };
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port, ...rest, ...ofTenants });
  const facts = connectorFacts(connectors);
  const drainTimeout = drainTimeoutOf(connectors);
  const env = readEnvironment();
  const secrets = envSecrets({ env });
  const { emit, on } = createHostListeners();
  const observed = observeLines(logger, (line) => emit({ kind: 'line', ...line }));
  let finish = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let isRestarting = false;
  let isHeld = false;
  /** Runtimes that others have replaced, as long as they end their jobs. */
  const ending = new Map<Running, Promise<void>>();

  const create = (): Running => {
    const aborting = new AbortController();
    const use = [endWith(aborting.signal), ...(showsValues ? [reportValues(env, emit)] : [])];
    const options = { ...connectors, connection, logger: observed, use, signals, server, secrets, drainTimeout };
    const runtime = createRuntimeIn(
      options,
      () => env,
      () => emit({ kind: 'server:closed' }),
    );
    forwardEvents(runtime, connectors.inbound, emit);
    const own: Running = { runtime, abort: () => aborting.abort() };
    void runtimeEnd(runtime).then(() => {
      if (!isRestarting && !isHeld && own === running) finish();
    });
    return own;
  };

  let listening: ServerAddress | undefined;
  on((event) => {
    if (event.kind === 'server:listening') listening = event;
  });
  let running = create();
  const end = (): Promise<void> => {
    const own = running;
    const stopping = own.runtime.stop();
    ending.set(own, stopping);
    void stopping.catch(() => {}).then(() => ending.delete(own));
    return stopping;
  };
  let ignoreStrayErrors = (): void => {};
  let hasStrayError = false;
  return {
    connectors: () => facts,
    start: async () => {
      const strayErrors = watchStrayErrors(observed, () => {
        hasStrayError = true;
        void running.runtime.stop().catch(() => {});
      });
      ignoreStrayErrors = strayErrors.remove;
      await running.runtime.start();
      return running.runtime.status().state === 'running';
    },
    restart: async (between) => {
      isRestarting = true;
      try {
        // Jobs from before the last release belong to the state before as well.
        for (const { abort } of [running, ...ending.keys()]) abort();
        await Promise.all([running.runtime.stop(), ...ending.values()]);
        await between();
      } finally {
        running = create();
        isRestarting = false;
      }
      await running.runtime.start();
    },
    resend: (stored) =>
      resendRequest(stored, {
        ...{ inbound: connectors.inbound, server: listening, secrets: { secrets }, logger: observed },
        signal: AbortSignal.timeout(secretTime),
      }),
    hold: () => {
      isHeld = true;
      return end();
    },
    release: async () => {
      running = create();
      isHeld = false;
      await running.runtime.start();
    },
    stop: async () => {
      isHeld = false;
      await Promise.all([end(), ...ending.values()]);
      finish();
    },
    stopped,
    hasStrayError: () => hasStrayError,
    end: () => connection.close(),
    close: () => ignoreStrayErrors(),
    on,
  };
};
