import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fault } from '../../common/fault.ts';
import type { Runtime } from '../shared/runtime-interface.ts';
import { type ClusterAnswer, type HealthCheck, healthReport, needsTopology } from './health-report.ts';
import { recordMetrics } from './metrics.ts';
import { createPrometheusRecorder, prometheusType } from './prometheus.ts';

/** The address of the health server. */
export interface HealthOptions {
  /** 0 for a free port. */
  readonly port: number;
  /** Default `127.0.0.1`. Probes from outside a container need `0.0.0.0`, which opens the server to the whole network. */
  readonly host?: string;
}

/** A health server that is listening. */
export interface HealthServer {
  /** E.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Closes the server and all its connections. A runtime that stops closes it too. */
  close(): Promise<void>;
}

/** Milliseconds for the cluster's answer to a probe. A probe of Kubernetes waits for one second. */
const answerTime = 900;

/** Our own paths, and those of the official runtime. */
const checks: Readonly<Record<string, HealthCheck>> = {
  '/health': 'all',
  '/health/live': 'live',
  '/health/ready': 'ready',
  '/health/startup': 'startup',
  '/actuator/health': 'all',
  '/actuator/health/liveness': 'live',
  '/actuator/health/readiness': 'ready',
  '/actuator/health/startup': 'startup',
};
const metricsPaths: readonly string[] = ['/metrics', '/actuator/prometheus'];

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = (code: number, body: unknown, headers: Answer['headers'] = {}): Answer => ({
  code,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
  headers,
});

const listening = (server: Server, { port, host = '127.0.0.1' }: HealthOptions): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void =>
      reject(
        fault('configuration', {
          what: `The health server cannot listen on ${host}, port ${port} (${cause.code}).`,
          where: 'serveHealth(runtime, { port, host })',
          fix: 'use a free port (0 selects one) and an address of this machine.',
          cause,
        }),
      );
    server.once('error', refuse);
    server.listen({ port, host }, () => {
      server.off('error', refuse);
      resolve(server.address() as AddressInfo);
    });
  });

const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

/**
 * Serves a runtime's health and metrics over HTTP until the runtime has stopped:
 *
 * - `/health/live`, `/health/ready`, `/health/startup`, and `/health` for all components: 200, or 503 with the reasons in a
 *   JSON body;
 * - `/metrics`: measurements since this call, in the Prometheus text format;
 * - the same under the paths of the official runtime: `/actuator/health/readiness` and so on, `/actuator/prometheus`.
 *
 * The server never keeps the process alive.
 *
 * Rejects with a fault of kind `configuration` if it cannot listen.
 *
 * @param runtime a runtime; before its `start`, so the metrics are complete
 * @param options the port and the host; by default only this machine can connect
 * @example
 * const runtime = createRuntime({ outbound: [log] });
 * await serveHealth(runtime, { port: 8080 });
 * await runtime.start();
 */
export const serveHealth = async (runtime: Runtime, options: HealthOptions): Promise<HealthServer> => {
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

  const answer = async (method: string, path: string): Promise<Answer> => {
    const check = Object.hasOwn(checks, path) ? checks[path] : undefined;
    if (check === undefined && !metricsPaths.includes(path)) {
      return json(404, { error: 'Unknown path.', paths: [...Object.keys(checks), ...metricsPaths] });
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return json(405, { error: 'Only GET and HEAD are allowed.' }, { allow: 'GET, HEAD' });
    }
    if (check === undefined) return { code: 200, type: prometheusType, body: recorder.text() };
    const cluster = needsTopology(check, runtime.status()) ? await requestTopology() : 'not requested';
    const report = healthReport(check, runtime.status(), cluster);
    return json(report.status === 'UP' ? 200 : 503, report);
  };

  const respond: RequestListener = async ({ method = 'GET', url = '/' }, response) => {
    const { code, type, body, headers = {} } = await answer(method, url.split('?')[0]!);
    response.writeHead(code, {
      ...headers,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      // An idle connection would keep the process alive.
      connection: 'close',
    });
    response.end(body);
  };

  const server = createServer(respond);
  const address = await listening(server, options);
  server.unref();

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closed;
  };
  runtime.on('runtime:state', ({ state }) => {
    if (state === 'stopped' || state === 'failed') void close();
  });
  return { url: urlOf(address), port: address.port, close };
};
