import { type HttpAnswer, problem } from '../http-answer.ts';

/** What is known of a request before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** The target as it arrived. */
  readonly url: string;
  readonly httpVersion: string;
  /** Names and values in turn, as Node.js has them. */
  readonly rawHeaders: readonly string[];
}

/** The target of a request that passed the checks. */
export interface CheckedHead {
  readonly ok: true;
  readonly path: string;
  /** The query as it arrived, without the question mark. */
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The answer to a request that did not pass. Its connection is closed, because the two sides may not agree where it ends. */
export interface RefusedHead {
  readonly ok: false;
  readonly answer: HttpAnswer;
}

/** Node.js 20 drops headers without notice after about 1,000, and one of them could be the signature. */
const maxHeaders = 200;

const refuse = (status: number, detail: string, headers?: Readonly<Record<string, string>>): RefusedHead => ({
  ok: false,
  answer: problem(status, detail, headers),
});

const pairsOf = (rawHeaders: readonly string[]): readonly (readonly [string, string])[] =>
  Array.from({ length: rawHeaders.length / 2 }, (_, index) => [rawHeaders[index * 2]!, rawHeaders[index * 2 + 1]!]);

/** Paths with one spelling only: no escapes, no empty parts, no dots that a proxy might resolve. */
export const isPlainPath = (path: string): boolean =>
  /^\/[A-Za-z0-9._~/-]*$/.test(path) && !path.includes('//') && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(path);

/**
 * Checks what the parser of Node.js lets pass although two programs may read it differently: the version, the number of Host
 * headers, the transfer coding, the spelling of the path. Pure.
 */
export const checkHead = ({ url, httpVersion, rawHeaders }: RequestHead): CheckedHead | RefusedHead => {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return refuse(505, 'The server speaks HTTP/1.1.');
  if (rawHeaders.length / 2 > maxHeaders) return refuse(431, `A request may have at most ${maxHeaders} headers.`);
  const headers = pairsOf(rawHeaders);
  const valuesOf = (name: string): readonly string[] =>
    headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  const hosts = valuesOf('host').length;
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return refuse(400, 'A request must have one Host header.');
  const codings = valuesOf('transfer-encoding');
  if (codings.length > 0) {
    if (httpVersion === '1.0') return refuse(400, 'HTTP/1.0 has no Transfer-Encoding.');
    if (codings.length > 1 || codings[0]!.trim().toLowerCase() !== 'chunked') {
      return refuse(501, 'The only Transfer-Encoding is chunked.');
    }
  }
  if (valuesOf('content-encoding').some((value) => value.trim().toLowerCase() !== 'identity')) {
    return refuse(415, 'The body must not be compressed.', { 'accept-encoding': 'identity' });
  }
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (!isPlainPath(path) || url.includes('#')) return refuse(404, 'There is nothing at this address.');
  return { ok: true, path, query: mark === -1 ? '' : url.slice(mark + 1), headers };
};
