import type { Runtime } from '../shared/runtime-interface.ts';
import {
  type ClusterAnswer,
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

/** Prepares the answers about a runtime; the metrics count from now on. */
export const createHealthAnswers = (runtime: Pick<Runtime, 'on' | 'status' | 'topology'>): HealthAnswers => {
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

  return async (method, path) => {
    const check = Object.hasOwn(healthChecks, path) ? healthChecks[path] : undefined;
    if (check === undefined && !metricsPaths.includes(path)) {
      return json(404, { error: 'Unknown path.', paths: healthPaths });
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return json(405, { error: 'Only GET and HEAD are allowed.' }, { allow: 'GET, HEAD' });
    }
    if (check === undefined) return { code: 200, type: prometheusType, body: recorder.text() };
    const cluster = needsTopology(check, runtime.status()) ? await requestTopology() : 'not requested';
    const report = healthReport(check, runtime.status(), cluster);
    return json(report.status === 'UP' ? 200 : 503, report);
  };
};
