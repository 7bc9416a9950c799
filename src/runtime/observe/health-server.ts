import { createServer, type RequestListener } from 'node:http';
import { listen } from '../shared/listen.ts';
import type { Runtime } from '../shared/runtime-interface.ts';
import { createHealthAnswers, type HealthAnswers } from './health-answers.ts';

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

/** Serves answers until the server is closed. Rejects with a fault of kind `configuration` if it cannot listen. */
export const serveAnswers = async (answer: HealthAnswers, options: HealthOptions): Promise<HealthServer> => {
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
  const { url, port } = await listen(server, {
    port: options.port,
    host: options.host ?? '127.0.0.1',
    subject: 'The health server',
    where: 'serveHealth(runtime, { port, host })',
  });
  server.unref();

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closed;
  };
  return { url, port, close };
};

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
  const server = await serveAnswers(createHealthAnswers(runtime), options);
  runtime.on('runtime:state', ({ state }) => {
    if (state === 'stopped' || state === 'failed') void server.close();
  });
  return server;
};
