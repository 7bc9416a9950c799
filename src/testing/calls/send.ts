import { request } from 'node:http';
import { fault } from '../../common/fault.ts';
import { parseValue } from '../../connector/values/json-text.ts';
import type { RawRequest } from '../../connector/webhooks/auth-types.ts';
import { isJsonType, readMediaType } from '../../runtime/inbound/bodies/media-type.ts';

/** An answer over HTTP. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const bodyOf = (contentType: string, bytes: Buffer): unknown => {
  const text = bytes.toString('utf8');
  if (text === '' || !isJsonType(readMediaType(contentType).type)) return text;
  try {
    return parseValue(text);
  } catch {
    return text;
  }
};

/**
 * Sends a request over a connection of its own.
 *
 * Rejects with a fault of kind `definition` if the connection is closed before the answer, or if the request cannot be sent.
 *
 * @param url the address of the server, without a path
 */
export const sendRequest = (url: string, raw: RawRequest): Promise<ReceivedAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const { method, path, query, headers, body } = raw;
    const fail = (cause: unknown): void =>
      reject(
        fault('definition', {
          what: `The call of ${method} ${path.startsWith('/callbacks/') ? '/callbacks/…' : path} has no answer: ${(cause as Error).message}.`,
          where: 'call(…)',
          fix: 'make the call before the test ends, with a method and headers that HTTP allows.',
          cause,
        }),
      );
    try {
      const sent = request({
        ...{ hostname, port, method, agent: false },
        path: query === '' ? path : `${path}?${query}`,
        headers: { ...Object.fromEntries(headers), ...(body.length === 0 ? {} : { 'content-length': body.length }) },
      });
      sent.on('error', fail);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          const own = Object.fromEntries(
            Object.entries(response.headers).map(([name, value = '']) => [name, [value].flat().join(', ')]),
          );
          const received = bodyOf(own['content-type'] ?? '', Buffer.concat(chunks));
          resolve({ status: response.statusCode ?? 0, headers: own, body: received });
        });
      });
      sent.end(body.length === 0 ? undefined : body);
    } catch (error) {
      fail(error);
    }
  });
