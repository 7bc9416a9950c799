import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isBpmnError, isJobError } from 'camunda-connectors';
import { outboundContext } from 'camunda-connectors/testing';
import { httpGet, pauseWanted } from './http-get.ts';

/** Runs `use` with the address of a server that handles every request with `listener`. */
const withServer = async <T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

const get = (url: string, signal?: AbortSignal): Promise<unknown> =>
  Promise.resolve(httpGet.run({ url, headers: {} }, outboundContext(signal === undefined ? {} : { signal })));

test('a JSON body arrives as a value, any other body as text', async () => {
  const json = answering(200, { 'content-type': 'application/json; charset=utf-8' }, '{"books":[1,2]}');
  assert.deepEqual(await withServer(json, get), { status: 200, body: { books: [1, 2] } });

  const text = answering(200, { 'content-type': 'text/plain' }, 'no books');
  assert.deepEqual(await withServer(text, get), { status: 200, body: 'no books' });
});

test('the headers of the input are sent', async () => {
  const echo: RequestListener = (request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(String(request.headers['x-shelf']));
  };
  const result = await withServer(echo, async (url) =>
    httpGet.run({ url, headers: { 'x-shelf': 'A3' } }, outboundContext()),
  );
  assert.deepEqual(result, { status: 200, body: 'A3' });
});

test('404 is a BPMN error that the process can catch', async () => {
  const result = await withServer(answering(404), get);
  assert.ok(isBpmnError(result));
  assert.equal(result.code, 'NOT_FOUND');
});

for (const [status, headers, expected] of [
  [400, {}, { retries: 0, backoff: undefined }],
  [403, {}, { retries: 0, backoff: undefined }],
  [429, { 'retry-after': '30' }, { retries: undefined, backoff: 30 }],
  [500, {}, { retries: undefined, backoff: undefined }],
  [503, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, { retries: undefined, backoff: undefined }],
] as const) {
  test(`${status} with ${JSON.stringify(headers)} is a job error with ${JSON.stringify(expected)}`, async () => {
    const result = await withServer(answering(status, headers), get);
    assert.ok(isJobError(result));
    assert.deepEqual({ retries: result.retries, backoff: result.backoff }, expected);
    assert.match(result.message, new RegExp(`^The server answered ${status}`));
  });
}

test('the signal ends a hanging request', async () => {
  const timeout = new AbortController();
  const hang: RequestListener = () => timeout.abort();
  await assert.rejects(
    withServer(hang, (url) => get(url, timeout.signal)),
    { name: 'AbortError' },
  );
});

test('Retry-After is used if it is a number of seconds', () => {
  assert.equal(pauseWanted('120'), 120);
  assert.equal(pauseWanted('soon'), undefined);
  assert.equal(pauseWanted(null), undefined);
});
