/** Who may use the page: only the person who has seen the address that `dev` prints. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Gone } from '../../../../src/cli/dev/page/contract.ts';
import { createEventStream, type EventStream } from '../../../../src/cli/dev/page/event-stream.ts';
import { createHistory } from '../../../../src/cli/dev/page/history/history.ts';
import { createJsonWriter } from '../../../../src/cli/dev/page/json.ts';
import { type PageServer, startPageServer, usualPort } from '../../../../src/cli/dev/page/server.ts';
import { isFault } from '../../../../src/common/fault.ts';
import { createEngine, type Engine } from '../../../../src/engine/index.ts';
import { freePort } from '../../../support/free-port.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe('the server of the page', () => {
  const secrets = ['hunter2'];
  const json = createJsonWriter(() => secrets);
  const called: unknown[] = [];
  const reads: number[] = [];
  let stamp: string | undefined = 'a';
  let engine: Engine;
  let events: EventStream;
  let server: PageServer;
  let token = '';
  let cookie = '';

  const ask = ({ method = 'GET', path = '/', headers = {}, body }: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port: server.port, method, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          // The stream of events does not end.
          if (response.headers['content-type'] === 'text/event-stream') {
            sent.destroy();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          }
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });

  before(async () => {
    engine = await createEngine();
    const stream = createEventStream(createHistory(engine), json);
    events = { ...stream, readTook: (milliseconds) => void reads.push(milliseconds) };
    server = await startPageServer(
      {
        asset: async (path) => (path === '/' ? { type: 'text/html', content: Buffer.from('<p>page</p>') } : undefined),
        events,
        json,
        stamps: { '/data/stamped': () => stamp, '/data/none': () => 'none' },
        gone: (_path, given) => (given.has('key') ? `${given.get('key')} is gone.` : undefined),
        queries: {
          '/data/stamped': () => ({ stamp }),
          '/state': () => ({ seq: 0, big: 2n ** 60n, secret: 'hunter2' }),
          '/data/none': () => undefined,
        },
        actions: {
          start: (body: unknown) => {
            called.push(body);
            return { done: true };
          },
          store: (body: unknown) => ({ size: JSON.stringify(body).length }),
        },
        largeBodies: { store: 1_500_000 },
      },
      0,
    );
    token = new URL(server.address).searchParams.get('t') ?? '';
    const { headers, status } = await ask({ path: `/?t=${token}` });
    assert.equal(status, 303);
    assert.equal(headers.location, '/');
    cookie = headers['set-cookie']![0]!;
  });
  after(async () => {
    await server?.stop();
    await engine?.stop();
  });

  const own = (): string => cookie.split(';')[0]!;

  test('the token of the address becomes a cookie that scripts and other sites do not see', () => {
    assert.match(
      cookie,
      new RegExp(`^camunda_connectors_${server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    assert.match(server.address, new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/\\?t=[\\w-]{43}$`));
  });

  test('what the page reads is counted, so that it reads less often from a busy engine', async () => {
    reads.length = 0;
    assert.equal((await ask({ path: '/state', headers: { cookie: own() } })).status, 200);
    assert.equal(reads.length, 1);
    assert.ok(reads[0]! > 0, `took ${reads[0]} ms`);
  });

  for (const path of ['/', '/state', '/events', '/page.js', '/data/none', '//', '///', '//[', '/\\\\']) {
    test(`GET ${path} without the cookie is refused, and says how to get in`, async () => {
      const { status, text } = await ask({ path });
      assert.equal(status, 401);
      assert.match(text, /Fix: open the address that dev has printed/);
    });
  }

  for (const path of ['//', '///', '//[', '/%', '//127.0.0.1/state']) {
    test(`GET ${path} with the cookie is not found`, async () => {
      assert.equal((await ask({ path, headers: { cookie: own() } })).status, 404);
    });
  }

  for (const path of ['*', 'http://', 'http://example.com/state', 'http://127.0.0.1/state']) {
    test(`GET ${path} is refused as a request without a path, after the check of its host`, async () => {
      const { status, text } = await ask({ path });
      assert.equal(status, 400);
      assert.match(text, /no path\. Fix: open the address that dev has printed/);
      assert.equal((await ask({ path, headers: { host: 'example.com' } })).status, 421);
    });
  }

  test('an action without the cookie does nothing', async () => {
    const headers = { 'content-type': 'application/json' };
    assert.equal((await ask({ method: 'POST', path: '/do/start', headers, body: '{}' })).status, 401);
    assert.deepEqual(called, []);
  });

  test('another token, the cookie of another port and a cookie with another value are refused', async () => {
    assert.equal((await ask({ path: `/?t=${token.slice(1)}x` })).status, 401);
    assert.equal((await ask({ headers: { cookie: `camunda_connectors_1=${token}` } })).status, 401);
    assert.equal((await ask({ headers: { cookie: `${own()}x` } })).status, 401);
  });

  test('with the cookie, everything is served, with headers that keep others out', async () => {
    const { status, text, headers } = await ask({ headers: { cookie: `other=1; ${own()}` } });
    assert.deepEqual([status, text], [200, '<p>page</p>']);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'$/);
    assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe|https?:/);
    assert.deepEqual(
      ['x-content-type-options', 'referrer-policy', 'cross-origin-resource-policy', 'cache-control'].map(
        (name) => headers[name],
      ),
      ['nosniff', 'no-referrer', 'same-origin', 'no-store'],
    );
    assert.equal(headers['access-control-allow-origin'], undefined);
    const state = await ask({ path: '/state', headers: { cookie: own() } });
    assert.deepEqual(JSON.parse(state.text), { seq: 0, big: '1152921504606846976', secret: '***' });
    const events = await ask({ path: '/events?after=0', headers: { cookie: own() } });
    assert.deepEqual([events.status, events.headers['content-type']], [200, 'text/event-stream']);
  });

  for (const [name, headers, status] of [
    ['a name that was made to lead to this machine', { host: 'rebound.example' }, 421],
    ['another port in Host', { host: '127.0.0.1:1' }, 421],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['an origin without a name', { origin: 'null' }, 403],
    ['a page on another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['the same site with another port', { 'sec-fetch-site': 'same-site' }, 403],
  ] as const) {
    test(`${name} is refused in spite of the cookie`, async () => {
      const given = { host: `127.0.0.1:${server.port}`, cookie: own(), ...headers };
      assert.equal((await ask({ path: '/state', headers: given })).status, status);
      const body = { method: 'POST', path: '/do/start', body: '{}' };
      assert.equal((await ask({ ...body, headers: { ...given, 'content-type': 'application/json' } })).status, status);
      assert.deepEqual(called, []);
    });
  }

  test('its own origin may act, by each name of this machine', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const at = `${host}:${server.port}`;
      const headers = {
        host: at,
        origin: `http://${at}`,
        'sec-fetch-site': 'same-origin',
        cookie: own(),
        'content-type': 'application/json',
      };
      const answer = await ask({ method: 'POST', path: '/do/start', headers, body: '{"a":1}' });
      assert.deepEqual([answer.status, answer.text], [200, '{"done":true}']);
    }
    assert.deepEqual(called.splice(0), [{ a: 1 }, { a: 1 }, { a: 1 }]);
  });

  test('whole numbers arrive with all their digits', async () => {
    const headers = { cookie: own(), 'content-type': 'application/json' };
    const body = '{"variables":{"id":9007199254740993,"name":"9007199254740993"}}';
    assert.equal((await ask({ method: 'POST', path: '/do/start', headers, body })).status, 200);
    assert.deepEqual(called.splice(0), [{ variables: { id: 9007199254740993n, name: '9007199254740993' } }]);
  });

  for (const [name, request, status] of [
    ['a form of another page', { headers: { 'content-type': 'text/plain' }, body: '{}' }, 415],
    ['a body without a type', { body: '{}' }, 415],
    ['null as the body', { headers: { 'content-type': 'application/json' }, body: 'null' }, 400],
    ['a list as the body', { headers: { 'content-type': 'application/json' }, body: '[]' }, 400],
    ['a body that is not JSON', { headers: { 'content-type': 'application/json' }, body: '{' }, 400],
    [
      'a body that is too large',
      { headers: { 'content-type': 'application/json' }, body: `"${'x'.repeat(4_300_000)}"` },
      413,
    ],
    [
      'a body that is too large for an action that takes more',
      {
        path: '/do/store',
        headers: { 'content-type': 'application/json' },
        body: `"${'x'.repeat(1_500_001)}"`,
      },
      413,
    ],
    ['an unknown action', { path: '/do/toString', headers: { 'content-type': 'application/json' }, body: '{}' }, 404],
    ['a path that is no action', { path: '/start', headers: { 'content-type': 'application/json' }, body: '{}' }, 404],
  ] as const) {
    test(`${name} is refused`, async () => {
      const headers = { cookie: own(), ...('headers' in request ? request.headers : {}) };
      const answer = await ask({ method: 'POST', path: '/do/start', ...request, headers });
      assert.equal(answer.status, status);
      assert.equal(typeof (JSON.parse(answer.text) as { error: unknown }).error, 'string');
      assert.deepEqual(called, []);
    });
  }

  test('a read whose stamp is the same is not answered again', async () => {
    const read = (tag?: string) =>
      ask({
        path: '/data/stamped',
        headers: { cookie: own(), ...(tag === undefined ? {} : { 'if-none-match': tag }) },
      });
    const first = await read();
    const { etag = '' } = first.headers;
    assert.deepEqual([first.status, first.text], [200, '{"stamp":"a"}']);
    const again = await read(etag);
    assert.deepEqual([again.status, again.text, again.headers.etag], [304, '', etag]);
    stamp = 'b';
    const changed = await read(etag);
    assert.deepEqual([changed.status, changed.text], [200, '{"stamp":"b"}']);
    assert.notEqual(changed.headers.etag, etag);
    stamp = undefined;
    assert.deepEqual([(await read(etag)).status, (await read(etag)).headers.etag], [200, undefined]);
  });

  test('a read of something that does not exist is no error, which a browser would report', async () => {
    const read = async (path: string) => {
      const { status, text, headers } = await ask({ path, headers: { cookie: own() } });
      return [status, (JSON.parse(text) as Gone)['camunda-connectors:gone'], headers.etag];
    };
    assert.deepEqual(await read('/data/none'), [200, 'It does not exist (any more).', undefined]);
    assert.deepEqual(await read('/data/none?key=7'), [200, '7 is gone.', undefined]);
  });

  test('an action that takes more than others gets it', async () => {
    const headers = { cookie: own(), 'content-type': 'application/json' };
    const body = `{"content":"${'x'.repeat(1_200_000)}"}`;
    const answer = await ask({ method: 'POST', path: '/do/store', headers, body });
    assert.deepEqual([answer.status, answer.text], [200, `{"size":${body.length}}`]);
  });

  test('other methods and unknown paths are refused', async () => {
    assert.equal((await ask({ method: 'PUT', headers: { cookie: own() } })).status, 405);
    assert.equal((await ask({ path: '/nothing', headers: { cookie: own() } })).status, 404);
    assert.equal((await ask({ path: '/../package.json', headers: { cookie: own() } })).status, 404);
  });

  test('a port that is taken is an error that names the option; a usual one is replaced by a free one', async () => {
    const taken = createServer();
    const port = await freePort();
    taken.listen({ port, host: '127.0.0.1' });
    await once(taken, 'listening');
    const content = {
      asset: async () => undefined,
      events,
      queries: {},
      actions: {},
      json,
    };
    await assert.rejects(
      startPageServer(content, port),
      (error) => isFault(error, 'configuration') && error.message.includes(`--page-port ${port}`),
    );
    // The usual port of a folder is only a wish.
    const usual = usualPort('/home/ada/orders');
    assert.ok(usual >= 20_000 && usual < 30_000 && usual === usualPort('/home/ada/orders'), String(usual));
    const other = await startPageServer(content, 0, port);
    assert.notEqual(other.port, port);
    await other.stop();
    taken.close();
    await once(taken, 'close');
    const wished = await startPageServer(content, 0, port);
    assert.equal(wished.port, port);
    await wished.stop();
  });
});
