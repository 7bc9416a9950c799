/** The REST port is for programs on this machine: no page in a browser may use it. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { refusalOf } from '../../../../src/engine/gateway/rest/admission.ts';
import { startEngine } from '../../support/client.ts';
import { form, formType, restClient } from '../../support/rest-client.ts';

describe('a request may name', () => {
  for (const host of ['127.0.0.1:8080', '127.0.0.1', 'localhost:8080', 'LOCALHOST', '[::1]:8080']) {
    test(`the host ${host}`, () => assert.equal(refusalOf({ host }), undefined));
  }
  for (const host of [
    undefined,
    '',
    'evil.test',
    'evil.test:8080',
    '127.0.0.1.evil.test',
    'localhost.evil.test',
    '10.0.0.1',
  ]) {
    test(`no host ${host}`, () => assert.match(refusalOf({ host }) ?? '', /Host must name this machine/));
  }
});

describe('a page in a browser', () => {
  const host = '127.0.0.1';
  for (const origin of ['https://evil.test', 'null', 'http://127.0.0.1:8080']) {
    test(`of ${origin} is refused`, () => assert.match(refusalOf({ host, origin }) ?? '', /Origin/));
  }
  for (const site of ['cross-site', 'same-site', 'Cross-Site', 'none, cross-site', 'unknown', '']) {
    test(`that is ${site} is refused`, () =>
      assert.match(refusalOf({ host, 'sec-fetch-site': site }) ?? '', /Sec-Fetch-Site/));
  }
  for (const site of ['none', 'same-origin']) {
    test(`may read if its request is ${site}`, () =>
      assert.equal(refusalOf({ host, 'sec-fetch-site': site }), undefined));
  }
});

test('a page cannot deploy a process by a form, which needs no permission of the server', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const client = restClient(t, engine);
  const body = form({ 'a.form': '{"components":[],"type":"default"}' });
  for (const headers of [{ origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }, { host: 'evil.test' }]) {
    const answer = await client.send('POST', '/deployments', body, {
      headers: { 'content-type': formType, ...headers } as Record<string, string>,
    });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
  assert.equal(engine.snapshot().resources.length, 0);
});

test('a page gets no permission in advance', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0 }));
  const answer = await client.send('OPTIONS', '/jobs/activation', undefined, {
    headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
  });
  assert.equal(answer.status, 403);
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
});

describe('a request that is refused before its body is read', () => {
  for (const [what, path, host, status] of [
    ['a foreign host', '/v2/messages/publication', 'evil.test', 403],
    ['a path outside the API', '/v1/messages', '127.0.0.1', 404],
    ['an unknown operation', '/v2/unknown', '127.0.0.1', 501],
  ] as const) {
    test(`${what}: the answer comes and the connection ends, though the body never does`, async (t) => {
      const engine = await startEngine(t, { restPort: 0 });
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(engine.restAddress ?? '').port) });
      t.after(() => socket.destroy());
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
      );
      assert.match(await text(socket), new RegExp(`^HTTP/1.1 ${status} [^]*\r\nConnection: close\r\n`));
    });
  }
});
