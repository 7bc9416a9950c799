import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { listen } from '../../../src/runtime/shared/listen.ts';

const own = { port: 0, subject: 'The server', where: 'serve({ port, host })' };

test('a server that listens says its address, and one whose port is taken says so', async (t) => {
  const first = createServer();
  t.after(() => first.close());
  const { url, port } = await listen(first, { ...own, host: '127.0.0.1' });
  assert.ok(port > 0, 'a free port');
  assert.equal(url, `http://127.0.0.1:${port}`);
  await assert.rejects(listen(createServer(), { ...own, host: '127.0.0.1', port }), (error: Error) => {
    assert.match(
      error.message,
      new RegExp(`^The server cannot listen on 127\\.0\\.0\\.1, port ${port} \\(EADDRINUSE\\)`),
    );
    assert.match(error.message, /serve\(\{ port, host \}\)[\s\S]*Fix: use a free port/);
    return true;
  });
});

test('an address of IPv6 is in brackets', async (t) => {
  const server = createServer();
  t.after(() => server.close());
  try {
    const { url, port } = await listen(server, { ...own, host: '::1' });
    assert.equal(url, `http://[::1]:${port}`);
  } catch (error) {
    // Some containers have no IPv6.
    assert.match((error as Error).message, /cannot listen on ::1, port 0 \((?:EADDRNOTAVAIL|EAFNOSUPPORT)\)/);
  }
});
