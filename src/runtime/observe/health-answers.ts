import type { Runtime } from '../shared/runtime-interface.ts';
import {
  type ClusterAnswer,
  type HealthCheck,
  type HealthReport,
  healthChecks,
  healthPaths,
  healthReport,
  metricsPaths,
  needsTopology,
} from './health-report.ts';
import { recordMetrics } from './metrics.ts';
import { createPrometheusRecorder, prometheusType } from './prometheus.ts';

/** Milliseconds for the cluster's answer to a probe. A probe of Kubernetes waits for one second. */
const answerTime = 900;

/** An answer to a probe. */
export interface HealthAnswer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = (code: number, body: unknown, headers: HealthAnswer['headers'] = {}): HealthAnswer => ({
  code,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
  headers,
});

/** Answers a request by its method and path. */
export type HealthAnswers = (method: string, path: string) => Promise<HealthAnswer>;

/** What is asked by probes. */
export interface HealthSource {
  report(check: HealthCheck): Promise<HealthReport>;
  /** The measurements in the Prometheus text format. */
  metrics(): Promise<string>;
}

/** The health and the metrics of a runtime; the metrics count from now on. */
export const runtimeHealth = (runtime: Pick<Runtime, 'on' | 'status' | 'topology'>): HealthSource => {
  const recorder = createPrometheusRecorder();
  recordMetrics(runtime.on, recorder);
  if (runtime.status().connection === 'up') recorder.set('connectionUp', {}, 1);
  let requested: Promise<ClusterAnswer> | undefined;

  /** Probes that arrive at the same time share one request. */
  const requestTopology = (): Promise<ClusterAnswer> => {
    requested ??= runtime
      .topology({ timeout: answerTime })
      .catch(() => 'no answer' as const)
      .finally(() => {
        requested = undefined;
      });
    return requested;
  };

  return {
    report: async (check) => {
      const cluster = needsTopology(check, runtime.status()) ? await requestTopology() : 'not requested';
      return healthReport(check, runtime.status(), cluster);
    },
    metrics: async () => recorder.text(),
  };
};

/** Prepares the answers from a source. */
export const healthAnswersFrom =
  (source: HealthSource): HealthAnswers =>
  async (method, path) => {
    const check = Object.hasOwn(healthChecks, path) ? healthChecks[path] : undefined;
    if (check === undefined && !metricsPaths.includes(path)) {
      return json(404, { error: 'Unknown path.', paths: healthPaths });
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return json(405, { error: 'Only GET and HEAD are allowed.' }, { allow: 'GET, HEAD' });
    }
    if (check === undefined) return { code: 200, type: prometheusType, body: await source.metrics() };
    const report = await source.report(check);
    return json(report.status === 'UP' ? 200 : 503, report);
  };

/** Prepares the answers about a runtime; the metrics count from now on. */
export const createHealthAnswers = (runtime: Pick<Runtime, 'on' | 'status' | 'topology'>): HealthAnswers =>
  healthAnswersFrom(runtimeHealth(runtime));
