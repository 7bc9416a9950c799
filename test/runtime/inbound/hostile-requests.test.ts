/** Requests that two programs could read differently, or that cost more than they should, on raw sockets. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/common/clock.ts';
import { httpAnswer } from '../../../src/runtime/inbound/http-answer.ts';
import { defaultLimits } from '../../../src/runtime/inbound/server/limits.ts';
import { startServer } from '../../../src/runtime/inbound/server/server.ts';
import { sendRaw } from './support/http.ts';

/** A server with one endpoint, and the bodies that have come to it. */
const serve = async (t: TestContext, maxBody = 1000) => {
  const bodies: string[] = [];
  const server = await startServer({
    // Short, because an upgrade that is not offered leaves what follows at once unread, and its connection idle.
    limits: { ...defaultLimits, keepAliveTimeout: 200 },
    port: 0,
    host: '127.0.0.1',
    find: (path) =>
      path === '/hooks/x'
        ? {
            methods: ['POST', 'GET', 'HEAD'],
            maxBody: () => maxBody,
            handle: async ({ method, body }) => {
              bodies.push(`${method} ${Buffer.from(body).toString('latin1')}`);
              return { answer: httpAnswer(200, {}, 'ok'), result: 'answered' };
            },
            ended: () => {},
          }
        : undefined,
    isOpen: () => true,
    clock: systemClock,
  });
  t.after(() => server.close(AbortSignal.abort()));
  return { url: server.url, port: server.port, bodies };
};

const end = '\r\n';

/** A request with one Host header. */
const request = (headers: string, body = '', line = 'POST /hooks/x HTTP/1.1'): string =>
  `${line}${end}Host: a${end}${headers}${end}${body}`;

const post = (...headers: readonly string[]): string => headers.map((one) => `${one}${end}`).join('');

/** Follows every request. It must never be handled as a part of what was refused, and never twice. */
const second = request(post('Content-Length: 6', 'Connection: close'), 'SECOND');

const statusesIn = (text: string): readonly number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

const chunked = (...lines: readonly string[]): string =>
  request(post('Transfer-Encoding: chunked'), lines.map((line) => `${line}${end}`).join(''));

const ab = 'POST ab';

/** The statuses of the answers, and what was handled. */
const cases: readonly (readonly [
  title: string,
  bytes: string,
  statuses: readonly number[],
  handled: readonly string[],
])[] = [
  ['an unknown expectation', request(post('Expect: foo', 'Content-Length: 2'), 'ab'), [417], []],
  [
    'an unknown expectation, with a request as its body',
    request(post('Expect: foo', 'Content-Length: 99'), second),
    [417],
    [],
  ],
  ['no Host header', `POST /hooks/x HTTP/1.1${end}Content-Length: 0${end}${end}`, [400], []],
  ['a Host header twice, as a list', request(post('Host: a', 'Content-Length: 0')), [400], []],
  [
    'an upgrade that nobody offers',
    request(post('Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 2'), 'ab'),
    [200],
    [ab],
  ],
  ['CONNECT', `CONNECT a:443 HTTP/1.1${end}Host: a:443${end}${end}`, [], []],
  ['the beginning of HTTP/2', `PRI * HTTP/2.0${end}${end}SM${end}${end}`, [400], []],
  [
    'TRACE, whose answer would contain the headers',
    request(post('X-Secret: hello', 'Content-Length: 0'), '', 'TRACE /hooks/x HTTP/1.1'),
    [405],
    [],
  ],
  ['OPTIONS for the whole server', request('', '', 'OPTIONS * HTTP/1.1'), [404], []],
  ['OPTIONS', request('', '', 'OPTIONS /hooks/x HTTP/1.1'), [405], []],
  ['an unknown method', request('', '', 'FETCH /hooks/x HTTP/1.1'), [400], []],
  ['a method in lower case', request('', '', 'post /hooks/x HTTP/1.1'), [400], []],
  ['the whole address as the target', request('', '', 'POST http://a/hooks/x HTTP/1.1'), [404], []],
  [
    'Transfer-Encoding: chunked, chunked',
    request(post('Transfer-Encoding: chunked, chunked'), `0${end}${end}`),
    [400],
    [],
  ],
  [
    'Transfer-Encoding twice',
    request(post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), `0${end}${end}`),
    [400],
    [],
  ],
  ['Transfer-Encoding: identity', request(post('Transfer-Encoding: identity'), `0${end}${end}`), [501], []],
  [
    'Transfer-Encoding: identity with a length',
    request(post('Transfer-Encoding: identity', 'Content-Length: 2'), 'ab'),
    [400],
    [],
  ],
  [
    'an empty Transfer-Encoding with a length',
    request(post('Transfer-Encoding:', 'Content-Length: 2'), 'ab'),
    [501],
    [],
  ],
  [
    'Transfer-Encoding after a vertical tab',
    request(post('Transfer-Encoding: \x0bchunked'), `0${end}${end}`),
    [400],
    [],
  ],
  ['Transfer-Encoding in quotation marks', request(post('Transfer-Encoding: "chunked"'), `0${end}${end}`), [501], []],
  ['Transfer-Encoding with a parameter', request(post('Transfer-Encoding: chunked;q=1'), `0${end}${end}`), [501], []],
  ['a tab before the colon', request(post('Transfer-Encoding\t: chunked'), `0${end}${end}`), [400], []],
  ['a length with a sign', request(post('Content-Length: +2'), 'ab'), [400], []],
  ['a length as a list', request(post('Content-Length: 2, 2'), 'ab'), [400], []],
  ['an empty length', request(post('Content-Length:')), [400], []],
  ['a length that overflows', request(post('Content-Length: 99999999999999999999999')), [400], []],
  ['a chunk with a line break in its extension', chunked('2;a="b\nc"', 'ab', '0', ''), [400], []],
  [
    'a chunk whose line ends with a line feed',
    request(post('Transfer-Encoding: chunked'), `2\nab${end}0${end}${end}`),
    [400],
    [],
  ],
  ['a chunk size with 0x', chunked('0x2', 'ab', '0', ''), [400], []],
  ['a chunk size with a blank', chunked('2 ', 'ab', '0', ''), [400], []],
  ['a chunk size that overflows', chunked('fffffffffffffffff', 'ab', '0', ''), [400], []],
  ['a negative chunk size', chunked('-1', 'ab', '0', ''), [400], []],
  ['a chunk that is longer than its size', chunked('2', 'ab0', '', ''), [400], []],
  ['a length in the trailer', chunked('2', 'ab', '0', 'Content-Length: 5', ''), [400], []],
  ['a large trailer', chunked('2', 'ab', '0', ...Array(5).fill(`X-A: ${'a'.repeat(8000)}`), ''), [431], []],
  ['a trailer', chunked('2', 'ab', '0', 'X-Hub-Signature-256: a', ''), [200, 200], [ab, 'POST SECOND']],
  ['NUL in a header', request(post('X-A: a\0b', 'Content-Length: 0')), [400], []],
  ['a bare carriage return in a header', request(post('X-A: a\rb', 'Content-Length: 0')), [400], []],
  ['a header without a name', request(post(': a', 'Content-Length: 0')), [400], []],
  ['a blank before the first header', `POST /hooks/x HTTP/1.1${end} Host: a${end}${end}`, [400], []],
  ['tabs in the request line', `POST\t/hooks/x\tHTTP/1.1${end}Host: a${end}${end}`, [400], []],
  ['HTTP/1.2', request('', '', 'POST /hooks/x HTTP/1.2'), [400], []],
  ['HTTP/1.10', request('', '', 'POST /hooks/x HTTP/1.10'), [400], []],
  ['no version', `POST /hooks/x${end}${end}`, [505], []],
  ['another protocol', request('', '', 'SOURCE /hooks/x ICE/1.0'), [405], []],
  ['%00 in the path', request('', '', 'POST /hooks/x%00 HTTP/1.1'), [404], []],
  ['%2f in the path', request('', '', 'POST /hooks%2fx HTTP/1.1'), [404], []],
  ['..; in the path', request('', '', 'POST /a/..;/hooks/x HTTP/1.1'), [404], []],
  ['a parameter of the path', request('', '', 'POST /hooks/x;jsessionid=1 HTTP/1.1'), [404], []],
  ['UTF-8 in the path', request('', '', 'POST /hooks/\xc3\xbc HTTP/1.1'), [400], []],
  ['another alphabet in the path', request('', '', 'POST /hooks/%EF%BD%98 HTTP/1.1'), [404], []],
  ['UTF-8 in the query', request('', '', 'POST /hooks/x?\xc3\xbc HTTP/1.1'), [400], []],
  ['a blank in the query', request('', '', 'POST /hooks/x?a b HTTP/1.1'), [400], []],
  ['a body that HTTP/1.0 does not announce', request('', 'ab', 'POST /hooks/x HTTP/1.0'), [200], ['POST ']],
  ['a body that is not announced', request('', 'ab'), [200], ['POST ']],
  [
    'a compressed body behind another coding',
    request(post('Content-Encoding: identity', 'Content-Encoding: gzip', 'Content-Length: 2'), 'ab'),
    [415],
    [],
  ],
  ['an empty coding', request(post('Content-Encoding:', 'Content-Length: 2'), 'ab'), [415], []],
  [
    'another method in a header',
    request(post('X-HTTP-Method-Override: DELETE', 'Content-Length: 2', 'Connection: close'), 'ab'),
    [200],
    [ab],
  ],
  ['HEAD', request(post('Connection: close'), '', 'HEAD /hooks/x HTTP/1.1'), [200], ['HEAD ']],
];

for (const [title, bytes, statuses, handled] of cases) {
  test(`107: ${title}`, async (t) => {
    const { url, bodies } = await serve(t);
    const text = await sendRaw(url, Buffer.from(bytes + second, 'latin1'));
    assert.deepEqual(statusesIn(text), statuses, text);
    assert.deepEqual(bodies, handled);
    assert.doesNotMatch(text, /hello|SECOND/, 'nothing of the request comes back');
  });
}

test('a body in chunks of one byte is read, and one in more chunks than anyone makes is refused', async (t) => {
  const { port, bodies } = await serve(t, 1_000_000);
  const send = (chunks: number): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      const received: Buffer[] = [];
      socket.on('data', (data) => received.push(data));
      socket.on('error', () => {});
      socket.on('close', () => resolve(Buffer.concat(received).toString()));
      socket.write(request(post('Transfer-Encoding: chunked', 'Connection: close')));
      socket.write(`${`1${end}a${end}`.repeat(chunks)}0${end}${end}`);
    });
  assert.deepEqual(statusesIn(await send(50_000)), [200]);
  assert.deepEqual(bodies, [`POST ${'a'.repeat(50_000)}`]);
  assert.deepEqual(statusesIn(await send(100_001)), [400]);
  assert.equal(bodies.length, 1);
});

test('a program that runs with --insecure-http-parser is as strict', async (t) => {
  const program = new URL('support/strict-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--insecure-http-parser', '--import', 'tsx', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  for (const bytes of [
    request(post('Content-Length: 3', 'Transfer-Encoding: chunked'), `0${end}${end}`),
    request(post('X-A: b', ' c', 'Content-Length: 0')),
    request(post('X-A: a\rb', 'Content-Length: 0')),
  ]) {
    assert.deepEqual(statusesIn(await sendRaw(url, bytes + second)), [400]);
  }
});
