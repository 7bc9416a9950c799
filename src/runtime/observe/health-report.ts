import type { Topology } from '../../connection/port.ts';
import type { RuntimeStatus } from '../shared/status.ts';

/** One part of a report, as the official runtime spells it. */
export interface HealthComponent {
  readonly status: 'UP' | 'DOWN';
  readonly details?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** What a health endpoint answers. Holds no variables and no secrets. */
export interface HealthReport {
  readonly status: 'UP' | 'DOWN';
  /** Why it is down, in words; nothing while it is up. */
  readonly reasons: readonly string[];
  readonly components: Readonly<Record<string, HealthComponent>>;
}

/** What the cluster said of itself. */
export type ClusterAnswer = Topology | 'silence' | 'not asked';

/** The questions that are answered. */
export type HealthQuestion = 'all' | 'live' | 'ready' | 'startup';

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

const runtimeReady = ({ state, workers }: RuntimeStatus): Finding =>
  finding('runtime', state === 'running' ? [] : [notRunning[state]], {
    state,
    jobTypes: workers.map(({ type }) => type),
  });

const runtimeAlive = ({ state }: RuntimeStatus): Finding =>
  finding('runtime', state === 'failed' ? [notRunning.failed] : [], { state });

const noConnection = {
  none: 'There is no connection to the cluster.',
  down: 'The connection to the cluster is lost.',
} as const;

const hasHealthyPartition = ({ brokers }: Topology): boolean =>
  brokers.some(({ partitions }) => partitions.some(({ health }) => health === 'HEALTHY'));

/** Why no process can run on the cluster; `undefined`: one can. */
export const clusterProblem = (topology: Topology): string | undefined => {
  if (topology.brokers.length === 0) return 'The cluster has no broker.';
  return hasHealthyPartition(topology) ? undefined : 'No partition of the cluster is healthy.';
};

const clusterUp = ({ connection }: RuntimeStatus, answer: ClusterAnswer): Finding => {
  if (connection !== 'up') return finding('zeebeClient', [noConnection[connection]]);
  if (answer === 'silence') return finding('zeebeClient', ['The cluster does not answer.']);
  if (answer === 'not asked') return finding('zeebeClient', []);
  const problem = clusterProblem(answer);
  return finding('zeebeClient', problem === undefined ? [] : [problem], {
    numBrokers: answer.brokers.length,
    anyPartitionHealthy: hasHealthyPartition(answer),
  });
};

const startupCheck = ({ state }: RuntimeStatus): Finding =>
  finding('startupCheck', state === 'idle' || state === 'failed' ? [notRunning[state]] : []);

/** Whether the cluster has to be asked before the question can be answered: it need not where the answer is no anyhow. */
export const asksCluster = (question: HealthQuestion, { state, connection }: RuntimeStatus): boolean =>
  (question === 'all' || question === 'ready') && state === 'running' && connection === 'up';

/**
 * Answers a question about a runtime's health. Pure.
 *
 * - `live`: the process need not be replaced. An outage of the cluster is no reason, since the runtime comes back by itself.
 * - `ready`: connected, subscribed, not stopping, and a partition of the cluster is healthy.
 * - `startup`: `start` was called and did not fail.
 *
 * @param answer what the cluster said when {@link asksCluster} wanted it asked
 */
export const healthReport = (question: HealthQuestion, status: RuntimeStatus, answer: ClusterAnswer): HealthReport => {
  const findings: Readonly<Record<HealthQuestion, () => readonly Finding[]>> = {
    live: () => [runtimeAlive(status)],
    ready: () => [runtimeReady(status), clusterUp(status, answer)],
    startup: () => [startupCheck(status)],
    all: () => [runtimeReady(status), clusterUp(status, answer), startupCheck(status)],
  };
  const found = findings[question]();
  const reasons = [...new Set(found.flatMap((one) => one.reasons))];
  return {
    status: reasons.length === 0 ? 'UP' : 'DOWN',
    reasons,
    components: Object.fromEntries(found.map(({ name, component }) => [name, component])),
  };
};
