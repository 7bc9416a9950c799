import { isConnectionFault } from '../../connection/faults.ts';
import { type Connection, configFromEnv, createConnection } from '../../connection/index.ts';
import type { Identity } from '../../connection/port.ts';
import { readEnvironment } from '../../connection/settings/environment.ts';
import { understandingOf } from '../../connection/settings/understanding.ts';
import { callbackKeys } from '../../runtime/inbound/callback-keys.ts';
import { callbackWarnings, isLocalCluster } from '../../runtime/inbound/callback-origin.ts';
import { serverSettings } from '../../runtime/inbound/server/settings.ts';
import { clusterProblem } from '../../runtime/observe/health-report.ts';
import { readLogSettings } from '../../runtime/observe/log-output.ts';
import { jobRequests, planRuntime } from '../../runtime/plan.ts';
import { secretNames, secretPrefix } from '../../runtime/secrets/secret-names.ts';
import { subscriptionRequests } from '../../runtime/subscriptions/durable/requests.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { connectorFacts } from '../modules/connector-facts.ts';
import { refuseDuplicates } from '../modules/duplicates.ts';
import { reportEarlyExit } from '../modules/early-exit.ts';
import { loadConnectors } from '../modules/load-modules.ts';
import { applyOverrides } from '../start/environment-overrides.ts';
import { identityReport, requestReport, settingsReport, topologyReport } from './report.ts';
import { reportTenants } from './tenants.ts';
import { webhookReport } from './webhook-report.ts';

/** Time limit in milliseconds for the cluster's answer. */
const topologyTimeout = 10_000;

const report = async (
  modules: readonly string[],
  resources: readonly string[],
  context: CliContext,
): Promise<number> => {
  const { folder, print, printError } = context;
  const env = readEnvironment();
  readLogSettings(env, true);
  const config = configFromEnv();
  const chosen = modules.length === 0 ? undefined : applyOverrides(await loadConnectors(modules, folder), env);
  if (chosen !== undefined) refuseDuplicates(chosen);
  const plan = chosen === undefined ? undefined : planRuntime({ outbound: chosen.outbound, inbound: chosen.inbound });
  const connection = createConnection(config);
  print(settingsReport(understandingOf(config)?.settings ?? [], connection.notices ?? []));
  try {
    const topology = await connection.topology({ timeout: topologyTimeout });
    print(topologyReport(connection.address, topology));
    const identity = await reportIdentity(connection, print);
    const hasTenants = await reportTenants(connection, identity, context);
    if (chosen !== undefined && plan !== undefined) {
      print(requestReport(jobRequests(plan), subscriptionRequests(plan), chosen.inbound, chosen.disabled));
      if (plan.webhooks.length > 0) print(webhookReport(plan.webhooks, serverSettings(plan.server, env)));
      if (plan.callbacks.size > 0) {
        const isEmbedded = config.type === 'EMBEDDED';
        callbackKeys(plan.server, env, isEmbedded);
        const isLocal = isEmbedded || isLocalCluster(connection.address);
        for (const warning of callbackWarnings(serverSettings(plan.server, env), isLocal))
          print(`Warning: ${warning}\n`);
      }
    }
    let isInvalid = false;
    if (resources.length > 0) {
      // Only this needs the engine.
      const { resourceReport } = await import('./resource-report.ts');
      const { errors, lines } = await resourceReport(resources, folder, connection.streamJobs !== undefined, {
        connectors: chosen && connectorFacts(chosen),
        secrets: secretNames(env),
        environment: { names: Object.keys(env), prefix: secretPrefix(env) },
      });
      for (const line of errors) printError(`${line}\n`);
      for (const line of lines) print(`${line}\n`);
      isInvalid = errors.length > 0;
    }
    const problem = clusterProblem(topology);
    if (problem !== undefined) printError(`${problem}\n`);
    if (problem !== undefined || !hasTenants) return exitCodes.failed;
    return isInvalid ? exitCodes.usage : exitCodes.done;
  } finally {
    await connection.close();
  }
};

/** Logs in over REST where that is possible. A cluster before 8.8 does not tell. */
const reportIdentity = async ({ identity }: Connection, print: CliContext['print']): Promise<Identity | undefined> => {
  if (identity === undefined) return undefined;
  try {
    const found = await identity({ timeout: topologyTimeout });
    print(identityReport(found));
    return found;
  } catch (error) {
    if (!isConnectionFault(error)) throw error;
    if (error.status !== 'NOT_FOUND' && error.status !== 'UNIMPLEMENTED') print(`Note: ${error.message}\n`);
    return undefined;
  }
};

/**
 * Checks settings, connection and modules, as `start` needs them. Prints how the settings were understood, the cluster, and
 * what `start` would request. Requests jobs in each tenant, but activates none.
 *
 * @param modules if empty, only the settings and the connection are checked
 * @param resources BPMN files and folders to search for elements that nobody serves and expressions with other results than before
 * @returns the exit code
 * @throws a fault that says what to fix, or why the cluster does not answer
 */
export const check = async (
  modules: readonly string[],
  context: CliContext,
  resources: readonly string[] = [],
): Promise<number> => {
  // A module that is a program of its own may end the process long after it was loaded.
  const stopReporting = modules.length === 0 ? undefined : reportEarlyExit('A module that check loaded');
  try {
    return await report(modules, resources, context);
  } finally {
    stopReporting?.();
  }
};
