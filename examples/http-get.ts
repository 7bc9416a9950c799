/**
 * An outbound connector on `fetch`, and how it tells three kinds of trouble apart:
 * - a page that is not there is business: `bpmnError`, and the process goes on at its error boundary event;
 * - a request that can never work ends the attempts at once: `jobError` with `retries: 0`, an incident;
 * - a server in trouble is asked again later: `jobError`, after the pause that the server asks for, if it does.
 * A server that cannot be reached at all makes `fetch` throw, which counts as `jobError` too.
 *
 * To try it without any engine: npx tsx examples/http-get.ts '{ "url": "https://example.org" }'
 */
import { bpmnError, defineOutbound, jobError } from 'camunda-connectors';
import * as v from 'valibot';
import { tryIfStarted } from './support/try.ts';

/** Seconds that a `Retry-After` header asks for; its other form, a date, is left to the default pause. */
export const pauseWanted = (retryAfter: string | null): number | undefined =>
  retryAfter !== null && /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : undefined;

const readBody = (response: Response): Promise<unknown> =>
  response.headers.get('content-type')?.includes('json') ? response.json() : response.text();

export const httpGet = defineOutbound({
  name: 'HTTP GET',
  type: 'http-get',
  description: 'Fetches a page and hands its status and body to the process',
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
