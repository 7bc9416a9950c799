/**
 * An outbound connector that uses `fetch` and handles three kinds of errors:
 * - A missing page is a business case. It returns `bpmnError`, and the process continues at its error boundary event.
 * - A request that can never succeed returns `jobError` with `retries: 0`, which raises an incident at once.
 * - A server error returns `jobError`, and the job is retried, after the pause that the server asks for if there is one.
 * If the server cannot be reached, `fetch` throws. The runtime treats this like `jobError`.
 *
 * Try it without an engine: npx tsx examples/http-get.ts '{ "url": "https://example.org" }'
 */
import { bpmnError, defineOutbound, jobError } from 'camunda-connectors';
import * as v from 'valibot';
import { tryIfStarted } from './support/try.ts';

/** The seconds in a `Retry-After` header. Returns `undefined` for its other form, a date, so that the default pause applies. */
export const pauseWanted = (retryAfter: string | null): number | undefined =>
  retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : undefined;

const readBody = (response: Response): Promise<unknown> =>
  response.headers.get('content-type')?.includes('json') ? response.json() : response.text();

export const httpGet = defineOutbound({
  name: 'HTTP GET',
  type: 'http-get',
  description: 'Fetches a page and returns its status and body to the process',
  timeout: 5,
  input: v.object({
    url: v.pipe(v.string(), v.url(), v.description('Address to fetch')),
    headers: v.optional(v.record(v.string(), v.string()), {}),
  }),
  output: v.object({ status: v.number(), body: v.unknown() }),
  resultVariable: 'response',
  run: async ({ url, headers }, { signal }) => {
    const response = await fetch(url, { headers, signal });
    const { status } = response;
    if (response.ok) return { status, body: await readBody(response) };

    await response.body?.cancel();
    const message = `The server answered ${status} ${response.statusText}`.trimEnd();
    if (status === 404) return bpmnError('NOT_FOUND', message);
    if (status !== 429 && status < 500) return jobError(message, { retries: 0 });
    const backoff = pauseWanted(response.headers.get('retry-after'));
    return jobError(message, backoff === undefined ? {} : { backoff });
  },
});

await tryIfStarted(import.meta.url, httpGet, { url: 'https://example.org' });
