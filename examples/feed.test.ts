import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createRuntime, isPending } from 'camunda-connectors';
import { createEngine } from 'camunda-connectors/engine';
import { inboundContext } from 'camunda-connectors/testing';
import { order, waitingProcess } from '../test/runtime/support/subscriptions.ts';
import { feed } from './feed.ts';

/** Serves a feed whose pages hold one event each. */
const serveFeed = async (t: TestContext) => {
  const events: { order: string; status: string }[] = [];
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const from = Number(new URL(request.url ?? '', 'http://feed').searchParams.get('from'));
    asked.push(from);
    const found = events.slice(from, from + 1);
    response.end(JSON.stringify({ events: found, next: from + found.length }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, events, asked };
};

test('a call to loop returns the state to remember, or the message', async (t) => {
  const { url, events, asked } = await serveFeed(t);
  events.push({ order: 'b', status: 'sent' }, { order: 'a', status: 'lost' });
  const first = await feed.loop({ url, order: 'a' }, inboundContext());
  assert.ok(isPending(first));
  assert.deepEqual(first.state, { next: 1 });
  const second = await feed.loop({ url, order: 'a' }, inboundContext({ state: { next: 1 } }));
  assert.deepEqual(second, { status: 'lost' });
  assert.deepEqual(asked, [0, 1]);
});

test('a second runtime continues where the first one stopped', async (t) => {
  const { url, events, asked } = await serveFeed(t);
  const engine = await createEngine();
  const run = async (until: (runtime: ReturnType<typeof createRuntime>) => Promise<unknown>): Promise<void> => {
    const runtime = createRuntime({
      inbound: [{ ...feed, cycle: 0.01 }],
      connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
      signals: false,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    await runtime.start();
    await until(runtime);
    await runtime.stop();
  };
  t.after(() => engine.stop());
  await engine.deploy({ name: 'waiting.bpmn', content: waitingProcess('order_feed', { url: `="${url}"` }) });
  const instance = order(engine, 'a');
  events.push({ order: 'b', status: 'sent' }, { order: 'c', status: 'sent' });

  await run(
    (runtime) =>
      new Promise<void>((resolve) => {
        // The third call reaches the end of the feed.
        runtime.on('loop:ended', () => {
          if (asked.includes(2)) resolve();
        });
      }),
  );
  const seen = asked.length;
  events.push({ order: 'a', status: 'arrived' });
  await run(() => engine.ended(instance));

  assert.deepEqual(asked.slice(seen), [2]);
  assert.equal(engine.instance(instance)?.variables.status, 'arrived');
});
