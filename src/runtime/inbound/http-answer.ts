/** Answers over HTTP, as data. */

/** An answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Why a request is refused, as a title of problem+json. */
const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  413: 'Body too large',
  415: 'Unsupported content',
  417: 'Expectation failed',
  422: 'Unprocessable content',
  431: 'Headers too large',
  500: 'Internal error',
  501: 'Not implemented',
  503: 'Not available',
  505: 'HTTP version not supported',
};

const common: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/**
 * Makes an answer in the form of problem+json (RFC 9457).
 *
 * @param detail a sentence for the developer of the caller. Never contains a secret, or anything from the request
 * @param headers further headers, e.g. `allow`
 */
export const problem = (
  status: number,
  detail?: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  headers: { ...common, 'content-type': 'application/problem+json', ...headers },
  body: `${JSON.stringify({ title: titles[status] ?? 'Error', status, ...(detail === undefined ? {} : { detail }) })}\n`,
});

/** The answer while the cluster or the runtime cannot take the request. Its sender should repeat it. */
export const unavailable = (detail: string, seconds = 5): HttpAnswer =>
  problem(503, detail, { 'retry-after': String(seconds) });

/** An answer with the headers that every answer has. */
export const httpAnswer = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): HttpAnswer => ({ status, headers: { ...common, ...headers }, body });
