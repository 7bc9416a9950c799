import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { keepSession } from '../../src/grpc/keep-session.ts';

// What it prevents is in test/connection/grpc/attacks.test.ts.
test('the native part of a session is found on both sides while it is open', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  assert.equal(keepSession(client), false);
  const [[session]] = (await Promise.all([once(server, 'session'), once(client, 'remoteSettings')])) as [
    [ServerHttp2Session],
    unknown,
  ];
  assert.deepEqual([keepSession(client), keepSession(session)], [true, true]);
  const closed = Promise.all([once(client, 'close'), once(session, 'close')]);
  client.destroy();
  await closed;
});
