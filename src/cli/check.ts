import { configFromEnv, createConnection } from '../connection/index.ts';
import { readDotEnv } from '../connection/settings/environment.ts';
import { clusterProblem } from '../runtime/observe/health-report.ts';
import { readLogSettings } from '../runtime/observe/log-output.ts';
import { jobRequests, planRuntime } from '../runtime/plan.ts';
import { subscriptionRequests } from '../runtime/subscriptions/durable/requests.ts';
import { requestReport, topologyReport } from './check-report.ts';
import { type CliContext, exitCodes } from './context.ts';
import { loadConnectors } from './modules/modules.ts';
import { applyOverrides } from './overrides.ts';

/** Milliseconds for the cluster's answer. */
const answerTime = 10_000;

/**
 * Checks what `start` would need: settings, connection, modules. Shows the cluster and what would be asked of it; takes
 * no job. Resolves with the exit code; rejects with a fault that says what has to be changed, or why the cluster
 * does not answer.
 *
 * @param modules none: only the settings and the connection
 */
export const check = async (modules: readonly string[], { folder, print, printError }: CliContext): Promise<number> => {
  const env = { ...readDotEnv(), ...process.env };
  readLogSettings(env, true);
  const config = configFromEnv();
  const chosen = modules.length === 0 ? undefined : applyOverrides(await loadConnectors(modules, folder), env);
  const plan = chosen === undefined ? undefined : planRuntime({ outbound: chosen.outbound, inbound: chosen.inbound });
  const connection = createConnection(config);
  try {
    const topology = await connection.topology({ timeout: answerTime });
    print(topologyReport(connection.address, topology));
    if (chosen !== undefined && plan !== undefined) {
      print(requestReport(jobRequests(plan), subscriptionRequests(plan), chosen.inbound, chosen.disabled));
    }
    const problem = clusterProblem(topology);
    if (problem === undefined) return exitCodes.done;
    printError(`${problem}\n`);
    return exitCodes.failed;
  } finally {
    await connection.close();
  }
};
