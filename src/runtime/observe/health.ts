import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fault } from '../../common/fault.ts';
import type { Runtime } from '../shared/runtime-interface.ts';
import { asksCluster, type ClusterAnswer, type HealthQuestion, healthReport } from './health-report.ts';
import { recordMetrics } from './metrics.ts';
import { createPrometheusRecorder, prometheusType } from './prometheus.ts';

/** Where the health server listens. */
export interface HealthOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** Default `127.0.0.1`. Probes from outside a container need `0.0.0.0`, which lets everybody in the network ask. */
  readonly host?: string;
}

/** A health server that listens. */
export interface HealthServer {
  /** E.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Ends it, with all its connections. Not needed for a runtime that stops: the server ends with it. */
  close(): Promise<void>;
}

/** Milliseconds for the cluster's answer to a probe; a probe of Kubernetes waits for a second. */
const answerTime = 900;

/** Our own paths, and those of the official runtime. */
const questions: Readonly<Record<string, HealthQuestion>> = {
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
          fix: 'choose a free port, 0 for any, and an address of this machine.',
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
 * Serves a runtime's health and measurements over HTTP, until the runtime has stopped:
 *
 * - `/health/live`, `/health/ready`, `/health/startup`, and `/health` for all of it: 200 or 503 with a JSON body that
 *   gives the reasons;
 * - `/metrics`: measurements since this call, in the Prometheus text format;
 * - the same under the paths of the official runtime, `/actuator/health/readiness` and its siblings, `/actuator/prometheus`.
 *
 * The server never keeps the process alive.
 *
 * Rejects with a fault of kind `configuration` where it cannot listen.
 *
 * @param runtime best not started yet, so that nothing is missing from the measurements
 * @param options port and address; only this machine can ask unless `host` says otherwise
 * @example
 * const runtime = createRuntime({ outbound: [log] });
 * await serveHealth(runtime, { port: 8080 });
 * await runtime.start();
 */
export const serveHealth = async (runtime: Runtime, options: HealthOptions): Promise<HealthServer> => {
  const recorder = createPrometheusRecorder();
  recordMetrics(runtime.on, recorder);
  if (runtime.status().connection === 'up') recorder.set('connectionUp', {}, 1);
  let asking: Promise<ClusterAnswer> | undefined;

  /** Probes that come at the same time share an answer. */
  const askCluster = (): Promise<ClusterAnswer> => {
    asking ??= runtime
      .topology({ timeout: answerTime })
      .catch(() => 'silence' as const)
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  const answer = async (method: string, path: string): Promise<Answer> => {
    const question = Object.hasOwn(questions, path) ? questions[path] : undefined;
    if (question === undefined && !metricsPaths.includes(path)) {
      return json(404, { error: 'There is nothing here.', paths: [...Object.keys(questions), ...metricsPaths] });
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return json(405, { error: 'Only GET and HEAD are answered.' }, { allow: 'GET, HEAD' });
    }
    if (question === undefined) return { code: 200, type: prometheusType, body: recorder.text() };
    const cluster = asksCluster(question, runtime.status()) ? await askCluster() : 'not asked';
    const report = healthReport(question, runtime.status(), cluster);
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
