/** Connectors in a thread: they can be replaced, and stopped and started around a change of the engine's state. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../../scripts/compiled.ts';
import type { createThreadHost as Create, ThreadHost } from '../../../../src/cli/dev/host/thread-host.ts';
import type { DevRequest } from '../../../../src/cli/dev/options.ts';
import { createHistory } from '../../../../src/cli/dev/page/history/history.ts';
import { createStepsBack } from '../../../../src/cli/dev/page/steps-back.ts';
import { createRestorableEngine } from '../../../../src/cli/dev/restorable-engine.ts';
import { type Clock, systemClock } from '../../../../src/common/clock.ts';
import { createEngine, type Engine } from '../../../../src/engine/index.ts';
import { type RecordingLogger, recordingLogger } from '../../../../src/testing/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../../engine/support/bpmn.ts';
import { freePort } from '../../../support/free-port.ts';
import { folderWith, moduleOf } from '../../support/running.ts';

// Compiled, because each thread would compile everything again.
const path = await compiled('src/cli/dev/host/thread-host.ts');
const { createThreadHost } = (await import(pathToFileURL(path).href)) as { readonly createThreadHost: typeof Create };

interface Given {
  readonly engine: Engine;
  readonly host: ThreadHost;
  readonly logger: RecordingLogger;
  /** Runs an instance to its end, and returns its variables. */
  readonly run: () => Promise<unknown>;
  readonly write: (text: string, name?: string) => void;
}

const given = async (t: TestContext, text: string): Promise<Given> => {
  const folder = folderWith(t, { 'a.mjs': text });
  const engine = await createEngine();
  await engine.deploy({
    name: 'p.bpmn',
    content: processFile('p', ...chain(start(), serviceTask('Task', { type: 'a' }), end())),
  });
  const logger = recordingLogger();
  const request = { modules: ['./a.mjs'], tenants: [] } as unknown as DevRequest;
  const host = await createThreadHost({ request, folder, engine, logger, server: () => ({}) });
  t.after(async () => {
    await host.stop();
    await host.end();
    await engine.stop();
    host.close();
  });
  assert.ok(await host.start(), 'the connectors work');
  return {
    ...{ engine, host, logger },
    run: async () => {
      const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
      return (await engine.ended(processInstanceKey)).variables;
    },
    write: (changed, name = 'a.mjs') => writeFileSync(join(folder, name), changed),
  };
};

const saying = (text: string): string =>
  moduleOf(
    'A',
    'a',
    `(_input, { logger }) => { logger.info(${JSON.stringify(text)}); return { said: ${JSON.stringify(text)} }; }`,
  );

test('lines of connectors come before what the engine does because of them', async (t) => {
  const { engine, host, run } = await given(t, saying('one'));
  const order: string[] = [];
  engine.on(({ kind }) => kind === 'job:completed' && order.push(kind));
  host.on((event) => event.kind === 'line' && event.text === 'one' && order.push('line'));
  for (let count = 0; count < 20; count += 1) await run();
  assert.deepEqual(
    order,
    Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'line' : 'job:completed')),
  );
});

test('after a restart, the same connectors work', async (t) => {
  const { host, run } = await given(t, saying('one'));
  let isPaused = false;
  await host.restart(async () => {
    isPaused = true;
  });
  assert.ok(isPaused, 'something happened while nothing worked');
  assert.deepEqual(await run(), { said: 'one' });
});

test('a restart aborts active jobs', async (t) => {
  const waiting = moduleOf(
    'A',
    'a',
    '(_input, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))',
  );
  const { engine, host } = await given(t, waiting);
  const started = new Promise((resolve) => host.on((event) => event.kind === 'job:started' && resolve(event)));
  engine.createInstance({ bpmnProcessId: 'p' });
  await started;
  await host.restart(async () => {});
  assert.equal(engine.incidents().length, 0);
});

test('after a reload, the changed connectors work; if they cannot be loaded, those before do', async (t) => {
  const { host, run, write } = await given(t, saying('one'));
  write(saying('two').replace("type: 'a'", "type: 'a', maxJobs: 3"));
  assert.deepEqual(await host.reload(), { ok: true });
  assert.deepEqual(await run(), { said: 'two' });
  write('export const nothing = 1;');
  const failed = await host.reload();
  assert.ok(!failed.ok, JSON.stringify(failed));
  assert.match(failed.problem, /There is no connector[\s\S]*\nThe connectors from before stay at work\.$/);
  assert.deepEqual(await run(), { said: 'two' });
});

/** A module whose webhook needs a secret that does not exist, so that it loads and cannot start. */
const unstartable = async (path = '/hook'): Promise<string> => {
  const library = JSON.stringify(pathToFileURL(await compiled('src/index.ts')).href);
  return `import { defineWebhook } from ${library};
export const hook = defineWebhook({
  ...{ name: 'hook', path: '${path}', auth: { type: 'github', secret: '{{secrets.MISSING}}' }, run: () => undefined },
});
`;
};

test('if changed connectors cannot start, those from before go on, and the next change replaces them', async (t) => {
  const { host, run, write } = await given(t, saying('one'));
  const events: string[] = [];
  host.on(({ kind }) => void events.push(kind));
  write(await unstartable());
  const failed = await host.reload();
  assert.ok(!failed.ok, 'the reload fails');
  assert.match(
    failed.problem,
    /^The changed connectors could not start: [\s\S]*MISSING[\s\S]*\nThe connectors from before stay at work\.$/,
  );
  assert.ok(!events.includes('connectors:loaded'), 'nothing says that others work');
  assert.deepEqual(
    host.connectors().outbound.map(({ type }) => type),
    ['a'],
  );
  assert.deepEqual(await run(), { said: 'one' });
  const again = await host.reload(true);
  assert.ok(!again.ok, 'what could not start is tried again');
  assert.deepEqual(await run(), { said: 'one' });
  write(saying('two'));
  assert.deepEqual(await host.reload(), { ok: true });
  assert.deepEqual(await run(), { said: 'two' });
});

test('a job that is active while others cannot start ends with its own connector', async (t) => {
  const waiting = moduleOf(
    'A',
    'a',
    '({ second }, { logger }) => second ? { said: "second" } : new Promise((resolve) => { process.once("go-on", () => resolve({ said: "first" })); logger.info("active"); })',
  ).replace('v.object({})', 'v.object({ second: v.optional(v.boolean()) })');
  const { engine, host, write } = await given(
    t,
    `${waiting}\nsetInterval(() => existsSync(new URL('./go-on', import.meta.url)) && process.emit('go-on'), 20).unref();\nimport { existsSync } from 'node:fs';\n`,
  );
  const active = new Promise((resolve) => host.on((event) => event.kind === 'line' && resolve(event)));
  const first = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  await active;
  write(await unstartable());
  const failed = await host.reload();
  assert.ok(!failed.ok, 'the reload fails');
  const second = engine.createInstance({ bpmnProcessId: 'p', variables: { second: true } }).processInstanceKey;
  assert.deepEqual((await engine.ended(second)).variables, { second: true, said: 'second' });
  write(saying('two'), 'go-on');
  assert.deepEqual((await engine.ended(first)).variables, { said: 'first' });
});

test('nothing is loaded again if no file has changed since', async (t) => {
  const { host, run, write } = await given(t, saying('one'));
  write(saying('two'));
  assert.deepEqual(await host.reload(true), { ok: true });
  // The times of files are not exact: one that was written just before the modules were loaded may be newer.
  await host.reload(true);
  assert.deepEqual(await host.reload(true), { ok: true, isSame: true });
  assert.deepEqual(await host.reload(), { ok: true }, 'whoever asks for it gets a reload');
  assert.deepEqual(await run(), { said: 'two' });
});

test('a restart during a reload, and a reload during a restart, follow one another', async (t) => {
  const { host, run, write } = await given(t, saying('one'));
  write(saying('two'));
  const order: string[] = [];
  const note = (text: string) => () => void order.push(text);
  const first = host.reload().then(note('reloaded'));
  const restart = host.restart(async () => note('restarted')());
  const second = host.reload().then(note('reloaded again'));
  await Promise.all([first, restart, second]);
  assert.deepEqual(order, ['reloaded', 'restarted', 'reloaded again']);
  assert.deepEqual(await run(), { said: 'two' });
});

test('two restarts at once follow one another', async (t) => {
  const { host, run } = await given(t, saying('one'));
  let active = 0;
  const between = async (): Promise<void> => {
    active += 1;
    assert.equal(active, 1, 'the other one is over');
    await new Promise(setImmediate);
    active -= 1;
  };
  await Promise.all([host.restart(between), host.restart(between)]);
  assert.deepEqual(await run(), { said: 'one' });
});

test('connectors that are stopped during a restart do not start again', async (t) => {
  const { host } = await given(t, saying('one'));
  let stopping = Promise.resolve();
  await host.restart(async () => {
    stopping = host.stop();
  });
  await stopping;
  await host.stopped;
});

test('the connectors work on an earlier state of the engine', async (t) => {
  const folder = folderWith(t, { 'a.mjs': saying('one') });
  const { engine, restore } = await createRestorableEngine({}, false);
  await engine.deploy({
    name: 'p.bpmn',
    content: processFile('p', ...chain(start(), serviceTask('Task', { type: 'a' }), end())),
  });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const snapshot = engine.snapshot();
  const request = { modules: ['./a.mjs'], tenants: [] } as unknown as DevRequest;
  const host = await createThreadHost({ request, folder, engine, logger: recordingLogger(), server: () => ({}) });
  t.after(async () => {
    await host.stop();
    await host.end();
    await engine.stop();
    host.close();
  });
  await host.start();
  await engine.ended(processInstanceKey);
  await host.restart(() => restore(snapshot));
  assert.deepEqual((await engine.ended(processInstanceKey)).variables, { said: 'one' });
});

test('two steps back at once follow one another, and the second is refused if the first has removed it', async (t) => {
  const folder = folderWith(t, { 'a.mjs': saying('one') });
  const { engine, restore } = await createRestorableEngine({}, false);
  const request = { modules: ['./a.mjs'], tenants: [] } as unknown as DevRequest;
  const host = await createThreadHost({ request, folder, engine, logger: recordingLogger(), server: () => ({}) });
  t.after(async () => {
    await host.stop();
    await host.end();
    await engine.stop();
    host.close();
  });
  await host.start();
  const steps = createStepsBack({ engine, host, restore }, createHistory(engine));
  for (const id of ['p', 'q', 'r']) {
    steps.save(`Deploy ${id}`);
    await engine.deploy({ name: `${id}.bpmn`, content: processFile(id, ...chain(start(), end())) });
  }
  const [last, second, first] = steps.list().map(({ id }) => id) as [number, number, number];
  assert.deepEqual(await Promise.all([steps.goBack(last), steps.goBack(first), steps.goBack(second)]), [
    [],
    [],
    undefined,
  ]);
  assert.deepEqual([engine.processes(), steps.list()], [[], []]);
});

test('a reload takes over the port of webhooks', async (t) => {
  const library = JSON.stringify(pathToFileURL(await compiled('src/index.ts')).href);
  const webhook = (status: number): string =>
    `import { defineWebhook } from ${library};
export const hook = defineWebhook({ name: 'hook', path: '/hook', auth: 'none', run: () => ({ answer: { status: ${status}, body: 'done' } }) });
`;
  const folder = folderWith(t, { 'a.mjs': webhook(200) });
  const engine = await createEngine();
  const request = { modules: ['./a.mjs'], tenants: [] } as unknown as DevRequest;
  const server = { port: await freePort(), callbackKeys: 'temporary' };
  const host = await createThreadHost({ request, folder, engine, logger: recordingLogger(), server: () => server });
  t.after(async () => {
    await host.stop();
    await host.end();
    await engine.stop();
    host.close();
  });
  await host.start();
  const call = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${server.port}/hook`, { method: 'POST', headers: { connection: 'close' } })).status;
  assert.equal(await call(), 200);
  writeFileSync(join(folder, 'a.mjs'), webhook(202));
  assert.deepEqual(await host.reload(), { ok: true });
  assert.equal(await call(), 202);
  // If the changed ones cannot start, those before listen again.
  writeFileSync(join(folder, 'a.mjs'), await unstartable());
  const failed = await host.reload();
  assert.ok(!failed.ok, 'the reload fails');
  assert.match(failed.problem, /The connectors from before stay at work\.$/);
  assert.equal(await call(), 202);
});

/** A clock whose timers fire only when the test says so. */
const heldClock = (): { readonly clock: Clock; readonly next: () => Promise<void>; readonly fire: () => number } => {
  const timers = new Set<() => void>();
  const waiting: (() => void)[] = [];
  let asked = 0;
  return {
    clock: {
      ...systemClock,
      timer: (_milliseconds, callback) => {
        timers.add(callback);
        asked += 1;
        waiting.shift()?.();
        return () => void timers.delete(callback);
      },
    },
    /** Resolves when the first timer was started. */
    next: () => (asked > 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
    /** Lets the time of all timers pass; returns how many there were. */
    fire: () => {
      const due = [...timers];
      timers.clear();
      for (const callback of due) callback();
      return due.length;
    },
  };
};

/** Connectors with a webhook, on a clock that the test moves. */
const withWebhook = async (t: TestContext, run = '() => ({ said: "one" })') => {
  const library = JSON.stringify(pathToFileURL(await compiled('src/index.ts')).href);
  const text = `${moduleOf('A', 'a', run)}
import { defineWebhook } from ${library};
export const hook = defineWebhook({ name: 'hook', path: '/hook', auth: 'none', run: () => ({ answer: { status: 202, body: 'done' } }) });
export const slow = defineWebhook({ name: 'slow', path: '/slow', auth: 'none', run: (_request, { logger }) => {
  logger.info('active');
  return new Promise(() => {});
} });
`;
  const folder = folderWith(t, { 'a.mjs': text });
  const engine = await createEngine();
  await engine.deploy({
    name: 'p.bpmn',
    content: processFile('p', ...chain(start(), serviceTask('Task', { type: 'a' }), end())),
  });
  const request = { modules: ['./a.mjs'], tenants: [] } as unknown as DevRequest;
  const server = { port: await freePort(), callbackKeys: 'temporary' };
  const logger = recordingLogger();
  const held = heldClock();
  const host = await createThreadHost({ request, folder, engine, logger, server: () => server, clock: held.clock });
  const events: string[] = [];
  host.on(({ kind }) => void events.push(kind));
  t.after(async () => {
    await host.end();
    await engine.stop();
    host.close();
  });
  assert.ok(await host.start(), 'the connectors work');
  return {
    ...{ engine, host, held, text, events },
    write: (changed: string): void => writeFileSync(join(folder, 'a.mjs'), changed),
    call: async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${server.port}/hook`, { method: 'POST', headers: { connection: 'close' } }))
        .status,
    /** Calls the webhook that does not answer. */
    slow: (): void => {
      const ending = new AbortController();
      t.after(() => ending.abort());
      const options = { method: 'POST', headers: { connection: 'close' }, signal: ending.signal };
      fetch(`http://127.0.0.1:${server.port}/slow`, options).catch(() => {});
    },
    errors: () => logger.entries.filter(({ level }) => level === 'error').map(({ message }) => message),
    warnings: () => logger.entries.filter(({ level }) => level === 'warn').map(({ message }) => message),
  };
};

const hanging = '(_input, { logger }) => { logger.info("active"); return new Promise(() => {}); }';

const isActive = ({ engine, host }: Pick<Given, 'engine' | 'host'>): Promise<unknown> => {
  const active = new Promise((resolve) => host.on((event) => event.kind === 'line' && resolve(event)));
  engine.createInstance({ bpmnProcessId: 'p' });
  return active;
};

test('connectors that go on, because changed ones cannot start, are not ended when the time for their stop is over', async (t) => {
  const { host, held, write, call, errors, events } = await withWebhook(t);
  write(await unstartable());
  const failed = await host.reload();
  assert.ok(!failed.ok, 'the reload fails');
  assert.match(failed.problem, /The connectors from before stay at work\.$/);
  await held.next();
  assert.equal(held.fire(), 0, 'nothing is left that ends them');
  assert.equal(await call(), 202);
  assert.deepEqual([errors(), events.includes('connectors:stopped')], [[], false]);
});

/** A server that answers when the test says so. */
const lateServer = async (t: TestContext): Promise<{ readonly url: string; readonly answer: () => void }> => {
  let answer = (): void => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = createHttpServer((_request, response) => void answered.then(() => response.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, answer: () => answer() };
};

test('changed connectors take over the port of webhooks at once, and a long job of those before ends with their code', async (t) => {
  const late = await lateServer(t);
  const working = `async (_input, { logger }) => { logger.info("active"); await fetch("${late.url}"); return { said: "before" }; }`;
  const given = await withWebhook(t, working);
  await isActive(given);
  const { engine, host, held, write, text, call, errors, events } = given;
  const key = engine.instances()[0]!.key;
  write(text.replace('status: 202', 'status: 200').replace('said: "before"', 'said: "after"'));
  assert.deepEqual(await host.reload(), { ok: true });
  await held.next();
  assert.equal(held.fire(), 0, 'nothing is left that ends the job');
  assert.equal(await call(), 200);
  assert.equal(engine.instance(key)?.state, 'ACTIVE');
  late.answer();
  assert.deepEqual((await engine.ended(key)).variables, { said: 'before' });
  assert.deepEqual([errors(), events.includes('connectors:stopped')], [[], false]);
});

/** Calls a webhook that does not answer. */
const callSlowly = ({ host, slow }: { readonly host: ThreadHost; readonly slow: () => void }): Promise<unknown> => {
  const active = new Promise((resolve) => host.on((event) => event.kind === 'line' && resolve(event)));
  slow();
  return active;
};

test('calls that are not answered in time end with the connectors that are replaced, and the log says so', async (t) => {
  const given = await withWebhook(t, hanging);
  await isActive(given);
  await callSlowly(given);
  const { host, held, write, text, call, errors, warnings, events } = given;
  write(text.replace('status: 202', 'status: 200'));
  const reloaded = host.reload();
  await held.next();
  assert.equal(held.fire(), 1);
  assert.deepEqual(await reloaded, { ok: true });
  assert.equal(await call(), 200);
  assert.deepEqual([errors(), events.includes('connectors:stopped')], [[], false]);
  assert.match(
    warnings().join('\n'),
    /not answered within 5 seconds.*active jobs of the connectors from before were ended/,
  );
});

test('if changed connectors cannot start, and those before had to be ended, the host says that they have stopped', async (t) => {
  const given = await withWebhook(t);
  await callSlowly(given);
  const { host, held, write, text, call, events } = given;
  write(await unstartable());
  const reloaded = host.reload();
  await held.next();
  assert.equal(held.fire(), 1);
  const failed = await reloaded;
  assert.ok(!failed.ok, 'the reload fails');
  assert.match(failed.problem, /Those from before have stopped, too; the next change starts them again\.$/);
  assert.deepEqual(
    events.filter((kind) => kind.startsWith('connectors:')),
    ['connectors:stopped', 'connectors:refused'],
  );
  write(text);
  assert.deepEqual(await host.reload(), { ok: true });
  assert.equal(await call(), 202);
});

test('a restart ends the jobs of connectors that go on as well', async (t) => {
  const parts = await given(t, moduleOf('A', 'a', hanging));
  await isActive(parts);
  parts.write(await unstartable());
  const failed = await parts.host.reload();
  assert.ok(!failed.ok, 'the reload fails');
  let isRestarted = false;
  await parts.host.restart(async () => {
    isRestarted = true;
  });
  assert.ok(isRestarted, 'a job from before the reload does not hold it up');
});
