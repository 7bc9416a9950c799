/** The cluster goes away while webhooks and callbacks are called: each call is held or answered with 503, and each event counts once. */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { status as grpc } from '@grpc/grpc-js';
import * as v from 'valibot';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { createRuntime, defineInbound, defineWebhook } from '../../src/index.ts';
import { catchEvent, chain, end, file, processPart, serviceTask, start } from '../engine/support/bpmn.ts';
import { engineUntil } from '../runtime/support/subscriptions.ts';
import { startFront } from './support/front.ts';
import { startProxy } from './support/proxy.ts';
import { notSelected, size } from './support/size.ts';

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** What stands between the runtime and the engine. */
interface Between {
  readonly port: number;
  begin(): Promise<void>;
  end(): Promise<void>;
  stop(): Promise<void>;
}

interface Fault {
  readonly name: string;
  readonly between: (engine: Engine) => Promise<Between>;
  readonly selected?: boolean;
}

const behindProxy = async (engine: Engine, swallows: boolean): Promise<Between> => {
  const proxy = await startProxy(
    () => engine.port,
    () => {},
  );
  return {
    port: proxy.port,
    begin: async () => (swallows ? proxy.swallow() : await proxy.refuse()),
    end: async () => {
      if (!swallows) return proxy.accept();
      proxy.pass();
      proxy.cut();
    },
    stop: proxy.stop,
  };
};

/** Publications are refused, or carried out without an answer; everything else passes. */
const behindFront = async (
  engine: Engine,
  verdict: { readonly refuse: number } | { readonly lose: number },
): Promise<Between> => {
  const front = await startFront(
    () => engine.port,
    () => {},
  );
  return {
    port: front.port,
    begin: async () => front.rule((method) => (method === 'PublishMessage' ? verdict : 'pass')),
    end: async () => front.rule(),
    stop: front.stop,
  };
};

const faults: readonly Fault[] = [
  {
    name: 'the gateway is away and comes back',
    selected: true,
    between: (engine) => behindProxy(engine, false),
  },
  {
    name: 'the connection swallows everything, and is reset later',
    between: (engine) => behindProxy(engine, true),
  },
  {
    name: 'the cluster publishes, and all its answers are lost',
    selected: true,
    between: (engine) => behindFront(engine, { lose: grpc.UNAVAILABLE }),
  },
  {
    name: 'the cluster is busy and refuses all publications',
    between: (engine) => behindFront(engine, { refuse: grpc.RESOURCE_EXHAUSTED }),
  },
];

const hook = (name: string, timeout: number) =>
  defineWebhook({
    ...{ name, timeout, path: `/${name}`, auth: 'none' },
    body: v.object({ event: v.string() }),
    run: ({ body }) => ({ publish: { messageName: 'event', correlationKey: '', variables: body } }),
  });

/** Seconds. One bound is shorter than any fault, and the other one is longer. */
const [short, long] = [0.3, 60];

const callback = defineInbound({
  name: 'called',
  webhook: { body: v.object({ value: v.string() }), timeout: long },
});

const content = file(
  processPart('events', {}, ...chain(start('start', { message: 'event' }), end())),
  processPart(
    'order',
    {},
    ...chain(
      start('begin'),
      serviceTask('activate', {
        type: '_activate_inbound_connector',
        inputs: { name: '="called"', correlation_key: '=order' },
      }),
      catchEvent('first', { message: { name: 'called', correlationKey: '=order' } }),
      // A second message for the same key would end the instance.
      catchEvent('second', { message: { name: 'called', correlationKey: '=order' } }),
      end('done'),
    ),
  ),
);

const setUp = async (t: TestContext, { between }: Fault) => {
  const engine = await createEngine();
  const middle = await between(engine);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const runtime = createRuntime({
    inbound: [hook('short', short), hook('long', long), callback],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: middle.port },
    server: { port: 0, callbackKeys: 'temporary' },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    signals: false,
  });
  let url = '';
  runtime.on('server:listening', (event) => {
    url = event.url;
  });
  t.after(async () => {
    agent.destroy();
    await runtime.stop();
    await middle.stop();
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  const published: string[] = [];
  engine.on((event) => {
    if (event.kind === 'message:published') published.push(`${event.message.name} ${event.message.messageId}`);
  });
  await runtime.start();
  const answers: Answer[] = [];
  const call = (path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}${path}`, {
        ...{ method: 'POST', agent },
        headers: { 'content-type': 'application/json', ...headers },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => {
          const answer = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
          answers.push(answer);
          resolve(answer);
        });
      });
      sent.end(JSON.stringify(body));
    });
  return {
    ...{ engine, middle, published, answers, call },
    send: (path: 'short' | 'long', event: string) => call(`/${path}`, { event }, { 'idempotency-key': event }),
  };
};

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** Calls until the cluster has the message, as senders do. */
const untilAccepted = async (send: () => Promise<Answer>): Promise<void> => {
  while ((await send()).status !== 200) await new Promise(setImmediate);
};

const statusesOf = (answers: readonly Answer[]): readonly number[] => [...new Set(answers.map(({ status }) => status))];

suite('an outage of the cluster while webhooks are called', () => {
  for (const fault of faults) {
    test(
      `${fault.name}: each call is held or answered with 503, and each event counts once`,
      fault.selected === true ? {} : notSelected,
      async (t) => {
        const { engine, middle, published, answers, call, send } = await setUp(t, fault);
        const count = size.long ? 80 : 15;
        const events = (prefix: string): readonly string[] => names(prefix, count);
        const instances = names('o', count).map((order) => ({
          order,
          key: engine.createInstance({ bpmnProcessId: 'order', variables: { order } }).processInstanceKey,
        }));
        const addressOf = (key: string): string | undefined =>
          engine.instance(key)?.variables.callback_url as string | undefined;
        await engineUntil(engine, () => instances.every(({ key }) => addressOf(key) !== undefined));
        const callInstance = ({ order, key }: (typeof instances)[number]): Promise<Answer> =>
          call(new URL(addressOf(key)!).pathname, { value: order });

        await Promise.all(events('before').map((event) => send('long', event)));
        assert.deepEqual(statusesOf(answers), [200], 'all is well');

        await middle.begin();
        let isAway = true;
        const early: string[] = [];
        const hold = async (what: string, answer: Promise<Answer>): Promise<Answer> => {
          const result = await answer;
          if (isAway) early.push(what);
          return result;
        };
        const held = [
          ...events('held').map((event) => hold(event, send('long', event))),
          ...instances.map((one) => hold(one.order, callInstance(one))),
        ];
        for (let round = 0; round < (size.long ? 3 : 1); round++) {
          const refused = await Promise.all(events('refused').map((event) => send('short', event)));
          assert.deepEqual(statusesOf(refused), [503], 'nothing is accepted that the cluster does not have');
        }
        await sleep(size.fault);
        assert.deepEqual(early, [], 'calls within their bounds are held');
        isAway = false;
        await middle.end();

        assert.deepEqual(statusesOf(await Promise.all(held)), [200], 'what was held is published');
        await Promise.all(events('refused').map((event) => untilAccepted(() => send('short', event))));
        await Promise.all(events('after').map((event) => untilAccepted(() => send('short', event))));
        // Repetitions of everything.
        const all = ['before', 'held', 'refused', 'after'].flatMap(events);
        await Promise.all(all.map((event) => untilAccepted(() => send('long', event))));
        await Promise.all(instances.map((one) => untilAccepted(() => callInstance(one))));

        assert.deepEqual([...statusesOf(answers)].sort(), [200, 503]);
        const unavailable = answers.filter(({ status }) => status === 503);
        for (const { retryAfter } of unavailable)
          assert.match(retryAfter ?? '', /^[1-9]\d*$/, 'a 503 says when to repeat');
        assert.equal(new Set(published).size, published.length, 'no message was published twice');
        assert.deepEqual(
          published.filter((text) => text.startsWith('event ')).sort(),
          all.map((event) => `event ${event}`).sort(),
          'each event was published once',
        );
        assert.equal(
          published.filter((text) => text.startsWith('called ')).length,
          count,
          'each callback was called once',
        );
        const started = engine.instances().filter(({ bpmnProcessId }) => bpmnProcessId === 'events');
        assert.equal(started.length, all.length, 'each event started one instance');
        for (const { order, key } of instances) {
          const { state, variables } = engine.instance(key)!;
          assert.deepEqual(
            [state, variables.value],
            ['ACTIVE', order],
            'it has its message, and waits for another one',
          );
        }
      },
    );
  }
});
