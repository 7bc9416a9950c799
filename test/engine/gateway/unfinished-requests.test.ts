import assert from 'node:assert/strict';
import type { Http2Session } from 'node:http2';
import { test } from 'node:test';
import { createUnfinishedRequests } from '../../../src/engine/gateway/grpc/unfinished-requests.ts';

const megabyte = 1024 * 1024;
const problem =
  'The unfinished requests of this connection hold more than 3 MB.\n' +
  'Fix: send fewer large requests at once over one connection, and send each to its end.';

/** Only its identity counts. */
const connection = (): Http2Session => ({}) as Http2Session;

test('the unfinished requests of a connection have a limit together', () => {
  const count = createUnfinishedRequests(3 * megabyte);
  const session = connection();
  const [first, second] = [count(session), count(session)];
  assert.equal(first.add(2 * megabyte), undefined);
  assert.equal(second.add(megabyte), undefined);
  assert.equal(second.add(1), problem);
  assert.equal(count(session).add(1), problem);
  assert.equal(count(connection()).add(3 * megabyte), undefined);
});

test('a request that has ended makes room, once', () => {
  const count = createUnfinishedRequests(3 * megabyte);
  const session = connection();
  const [first, second] = [count(session), count(session)];
  first.add(2 * megabyte);
  second.add(megabyte);
  first.end();
  first.end();
  assert.equal(second.add(2 * megabyte), undefined);
  assert.equal(second.add(1), problem);
});

test('what is refused does not count', () => {
  const count = createUnfinishedRequests(3 * megabyte);
  const session = connection();
  const request = count(session);
  assert.equal(request.add(4 * megabyte), problem);
  assert.equal(request.add(3 * megabyte), undefined);
});

test('a request of a connection that has ended is refused', () => {
  assert.equal(createUnfinishedRequests()(undefined).add(1), 'The connection has ended.');
});
