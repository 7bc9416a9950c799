/** A bare HTTP client of the REST gateway, which can send what no proper client would. */
import { Agent, type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import type { TestContext } from 'node:test';
import type { Engine } from '../../../src/engine/index.ts';

export interface RestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; `undefined` without one, and for other content. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly json: any;
}

export interface RestClient {
  /** Sends a request. An object as the body is sent as JSON. */
  send(
    method: string,
    path: string,
    body?: object | string | Buffer,
    options?: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly signal?: AbortSignal;
      /** The answer is not JSON. */
      readonly isText?: boolean;
    },
  ): Promise<RestAnswer>;
  post(path: string, body?: object | string): Promise<RestAnswer>;
  /** Activates one job of a type, without waiting by default. */
  poll(type: string, request?: object): Promise<RestAnswer>;
  /** Deploys files. */
  deploy(files: Readonly<Record<string, string>>): Promise<RestAnswer>;
}

const boundary = 'test-boundary';

/** A form with files. */
export const form = (files: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>> = {}): string =>
  [
    ...Object.entries(files).map(
      ([name, content]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="resources"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n${content}\r\n`,
    ),
    ...Object.entries(fields).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    `--${boundary}--\r\n`,
  ].join('');

export const formType: string = `multipart/form-data; boundary=${boundary}`;

/** Connects to the REST gateway of an engine until the test ends. */
export const restClient = (t: TestContext, engine: Engine): RestClient => {
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const { hostname, port } = new URL(engine.restAddress!);
  const self: RestClient = {
    send: (method, path, body, { headers = {}, signal, isText = false } = {}) =>
      new Promise((resolve, reject) => {
        const isObject = typeof body === 'object' && !Buffer.isBuffer(body);
        const content = isObject ? JSON.stringify(body) : body;
        const type: Record<string, string> =
          content === undefined
            ? {}
            : // Node.js leaves the length out with DELETE.
              { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(content)) };
        const request = requestHttp({
          ...{ agent, hostname, port, method, path: path.startsWith('/v2') ? path : `/v2${path}` },
          headers: { ...type, ...headers },
          ...(signal === undefined ? {} : { signal }),
        });
        request.on('error', reject);
        request.on('response', (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            const isJson = response.headers['content-type']?.includes('json') ?? false;
            const json: unknown = text === '' || isText || !isJson ? undefined : JSON.parse(text);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
          });
        });
        request.end(content);
      }),
    post: (path, body) => self.send('POST', path, body),
    poll: (type, request = {}) =>
      self.post('/jobs/activation', { type, timeout: 60_000, maxJobsToActivate: 1, requestTimeout: -1, ...request }),
    deploy: (files) => self.send('POST', '/deployments', form(files), { headers: { 'content-type': formType } }),
  };
  return self;
};
