import { request } from 'node:http';
import { connect } from 'node:net';

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** Sends a request on a connection of its own. Rejects if the connection is closed before the answer. */
export const call = (url: string, { method = 'POST', headers = {}, body = '' }: CallOptions = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const sent = request({
      hostname,
      port,
      path: `${pathname}${search}`,
      method,
      headers: headers as never,
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.end(body);
  });

/** Sends JSON. */
export const callJson = (url: string, value: unknown, headers: CallOptions['headers'] = {}): Promise<Answer> =>
  call(url, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) });

/** Sends bytes on a raw connection; resolves with all that comes back until the other side closes it. */
export const sendRaw = (url: string, bytes: string | Uint8Array): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('connect', () => socket.write(bytes));
  });
