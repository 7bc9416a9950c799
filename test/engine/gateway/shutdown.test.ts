import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { endAtOnce } from '../../../src/engine/gateway/listen.ts';
import { createEngine, type Engine } from '../../../src/engine/index.ts';
import { closed } from '../../support/closed.ts';
import { freePort } from '../../support/free-port.ts';
import { catchEvent, chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { connect, startEngine } from '../support/client.ts';

const xml = process('p', ...chain(start(), serviceTask('task', { type: 'a' }), end()));
const sleeping = process('q', ...chain(start(), catchEvent('sleep', { duration: 'PT20S' }), end()));

const assertFree = async (port: number): Promise<void> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
};

const heldCalls = async (t: TestContext, engine: Engine) => {
  await engine.deploy([
    { name: 'p.bpmn', content: xml },
    { name: 'q.bpmn', content: sleeping },
  ]);
  const client = connect(t, engine.address);
  const poll = client.feed('ActivateJobs', {
    type: 'a',
    worker: 'w',
    timeout: 60_000,
    maxJobsToActivate: 1,
    requestTimeout: 60_000,
  });
  const stream = client.stream('b');
  await stream.opened;
  const created = engine.next((event) => event.kind === 'instance:created');
  const result = client
    .call('CreateProcessInstanceWithResult', { request: { bpmnProcessId: 'q', version: -1 }, requestTimeout: 60_000 })
    .catch(({ code }: { code: number }) => ({ code }));
  await created;
  return { client, ends: [poll.ended, stream.ended, result] as readonly Promise<{ readonly code?: unknown }>[] };
};

for (const abrupt of [false, true]) {
  test(`case 128: ${abrupt ? 'an abrupt' : 'a graceful'} stop ends held calls as unavailable and frees the port`, async (t) => {
    const engine = await createEngine({ port: await freePort() });
    const { ends } = await heldCalls(t, engine);
    await engine.stop({ abrupt });
    await assertFree(engine.port);
    for (const { code } of await Promise.all(ends)) assert.equal(code, 14);
  });
}

for (const abrupt of [false, true]) {
  test(`a client that does not read cannot delay ${abrupt ? 'an abrupt' : 'a graceful'} stop, and its unread jobs are kept`, async (t) => {
    const engine = await createEngine({ port: await freePort() });
    await engine.deploy({ name: 'p.bpmn', content: xml });
    const stream = connect(t, engine.address).stream('a');
    await stream.opened;
    stream.call.pause();
    const text = 'x'.repeat(200_000);
    for (let index = 0; index < 20; index += 1) engine.createInstance({ bpmnProcessId: 'p', variables: { text } });
    assert.ok(engine.jobs().every(({ state }) => state === 'ACTIVATED'));
    await engine.stop({ abrupt });
    await assertFree(engine.port);
    const kept = engine.jobs().filter(({ state }) => state === 'ACTIVATABLE');
    assert.ok(kept.length > 0);
  });
}

test('a connection whose end is under way is closed with the others', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectSocket((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.end('The last words');
  endAtOnce([socket]);
  client.resume();
  await Promise.all([closed(client), once(server.close(), 'close')]);
});

test('case 126: a client reconnects after a restart on the same port', async (t) => {
  const first = await createEngine({ port: await freePort() });
  await first.deploy({ name: 'p.bpmn', content: xml });
  first.createInstance({ bpmnProcessId: 'p' });
  const client = connect(t, first.address);
  await client.call('Topology');
  await first.stop({ abrupt: true });
  const refused = client.poll('a');
  await assert.rejects(refused, ({ code }: { code: number }) => code === 14);

  await startEngine(t, { port: first.port, snapshot: first.snapshot() });
  await client.ready();
  const jobs = await client.poll('a');
  assert.equal(jobs.length, 1);
});

test('case 127: idle polls end at their timeout and leave nothing behind', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  const polls = Array.from({ length: 50 }, (_, index) => client.poll(`type-${index % 5}`, { requestTimeout: 200 }));
  assert.deepEqual(
    await Promise.all(polls),
    Array.from({ length: 50 }, () => []),
  );
});

test('case 129: one polling worker receives every job of a thousand instances exactly once', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: xml });
  const client = connect(t, engine.address);
  for (let index = 0; index < 1000; index += 1) engine.createInstance({ bpmnProcessId: 'p', variables: { index } });
  const seen = new Set<string>();
  for (;;) {
    const jobs = await client.poll('a', { maxJobsToActivate: 32 });
    if (jobs.length === 0) break;
    for (const { key } of jobs) {
      assert.ok(!seen.has(key));
      seen.add(key);
    }
    await Promise.all(jobs.map(({ key }) => client.call('CompleteJob', { jobKey: key })));
  }
  assert.equal(seen.size, 1000);
  assert.ok(engine.instances().every(({ state }) => state === 'COMPLETED'));
});
