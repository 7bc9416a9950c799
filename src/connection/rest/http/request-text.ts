import type { CallHeaders } from '../../auth/authenticator.ts';
import { connectionFault } from '../../faults.ts';

/** A request to a REST API. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base of the API, e.g. `/jobs/activation`. */
  readonly path: string;
  /** Absent: the request has no body. */
  readonly body?: string | Buffer;
  /** Default: `application/json`. */
  readonly contentType?: string;
  /** The type of the answer. Default: `application/json`. */
  readonly accept?: string;
  /** Whether the body of a success (2xx) is not collected, but given as a stream. */
  readonly streams?: boolean;
}

/** A request as it is sent. */
export interface RequestText {
  /** The head, with the body if that is text. */
  readonly text: string;
  /** Whether `text` is nothing but ASCII, which is faster to send. */
  readonly isAscii: boolean;
  /** A body of bytes, to be sent after the text. */
  readonly bytes: Buffer | undefined;
}

/** Writes requests to one server. */
export type WriteRequest = (request: RestRequest, headers: CallHeaders) => RequestText;

const defaultAccept = 'application/json';

// Anything else could end a header and begin another one.
const isHeaderValue = (text: string): boolean => /^[\t\x20-\x7e]*$/.test(text);
const isTarget = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

const refused = ({ method, path }: RestRequest, what: string): Error =>
  connectionFault('rejected', 'INVALID_ARGUMENT', {
    what: `${what} contains a character that HTTP does not allow there. Nothing was sent.`,
    where: `${method} ${isTarget(path) ? path : 'of a path that is not printable'}`,
    fix: 'remove line breaks, control characters and, outside of bodies, everything beyond ASCII.',
  });

/**
 * Creates the writer of HTTP/1.1 requests to a server. What is the same in every request is written once.
 *
 * @param host value of the header `host`
 * @param prefix what precedes the path of each request: the path of the API, or its whole URL for a proxy
 * @param own headers of each request; those of a call do not replace them
 */
export const createRequestWriter = (host: string, prefix: string, own: CallHeaders): WriteRequest => {
  const known = new WeakMap<CallHeaders, string>();

  const linesOf = (request: RestRequest, headers: CallHeaders): string => {
    let lines = '';
    for (const [name, value] of Object.entries({ accept: defaultAccept, ...headers, ...own })) {
      if (!isHeaderValue(value)) throw refused(request, `The header ${name}`);
      if (name !== 'accept') lines += `${name}: ${value}\r\n`;
      else if (request.accept === undefined) lines = `accept: ${value}\r\n${lines}`;
    }
    return `host: ${host}\r\n${lines}connection: keep-alive\r\n`;
  };

  /** The headers are the same object as long as they are the same. */
  const commonLines = (request: RestRequest, headers: CallHeaders): string => {
    if (request.accept !== undefined) return `${linesOf(request, headers)}accept: ${request.accept}\r\n`;
    let lines = known.get(headers);
    if (lines === undefined) {
      lines = linesOf(request, headers);
      known.set(headers, lines);
    }
    return lines;
  };

  return (request, headers) => {
    const { method, path, body, contentType = 'application/json', accept = '' } = request;
    if (!isTarget(path)) throw refused(request, 'The path');
    if (!isHeaderValue(contentType) || !isHeaderValue(accept)) throw refused(request, 'The type of the content');
    const head = `${method} ${prefix}${path} HTTP/1.1\r\n${commonLines(request, headers)}`;
    if (body === undefined) {
      const length = method === 'GET' || method === 'DELETE' ? '' : 'content-length: 0\r\n';
      return { text: `${head}${length}\r\n`, isAscii: true, bytes: undefined };
    }
    const size = Buffer.byteLength(body);
    const start = `${head}content-type: ${contentType}\r\ncontent-length: ${size}\r\n\r\n`;
    return typeof body === 'string'
      ? { text: start + body, isAscii: size === body.length, bytes: undefined }
      : { text: start, isAscii: true, bytes: body };
  };
};
