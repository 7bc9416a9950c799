/** Requests of strangers, made at random: nothing throws, and nothing is published that should not be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { defineInbound } from '../../../src/connector/define.ts';
import { defineWebhook } from '../../../src/connector/definitions/define-webhook.ts';
import { checkHead, isPlainPath } from '../../../src/runtime/inbound/server/check-request.ts';
import { chain, end, process as processFile, start } from '../../engine/support/bpmn.ts';
import { codePoint } from '../../support/code-points.ts';
import { call, sendRaw } from './support/http.ts';
import { serveWebhooks } from './support/serve.ts';

const empty = processFile('p', ...chain(start(), end()));

const signed = defineWebhook({
  name: 'signed',
  path: '/hooks/signed',
  auth: { type: 'github', secret: 'a secret of both sides' },
  body: v.looseObject({}),
  run: ({ body }) => ({ publish: { messageName: 'm', correlationKey: '', variables: body } }),
});

const echo = defineWebhook({
  name: 'echo',
  path: '/hooks/echo',
  auth: 'none',
  run: ({ body }) => ({ answer: { body: { body } } }),
});

const callback = defineInbound({ name: 'callback', webhook: { body: v.looseObject({}) } });

test('the check of a head never throws, and what passes has a plain path', () => {
  const pair = fc.tuple(fc.string(), fc.string());
  fc.assert(
    fc.property(
      fc.record({
        method: fc.string(),
        url: fc.oneof(fc.string(), fc.webPath(), fc.constantFrom('/', '//a', '/a/../b', '/a?b#c', '*', 'http://a/b')),
        httpVersion: fc.constantFrom('1.1', '1.0', '2.0', '0.9', ''),
        rawHeaders: fc.array(pair).map((pairs) => pairs.flat()),
      }),
      (head) => {
        const checked = checkHead(head);
        if (checked.ok) assert.ok(isPlainPath(checked.path), checked.path);
        else assert.ok(checked.answer.status >= 400 && checked.answer.status < 600, String(checked.answer.status));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('mutated requests on raw sockets: the server goes on, and nothing is published', async (t) => {
  const { engine, url, seen } = await serveWebhooks(t, [signed], empty);
  const published: string[] = [];
  engine.on((event) => {
    if (event.kind === 'message:published') published.push(event.message.name);
  });
  const good =
    'POST /hooks/signed HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a":"b"}';
  const mutation = fc.record({
    at: fc.nat(good.length),
    cut: fc.nat(12),
    insert: fc.oneof(
      fc.string({ unit: codePoint, maxLength: 12 }),
      fc.constantFrom(
        '\r\n',
        '\n',
        '\0',
        '\r\nX-A: b\r\n',
        '\r\nTransfer-Encoding: chunked',
        '\r\nContent-Length: 3',
        ' ',
        '\r\n\r\n',
      ),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
      let text = good;
      for (const { at, cut, insert } of mutations) text = text.slice(0, at) + insert + text.slice(at + cut);
      // A second request closes the connection of one whose end is not clear to the server.
      const answer = await sendRaw(url, Buffer.from(`${text}\r\n\r\nGET / HTTP/9.9\r\n\r\n`, 'latin1'));
      assert.doesNotMatch(answer, /^HTTP\/1\.1 [25]00/m);
      assert.doesNotMatch(answer, /a secret of both sides|\.ts:\d+/);
    }),
    { numRuns: 150, seed: 16 },
  );
  assert.equal((await call(`${url}/hooks/signed`, { body: '{}' })).status, 401);
  assert.deepEqual(published, []);
  assert.deepEqual(
    seen['call:ended'].filter(({ result }) => result === 'failed'),
    [],
  );
});

test('case 118: any JSON, form or bytes as a body is answered, and prototypes stay as they are', async (t) => {
  const { url, seen } = await serveWebhooks(t, [echo], empty);
  const type = fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/octet-stream',
    'a;b;c=',
    '',
  );
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"admin":true}}}',
      '__proto__[admin]=true',
      '[1e400]',
    ),
  );
  await fc.assert(
    fc.asyncProperty(type, body, async (contentType, text) => {
      const { status } = await call(`${url}/hooks/echo`, { headers: { 'content-type': contentType }, body: text });
      assert.ok([200, 400, 415].includes(status), String(status));
    }),
    { numRuns: 150, seed: 16 },
  );
  assert.equal(({} as { admin?: boolean }).admin, undefined);
  assert.deepEqual(
    seen['call:ended'].filter(({ result }) => result === 'failed'),
    [],
  );
});

test('an address of a callback that was not sealed is never accepted', async (t) => {
  const { url } = await serveWebhooks(t, [callback], empty, { server: { port: 0, callbackKeys: 'temporary' } });
  const part = fc.stringMatching(/^[A-Za-z0-9_-]{0,60}$/);
  await fc.assert(
    fc.asyncProperty(part, part, part, async (a, b, c) => {
      const answer = await call(`${url}/callbacks/${a}.${b}.${c}`, {
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      assert.equal(answer.status, 404);
    }),
    { numRuns: 100, seed: 16 },
  );
});
