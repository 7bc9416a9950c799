import { readEnvironment } from '../../connection/settings/environment.ts';
import type { ServerOptions } from '../../runtime/index.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printHints } from './advice/print-hints.ts';
import { createSession } from './create-session.ts';
import { checkDeployed, compileEarly, deployResources, printEngine } from './deploy.ts';
import type { ConnectorThread } from './host/connector-thread.ts';
import { loadHere, loadInThread } from './host/create-host.ts';
import type { DevRequest } from './options.ts';
import { partsReady, startParts, stopParts } from './parts.ts';
import { type InstanceEnd, incidentText, runInstance } from './run-instance.ts';
import type { ConnectorHost, DevPart, DevSession } from './session.ts';
import { startEngine } from './start-engine.ts';
import { createOutput, type DevOutput } from './trace.ts';
import { watchSession } from './watch/watch.ts';
import { devServer } from './webhooks/dev-server.ts';

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
  hints: Set<string>,
): Promise<number> => {
  const { request, context, engine, host } = session;
  const deployment = await deployResources(engine, request, context.folder);
  checkDeployed(request, deployment);
  printEngine(engine, request, deployment, context.print);
  await printHints(session, hints);
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
 * @param thread loads the connectors, so that changed ones can replace them. Without it, they load into this thread.
 * @returns the exit code, after the runtime and the engine have stopped
 * @throws a fault if the engine or the runtime cannot start
 */
export const runDev = async (
  request: DevRequest,
  given: CliContext,
  thread: ConnectorThread | undefined,
): Promise<number> => {
  const { folder } = given;
  const createHost = thread === undefined ? await loadHere(request, folder) : loadInThread(request, folder, thread);
  const env = readEnvironment();
  const output = await createOutput(request, env, given);
  const { context, logger } = output;
  const started = await startEngine(request, env, context);
  const { engine } = started;
  const parts: DevPart[] = [];
  const hints = new Set<string>();
  let host: ConnectorHost | undefined;
  let code: number | undefined;
  try {
    // One for the whole session, because it has the keys of the addresses of callbacks.
    const serverFor = devServer();
    const server = (): ServerOptions => serverFor(readEnvironment());
    const [created] = await Promise.all([
      createHost(engine, logger, server),
      // While the thread loads the connectors.
      ...(thread === undefined ? [] : [compileEarly(request, folder)]),
    ]);
    host = created.host;
    output.follow(engine);
    const session = createSession({ request, context, host }, started);
    parts.push({ stop: session.starts.stop });
    await startParts(session, parts);
    const { replaceable } = created;
    if (replaceable !== undefined) parts.push(watchSession(session, replaceable, started.updateSecrets, hints));
    code = await runSession(session, parts, output.failuresIn, hints);
    return code;
  } finally {
    await stopParts(parts, code);
    await host?.end();
    await engine.stop();
    host?.close();
  }
};
