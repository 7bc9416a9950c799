/** The signal of a context is made when it is first read; whoever reads it must not notice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import type { OutboundContext, OutboundMiddleware } from '../../../src/connector/types.ts';
import { executeJob, type JobServices } from '../../../src/runtime/execute/job-execution.ts';
import { createManualClock } from '../support/clock.ts';

/** Executes a job whose `run` is the given function. */
const execute = (run: (context: OutboundContext) => unknown, services: JobServices = {}) =>
  executeJob(
    defineOutbound({
      name: 'One',
      type: 'one',
      timeout: 1,
      input: v.object({}),
      run: (_input, context) => run(context),
    }),
    { variables: '{}' },
    services,
  );

test('the signal is an own property that is enumerable, and always the same', async () => {
  await execute((context) => {
    assert.ok(Object.keys(context).includes('signal'), 'it is listed');
    assert.ok(context.signal instanceof AbortSignal, 'it is a signal');
    assert.equal(context.signal, context.signal);
    assert.deepEqual(Object.keys(context).sort(), ['documents', 'extend', 'job', 'logger', 'signal']);
    assert.deepEqual(Reflect.ownKeys({ ...context }).sort(), ['documents', 'extend', 'job', 'logger', 'signal']);
  });
});

const copies: Readonly<Record<string, (context: OutboundContext) => OutboundContext>> = {
  'a copy': (context) => ({ ...context }),
  'Object.assign': (context) => Object.assign({}, context),
  'an object that inherits from it': (context) => Object.create(context) as OutboundContext,
  'a proxy': (context) => new Proxy(context, {}),
};

for (const [name, copy] of Object.entries(copies)) {
  test(`${name} of a context has its signal, which fires at the timeout`, async () => {
    const clock = createManualClock();
    let seen: AbortSignal | undefined;
    const middleware: OutboundMiddleware = (input, context, next) => next(input, copy(context));
    const outcome = execute(
      (context) => {
        assert.equal(context.signal, context.signal);
        seen = context.signal;
        return new Promise(() => {});
      },
      { clock, use: [middleware] },
    );
    await new Promise(setImmediate);
    assert.equal(seen?.aborted, false);
    clock.advance(1_000);
    assert.equal(seen?.aborted, true);
    assert.match(seen?.reason.message, /did not end within its timeout of 1 s/);
    assert.equal((await outcome).kind, 'fail');
  });
}

test('a middleware can put another signal into the context', async () => {
  const own = AbortSignal.abort();
  await execute((context) => assert.equal(context.signal, own), {
    use: [
      (input, context, next) => {
        Object.assign(context, { signal: own });
        return next(input, context);
      },
    ],
  });
});

test('a signal that is first read after the timeout has fired, with the reason', async () => {
  const clock = createManualClock();
  let context: OutboundContext | undefined;
  const outcome = execute(
    (given) => {
      context = given;
      return new Promise(() => {});
    },
    { clock },
  );
  await new Promise(setImmediate);
  clock.advance(1_000);
  await outcome;
  assert.equal(context?.signal.aborted, true);
  assert.match(context?.signal.reason.message, /did not end within its timeout of 1 s/);
});

test('nothing comes between a job and its run', async () => {
  let hasRun = false;
  const outcome = execute(() => {
    hasRun = true;
  });
  assert.ok(hasRun, 'run is called at once');
  assert.equal((await outcome).kind, 'complete');
});

test('a run that stops the runtime before it returns keeps its slot until it ends', async () => {
  const stopping = new AbortController();
  let end = (): void => {};
  let left: Promise<void> | undefined;
  const outcome = await execute(
    ({ signal }) => {
      stopping.abort();
      assert.equal(signal.aborted, true);
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    {
      signal: stopping.signal,
      leftRunning: (run) => {
        left = run;
      },
    },
  );
  assert.equal(outcome.kind, 'fail');
  let hasEnded = false;
  const ended = left?.then(() => {
    hasEnded = true;
  });
  await new Promise(setImmediate);
  assert.equal(hasEnded, false);
  end();
  await ended;
  assert.equal(hasEnded, true);
});

test('a result is awaited whatever kind of promise it is', async () => {
  // biome-ignore lint/suspicious/noThenProperty: libraries of promises have such objects.
  const thenable = { then: (resolve: (value: unknown) => void) => resolve({ a: 1 }) };
  for (const result of [{ a: 1 }, Promise.resolve({ a: 1 }), thenable]) {
    const outcome = await execute(() => result);
    assert.deepEqual(outcome, { kind: 'complete', variables: { a: 1 } });
  }
});
