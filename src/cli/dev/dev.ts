import { createConnection } from '../../connection/index.ts';
import { readEnvironment } from '../../connection/settings/environment.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadConnectors } from '../modules/load-modules.ts';
import { checkDeployed, deployResources, printEngine } from './deploy.ts';
import { createLocalHost } from './local-host.ts';
import type { DevRequest } from './options.ts';
import { partsReady, startParts, stopParts } from './parts.ts';
import { printHints } from './print-hints.ts';
import { type InstanceEnd, incidentText, runInstance } from './run-instance.ts';
import type { ConnectorHost, DevPart, DevSession } from './session.ts';
import { startEngine } from './start-engine.ts';
import { createOutput, type DevOutput } from './trace.ts';
import { devServer } from './webhooks/show-webhooks.ts';

/** Runs the instance of `--run` while the connectors work, and stops them. */
const runOnce = async (
  session: DevSession,
  run: NonNullable<DevRequest['run']>,
  failuresIn: DevOutput['failuresIn'],
): Promise<number> => {
  const { host, context } = session;
  const failures = new Map<string, string>();
  host.on((event) => {
    if (event.kind === 'job:settled' && event.outcome.kind === 'fail') {
      failures.set(event.jobKey, event.outcome.message);
    }
  });
  const stopping = new AbortController();
  void host.stopped.then(() => stopping.abort());
  let end: InstanceEnd;
  try {
    end = await runInstance(session, run, stopping.signal);
  } finally {
    // Until then, the log has the failure of every job.
    await host.stop();
  }
  const { code, incident } = end;
  if (incident !== undefined) {
    context.printError(incidentText(run.processId, incident, failures.get(incident.jobKey), failuresIn));
  }
  return code;
};

/** From the deployment of the files until a signal stops the connectors or the instance of `--run` has ended. */
const runSession = async (
  session: DevSession,
  parts: readonly DevPart[],
  failuresIn: DevOutput['failuresIn'],
): Promise<number> => {
  const { request, context, engine, host } = session;
  const deployment = await deployResources(engine, request, context.folder);
  checkDeployed(request, deployment);
  printEngine(engine, request, deployment, context.print);
  await printHints(session, new Set());
  const isRunning = await host.start();
  if (!isRunning && request.run !== undefined) {
    context.printError(`${request.run.processId} was not started.\n`);
    return exitCodes.failed;
  }
  if (isRunning) await partsReady(parts);
  const code = request.run === undefined ? exitCodes.done : await runOnce(session, request.run, failuresIn);
  await host.stopped;
  return host.hasStrayError() ? exitCodes.stray : code;
};

/**
 * Runs the connectors of the modules on an embedded engine, until a signal stops it or the instance of `--run` has ended.
 *
 * @returns the exit code, after the runtime and the engine have stopped
 * @throws a fault if the engine or the runtime cannot start
 */
export const dev = async (request: DevRequest, given: CliContext): Promise<number> => {
  const connectors = await loadConnectors(request.modules, given.folder);
  const env = readEnvironment();
  const output = await createOutput(request, env, given);
  const { context, logger } = output;
  const started = await startEngine(request, env, context);
  const { engine } = started;
  output.follow(engine);
  const ofConnection = request.tenants.length === 0 ? {} : { tenantIds: request.tenants };
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port, ...ofConnection });
  const parts: DevPart[] = [];
  let host: ConnectorHost | undefined;
  let code: number | undefined;
  try {
    host = createLocalHost(connectors, connection, logger, devServer(env));
    const session: DevSession = { request, context, env, host, ...started };
    await startParts(session, parts);
    code = await runSession(session, parts, output.failuresIn);
    return code;
  } finally {
    await stopParts(parts, code);
    await connection.close();
    await engine.stop();
    host?.close();
  }
};
