/// <reference lib="esnext.disposable" preserve="true" />

import { createSharedAbort } from '../common/abort.ts';
import { systemClock } from '../common/clock.ts';
import { fault } from '../common/fault.ts';
import { isLoopback } from '../connection/address.ts';
import { configFromEnv, createConnection } from '../connection/index.ts';
import type { CallOptions, Connection, Topology } from '../connection/port.ts';
import type { Environment } from '../connection/settings/config.ts';
import { readDotEnv, readEnvironment } from '../connection/settings/environment.ts';
import type { Logger } from '../connector/types.ts';
import { isWaitingWebhook } from '../connector/webhooks/answer-task.ts';
import type { InboundServer, Probes, ReadyWebhook } from './inbound/open-inbound.ts';
import { serverSettings } from './inbound/server/settings.ts';
import { logEvents } from './observe/log-messages.ts';
import { createLogger, readLogSettings } from './observe/log-output.ts';
import { attachTelemetry } from './observe/telemetry.ts';
import type { RuntimeOptions } from './options.ts';
import { jobRequests, type Plan, planRuntime } from './plan.ts';
import { onSignals } from './process-signals.ts';
import { processVariable, serverVariable } from './processes/messages.ts';
import { awaitCluster } from './send/await-cluster.ts';
import { awaitTenants } from './send/await-tenants.ts';
import { openSession, type Session, type SessionParts } from './session.ts';
import type { CallTracing } from './shared/call-tracing.ts';
import { createEvents } from './shared/events.ts';
import type { Runtime } from './shared/runtime-interface.ts';
import type { RuntimeState, RuntimeStatus } from './shared/status.ts';
import { createMemoryScheduler } from './subscriptions/memory.ts';
import type { Scheduler } from './subscriptions/scheduler.ts';

/** Milliseconds for returning aborted jobs before they are left to their timeouts. */
const returnTime = 5_000;

/** Milliseconds for which a subscription stays with one runtime before it is offered to the others. */
const term = 15 * 60_000;

const schedulerOf = async ({ subscriptions, maxSubscriptions, lease, inbound }: Plan): Promise<Scheduler> => {
  // Without inbound connectors, it is not used.
  if (subscriptions === 'memory' || inbound.size === 0) return createMemoryScheduler();
  const { createDurableScheduler } = await import('./subscriptions/durable/scheduler.ts');
  return createDurableScheduler({ maxSubscriptions, lease, term });
};

/** What holds calls until processes have answered them; most runtimes have no webhooks that wait. */
const loadWaits = async ({ webhooks }: Plan): Promise<SessionParts['openWaits']> =>
  webhooks.some(isWaitingWebhook) ? (await import('./inbound/waits/open-waits.ts')).openWaits : undefined;

const isConnection = (value: NonNullable<RuntimeOptions['connection']>): value is Connection =>
  'activateJobs' in value && typeof value.activateJobs === 'function';

/** Whether the cluster is an engine in this process, which no other runtime uses. */
const isEmbedded = (connection: Connection | undefined): boolean => connection !== undefined && 'engine' in connection;

/** Health and metrics, as the server for webhooks answers them. */
const healthProbes = async (runtime: Pick<Runtime, 'on' | 'status' | 'topology'>): Promise<Probes> => {
  const { createHealthAnswers } = await import('./observe/health-answers.ts');
  const { healthPaths } = await import('./observe/health-report.ts');
  const answers = createHealthAnswers(runtime);
  return {
    paths: healthPaths,
    answer: async (method, path) => {
      const { code, type, body, headers = {} } = await answers(method, path);
      return { status: code, headers: { ...headers, 'content-type': type, 'cache-control': 'no-store' }, body };
    },
  };
};

/** Throws a fault if a webhook correlates, but the connection has no REST API. */
const checkCorrelation = ({ webhooks }: Plan, { address, correlateMessage }: Connection): void => {
  const names = webhooks.filter(({ correlates }) => correlates).map(({ name }) => JSON.stringify(name));
  if (correlateMessage !== undefined || names.length === 0) return;
  throw fault('configuration', {
    what: `The webhook ${names.join(', ')} correlates messages, which needs the REST API of the cluster, and ${address} has none.`,
    where: 'defineWebhook({ correlates: true })',
    fix: 'set CAMUNDA_REST_ADDRESS (restAddress), e.g. http://localhost:8080, or publish the messages instead.',
  });
};

/** Webhooks without authentication that anyone in the network can call. */
const openWebhooks = (webhooks: Plan['webhooks'], host: string): readonly string[] =>
  isLoopback(host)
    ? []
    : webhooks
        .filter(({ auth }) => auth === 'none')
        .map(
          ({ name, path }) =>
            `Anyone can call the webhook ${JSON.stringify(name)} (${path}): the server listens on ${host}, and the webhook has no authentication. Fix: set auth, or let the server listen on 127.0.0.1.`,
        );

/** The logger that the environment configures. Created when it is needed, since it reads the environment. */
const defaultLogger = async (): Promise<Logger> => {
  const settings = readLogSettings({ ...readDotEnv(), ...process.env }, process.stdout.isTTY === true);
  if (process.env[processVariable] === undefined) return createLogger(settings);
  // Loaded here, because most programs have one process.
  const { processNumber } = await import('./processes/member.ts');
  return createLogger(settings, process, { processNumber: processNumber() });
};

/**
 * Creates a runtime: it executes the jobs of its connectors and runs their subscriptions. `createRuntime` only validates;
 * `start` connects and begins to work, `stop` ends the work.
 *
 * Throws a fault of kind `definition` that lists everything wrong with the options: invalid connectors, duplicate types or
 * names, unknown or invalid options, nothing to run.
 *
 * @param options connectors and settings; see {@link RuntimeOptions}
 * @example
 * const runtime = createRuntime({ outbound: [log], inbound: [ticker] });
 * await runtime.start();
 */
export const createRuntime = (options: RuntimeOptions): Runtime => createRuntimeIn(options, readEnvironment);

/**
 * As {@link createRuntime}, with an environment of its own for the settings of the server and the keys of callbacks. The connection,
 * the logger and the secrets are read from it only if the options say so.
 *
 * @param environment the variables, asked for at the start
 * @param onServerClosed called when the server for webhooks and callbacks has closed: its port is free, while jobs may go on
 */
export const createRuntimeIn = (
  options: RuntimeOptions,
  environment: () => Environment,
  onServerClosed: () => void = () => {},
): Runtime => {
  const plan = planRuntime(options);
  const clock = options.clock ?? systemClock;
  const { emit, on } = createEvents();
  const starting = createSharedAbort();
  const force = createSharedAbort();
  const giveUp = createSharedAbort();
  let state: RuntimeState = 'idle';
  let connection: Connection | undefined;
  let session: Session | undefined;
  let server: InboundServer | undefined;
  let ignoreSignals = (): void => {};
  let forcedBy: NodeJS.Signals | undefined;
  let began: Promise<void> | undefined;
  let started: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  /** The tenants whose jobs are requested, as soon as they are known; nothing without tenants. */
  const tenants = (): Pick<RuntimeStatus, 'tenantIds' | 'tenantFilter'> => {
    const { tenantIds = [], tenantFilter } = plan.tenants ?? connection?.tenants ?? {};
    if (tenantFilter === 'ASSIGNED') return { tenantFilter };
    return tenantIds.length === 0 ? {} : { tenantIds };
  };

  const refusedTenants = (): Pick<RuntimeStatus, 'refusedTenants'> => {
    const refused = session?.refusedTenants() ?? [];
    return refused.length === 0 || state === 'stopped' ? {} : { refusedTenants: refused };
  };

  const enter = (next: RuntimeState, error?: unknown): void => {
    const previous = state;
    state = next;
    const address = connection === undefined ? {} : { address: connection.address };
    emit('runtime:state', { state, previous, ...address, ...tenants(), ...(error === undefined ? {} : { error }) });
  };

  /** Listens before the cluster answers, so that a port in use ends the start at once. */
  const openServer = async (logger: Logger, tracing: CallTracing | undefined): Promise<void> => {
    const { webhooks, callbacks, secrets } = plan;
    // Loaded here, because most runtimes have neither webhooks nor callbacks.
    if (webhooks.length + callbacks.size === 0) return;
    const { callbackKeys } = await import('./inbound/callback-keys.ts');
    const { callbackWarnings, isLocalCluster } = await import('./inbound/callback-origin.ts');
    const { openInbound } = await import('./inbound/open-inbound.ts');
    const env = environment();
    const settings = serverSettings(plan.server, env);
    const keys = callbacks.size === 0 ? undefined : callbackKeys(plan.server, env, isEmbedded(connection));
    const isLocal = isEmbedded(connection) || isLocalCluster(connection?.address ?? '');
    if (callbacks.size > 0) for (const warning of callbackWarnings(settings, isLocal)) logger.warn(warning);
    for (const warning of openWebhooks(webhooks, settings.host)) logger.warn(warning);
    const probes = plan.server.health === true ? await healthProbes({ on, status, topology }) : undefined;
    const parts = { webhooks, callbacks, keys, secrets, settings, clock, logger, emit, tracing, probes };
    const sharing = process.env[processVariable] === undefined ? undefined : { url: process.env[serverVariable] };
    const opened = await openInbound({ ...parts, sharing });
    const close: InboundServer['close'] = async (forced) => {
      await opened.close(forced);
      onServerClosed();
    };
    server = { ...opened, close };
  };

  const readyWebhooks = async (logger: Logger): Promise<readonly ReadyWebhook[]> => {
    if (plan.webhooks.length === 0) return [];
    const { prepareWebhooks } = await import('./inbound/prepare-webhooks.ts');
    return await prepareWebhooks(plan, server?.configuredUrl, { logger, clock, signal: starting.signal });
  };

  const closeOwn = async (): Promise<void> => {
    // A session that has started has closed it already.
    await server?.close(AbortSignal.abort());
    if (connection !== undefined && connection !== options.connection) await connection.close();
  };

  const listenToSignals = (): void => {
    if (options.signals === false) return;
    ignoreSignals = onSignals({
      stop: (signal) => {
        emit('runtime:signal', { signal, forced: false });
        stop().catch(() => {});
      },
      force: (signal) => {
        emit('runtime:signal', { signal, forced: true });
        forcedBy = signal;
        force.abort();
      },
    });
  };

  const connect = (): Connection => {
    const given = options.connection;
    if (given === undefined) return createConnection(configFromEnv());
    return isConnection(given) ? given : createConnection(given);
  };

  const begin = async (): Promise<void> => {
    enter('starting');
    listenToSignals();
    try {
      const logger = options.logger ?? (await defaultLogger());
      logEvents(on, logger);
      const tracing = await attachTelemetry(on, logger);
      connection = connect();
      await openServer(logger, tracing);
      for (const notice of connection.notices ?? []) logger.warn(notice);
      const services = { connection, clock, emit, signal: starting.signal };
      if (!(await awaitCluster(services))) return;
      const notice = await awaitTenants(services, plan.tenants);
      if (starting.signal.aborted) return;
      if (notice !== undefined) logger.warn(notice);
      checkCorrelation(plan, connection);
      const scheduler = options.scheduler ?? (await schedulerOf(plan));
      const webhooks = await readyWebhooks(logger);
      const parts = { plan, connection, scheduler, starting: starting.signal, clock, logger, emit, tracing };
      const openWaits = await loadWaits(plan);
      session = openSession({ ...parts, server, webhooks, openWaits, isAlone: isEmbedded(connection) });
      await session.start();
      if (state === 'starting') enter('running');
    } catch (error) {
      ignoreSignals();
      await closeOwn().catch(() => {});
      enter('failed', error);
      throw error;
    }
  };

  const start = (): Promise<void> => {
    if (started !== undefined) return started;
    if (state !== 'idle') {
      const what = `The runtime is ${state} and cannot start.`;
      return Promise.reject(fault('definition', { what, where: 'runtime.start()', fix: 'create another runtime.' }));
    }
    began = begin();
    // A caller that awaits the start during a stop resumes when the stop has ended.
    started = began.then(() => stopped?.catch(() => {}));
    return started;
  };

  /** Waits for the active work, for a limited time. */
  const drain = async (running: Session): Promise<void> => {
    let cancelGiveUp = (): void => {};
    const leaveRest = (): void => {
      cancelGiveUp = clock.timer(returnTime, () => giveUp.abort());
    };
    if (force.signal.aborted) leaveRest();
    else force.signal.addEventListener('abort', leaveRest, { once: true });
    const cancelForce = clock.timer(plan.drainTimeout, () => force.abort());
    try {
      await running.stop(force.signal, giveUp.signal);
    } finally {
      cancelForce();
      cancelGiveUp();
      force.signal.removeEventListener('abort', leaveRest);
    }
  };

  const end = async (): Promise<void> => {
    if (state === 'failed') return;
    if (state === 'idle') {
      enter('stopped');
      return;
    }
    enter('draining');
    starting.abort();
    await began?.catch(() => {});
    // Starting may have failed while it was being stopped.
    if ((state as RuntimeState) === 'failed') return;
    try {
      if (session !== undefined) await drain(session);
    } finally {
      try {
        await closeOwn();
      } finally {
        ignoreSignals();
        enter('stopped');
        // Two signals are meant to end the process, even if something else keeps it alive.
        if (forcedBy !== undefined) process.kill(process.pid, forcedBy);
      }
    }
  };

  const stop = (): Promise<void> => {
    stopped ??= end();
    return stopped;
  };

  const connectionStatus = (): RuntimeStatus['connection'] => {
    if (session === undefined || state === 'stopped') return 'none';
    return session.isUp() ? 'up' : 'down';
  };

  const status = (): RuntimeStatus => {
    const workers = jobRequests(plan).map(({ type, maxJobs }) => ({
      type,
      inFlight: session?.inFlight(type) ?? 0,
      maxJobs,
    }));
    return {
      state,
      connection: connectionStatus(),
      ...(connection === undefined ? {} : { address: connection.address }),
      ...tenants(),
      ...refusedTenants(),
      inFlight: workers.reduce((sum, { inFlight }) => sum + inFlight, 0),
      workers,
      subscriptions: session?.subscriptions() ?? [],
    };
  };

  const topology = async (callOptions?: CallOptions): Promise<Topology> => {
    if (connection !== undefined && state !== 'stopped' && state !== 'failed') {
      return await connection.topology(callOptions);
    }
    const what = `The runtime is ${state} and has no connection.`;
    throw fault('definition', { what, where: 'runtime.topology()', fix: 'call it after start and before stop.' });
  };

  return { start, stop, status, topology, on, [Symbol.asyncDispose]: stop };
};
