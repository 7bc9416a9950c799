import type { Topology } from '../../connection/port.ts';
import type { RuntimeStatus } from '../shared/status.ts';

/** A component of a report, with the names of the official runtime. */
export interface HealthComponent {
  readonly status: 'UP' | 'DOWN';
  readonly details?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** The answer of a health endpoint. It contains no variables and no secrets. */
export interface HealthReport {
  readonly status: 'UP' | 'DOWN';
  /** The reasons why the status is `DOWN`; empty for `UP`. */
  readonly reasons: readonly string[];
  readonly components: Readonly<Record<string, HealthComponent>>;
}

/** The cluster's answer to a request for its topology. */
export type ClusterAnswer = Topology | 'no answer' | 'not requested';

/** The checks that the endpoints offer. */
export type HealthCheck = 'all' | 'live' | 'ready' | 'startup';

/** Our own paths, and those of the official runtime. */
export const healthChecks: Readonly<Record<string, HealthCheck>> = {
  '/health': 'all',
  '/health/live': 'live',
  '/health/ready': 'ready',
  '/health/startup': 'startup',
  '/actuator/health': 'all',
  '/actuator/health/liveness': 'live',
  '/actuator/health/readiness': 'ready',
  '/actuator/health/startup': 'startup',
};

/** The paths of the metrics. */
export const metricsPaths: readonly string[] = ['/metrics', '/actuator/prometheus'];

/** All paths of health and metrics. */
export const healthPaths: readonly string[] = [...Object.keys(healthChecks), ...metricsPaths];

interface Finding {
  readonly name: string;
  readonly component: HealthComponent;
  readonly reasons: readonly string[];
}

const finding = (name: string, reasons: readonly string[], details?: HealthComponent['details']): Finding => ({
  name,
  reasons,
  component: { status: reasons.length === 0 ? 'UP' : 'DOWN', ...(details === undefined ? {} : { details }) },
});

const notRunning: Readonly<Record<Exclude<RuntimeStatus['state'], 'running'>, string>> = {
  idle: 'The runtime has not been started.',
  starting: 'The runtime is starting: the cluster has not answered yet.',
  draining: 'The runtime is stopping: it takes no new jobs.',
  stopped: 'The runtime has stopped.',
  failed: 'The runtime could not start.',
};

const runtimeReady = ({ state, workers, refusedTenants }: RuntimeStatus): Finding =>
  finding('runtime', state === 'running' ? [] : [notRunning[state]], {
    state,
    jobTypes: workers.map(({ type }) => type),
    // The jobs of the other tenants are done, so another runtime would not help.
    ...(refusedTenants === undefined ? {} : { refusedTenants }),
  });

const runtimeAlive = ({ state }: RuntimeStatus): Finding =>
  finding('runtime', state === 'failed' ? [notRunning.failed] : [], { state });

const noConnection = {
  none: 'There is no connection to the cluster.',
  down: 'The connection to the cluster is lost.',
} as const;

const hasHealthyPartition = ({ brokers }: Topology): boolean =>
  brokers.some(({ partitions }) => partitions.some(({ health }) => health === 'HEALTHY'));

/** Why the cluster cannot run processes; `undefined` if it can. */
export const clusterProblem = (topology: Topology): string | undefined => {
  if (topology.brokers.length === 0) return 'The cluster has no broker.';
  return hasHealthyPartition(topology) ? undefined : 'No partition of the cluster is healthy.';
};

const clusterUp = ({ connection }: RuntimeStatus, answer: ClusterAnswer): Finding => {
  if (connection !== 'up') return finding('zeebeClient', [noConnection[connection]]);
  if (answer === 'no answer') return finding('zeebeClient', ['The cluster does not answer.']);
  if (answer === 'not requested') return finding('zeebeClient', []);
  const problem = clusterProblem(answer);
  return finding('zeebeClient', problem === undefined ? [] : [problem], {
    numBrokers: answer.brokers.length,
    anyPartitionHealthy: hasHealthyPartition(answer),
  });
};

const startupCheck = ({ state }: RuntimeStatus): Finding =>
  finding('startupCheck', state === 'idle' || state === 'failed' ? [notRunning[state]] : []);

/** Whether the result of a check depends on the cluster's topology. If the check fails anyway, the topology is not needed. */
export const needsTopology = (check: HealthCheck, { state, connection }: RuntimeStatus): boolean =>
  (check === 'all' || check === 'ready') && state === 'running' && connection === 'up';

/**
 * Checks the health of a runtime. Pure.
 *
 * - `live`: the process does not need to be replaced. It stays live in an outage of the cluster, because the runtime reconnects.
 * - `ready`: the runtime is connected, subscribed and not stopping, and a partition of the cluster is healthy.
 * - `startup`: `start` was called and has not failed.
 * - `all`: all components; ready and startup decide.
 *
 * @param answer the cluster's topology, which is requested if {@link needsTopology} returns true
 */
export const healthReport = (check: HealthCheck, status: RuntimeStatus, answer: ClusterAnswer): HealthReport => {
  const findings: Readonly<Record<HealthCheck, () => readonly Finding[]>> = {
    live: () => [runtimeAlive(status)],
    ready: () => [runtimeReady(status), clusterUp(status, answer)],
    startup: () => [startupCheck(status)],
    all: () => [runtimeReady(status), clusterUp(status, answer), startupCheck(status)],
  };
  const found = findings[check]();
  const reasons = [...new Set(found.flatMap((one) => one.reasons))];
  return {
    status: reasons.length === 0 ? 'UP' : 'DOWN',
    reasons,
    components: Object.fromEntries(found.map(({ name, component }) => [name, component])),
  };
};
