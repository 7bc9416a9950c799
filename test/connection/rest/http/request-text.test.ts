import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequestWriter, type RestRequest } from '../../../../src/connection/rest/http/request-text.ts';

const write = createRequestWriter('example.com:8080', '/v2', { 'user-agent': 'tests' });
const none = {};

test('a request is its head and its body, in one text', () => {
  const { text, isAscii, bytes } = write({ method: 'POST', path: '/jobs/1', body: '{"a":1}' }, none);
  assert.equal(
    text,
    'POST /v2/jobs/1 HTTP/1.1\r\nhost: example.com:8080\r\naccept: application/json\r\nuser-agent: tests\r\nconnection: keep-alive\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{"a":1}',
  );
  assert.deepEqual([isAscii, bytes], [true, undefined]);
});

test('the length counts bytes, and a text beyond ASCII is told apart', () => {
  const { text, isAscii } = write({ method: 'POST', path: '/a', body: '{"a":"größe 😀"}' }, none);
  assert.match(text, /content-length: 20\r\n/);
  assert.equal(isAscii, false);
});

test('bytes follow their head', () => {
  const body = Buffer.from([0, 255]);
  const { text, bytes } = write({ method: 'POST', path: '/a', body, contentType: 'x/y' }, none);
  assert.match(text, /content-type: x\/y\r\ncontent-length: 2\r\n\r\n$/);
  assert.equal(bytes, body);
});

test('a request without a body has no length, unless its method leads to expect one', () => {
  for (const method of ['GET', 'DELETE'] as const) {
    assert.doesNotMatch(write({ method, path: '/a' }, none).text, /content-/, method);
  }
  for (const method of ['POST', 'PUT', 'PATCH'] as const) {
    assert.match(write({ method, path: '/a' }, none).text, /\r\ncontent-length: 0\r\n\r\n$/, method);
  }
});

test('the headers of a call are added, those of the request take precedence, and the own ones cannot be replaced', () => {
  const headers = { authorization: 'Bearer a', accept: 'x/y', 'user-agent': 'other' };
  const lines = (request: Partial<RestRequest>): readonly string[] =>
    write({ method: 'GET', path: '/a', ...request }, headers)
      .text.split('\r\n')
      .slice(1, -2)
      .sort();
  const common = ['authorization: Bearer a', 'connection: keep-alive', 'host: example.com:8080', 'user-agent: tests'];
  assert.deepEqual(lines({}), ['accept: x/y', ...common]);
  assert.deepEqual(lines({ accept: 'p/q' }), ['accept: p/q', ...common]);
  assert.deepEqual(lines({}), ['accept: x/y', ...common]);
});

test('nothing can begin another header or another request', () => {
  const get = { method: 'GET', path: '/a' } as const;
  const cases: readonly (readonly [RestRequest, Readonly<Record<string, string>>, RegExp])[] = [
    [{ ...get, path: '/a b' }, none, /The path/],
    [{ ...get, path: '/a\r\nX: y' }, none, /The path/],
    [{ ...get, path: '/ä' }, none, /The path/],
    [{ ...get, accept: 'a\r\nb: c' }, none, /type of the content/],
    [{ ...get, body: '', contentType: 'a\nb: c' }, none, /type of the content/],
    [get, { authorization: 'Bearer s3cret\r\nX: y' }, /The header authorization/],
    [get, { authorization: 'Bearer s3crét' }, /The header authorization/],
    [get, { authorization: 'Bearer s3cret\u0000' }, /The header authorization/],
  ];
  for (const [request, headers, what] of cases) {
    assert.throws(
      () => write(request, headers),
      (error: Error & { kind?: string; reason?: string }) => {
        assert.match(error.message, what);
        assert.match(error.message, /Nothing was sent[\s\S]*Fix: /);
        assert.doesNotMatch(error.message, /s3cr|\r/);
        assert.deepEqual([error.kind, error.reason], ['connection', 'rejected']);
        return true;
      },
    );
  }
});
