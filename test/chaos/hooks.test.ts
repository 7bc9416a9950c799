/** Runtimes that serve webhooks and callbacks are killed under load: every event has its effect once, and every call ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiled } from '../../scripts/compiled.ts';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { engineUntil } from '../runtime/support/subscriptions.ts';
import { randomNumbers } from '../support/random.ts';
import { notSelected, size } from './support/size.ts';

interface Runtime {
  readonly url: string;
  readonly child: ChildProcess;
}

interface Scene {
  readonly engine: Engine;
  /** The ids of the messages with the name that came to the engine; a repetition that it refuses is none. */
  published(name: string): readonly string[];
  /** Replaces one of the three runtimes: kills it, and starts another. */
  replace(index: number): Promise<void>;
  /** Sends a request to one of the runtimes; the status, or `closed` if the connection was closed before the answer. */
  call(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<number | 'closed'>;
  /** The same, with the body of the answer. */
  ask(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

interface Answer {
  readonly status: number | 'closed';
  readonly body: string;
}

const random = randomNumbers(16);

const setUp = async (t: TestContext, content: string): Promise<Scene> => {
  const engine = await createEngine();
  const program = await compiled('test/chaos/support/hooks.ts');
  const keys = randomBytes(32).toString('base64');
  const children: ChildProcess[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  t.after(async () => {
    agent.destroy();
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  const published = new Map<string, string[]>();
  engine.on((event) => {
    if (event.kind !== 'message:published') return;
    const { name, messageId } = event.message;
    published.set(name, [...(published.get(name) ?? []), messageId ?? '']);
  });
  const startOne = async (): Promise<Runtime> => {
    const child = spawn(process.execPath, [program, String(engine.port), keys], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const input = createInterface({ input: child.stdout });
    const url = await new Promise<string>((resolve, reject) => {
      input.on('line', (line) => resolve(line.slice('started '.length)));
      child.once('exit', (code, signal) => reject(new Error(`the runtime ended with ${code ?? signal}`)));
    });
    return { url, child };
  };
  const runtimes = await Promise.all([startOne(), startOne(), startOne()]);
  const ask: Scene['ask'] = (path, body, headers = {}) =>
    new Promise((resolve) => {
      const { url } = runtimes[Math.floor(random() * 3)]!;
      const closed = (): void => resolve({ status: 'closed', body: '' });
      const sent = request(`${url}${path}`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', ...headers },
      });
      sent.on('error', closed);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', closed);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      });
      sent.end(JSON.stringify(body));
    });
  return {
    engine,
    ask,
    published: (name) => published.get(name) ?? [],
    replace: async (index) => {
      const { child } = runtimes[index]!;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      runtimes[index] = await startOne();
    },
    call: async (path, body, headers) => (await ask(path, body, headers)).status,
  };
};

/** Says when the attempt of a call has ended. */
const progress = new EventEmitter();

/** Calls until the answer says that the cluster has the message, as senders do. Returns what became of each attempt. */
const callUntilAccepted = async (
  attempt: () => Promise<number | 'closed'>,
): Promise<readonly (number | 'closed')[]> => {
  const ends: (number | 'closed')[] = [];
  while (ends.at(-1) !== 200) {
    ends.push(await attempt());
    progress.emit('call');
    // A runtime that was killed refuses connections until another one takes its place.
    if (ends.at(-1) === 'closed') await sleep(5);
  }
  return ends;
};

/** Works through a list with so many at a time. */
const inParallel = async <Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: most }, worker));
};

test('cases 83 and 128: three runtimes, calls of a webhook of which one in ten is repeated, and runtimes killed: each event starts one instance', async (t) => {
  const events = Array.from({ length: size.long ? 10_000 : 300 }, (_, index) => `evt_${index}`);
  const scene = await setUp(t, processFile('p', ...chain(start('start', { message: 'event' }), end())));
  const ends: (number | 'closed')[] = [];
  let isDone = false;
  const kill = async (): Promise<number> => {
    let kills = 0;
    for (const index of [0, 1, 2, 0, 1, 2].slice(0, size.times)) {
      if (isDone) break;
      // The next one is killed when calls have got through since the last one.
      const from = ends.length;
      while (!isDone && ends.length < from + events.length / 20) await once(progress, 'call');
      await scene.replace(index);
      kills++;
    }
    return kills;
  };
  const killing = kill();
  await inParallel(events, 32, async (event) => {
    const send = (): Promise<number | 'closed'> => scene.call('/hook', { event }, { 'idempotency-key': event });
    ends.push(...(await callUntilAccepted(send)));
    if (random() < 0.1) ends.push(...(await callUntilAccepted(send)));
  });
  isDone = true;
  progress.emit('call');
  assert.ok((await killing) > 0, 'runtimes were killed');
  const allowed: readonly (number | 'closed')[] = [200, 503, 'closed'];
  assert.deepEqual(
    [...new Set(ends)].filter((one) => !allowed.includes(one)),
    [],
    'every call was answered or closed',
  );
  assert.deepEqual([...scene.published('event')].sort(), [...events].sort(), 'each event was published once');
});

test('three runtimes, calls of callbacks with repetitions, and runtimes killed: each instance gets its message once', async (t) => {
  const count = size.long ? 500 : 40;
  const content = processFile(
    'p',
    ...chain(
      start(),
      serviceTask('activate', {
        type: '_activate_inbound_connector',
        inputs: { name: '="called"', correlation_key: '=order' },
      }),
      catchEvent('first', { message: { name: 'called', correlationKey: '=order' } }),
      // A second message for the same key would end the instance.
      catchEvent('second', { message: { name: 'called', correlationKey: '=order' } }),
      end(),
    ),
  );
  const scene = await setUp(t, content);
  const { engine } = scene;
  const keys = Array.from(
    { length: count },
    (_, index) => engine.createInstance({ bpmnProcessId: 'p', variables: { order: `o${index}` } }).processInstanceKey,
  );
  const addressOf = (key: string): string | undefined =>
    engine.instance(key)?.variables.callback_url as string | undefined;
  await engineUntil(engine, () => keys.every((key) => addressOf(key) !== undefined));
  const killing = (async () => {
    for (const index of [0, 1, 2].slice(0, size.times)) await scene.replace(index);
  })();
  const ends: (number | 'closed')[] = [];
  await inParallel(keys, 16, async (key) => {
    const path = new URL(addressOf(key)!).pathname;
    const send = (): Promise<number | 'closed'> => scene.call(path, { value: key });
    ends.push(...(await callUntilAccepted(send)), ...(await callUntilAccepted(send)));
  });
  await killing;
  const allowed: readonly (number | 'closed')[] = [200, 503, 'closed'];
  assert.deepEqual(
    [...new Set(ends)].filter((one) => !allowed.includes(one)),
    [],
    'every call was answered or closed',
  );
  const ids = scene.published('called');
  assert.equal(new Set(ids).size, count);
  assert.equal(ids.length, count, 'each message was published once');
  for (const key of keys) {
    const { state, variables } = engine.instance(key)!;
    assert.deepEqual([state, variables.value], ['ACTIVE', key], 'it has its message, and waits for another one');
  }
});

test(
  'three runtimes, calls that wait for their processes, and runtimes killed: no caller gets the answer of another, and no process waits without end',
  notSelected,
  async (t) => {
    const events = Array.from({ length: size.long ? 2_000 : 300 }, (_, index) => `evt_${index}`);
    const answer = serviceTask('answer', { type: 'answer-ask', inputs: { event: '=event' } });
    const content = processFile('p', ...chain(start('start', { message: 'asked' }), answer, end()));
    const { engine, ask, replace, published } = await setUp(t, content);
    const got = new Map<string, Answer>();
    let isDone = false;
    const killing = (async () => {
      let kills = 0;
      for (const index of [0, 1, 2].slice(0, size.times)) {
        const from = got.size;
        while (!isDone && got.size < from + events.length / 10) await once(progress, 'call');
        if (isDone) break;
        await replace(index);
        kills++;
      }
      return kills;
    })();
    await inParallel(events, 32, async (event) => {
      got.set(event, await ask('/ask', { event }, { 'idempotency-key': event }));
      progress.emit('call');
    });
    isDone = true;
    progress.emit('call');
    assert.equal((await killing) > 0, true, 'runtimes were killed');
    const statuses = new Set([...got.values()].map(({ status }) => status));
    assert.deepEqual(
      [...statuses].filter((status) => ![200, 202, 503, 'closed'].includes(status)),
      [],
    );
    const answered = [...got].filter(([, { status }]) => status === 200);
    assert.deepEqual(
      answered.filter(([event, { body }]) => body !== event),
      [],
      'each caller has its own answer',
    );
    assert.equal(answered.length > events.length / 2, true, `${answered.length} of ${events.length} were answered`);
    // Jobs of killed runtimes come to others when their time is over, and the timers of passed answers end.
    const keys = engine.instances().map(({ key }) => key);
    const ends = await Promise.all(keys.map((key) => engine.ended(key)));
    assert.deepEqual([...new Set(ends.map(({ state }) => state))], ['COMPLETED']);
    const own = ends.filter(({ bpmnProcessId }) => bpmnProcessId === 'p');
    assert.equal(own.length, published('asked').length, 'each event that was published has started one process');
  },
);
