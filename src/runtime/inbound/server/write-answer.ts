import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../common/clock.ts';
import type { HttpAnswer } from '../http-answer.ts';

/** How an answer is written. */
export interface WriteOptions {
  /** Whether the connection is closed after the answer. */
  readonly close: boolean;
  /** Milliseconds within which the operating system must have taken the whole answer. */
  readonly timeout: number;
  readonly timer: Clock['timer'];
}

/**
 * Writes an answer. A caller that does not read it in time loses its connection.
 *
 * @returns whether the operating system has taken all of it; never rejects, but throws for headers that HTTP does not allow
 */
export const writeAnswer = (
  { method, socket }: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
  { close, timeout, timer }: WriteOptions,
): Promise<boolean> => {
  if (response.destroyed || socket.destroyed) return Promise.resolve(false);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, {
    ...headers,
    ...(hasBody ? { 'content-length': String(bytes.length) } : {}),
    ...(close ? { connection: 'close' } : {}),
  });
  return new Promise((resolve) => {
    const end = (isWritten: boolean): void => {
      cancel();
      resolve(isWritten);
    };
    const cancel = timer(timeout, () => socket.destroy());
    // Node.js reports the end also for an answer whose connection was cut. Its own listener, which may close the connection, is
    // called after this one.
    response.prependOnceListener('finish', () => end(!socket.destroyed));
    response.once('close', () => end(false));
    response.end(method === 'HEAD' || !hasBody ? undefined : bytes);
  });
};
