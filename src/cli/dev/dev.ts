import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { printable } from '../../common/printable.ts';
import { createConnection } from '../../connection/index.ts';
import { readEnvironment } from '../../connection/settings/environment.ts';
import { tenantsText } from '../../connection/tenants.ts';
import { stringifyDocument } from '../../connector/values/json-text.ts';
import {
  createEngine,
  createTestClock,
  type Deployment,
  type Engine,
  type EngineEvent,
  type MachineIncident,
  type Variables,
} from '../../engine/index.ts';
import { createRuntime } from '../../runtime/index.ts';
import { createLogger, readLogSettings } from '../../runtime/observe/log-output.ts';
import { noLine } from '../../runtime/shared/logger.ts';
import { type CliContext, runtimeEnd } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadConnectors } from '../modules/load-modules.ts';
import { watchStrayErrors } from '../modules/stray-errors.ts';
import { clusterSecretsOf } from './cluster-secrets.ts';
import type { DevRequest } from './options.ts';

/** Refuses a process that is not deployed, before anything starts. */
const checkDeployed = ({ run }: DevRequest, deployed: readonly { readonly bpmnProcessId: string }[]): void => {
  if (run === undefined || deployed.some(({ bpmnProcessId }) => bpmnProcessId === run.processId)) return;
  const ids = deployed.map(({ bpmnProcessId }) => bpmnProcessId);
  throw fault('definition', {
    what: didYouMean(`The process ${run.processId} of --run is not deployed.`, nearest(run.processId, ids)),
    fix: ids.length === 0 ? 'deploy its file: --resource <BPMN file or folder>' : `name one of ${ids.join(', ')}.`,
  });
};

/** How an instance ended. */
interface InstanceEnd {
  readonly code: number;
  /** The incident that stopped the instance. */
  readonly incident?: MachineIncident;
}

/**
 * Tells why an instance is stuck, once: the log has the failure of a job already.
 *
 * @param failure the message of the job's failure. That of the incident also has the error's variables, with the class names
 *   of the official runtime.
 */
const incidentText = (
  processId: string,
  { elementId, type, message }: MachineIncident,
  failure: string | undefined,
  isLogged: boolean,
): string => {
  const ofFailure = failure !== undefined && message.startsWith(failure);
  const reason =
    ofFailure && isLogged ? 'The log line of the failed job says why.' : printable(ofFailure ? failure : message);
  return `${processId} is stuck at ${elementId} (${type}): ${reason}\n`;
};

/** The absolute path of a resource. */
const resourcePath = (given: string, folder: string): string => {
  const path = resolve(folder, given);
  if (existsSync(path)) return path;
  throw fault('configuration', {
    what: `There is no file or folder ${given}.`,
    where: `--resource ${given}`,
    fix: `correct the path; relative paths start at ${folder}.`,
  });
};

/** Runs one instance to its end. An instance with an incident, or one that a signal interrupts, counts as failed. */
const runInstance = async (
  engine: Engine,
  { processId, variables }: NonNullable<DevRequest['run']>,
  tenant: { readonly tenantId?: string },
  { print, printError }: CliContext,
  stopped: AbortSignal,
): Promise<InstanceEnd> => {
  const found = new AbortController();
  const signal = AbortSignal.any([stopped, found.signal]);
  let instanceKey = '';
  const isStuck = (event: EngineEvent): event is Extract<EngineEvent, { kind: 'incident:created' }> =>
    event.kind === 'incident:created' && event.incident.processInstanceKey === instanceKey;
  const stuck = engine.next(isStuck, { signal });
  stuck.catch(() => {});
  try {
    const request = { bpmnProcessId: processId, variables: variables as Variables, ...tenant };
    const created = engine.createInstance(request);
    instanceKey = created.processInstanceKey;
    // The engine runs up to the first job before it returns.
    const firstIncident = engine.incidents().find(({ processInstanceKey }) => processInstanceKey === instanceKey);
    const end =
      firstIncident === undefined
        ? await Promise.race([engine.ended(instanceKey, { signal }), stuck])
        : { incident: firstIncident };
    if ('incident' in end) return { code: exitCodes.failed, incident: end.incident };
    print(`${processId} ${end.state.toLowerCase()} with ${printable(stringifyDocument(end.variables))}\n`);
    return { code: end.state === 'COMPLETED' ? exitCodes.done : exitCodes.failed };
  } catch (error) {
    if (!stopped.aborted) throw error;
    const waiting = engine.elements(instanceKey).filter(({ kind }) => kind !== 'process');
    printError(
      `${processId} was interrupted${waiting.length === 0 ? '' : ` at ${waiting.map(({ elementId }) => elementId).join(', ')}`}.\n`,
    );
    return { code: exitCodes.failed };
  } finally {
    found.abort();
  }
};

/**
 * Runs the connectors of the modules on an embedded engine, until a signal stops it or the instance of `--run` has ended.
 *
 * @returns the exit code, after the runtime and the engine have stopped
 * @throws a fault if the engine or the runtime cannot start
 */
export const dev = async (request: DevRequest, context: CliContext): Promise<number> => {
  const { folder, print } = context;
  const connectors = await loadConnectors(request.modules, folder);
  const warn = (text: string): void => context.printError(`Warning: ${printable(text)}\n`);
  const { tenants } = request;
  const ofEngine = tenants.length === 0 ? {} : { tenants };
  const ofConnection = tenants.length === 0 ? {} : { tenantIds: tenants };
  /** Each deployment and each instance needs one of the tenants, if there are any. */
  const places = tenants.length === 0 ? [{}] : tenants.map((tenantId) => ({ tenantId }));
  const clock = request.hasTestClock ? createTestClock(Date.now()) : undefined;
  clock?.run();
  const ofClock = clock === undefined ? {} : { clock };
  const { port, restPort } = request;
  const env = readEnvironment();
  const clusterSecrets = clusterSecretsOf(env);
  const engine = await createEngine({ port, restPort, warn, clusterSecrets, ...ofClock, ...ofEngine });
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port, ...ofConnection });
  let ignoreStrayErrors = (): void => {};
  try {
    const paths = request.resources.map((path) => resourcePath(path, folder));
    const deployments: Deployment[] = [];
    if (paths.length > 0) for (const place of places) deployments.push(await engine.deploy(paths, place));
    const [deployment] = deployments;
    const processes = deployment?.processes ?? [];
    checkDeployed(request, processes);
    print(`The embedded engine listens on ${engine.address}, without TLS.\n`);
    print(`Its REST API is at ${engine.restAddress}, for example for this command in another shell:\n`);
    print(`npx camunda-connectors engine instances --address ${engine.restAddress}\n`);
    if (tenants.length > 0) print(`It has ${tenantsText({ tenantIds: tenants })}.\n`);
    for (const { bpmnProcessId, resourceName } of processes) print(`Deployed ${bpmnProcessId} (${resourceName}).\n`);
    for (const { dmnDecisionId } of deployment?.decisions ?? []) print(`Deployed the decision ${dmnDecisionId}.\n`);

    // A developer reads the log, also through a pipe, so it is text by default.
    const logger = await createLogger(readLogSettings(env, true));
    const runtime = createRuntime({ ...connectors, connection, logger });
    const failures = new Map<string, string>();
    runtime.on('job:settled', ({ job, outcome }) => {
      if (outcome.kind === 'fail' && request.run !== undefined) failures.set(job.key, outcome.message);
    });
    const strayErrors = watchStrayErrors(logger, () => void runtime.stop().catch(() => {}));
    ignoreStrayErrors = strayErrors.remove;
    const stopping = new AbortController();
    const stopped = runtimeEnd(runtime).then(() => stopping.abort());
    await runtime.start();
    if (request.run === undefined) {
      await stopped;
      return strayErrors.seen() ? exitCodes.stray : exitCodes.done;
    }
    if (runtime.status().state !== 'running') {
      context.printError(`${request.run.processId} was not started.\n`);
      return exitCodes.failed;
    }
    let end: InstanceEnd;
    try {
      end = await runInstance(engine, request.run, places[0]!, context, stopping.signal);
    } finally {
      // Until then, the log has the failure of every job.
      await runtime.stop();
    }
    const { code, incident } = end;
    if (incident !== undefined) {
      const isLogged = logger.error !== noLine;
      context.printError(incidentText(request.run.processId, incident, failures.get(incident.jobKey), isLogged));
    }
    return strayErrors.seen() ? exitCodes.stray : code;
  } finally {
    await connection.close();
    await engine.stop();
    ignoreStrayErrors();
  }
};
